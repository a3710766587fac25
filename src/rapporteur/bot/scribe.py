"""The scribe: has what was heard turned into words, by this server's own engine or by a vendor, and writes them down.

Its own engine is given one utterance at a time. A vendor is given the sound itself, while it is heard (bot.dictation); a
provider that works after the call is given nothing here.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from rapporteur.bot.dictation import Dictation
from rapporteur.bot.partials import Partials
from rapporteur.domain.errors import InvalidRequest, RapporteurError
from rapporteur.domain.participants import Participant
from rapporteur.domain.providers import FALLBACK, LIVE, OWN, Provider, captioned, chosen
from rapporteur.domain.transcript import Utterance, Word, language_of
from rapporteur.domain.wording import Wording
from rapporteur.services.ports import Caption, Heard, Recogniser, Said, Transcriber
from rapporteur.wire import control
from rapporteur.wire.live import TRANSCRIPT, TRANSCRIPT_PARTIAL, TRANSCRIPT_PROVIDER, LiveEvent
from rapporteur.wire.tape import Kind, Record, json_record

log = structlog.get_logger()


SHORTEST_MS = 200.0
"""What a border leaves of an utterance must be at least so long to hold a word."""
_BYTES_PER_MS = 32

Accounts = dict[str, dict[str, str]]
Attribute = Callable[[Heard], list[tuple[Participant, Heard]]]
Vendors = Callable[[str, Mapping[str, Any], Accounts], Transcriber]
"""Makes the transcriber of a key, with options, from the accounts there are."""


@dataclass(slots=True)
class _Span:
    """A stretch of a recording without a pause."""

    recording_id: str
    language_code: str | None
    """None: no words of this recording are made while it runs."""
    start_ms: float
    end_ms: float = math.inf
    wording: Wording = field(default_factory=Wording)
    dictation: Dictation | None = None
    """Where a vendor listens."""
    account: str | None = None
    captioned: bool = False
    """Its words are the meeting's own captions: nothing is recognised."""

    def part_of(self, heard: Heard) -> Heard | None:
        """What was said within the stretch, None if that is nothing: speech off the record is never written down."""
        start_ms, end_ms = max(heard.start_ms, self.start_ms), min(heard.end_ms, self.end_ms)
        if (start_ms, end_ms) == (heard.start_ms, heard.end_ms):
            return heard
        if end_ms - start_ms < SHORTEST_MS:
            return None
        first, last = (round(at_ms - heard.start_ms) * _BYTES_PER_MS for at_ms in (start_ms, end_ms))
        return Heard(heard.source, start_ms, end_ms, heard.pcm[first:last])

    def holds(self, word: Word) -> bool:
        return self.start_ms <= (word.start_ms + word.end_ms) / 2 <= self.end_ms


