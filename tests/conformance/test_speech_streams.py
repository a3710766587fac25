"""Live words from vendors: what a speaker's stream makes of connections that break, refuse, end and come late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import pytest

from rapporteur.domain.errors import RapporteurError
from rapporteur.domain.providers import UNREACHABLE, Pass
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.websocket import dial
from rapporteur.services.ports import Said
from rapporteur.transcription.assemblyai_streaming import AssemblyAiStreaming
from rapporteur.transcription.deepgram_streaming import DeepgramStreaming
from rapporteur.transcription.minting import VendorMinter
from rapporteur.transcription.protocol import LiveProtocol
from rapporteur.transcription.stream import KEPT_MS, PATIENCE_S, SILENT_S, Stream
from rapporteur.transcription.vendors import LiveVendor
from tests.fakes.clocks import START_MS, SteppedClock, settle
from tests.fakes.speech_providers import KEY, AssemblyAi, Deepgram, Vendor, open_for_business, spoken

pytestmark = pytest.mark.conformance

STRIDE_MS = 160
Script = list[tuple[int, float, float]]
"""(value, start_ms, length_ms) of every word; no two that follow each other have the same value."""
TEN: Script = [(n, 500 + n * 400, 300) for n in range(1, 11)]


class Desk:
    """The listener: what it was told."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.data: list[Any] = []
        self.given_up: list[RapporteurError] = []
        self.lost_s = 0.0
        self.unheard: list[tuple[float, bytes]] = []

    def on_said(self, said: Said) -> None:
        self.said.append(said)

    def on_provider_data(self, payload: Any) -> None:
        self.data.append(payload)

    def on_lost(self, seconds: float) -> None:
        self.lost_s += seconds

    def on_given_up(self, failure: RapporteurError, unheard: list[tuple[float, bytes]]) -> None:
        self.given_up.append(failure)
        self.unheard += unheard

    @property
    def words(self) -> list[tuple[str, float, float]]:
        """Final ones, in milliseconds of the script."""
        return [(w.text, w.start_ms - START_MS, w.end_ms - START_MS) for said in self.said if said.final for w in said.words]

    def assert_said(self, script: Script) -> None:
        """Every word once, in order, at its time."""
        assert [text.lower() for text, _, _ in self.words] == [f"w{value}" for value, _, _ in script]
        for (_, start_ms, end_ms), (_, at_ms, ms) in zip(self.words, script, strict=True):
            assert (start_ms, end_ms) == (pytest.approx(at_ms, abs=25), pytest.approx(at_ms + ms, abs=25))


class Meeting:
    """A speaker, a vendor and a stream between them, on one clock."""

    def __init__(self, vendor: Vendor, make: type[LiveProtocol], options: dict[str, Any], **more: Any) -> None:
        self.vendor, self.clock, self.desk = vendor, vendor.clock, Desk()
        assert isinstance(self.clock, SteppedClock)
        account = {"api_key": KEY, "base_url": vendor.address, "streaming_url": vendor.address}
        self.providers: list[Callable[[], LiveProtocol]] = [partial(make, account, options, partials=True)]
        self.providers += more.pop("others", [])
        self.stream = Stream(
            self.providers, self.desk, dial=partial(dial, Guard(loopback=True)), clock=self.clock, **more)

    async def hear(self, script: Script, until_ms: float) -> None:
        """The meeting's sound from now on: the script's times are milliseconds of the clock's start."""
        begin_ms = self.clock.now_ms() - START_MS
        sound = bytearray((round(until_ms - begin_ms)) * 32)
        for value, at_ms, ms in script:
            first = round(at_ms - begin_ms) * 32
            sound[first:first + round(ms) * 32] = spoken(value, ms)
        edges = self._edges(script)
        for first_ms in range(0, round(until_ms - begin_ms), STRIDE_MS):
            at_ms = begin_ms + first_ms
            while edges and edges[0][0] <= at_ms:
                _, speaking, told_ms = edges.pop(0)
                self.stream.speech(speaking, START_MS + told_ms)
            self.stream.sound(START_MS + at_ms, bytes(sound[first_ms * 32:(first_ms + STRIDE_MS) * 32]))
            await self.clock.advance(STRIDE_MS / 1000)
            await self.connected()

    @staticmethod
    def _edges(script: Script) -> list[tuple[float, bool, float]]:
        """(when it is told, speaking, when it was): on after 300 ms, off after 700."""
        edges: list[tuple[float, bool, float]] = []
        for n, (_, at_ms, ms) in enumerate(script):
            if n == 0 or at_ms - script[n - 1][1] - script[n - 1][2] > 700:
                edges.append((at_ms + 300, True, at_ms))
            if n + 1 == len(script) or script[n + 1][1] - at_ms - ms > 700:
                edges.append((at_ms + ms + 700, False, at_ms + ms))
        return edges

    async def connected(self) -> None:
        """Let a connection that is under way come about: names are looked up on a thread."""
        for _ in range(3):
            await asyncio.sleep(0.001)
            await settle()

    async def advance(self, seconds: float, step_s: float = 0.5) -> None:
        for _ in range(round(seconds / step_s)):
            await self.clock.advance(step_s)
            await self.connected()

    async def end(self) -> None:
        closing = asyncio.create_task(self.stream.aclose())
        for _ in range(120):
            if closing.done():
                break
            await self.clock.advance(0.25)
            await self.connected()
        await closing


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
async def deepgram(clock: SteppedClock) -> AsyncIterator[Deepgram]:
    vendor = Deepgram(clock)
    async with open_for_business(vendor):
        yield vendor


