"""The composer's process: takes one request, composes while the bot records, tells how far it is, and ends with its bot.

It reads ONE JSON line from standard input: {tape_dir, out_dir, recording_config, bot_pid, lock_path, streams?, live_from_us?},
a stream being {number, url} of media.broadcast. It writes
`out_dir/RECORDING_ID/NAME` for the files of domain.recording, `out_dir/progress.json` about once a second while it lives,
`out_dir/RECORDING_ID/result.json` when a recording is complete before the tape is, and `out_dir/result.json` when everything is
done. It runs at low priority and never outlives its bot: what a bot's death leaves
half made, the next generation makes anew from the tape. Nothing it does is lost, because nothing but the tape is its memory.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import structlog

from rapporteur.kit.clock import Clock, SystemClock
from rapporteur.kit.locks import FileLock, is_held
from rapporteur.media.broadcast import Broadcast
from rapporteur.media.composer import NICE, PROGRESS, RESULT, TELL_S
from rapporteur.media.composition import ComposeConfig, compose, write_json

log = structlog.get_logger()

LOCK = "composer.lock"


class _Orphaned(Exception):
    """The bot is gone; the tape is the next generation's."""


def main(stdin: IO[str], clock: Clock | None = None) -> int:
    """Compose what the line on `stdin` asks for. 0 when `result.json` is written, 3 when the bot died meanwhile."""
    request = json.loads(stdin.readline())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C goes to the whole group; the bot decides what it means
    os.nice(NICE)
    alive = _bot_lives(request["bot_pid"], request["lock_path"])
    out_dir = Path(request["out_dir"])
    try:
        with _alone_in(out_dir, alive):
            for result in (out_dir / RESULT, *out_dir.glob(f"*/{RESULT}")):
                result.unlink(missing_ok=True)
            streams = _Streams(request.get("streams") or [], request.get("live_from_us", 0))
            progress = _Progress(out_dir / PROGRESS, alive, clock or SystemClock(), streams)
            config = ComposeConfig.from_recording_config(request["recording_config"])
            entries = compose(
                Path(request["tape_dir"]), out_dir, replace(config, streamed=streams.asked),
                follow=True, writer_alive=alive, progress=progress.tell, broadcasts=streams.open,
                complete=lambda recording_id, entries: write_json(
                    out_dir / recording_id / RESULT, [progress.annotated(entry) for entry in entries]),
            )
            progress.check()
            progress.write()
            write_json(out_dir / RESULT, [progress.annotated(entry) for entry in entries])
    except _Orphaned:
        log.warning("composer without a bot stops")
        return 3
    return 0


def _bot_lives(bot_pid: int, lock_path: str | None) -> Callable[[], bool]:
    if lock_path is not None:
        return lambda: is_held(Path(lock_path))
    return lambda: os.getppid() == bot_pid


def _alone_in(out_dir: Path, alive: Callable[[], bool]) -> FileLock:
    """Wait for the composer of a bot that has just died to notice it."""
    pause = threading.Event()
    while (lock := FileLock.take(out_dir / LOCK)) is None:
        if not alive():
            raise _Orphaned
        pause.wait(0.1)
    return lock


class _Streams:
    """Where the mixed picture goes besides the file, and how each of these stands."""

    def __init__(self, asked: list[dict[str, Any]], live_from_us: float) -> None:
        self.asked = bool(asked)
        self._asked = asked
        self._live_from_us = live_from_us
        self._opened: list[tuple[str, int, Broadcast]] = []

    def open(self, recording_id: str, start_us: int) -> list[Broadcast]:
        from_s = max(0.0, (self._live_from_us - start_us) / 1e6)
        opened = [(recording_id, s["number"], Broadcast(s["url"], from_s)) for s in self._asked]
        self._opened += opened
        return [broadcast for _, _, broadcast in opened]

    def stand(self) -> list[dict[str, Any]]:
        return [
            {"recording_id": recording_id, "number": number, "code": broadcast.code, "left_out": broadcast.left_out}
            for recording_id, number, broadcast in self._opened
        ]


class _Progress:
    def __init__(self, path: Path, alive: Callable[[], bool], clock: Clock, streams: _Streams) -> None:
        self._streams = streams
        self._path = path
        self._alive = alive
        self._clock = clock
        self._told_s = float("-inf")
        self._lag_ms = 0.0
        """The largest distance behind the clock; while there is nothing to read there is none."""
        self._signs = 0

    def tell(self, position_us: float, waiting: bool) -> None:
        now_s = self._clock.monotonic_s()
        if now_s - self._told_s < TELL_S:
            return
        self.check()
        self._told_s = now_s
        self._signs += 1
        lag_ms = self._clock.now_ms() - position_us / 1000 if position_us and not waiting else 0.0
        self._lag_ms = max(self._lag_ms, lag_ms)
        self.write(position_us, lag_ms)

    def write(self, position_us: float = 0.0, lag_ms: float = 0.0) -> None:
        write_json(self._path, {
            "position_us": round(position_us), "lag_ms": round(lag_ms), "signs": self._signs, "streams": self._streams.stand()})

    def check(self) -> None:
        if not self._alive():
            raise _Orphaned

    def annotated(self, entry: dict[str, Any]) -> dict[str, Any]:
        if entry["report"] is None:
            return entry
        return {**entry, "report": {**entry["report"], "composer_lag_ms": round(self._lag_ms)}}
