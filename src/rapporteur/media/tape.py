"""The tape on disk: one writer that never blocks the event loop, and a reader that follows it while it grows.

The bytes of a record are wire.tape's business; this file owns files, threads and the promise that what was appended is with
the operating system within 100 ms and on the disk within a second. It knows nothing of what the records mean.
"""

from __future__ import annotations

import asyncio
import errno
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path

import structlog

from rapporteur.domain.errors import CaptureFailure
from rapporteur.kit.clock import Clock
from rapporteur.kit.disk import Disk
from rapporteur.wire.tape import HEADER, MAX_PAYLOAD, VERSION, Decoder, Kind, Record, encode, json_record

log = structlog.get_logger()

FLUSH_S = 0.1
SYNC_S = 0.5
"""With what the disk takes for it, less than a second is lost when the power goes."""
RESERVE = 64 * 1024 * 1024
"""A tape takes no more when less than this, and than its own size again, is left: its files have to be made and stored."""
SMALL_DISK = 10
"""On a small disk the reserve is one part in so many of it."""
POLL_S = 0.4
"""How often a follower looks for more. What it does at a time, it does with warm caches."""
MAX_QUEUED = 64 * 1024 * 1024
"""A disk that lets this many bytes wait has failed, though it has not said so: minutes of a large meeting."""
CHUNK = 256 * 1024
_MEDIA = (Kind.VIDEO, Kind.AUDIO)
_NAME = re.compile(r"\d{4}\.tape")


def tape_path(folder: Path, generation: int) -> Path:
    return folder / f"{generation:04d}.tape"


def tape_files(folder: Path, before: int | None = None) -> list[Path]:
    """The tape's files in the order they are read: of every generation, or only of those before one."""
    try:
        names = sorted(filter(_NAME.fullmatch, os.listdir(folder)))
    except FileNotFoundError:
        return []
    return [folder / name for name in names if before is None or int(name[:4]) < before]


