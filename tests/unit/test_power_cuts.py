"""What survives a power cut and a full disk: what was told to be kept, and of a tape all but its last second."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rapporteur.domain.errors import CaptureFailure
from rapporteur.kit.clock import SystemClock
from rapporteur.media.tape import FileTape, TapeReader
from rapporteur.storage.blobs import Blobs
from rapporteur.wire.tape import Kind, Record
from tests.fakes.disks import ForgetfulDisk, FullDisk

pytestmark = pytest.mark.unit

SIZE = 3_000


async def record(tape: FileTape, clock: SystemClock, seconds: float, size: int = SIZE) -> None:
    """A camera and a microphone, each frame with the time at which it was appended."""
    until_s = clock.monotonic_s() + seconds
    while clock.monotonic_s() < until_s:
        tape.append(Record(Kind.VIDEO, round(clock.now_ms() * 1000), bytes(size), 1))
        await clock.sleep(0.02)


async def test_a_power_cut_costs_a_tape_its_last_second_at_most(tmp_path: Path) -> None:
    disk, clock = ForgetfulDisk(), SystemClock()
    tape = FileTape(tmp_path / "tape", bot_id="b", generation=1, clock=clock, disk=disk)
    for cut in range(3):
        await record(tape, clock, random.uniform(0.6, 1.2))
        cut_ms = clock.now_ms()
        disk.image(tmp_path / "tape", tmp_path / f"after-{cut}")
        left = list(TapeReader(tmp_path / f"after-{cut}"))
        assert left[0].kind is Kind.BEGIN
        assert cut_ms - left[-1].at_us / 1000 < 1000
    await tape.close("ended")
    disk.image(tmp_path / "tape", tmp_path / "whole")
    assert list(TapeReader(tmp_path / "whole"))[-1].kind is Kind.END


async def test_an_object_that_is_said_to_be_stored_outlives_a_power_cut(tmp_path: Path) -> None:
    disk = ForgetfulDisk()
    blobs = Blobs.local(tmp_path / "blobs", disk)

    async def chunks() -> AsyncIterator[bytes]:
        yield b"media" * 1000

    await blobs.put("w/1/video.mp4", chunks())
    disk.image(tmp_path / "blobs", tmp_path / "after")
    assert (tmp_path / "after" / "w" / "1" / "video.mp4").read_bytes() == b"media" * 1000


async def test_a_tape_stops_while_there_is_room_to_make_its_files(tmp_path: Path) -> None:
    clock = SystemClock()
    tape = FileTape(tmp_path / "tape", bot_id="b", generation=1, clock=clock, disk=FullDisk(65 * 1024 * 1024))
    with pytest.raises(CaptureFailure, match="No space left"):
        await record(tape, clock, 10, size=100_000)
    with pytest.raises(CaptureFailure):
        await tape.close("ended")
    assert all(r.kind in (Kind.BEGIN, Kind.VIDEO) for r in TapeReader(tmp_path / "tape"))
    finisher = FileTape(tmp_path / "tape", bot_id="b", generation=2, clock=clock, disk=FullDisk(1024), reserve=0)
    await finisher.close("finished")


async def test_syncing_costs_little(tmp_path: Path) -> None:
    clock, began = SystemClock(), time.process_time()
    tape = FileTape(tmp_path / "tape", bot_id="b", generation=1, clock=clock)
    await record(tape, clock, 1.5)
    await tape.close("ended")
    assert time.process_time() - began < 0.5