@pytest.fixture
async def assembly(clock: SteppedClock) -> AsyncIterator[AssemblyAi]:
    vendor = AssemblyAi(clock)
    async with open_for_business(vendor):
        yield vendor


@pytest.fixture(params=[Deepgram, AssemblyAi], ids=["deepgram", "assemblyai"])
async def meeting(request: pytest.FixtureRequest, clock: SteppedClock) -> AsyncIterator[Meeting]:
    vendor: Vendor = request.param(clock)
    async with open_for_business(vendor):
        yield Meeting(vendor, DeepgramStreaming if isinstance(vendor, Deepgram) else AssemblyAiStreaming, {})


async def test_words_come_at_the_meetings_time_and_silence_is_never_sent(meeting: Meeting):
    script: Script = [*TEN, (20, 12_000, 400), (21, 12_500, 300)]
    await meeting.hear(script, 16_000)
    await meeting.end()
    meeting.desk.assert_said(script)
    assert len(meeting.vendor.visits) == 1
    assert meeting.stream.tally.sent_s < 8.5
    assert meeting.vendor.visits[0].code == 1000


async def test_a_line_that_breaks_in_mid_speech_loses_nothing_and_doubles_nothing(meeting: Meeting):
    meeting.vendor.drop_after_ms += [1_450, 2_000]
    await meeting.hear(TEN, 9_000)
    await meeting.end()
    meeting.desk.assert_said(TEN)
    assert len(meeting.vendor.visits) == 3
    assert meeting.stream.tally.broken == 2
    assert meeting.stream.tally.again_s > 0


async def test_words_that_come_late_keep_their_time(meeting: Meeting):
    meeting.vendor.late_ms = 450
    await meeting.hear(TEN, 9_000)
    await meeting.end()
    meeting.desk.assert_said(TEN)


async def test_a_vendor_that_has_no_room_is_asked_again_ever_more_slowly(meeting: Meeting):
    meeting.vendor.statuses += [429, 503, 500, 429]
    await meeting.hear(TEN, 12_000)
    await meeting.end()
    meeting.desk.assert_said(TEN)
    assert meeting.stream.tally.broken == 4
    opened_s = meeting.vendor.visits[0].opened_s
    assert opened_s - (0.5 + 0.4 + 0.3) >= 0.5 + 1 + 2 + 4 - 0.3


async def test_a_fault_of_the_vendor_passes(meeting: Meeting):
    meeting.vendor.close_at_once += [(1011, "NET-0000"), (1013, "try again later")]
    await meeting.hear(TEN, 9_000)
    await meeting.end()
    meeting.desk.assert_said(TEN)


async def test_a_rejected_key_is_the_end_and_said_without_the_key(meeting: Meeting, capsys: pytest.CaptureFixture[str]):
    meeting.vendor.key = "another"  # type: ignore[misc]
    await meeting.hear(TEN, 4_000)
    [failure] = meeting.desk.given_up
    assert (failure.code, "it refused" in failure.message) == (UNREACHABLE, True)
    assert b"".join(pcm for _, pcm in meeting.desk.unheard)
    await meeting.end()
    assert KEY not in capsys.readouterr().out + failure.message
    assert meeting.stream.tally.broken == 1, "it is not asked again"