class FileTape:
    """Fulfils services.ports.Tape: one generation's file in `folder`.

    A file left by an earlier process of the same generation is cut behind its last whole record and continued.
    Raises CaptureFailure when the file cannot be opened.
    """

    def __init__(
        self, folder: Path, *, bot_id: str, generation: int, clock: Clock, disk: Disk | None = None, reserve: int = RESERVE,
    ) -> None:
        """`reserve` is 0 for who makes the files: it may use what was left for that."""
        self._disk = disk or Disk()
        self._reserve = reserve
        self._size = 0
        self.path = tape_path(folder, generation)
        self.records = 0
        self._clock = clock
        self._lock = threading.Lock()
        self._queue: list[bytes] = []
        self._queued_bytes = 0
        self._queued_media = 0
        self._failure: OSError | None = None
        self._wake = threading.Event()
        self._closing = False
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._fd = _open_at_end(self._disk, self.path)
            self._disk.keep(self.path, folder.parent)
        except OSError as error:
            raise CaptureFailure(f"the tape cannot be opened: {error.strerror}") from error
        self.append(json_record(Kind.BEGIN, self._now_us(), {"version": VERSION, "bot_id": bot_id, "generation": generation}))
        self._thread = threading.Thread(target=self._write_until_closed, name="tape", daemon=True)
        self._thread.start()

    def append(self, *records: Record) -> None:
        """Queue records. Raises CaptureFailure once the disk has refused an earlier one, and after `close`."""
        if self._failure is not None:
            raise CaptureFailure(f"the tape cannot be written: {self._failure.strerror}") from self._failure
        if self._closing:
            raise CaptureFailure("the tape is closed")
        data = [encode(record) for record in records]
        size = sum(map(len, data))
        with self._lock:
            if self._queued_bytes + size > MAX_QUEUED:
                raise CaptureFailure("the disk does not keep up with the tape")
            self._queue += data
            self._queued_bytes += size
            self._queued_media += _media(records)

    async def close(self, reason: str) -> None:
        """Write END, sync and close. Raises CaptureFailure if anything that was queued did not reach the disk."""
        if not self._closing:
            if self._failure is None:
                self.append(json_record(Kind.END, self._now_us(), {"reason": reason}))
            self._closing = True
            self._wake.set()
        await asyncio.to_thread(self._thread.join)
        if self._failure is not None:
            raise CaptureFailure(f"the tape cannot be written: {self._failure.strerror}") from self._failure

    def _now_us(self) -> int:
        return int(self._clock.now_ms() * 1000)

    # --- the writer's thread --------------------------------------------------------------------------------------------

    def _write_until_closed(self) -> None:
        try:
            synced_s = self._clock.monotonic_s()
            while not self._closing:
                self._wake.wait(FLUSH_S)
                self._write_queued()
                if (now_s := self._clock.monotonic_s()) - synced_s >= SYNC_S:
                    self._disk.sync(self._fd)
                    self._check_room()
                    synced_s = now_s
            self._write_queued()
            self._disk.sync(self._fd)
        except OSError as error:
            self._failure = error
            log.error("tape_failed", errno=error.errno, path=str(self.path))
        finally:
            os.close(self._fd)

    def _write_queued(self) -> None:
        with self._lock:
            queue, self._queue = self._queue, []
            media, self._queued_media = self._queued_media, 0
        data = memoryview(b"".join(queue))
        size = len(data)
        while data:
            data = data[self._disk.write(self._fd, data):]
        self._size += size
        with self._lock:
            self._queued_bytes -= size
        self.records += media

    def _check_room(self) -> None:
        if self._reserve:
            free, whole = self._disk.room(self._fd)
            if free < min(self._reserve, whole // SMALL_DISK) + self._size:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _media(records: Iterable[Record]) -> int:
    return sum(record.kind in _MEDIA for record in records)


def _open_at_end(disk: Disk, path: Path) -> int:
    fd = disk.open(path)
    try:
        decoder = Decoder()
        while data := os.read(fd, CHUNK):
            decoder.feed(data)
        os.ftruncate(fd, decoder.consumed)
        os.lseek(fd, decoder.consumed, os.SEEK_SET)
    except OSError:
        os.close(fd)
        raise
    return fd


class MemoryTape:
    """Fulfils services.ports.Tape where nothing may be kept: it counts what passes, and forgets it.

    Who needs the media while it comes takes it before it gets here.
    """

    def __init__(self) -> None:
        self.records = 0

    def append(self, *records: Record) -> None:
        self.records += _media(records)

    async def close(self, reason: str) -> None:
        """Nothing is left to close."""


class TapeReader:
    """The records of all files of a folder, in order.

    With `follow` it waits at the last file's end for more, until it has read END or `writer_alive` says that none will come.
    A torn or damaged tail is skipped, logged and counted in `skipped_bytes`. `idle` is called whenever there is nothing to
    read just now; it may raise to give up.
    """

    def __init__(
        self, folder: Path, *, follow: bool = False, writer_alive: Callable[[], bool] = lambda: True,
        idle: Callable[[], None] = lambda: None, before: int | None = None,
    ) -> None:
        """`before` leaves out the files of a generation and of those behind it."""
        self._folder = folder
        self._before = before
        self._follow = follow
        self._writer_alive = writer_alive
        self._idle = idle
        self._pause = threading.Event()
        self.skipped_bytes = 0

    def __iter__(self) -> Iterator[Record]:
        done: set[Path] = set()
        while True:
            path = next((p for p in tape_files(self._folder, self._before) if p not in done), None)
            if path is not None:
                done.add(path)
                yield from self._file(path)
            elif done or not self._waits_on():
                return

    def _file(self, path: Path) -> Iterator[Record]:
        decoder, ended, size, given_up = Decoder(), False, 0, False
        with path.open("rb", buffering=0) as file:
            while not decoder.damaged:
                if data := file.read(CHUNK):
                    size, given_up = size + len(data), False
                    for record in decoder.feed(data):
                        ended = record.kind is Kind.END
                        yield record
                elif given_up:
                    break
                elif self._follow and not ended and path == tape_files(self._folder)[-1] and self._writer_alive():
                    self._wait()
                else:
                    # Once more: a writer may have written something between the reading and its death.
                    given_up = True
            skipped = max(size, os.fstat(file.fileno()).st_size) - decoder.consumed
        if skipped:
            self.skipped_bytes += skipped
            log.warning("tape_tail_skipped", path=str(path), bytes=skipped, damaged=decoder.damaged)

    def _waits_on(self) -> bool:
        """Nothing has been written yet: wait once, unless nobody is going to."""
        if not (self._follow and self._writer_alive()):
            return False
        self._wait()
        return True

    def _wait(self) -> None:
        self._idle()
        self._pause.wait(POLL_S)


class TapeFacts:
    """What the files of earlier generations tell, without the media: passed over unread, hours of it take seconds.

    When the iteration is over, `newest_us` is the time of the newest record of any kind; 0 if there is none.
    """

    def __init__(self, folder: Path, *, before: int) -> None:
        self._files = tape_files(folder, before)
        self.newest_us = 0

    def __iter__(self) -> Iterator[Record]:
        for path in self._files:
            if path.stat().st_size:
                with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
                    yield from self._facts(data)

    def _facts(self, data: mmap) -> Iterator[Record]:
        at, decoder = 0, Decoder()
        while at + HEADER.size <= len(data):
            length, _, at_us, _, kind, *_ = HEADER.unpack_from(data, at)
            end = at + HEADER.size + length
            if length > MAX_PAYLOAD or end > len(data):
                return
            if kind not in _MEDIA:
                yield from decoder.feed(data[at:end])
                if decoder.damaged:
                    return
            self.newest_us = max(self.newest_us, at_us)
            at = end