class Scribe:
    """Recordings have languages and providers of their own; recognition failures are counted, not fatal."""

    def __init__(self, recogniser: Recogniser, *, append: Callable[[Record], None], post: Callable[..., None],
                 tell: Callable[[LiveEvent], None], wants: Callable[[str], bool] = lambda name: False,
                 vendors: Vendors | None = None, accounts: Accounts | None = None) -> None:
        self._recogniser = recogniser
        self._append = append
        self._post = post
        self._tell = tell
        self._wants = wants
        self._vendors = vendors
        self._accounts: Accounts = dict(accounts or {})
        self._attribute: Attribute = lambda heard: []
        self._spans: list[_Span] = []
        self._heard: asyncio.Queue[tuple[_Span, Heard, Participant]] = asyncio.Queue()
        self._partials = Partials(recogniser, self._partial)
        self._speaking: set[int] = set()
        self._own_instead: set[tuple[str, int]] = set()
        """(recording, source) for which a vendor gave up and this server's engine took over."""
        self._newest_ms = 0.0
        self.failures = 0
        self.failed: dict[str, str] = {}
        """Recordings whose transcript has failed, and the sub_code."""
        self.made_later: set[str] = set()
        """Recordings whose transcript is made after the call."""

    @property
    def wanted(self) -> bool:
        """Whether words of any recording so far are to be made here."""
        return any(span.language_code is not None for span in self._spans)

    @property
    def sound_wanted(self) -> bool:
        """Whether the sound itself is to be handed over, beside the utterances."""
        span = self._running
        return span is not None and not span.captioned and (span.dictation is not None or self._wants(TRANSCRIPT_PARTIAL))

    def serve(self, attribute: Attribute) -> None:
        """`attribute` tells whose words a stretch of a source is; its sound may be left out."""
        self._attribute = attribute

    def learn(self, accounts: Accounts) -> None:
        """Further accounts, for a recording that is to be started."""
        self._accounts |= accounts

    # --- recordings -----------------------------------------------------------------------------------------------------

    def recording_started(self, recording_id: str, recording_config: dict[str, Any], at_ms: float) -> None:
        transcript = recording_config.get("transcript")
        provider = chosen(transcript)
        language_code = None if transcript is None else language_of(transcript)
        self.recording_paused(at_ms)
        if provider is not None and provider.when != LIVE:
            self.made_later.add(recording_id)
            language_code = None
        options = next(iter((transcript or {}).get("provider", {}).values()), None) or {}
        own = provider is None or provider.key == OWN
        self._spans.append(_Span(
            recording_id, language_code, at_ms, wording=_wording(options) if own else Wording(),
            dictation=self._dictation(recording_id, provider, options), account=provider.account if provider else None,
            captioned=captioned(transcript),
        ))

    def _dictation(self, recording_id: str, provider: Provider | None, options: dict[str, Any]) -> Dictation | None:
        if provider is None or provider.when != LIVE or provider.account is None or self._vendors is None:
            return None
        transcriber = self._vendors(provider.key, options, self._accounts)
        return Dictation(recording_id, transcriber, self, lambda: self._wants(TRANSCRIPT_PARTIAL))

    def recording_paused(self, at_ms: float) -> None:
        """Also said when a recording stops, paused or not."""
        for span in self._spans[-1:]:
            span.end_ms = min(span.end_ms, at_ms)
            if span.dictation is not None:
                span.dictation.pause(at_ms)

    def recording_resumed(self, at_ms: float) -> None:
        self._spans.append(replace(self._spans[-1], start_ms=at_ms, end_ms=math.inf))

    @property
    def _running(self) -> _Span | None:
        """The stretch that goes on, if words are made of it."""
        span = self._spans[-1] if self._spans else None
        return span if span is not None and span.end_ms == math.inf and span.language_code is not None else None

    # --- what is heard --------------------------------------------------------------------------------------------------

    def voice(self, source: int, at_ms: float) -> None:
        """The first sign of it; what becomes of it is told by `speech`, if anything does."""
        if (span := self._running) is not None and span.dictation is not None:
            span.dictation.voice(source, at_ms)

    def speech(self, source: int, speaking: bool, at_ms: float) -> None:
        (self._speaking.add if speaking else self._speaking.discard)(source)
        self._partials.speech(source, speaking, at_ms)
        if (span := self._running) is not None and span.dictation is not None:
            span.dictation.speech(source, speaking, at_ms)

    def sound(self, source: int, at_ms: float, pcm: bytes) -> None:
        """A source's sound, speech or not, as it comes."""
        if (span := self._running) is None or span.captioned:
            return
        if at_ms < span.start_ms:
            pcm, at_ms = pcm[round(span.start_ms - at_ms) * _BYTES_PER_MS:], span.start_ms
        if span.dictation is not None and (span.recording_id, source) not in self._own_instead:
            span.dictation.sound(source, at_ms, pcm, speaking=source in self._speaking)
        elif self._wants(TRANSCRIPT_PARTIAL):
            self._partials.sound(source, at_ms, pcm, span.language_code or "auto", idle=self._heard.empty())

    def write_down(self, heard: Heard, participant: Participant, *, again: bool = False) -> None:
        """Have an utterance recognised by this server's engine, unless a vendor has it. `again`: it is from an old tape."""
        self._partials.heard(heard.source, heard.end_ms)
        for span in self._spans:
            own = span.dictation is None or again or (span.recording_id, heard.source) in self._own_instead
            if own and not span.captioned and span.language_code is not None and (part := span.part_of(heard)) is not None:
                self._heard.put_nowait((span, part, participant))

    def captioned(self, caption: Caption, participant: Participant) -> None:
        """Write down a line of the meeting's captions, in the recordings that asked for them."""
        words = _spread(caption)
        for span in self._spans:
            if span.captioned and (own := tuple(word for word in words if span.holds(word))):
                spoken = Utterance(participant.id, own, caption.language_code)
                self._write(span.recording_id, 0, participant, spoken, own[-1].end_ms)

    async def run(self) -> None:
        try:
            while True:
                span, heard, participant = await self._heard.get()
                try:
                    await self._recognise(span, heard, participant)
                except RapporteurError as error:
                    self.failures += 1
                    log.warning("recognition_failed", code=error.code)
                    self._log("warning", f"an utterance was not recognised: {error.code}")
                finally:
                    self._heard.task_done()
        finally:
            await self._partials.aclose()
            await asyncio.gather(*(dictation.abandon() for dictation in self._dictations()))

    async def drained(self) -> None:
        """Returns when everything heard so far is written down, and vendors had their last word about what is over."""
        running = self._running
        await asyncio.gather(*(
            dictation.aclose() for dictation in self._dictations() if running is None or dictation is not running.dictation))
        await self._heard.join()

    def _dictations(self) -> Iterable[Dictation]:
        return {id(span.dictation): span.dictation for span in self._spans if span.dictation is not None}.values()

    async def _recognise(self, span: _Span, heard: Heard, participant: Participant) -> None:
        assert span.language_code is not None
        words = span.wording.applied(await self._recogniser.recognise(heard.pcm, span.language_code))
        if words:
            spoken = Utterance(participant.id, tuple(w.shifted(heard.start_ms) for w in words), span.language_code)
            self._write(span.recording_id, heard.source, participant, spoken, heard.end_ms)

    # --- what a vendor understood (bot.dictation.Desk) ------------------------------------------------------------------

    def said(self, recording_id: str, source: int, said: Said) -> None:
        spans = [span for span in self._spans if span.recording_id == recording_id]
        words = [word for word in said.words if any(span.holds(word) for span in spans)]
        language_code = said.language_code or spans[0].language_code
        for participant, own in self._by_speaker(source, words):
            spoken = Utterance(participant.id, tuple(own), language_code)
            if said.final:
                self._write(recording_id, source, participant, spoken, own[-1].end_ms)
            else:
                self._tell_words(TRANSCRIPT_PARTIAL, recording_id, participant, spoken, own[-1].end_ms)

    def provider_data(self, recording_id: str, payload: Any) -> None:
        if (span := self._running) is not None and self._wants(TRANSCRIPT_PROVIDER):
            # Whose moment it is only the provider knows; the recording's own clock is not asked.
            at_ms = max(span.start_ms, self._newest_ms)
            self._tell(LiveEvent(TRANSCRIPT_PROVIDER, recording_id, at_ms, {"payload": payload}))

    def lost(self, recording_id: str, seconds: float) -> None:
        self.failures += 1
        self._log("warning", f"{seconds:.0f} s of speech were not transcribed: the provider was out of reach for too long")

    def given_up(
        self, recording_id: str, source: int, failure: RapporteurError, unheard: list[tuple[float, bytes]],
    ) -> None:
        self.failures += 1
        if self._falls_back(recording_id):
            self._own_instead.add((recording_id, source))
            self._log("warning", f"{failure.message}; this server's own engine goes on in its place")
            for heard in _joined(source, unheard):
                for participant, part in self._attribute(heard):
                    self.write_down(part, participant)
        elif recording_id not in self.failed:
            self.failed[recording_id] = failure.code
            self._log("error", f"{failure.message}. The recording goes on, its transcript does not.")
            self._post(control.ARTIFACT_FAILED, {
                "recording_id": recording_id, "artifact": "transcript", "format": None, "sub_code": failure.code})

    def _falls_back(self, recording_id: str) -> bool:
        """Whether the workspace said of this recording's provider that our own engine is to take over."""
        span = next(span for span in self._spans if span.recording_id == recording_id)
        return self._accounts.get(span.account or "", {}).get(FALLBACK) == OWN

    # --- words ----------------------------------------------------------------------------------------------------------

    def _partial(self, source: int, words: list[Word], language_code: str) -> None:
        """What our own engine made of an utterance that is not over."""
        span = self._running
        if span is None or span.language_code != language_code:
            return
        own = [word for word in span.wording.applied(words) if span.holds(word)]
        for participant, spoken in self._by_speaker(source, own):
            utterance = Utterance(participant.id, tuple(spoken), language_code)
            self._tell_words(TRANSCRIPT_PARTIAL, span.recording_id, participant, utterance, spoken[-1].end_ms)

    def _by_speaker(self, source: int, words: Sequence[Word]) -> list[tuple[Participant, list[Word]]]:
        if not words:
            return []
        parts = self._attribute(Heard(source, words[0].start_ms, words[-1].end_ms, b""))
        own = [(who, [w for w in words if part.start_ms <= (w.start_ms + w.end_ms) / 2 < part.end_ms]) for who, part in parts]
        return [(who, spoken) for who, spoken in own if spoken]

    def _write(self, recording_id: str, source: int, participant: Participant, spoken: Utterance, at_ms: float) -> None:
        written = {"recording_id": recording_id, **spoken.as_json()}
        self._append(json_record(Kind.UTTERANCE, round(at_ms * 1000), written, source=source))
        told = {"recording_id": recording_id, "participant": participant.as_json(), "utterance": spoken.as_json()}
        self._post(control.UTTERANCE, told, at_ms)
        self._tell_words(TRANSCRIPT, recording_id, participant, spoken, at_ms)

    def _tell_words(
        self, name: str, recording_id: str, participant: Participant, spoken: Utterance, at_ms: float,
    ) -> None:
        self._newest_ms = max(self._newest_ms, at_ms)
        live = {"participant": participant.as_json(), "words": spoken.as_json()["words"], "language_code": spoken.language_code}
        self._tell(LiveEvent(name, recording_id, at_ms, live))

    def _log(self, level: str, message: str) -> None:
        self._post(control.LOG, {"level": level, "message": message})


def _spread(caption: Caption) -> list[Word]:
    """The words of a line, each as long as it is written long."""
    words, at_ms = caption.text.split(), caption.start_ms
    per_letter = max(0.0, caption.end_ms - caption.start_ms) / max(1, sum(map(len, words)))
    out = []
    for word in words:
        out.append(Word(word, at_ms, at_ms + len(word) * per_letter))
        at_ms = out[-1].end_ms
    return out


def _wording(options: dict[str, Any]) -> Wording:
    """A bot that was made before its options were judged must not fail of them."""
    try:
        return Wording.from_options(options)
    except InvalidRequest:
        return Wording()


def _joined(source: int, sound: list[tuple[float, bytes]]) -> list[Heard]:
    """Portions that follow each other as one."""
    joined: list[Heard] = []
    for at_ms, pcm in sound:
        end_ms = at_ms + len(pcm) / _BYTES_PER_MS
        if joined and abs(joined[-1].end_ms - at_ms) < SHORTEST_MS:
            last = joined.pop()
            joined.append(Heard(source, last.start_ms, end_ms, last.pcm + pcm))
        else:
            joined.append(Heard(source, at_ms, end_ms, pcm))
    return joined