async def test_an_unknown_option_is_passed_on_and_refused_by_the_vendor(clock: SteppedClock, deepgram: Deepgram):
    meeting = Meeting(deepgram, DeepgramStreaming, {"an_option": "of its own"})
    await meeting.hear(TEN, 3_000)
    assert len(meeting.desk.given_up) == 1
    await meeting.end()


async def test_another_provider_takes_over_and_hears_what_the_first_did_not(clock: SteppedClock, deepgram: Deepgram):
    async with open_for_business(AssemblyAi(clock)) as second:
        account = {"api_key": KEY, "streaming_url": second.address}
        deepgram.key = "another"  # type: ignore[misc]
        meeting = Meeting(deepgram, DeepgramStreaming, {}, others=[
            lambda: AssemblyAiStreaming(account, {}, partials=False)])
        await meeting.hear(TEN, 9_000)
        await meeting.end()
    meeting.desk.assert_said(TEN)
    assert meeting.desk.given_up == []


async def test_a_vendor_out_of_reach_for_long_is_given_up_with_the_sound_that_is_left(meeting: Meeting):
    meeting.vendor.statuses += [503] * 1000
    await meeting.hear(TEN, 6_000)
    await meeting.advance(PATIENCE_S + 10)
    [failure] = meeting.desk.given_up
    assert f"out of reach for {PATIENCE_S:g} s" in failure.message
    left_ms = sum(len(pcm) for _, pcm in meeting.desk.unheard) / 32
    assert left_ms == pytest.approx(5_000, abs=900)
    assert meeting.desk.unheard[0][0] - START_MS == pytest.approx(600, abs=10)
    await meeting.end()


async def test_what_is_kept_for_a_vendor_out_of_reach_is_bounded_and_the_loss_counted(clock: SteppedClock, deepgram: Deepgram):
    deepgram.statuses += [503] * 1000
    meeting = Meeting(deepgram, DeepgramStreaming, {})
    meeting.stream.speech(True, START_MS)
    for n in range(1_000):
        meeting.stream.sound(START_MS + n * 160, bytes(160 * 32))
    assert meeting.stream.tally.lost_s == pytest.approx(160 - KEPT_MS / 1000, abs=1)
    await meeting.end()
    assert meeting.desk.lost_s == pytest.approx(meeting.stream.tally.lost_s)
    assert len(meeting.desk.given_up) == 1, "a stream that is to end does not try for ever"


async def test_without_speech_a_connection_is_kept_alive_and_at_last_closed_politely(clock: SteppedClock, deepgram: Deepgram):
    meeting = Meeting(deepgram, DeepgramStreaming, {})
    await meeting.hear(TEN, 6_500)
    await meeting.advance(60)
    [visit] = deepgram.visits
    assert visit.code is None
    assert visit.texts.count("KeepAlive") >= 14
    await meeting.advance(SILENT_S - 50)
    assert (visit.code, visit.texts[-1]) == (1000, "CloseStream")
    again: Script = [(30, clock.now_ms() - START_MS + 500, 400)]
    await meeting.hear(again, clock.now_ms() - START_MS + 3_000)
    await meeting.end()
    meeting.desk.assert_said([*TEN, *again])
    assert len(deepgram.visits) == 2


async def test_speech_that_a_flush_does_not_answer_has_its_words_at_the_end(clock: SteppedClock, deepgram: Deepgram):
    deepgram.answers_finalize, deepgram.late_ms = False, 10_000
    meeting = Meeting(deepgram, DeepgramStreaming, {})
    await meeting.hear(TEN, 7_000)
    assert meeting.desk.words == []
    await meeting.end()
    meeting.desk.assert_said(TEN)


async def test_a_vendor_without_a_last_word_does_not_hold_up_the_end(clock: SteppedClock, deepgram: Deepgram):
    meeting = Meeting(deepgram, DeepgramStreaming, {})
    await meeting.hear(TEN, 7_000)
    deepgram.text = _deaf  # type: ignore[method-assign]
    before_s = clock.monotonic_s()
    await meeting.end()
    assert clock.monotonic_s() - before_s <= 10
    assert meeting.desk.given_up == []


async def _deaf(*_: Any) -> None:
    """A vendor that does not answer text."""


