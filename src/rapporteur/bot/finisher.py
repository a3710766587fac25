"""Finishing what a dead generation left: its tape is read, speech that was not written down yet is, and the artifacts are made.

A finisher is a bot without a meeting. It runs the same scribe, composer and closing as a bot that ended in good order, so that
there is one way from the tape to the files.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import structlog

from rapporteur.bot.closing import Closing
from rapporteur.bot.control import ControlChannel
from rapporteur.bot.scribe import Scribe
from rapporteur.domain.participants import Participant
from rapporteur.kit.tasks import accompanied
from rapporteur.services.ports import Composer, Ear, EarListener, Heard, Tape
from rapporteur.wire import control
from rapporteur.wire.tape import Kind, Record, Track

log = structlog.get_logger()

_AGAIN_MS = 250.0
"""Speech that begins within this time of an utterance already on the tape is the same speech."""


_BREATH = 5000
"""Packets handed to the ear before it is waited for: far less than it can hold."""


class Finisher:
    def __init__(self, *, channel: ControlChannel, read_tape: Callable[[], AsyncIterator[Record]], tape: Tape,
                 ear: Callable[[EarListener], Ear], scribe: Scribe, composer: Composer, closing: Closing,
                 recording_config: dict[str, Any]) -> None:
        """`recording_config` is the bot's: that of every recording whose start on the tape names no other."""
        self._channel = channel
        self._recording_config = recording_config
        self._read_tape = read_tape
        self._tape = tape
        self._ear = ear(self)
        self._scribe = scribe
        self._composer = composer
        self._closing = closing
        self._tracks: dict[int, Track] = {}
        self._people: dict[int, Participant] = {}
        self._written_until: dict[int, float] = {}
        """Per participant: the end of the last utterance on the tape."""
        self._recordings = 0

    async def run(self) -> None:
        try:
            await accompanied(self._finish(), self._scribe.run())
        finally:
            await self._ear.aclose()

    async def _finish(self) -> None:
        await self._survey()
        if self._recordings and self._scribe.wanted:
            await self._listen_again()
        await self._tape.close("finished")
        if self._recordings:
            await self._composer.start()
            await self._closing.store_all(await self._composer.finish())
        self._channel.post(control.MEDIA_FINISHED, {})
        await self._channel.drained()

    async def _survey(self) -> None:
        """Who was there, what was recorded, and how far it was written down."""
        async for record in self._read_tape():
            match record.kind:
                case Kind.TRACK:
                    track = Track(**record.body)
                    self._tracks[track.source] = track
                case Kind.EVENT:
                    person = Participant(**record.body["participant"])
                    self._people[person.id] = person
                case Kind.RECORDING:
                    self._recording(record)
                case Kind.UTTERANCE:
                    person_id = record.body["participant_id"]
                    self._written_until[person_id] = max(self._written_until.get(person_id, 0.0), record.at_us / 1000)

    def _recording(self, record: Record) -> None:
        """Borders of recordings. Where one began and ended is told again: the dead generation may not have come to it."""
        at_ms, body = record.at_us / 1000, record.body
        told = {key: body[key] for key in ("recording_id", "recording_config") if key in body}
        match body["action"]:
            case "start":
                self._recordings += 1
                config = body.get("recording_config", self._recording_config)
                self._scribe.recording_started(body["recording_id"], config, at_ms)
                self._channel.post(control.RECORDING_STARTED, told, at_ms)
            case "stop":
                self._scribe.recording_paused(at_ms)
                self._channel.post(control.RECORDING_STOPPED, told, at_ms)
            case "pause":
                self._scribe.recording_paused(at_ms)
            case "resume":
                self._scribe.recording_resumed(at_ms)

    async def _listen_again(self) -> None:
        opened: set[int] = set()
        packets = 0
        async for record in self._read_tape():
            track = self._tracks.get(record.source)
            if record.kind is not Kind.AUDIO or track is None or track.participant_id is None:
                continue
            if record.source not in opened:
                opened.add(record.source)
                self._ear.open(record.source, track.mime, track.clock_rate)
            self._ear.hear(record.source, record.rtp, record.sequence, record.at_us / 1000, record.payload)
            packets += 1
            if packets % _BREATH == 0:
                await self._ear.settle()
        for source in opened:
            self._ear.close(source)
        await self._ear.drain()
        await self._scribe.drained()

    # --- what the ear hears (EarListener) -------------------------------------------------------------------------------

    def on_speech(self, source: int, speaking: bool, at_ms: float) -> None:
        """Speaking marks are on the tape already, as far as they were made."""

    def on_heard(self, heard: Heard) -> None:
        track = self._tracks[heard.source]
        person = self._people.get(track.participant_id or 0)
        if person is not None and heard.end_ms > self._written_until.get(person.id, 0.0) + _AGAIN_MS:
            self._scribe.write_down(heard, person)


async def in_threads(read: Callable[[], list[Record]]) -> AsyncIterator[Record]:
    """Records from a blocking reader that answers portions and, at the end, an empty one."""
    while portion := await asyncio.to_thread(read):
        for record in portion:
            yield record
