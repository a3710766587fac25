"""Finishing what a dead generation left: its tape is read, speech that was not written down yet is, and the artifacts are made.

A finisher is a bot without a meeting. It runs the same scribe, composer and closing as a bot that ended in good order, so that
there is one way from the tape to the files.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import structlog

from rapporteur.bot.closing import Closing
from rapporteur.bot.control import ControlChannel
from rapporteur.bot.recollection import Recollection
from rapporteur.bot.relistening import Relistening
from rapporteur.bot.scribe import Scribe
from rapporteur.kit.tasks import accompanied
from rapporteur.services.ports import Composer, Tape
from rapporteur.wire import control
from rapporteur.wire.tape import Record

log = structlog.get_logger()


class Finisher:
    def __init__(self, *, channel: ControlChannel, recollection: Recollection, relistening: Relistening, tape: Tape,
                 scribe: Scribe, composer: Composer, closing: Closing, recording_config: dict[str, Any]) -> None:
        """`recording_config` is the bot's: that of every recording whose start on the tape names no other."""
        self._channel = channel
        self._recollection = recollection
        self._recording_config = recording_config
        self._tape = tape
        self._scribe = scribe
        self._composer = composer
        self._closing = closing
        self._relistening = relistening

    async def run(self) -> None:
        try:
            await accompanied(self._finish(), self._scribe.run())
        finally:
            await self._relistening.aclose()

    async def _finish(self) -> None:
        retell(self._recollection.marks, self._channel, self._scribe, self._recording_config)
        if self._scribe.wanted:
            await self._relistening.listen()
            await self._scribe.drained()
        await self._tape.close("finished")
        if self._recollection.marks:
            await self._composer.start()
            await self._closing.store_all(await self._composer.finish())
        self._channel.post(control.MEDIA_FINISHED, {})
        await self._channel.drained()


def retell(marks: Iterable[Record], channel: ControlChannel, scribe: Scribe, recording_config: dict[str, Any]) -> None:
    """Tell server and scribe of the borders on old tapes: the dead generation may not have come to it."""
    for mark in marks:
        at_ms, body = mark.at_us / 1000, mark.body
        told = {key: body[key] for key in ("recording_id", "recording_config") if key in body}
        match body["action"]:
            case "start":
                scribe.recording_started(body["recording_id"], body.get("recording_config", recording_config), at_ms)
                channel.post(control.RECORDING_STARTED, told, at_ms)
            case "stop":
                scribe.recording_paused(at_ms)
                channel.post(control.RECORDING_STOPPED, told, at_ms)
            case "pause":
                scribe.recording_paused(at_ms)
            case "resume":
                scribe.recording_resumed(at_ms)


async def in_threads(read: Callable[[], list[Record]]) -> AsyncIterator[Record]:
    """Records from a blocking reader that answers portions and, at the end, an empty one."""
    while portion := await asyncio.to_thread(read):
        for record in portion:
            yield record