async def test_a_session_that_expired_is_followed_by_another_at_once(clock: SteppedClock, assembly: AssemblyAi):
    assembly.expires_after_ms.append(2_000)
    meeting = Meeting(assembly, AssemblyAiStreaming, {})
    await meeting.hear(TEN, 12_000)
    await meeting.end()
    meeting.desk.assert_said(TEN)
    assert (len(assembly.visits), meeting.stream.tally.broken) == (2, 0)


async def test_sound_never_runs_ahead_of_a_vendor_that_hears_in_real_time(clock: SteppedClock, assembly: AssemblyAi):
    assembly.statuses += [503, 503, 503]
    meeting = Meeting(assembly, AssemblyAiStreaming, {})
    await meeting.hear(TEN, 12_000)
    await meeting.end()
    meeting.desk.assert_said(TEN)
    assert meeting.stream.tally.broken == 3, "never closed with 3007"


async def test_a_formatted_turn_stands_for_the_plain_one(clock: SteppedClock, assembly: AssemblyAi):
    meeting = Meeting(assembly, AssemblyAiStreaming, {"format_turns": True})
    await meeting.hear(TEN, 8_000)
    await meeting.end()
    meeting.desk.assert_said(TEN)
    assert all(text.startswith("W") for text, _, _ in meeting.desk.words)


async def test_too_many_sessions_are_not_a_wrong_key(clock: SteppedClock, assembly: AssemblyAi):
    assembly.close_at_once += [(1008, "Too many concurrent sessions"), (3009, "Too many concurrent sessions")]
    meeting = Meeting(assembly, AssemblyAiStreaming, {})
    await meeting.hear(TEN, 9_000)
    await meeting.end()
    meeting.desk.assert_said(TEN)


async def test_words_are_told_while_they_are_spoken_and_the_vendors_own_messages_as_they_come(meeting: Meeting):
    await meeting.hear(TEN, 2_500)
    assert [said.final for said in meeting.desk.said] == [False] * len(meeting.desk.said)
    assert meeting.desk.said[-1].words[0].text == "w1"
    assert meeting.desk.data[-1]["type"] in {"Results", "Turn"}
    await meeting.end()


async def test_options_pass_through_as_given_and_sound_is_described_by_us(clock: SteppedClock, deepgram: Deepgram):
    meeting = Meeting(deepgram, DeepgramStreaming, {
        "model": "nova-2", "keyterm": ["Ada", "Grace"], "smart_format": True, "numerals": "true", "sample_rate": 48_000,
        "transcription_mode": "sentence"})
    await meeting.hear(TEN, 6_000)
    await meeting.end()
    [visit] = deepgram.visits
    assert visit.query == {
        "model": ["nova-2"], "keyterm": ["Ada", "Grace"], "smart_format": ["true"], "numerals": ["true"],
        "endpointing": ["300"], "punctuate": ["true"], "interim_results": ["true"], "encoding": ["linear16"],
        "sample_rate": ["16000"], "channels": ["1"]}
    assert visit.headers["authorization"] == f"Token {KEY}"


async def test_an_ungated_stream_sends_silence_too(clock: SteppedClock, deepgram: Deepgram):
    meeting = Meeting(deepgram, DeepgramStreaming, {}, gated=False)
    await meeting.hear(TEN[:2], 9_000)
    assert meeting.stream.tally.sent_s > 7.5
    await meeting.end()
    meeting.desk.assert_said(TEN[:2])


async def test_an_account_says_who_takes_over_and_whether_silence_goes_along(clock: SteppedClock, deepgram: Deepgram):
    async with open_for_business(AssemblyAi(clock)) as second:
        accounts = {
            "deepgram": {
                "api_key": "wrong", "base_url": deepgram.address, "fallback": "assembly_ai_v3_streaming", "voice_gate": "off"},
            "assemblyai": {"api_key": KEY, "streaming_url": second.address},
        }
        vendor = LiveVendor(
            "deepgram_streaming", {"model": "nova-3"}, accounts, guard=Guard(loopback=True), clock=clock, admission=nobody)
        meeting = Meeting(deepgram, DeepgramStreaming, {})
        await meeting.stream.abandon()
        meeting.stream = vendor.open(meeting.desk, partials=False)  # type: ignore[assignment]
        await meeting.hear(TEN, 9_000)
        await meeting.end()
    meeting.desk.assert_said(TEN)
    assert (vendor.tally.given_up, meeting.desk.given_up) == (1, [])
    assert vendor.tally.sent_s > 8, "ungated"
    assert not any(said.final is False for said in meeting.desk.said), "nobody wants what is not final"


# --- passes -------------------------------------------------------------------------------------------------------------


async def nobody(account: str) -> Pass:
    raise AssertionError("whoever has the key asks for nothing")


PASSED = [
    pytest.param(Deepgram, DeepgramStreaming, "deepgram", id="deepgram"),
    pytest.param(AssemblyAi, AssemblyAiStreaming, "assemblyai", id="assemblyai"),
]


class Passes:
    """What the server grants, on the vendor's clock; tokens that were made before may be handed out first."""

    def __init__(self, vendor: Vendor, account: str) -> None:
        self._account, self._secrets = account, {
            "api_key": KEY, "base_url": vendor.address, "streaming_url": vendor.address}
        self.stale: list[Pass] = []
        self.granted: list[Pass] = []

    async def mint(self) -> Pass:
        return await VendorMinter(Guard(loopback=True)).mint(self._account, self._secrets)

    async def __call__(self, protocol: LiveProtocol) -> Pass:
        assert not protocol.opening.secret
        self.granted.append(self.stale.pop(0) if self.stale else await self.mint())
        return self.granted[-1]


def passed(vendor: Vendor, make: type[LiveProtocol], passes: Passes) -> Meeting:
    """A meeting whose stream holds no key."""
    meeting = Meeting(vendor, make, {}, admit=passes)
    account = {"api_key": "", "base_url": vendor.address, "streaming_url": vendor.address}
    meeting.stream._providers[:] = [partial(make, account, {}, partials=True)]
    return meeting


@pytest.mark.parametrize(("kind", "make", "account"), PASSED)
async def test_every_connection_is_opened_by_a_token_of_its_own_and_never_by_the_key(
    clock: SteppedClock, kind: type[Vendor], make: type[LiveProtocol], account: str,
):
    async with open_for_business(kind(clock)) as vendor:
        vendor.drop_after_ms.append(1_500)
        passes = Passes(vendor, account)
        meeting = passed(vendor, make, passes)
        await meeting.hear(TEN, 9_000)
        await meeting.end()
    meeting.desk.assert_said(TEN)
    assert len(passes.granted) == len({p.secret for p in passes.granted}) == len(vendor.visits) == vendor.minted == 2
    assert all(p.minted for p in passes.granted)
    assert KEY not in str([(visit.headers, visit.query) for visit in vendor.visits])


@pytest.mark.parametrize(("kind", "make", "account"), PASSED)
async def test_a_token_whose_time_is_over_opens_nothing_and_the_next_one_does(
    clock: SteppedClock, kind: type[Vendor], make: type[LiveProtocol], account: str,
):
    async with open_for_business(kind(clock)) as vendor:
        passes = Passes(vendor, account)
        passes.stale.append(await passes.mint())
        await clock.advance(61)
        meeting = passed(vendor, make, passes)
        await meeting.hear([(value, at_ms + 61_000, ms) for value, at_ms, ms in TEN], 70_000)
        await meeting.end()
    assert [text.lower() for text, _, _ in meeting.desk.words] == [f"w{value}" for value, _, _ in TEN]
    assert (meeting.stream.tally.broken, vendor.minted, meeting.desk.given_up) == (1, 2, [])


@pytest.mark.parametrize(("kind", "make", "account"), PASSED)
async def test_where_the_vendor_makes_no_tokens_the_key_opens(
    clock: SteppedClock, kind: type[Vendor], make: type[LiveProtocol], account: str,
):
    async with open_for_business(kind(clock)) as vendor:
        vendor.mints = False
        passes = Passes(vendor, account)
        meeting = passed(vendor, make, passes)
        await meeting.hear(TEN, 9_000)
        await meeting.end()
    meeting.desk.assert_said(TEN)
    assert passes.granted == [Pass(KEY)]


@pytest.mark.parametrize(("kind", "make", "account"), PASSED)
async def test_a_key_that_is_wrong_gets_no_token_and_is_the_end(
    clock: SteppedClock, kind: type[Vendor], make: type[LiveProtocol], account: str,
):
    async with open_for_business(kind(clock)) as vendor:
        vendor.key = "another"
        meeting = passed(vendor, make, Passes(vendor, account))
        await meeting.hear(TEN, 9_000)
        await meeting.end()
    assert [failure.code for failure in meeting.desk.given_up] == [UNREACHABLE]
    assert vendor.visits == []
