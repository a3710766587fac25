"""The tape on disk: nothing that was written whole is lost, nothing that was not is believed."""

from __future__ import annotations

import asyncio
import os
import random
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from rapporteur.domain.errors import CaptureFailure
from rapporteur.kit.clock import SystemClock
from rapporteur.media.tape import FileTape, TapeReader, tape_path
from rapporteur.wire.tape import Kind, Record, encode, json_record

pytestmark = pytest.mark.unit

RECORDS = [
    json_record(Kind.BEGIN, 1_000, {"version": 1, "bot_id": "b", "generation": 1}),
    Record(Kind.VIDEO, 2_000, b"\x10\x02\x00frame", source=3, flags=1, rtp=90_000),
    Record(Kind.AUDIO, 3_000, b"", source=4, rtp=4_294_967_295, sequence=65_535),
    json_record(Kind.EVENT, 4_000, {"action": "join", "participant": {"id": 100, "name": "Zoë"}}),
    json_record(Kind.END, 5_000, {"reason": "left"}),
]


def open_tape(folder: Path, generation: int = 1) -> FileTape:
    return FileTape(folder, bot_id="b", generation=generation, clock=SystemClock())


def write(folder: Path, data: bytes, generation: int = 1) -> Path:
    path = tape_path(folder, generation)
    path.write_bytes(data)
    return path


async def test_what_is_appended_is_read_back_between_begin_and_end(tmp_path: Path):
    tape = open_tape(tmp_path)
    for record in RECORDS[1:4]:
        tape.append(record)
    await tape.close("left")
    begin, *middle, end = TapeReader(tmp_path)
    assert begin.kind is Kind.BEGIN
    assert begin.body == {"version": 1, "bot_id": "b", "generation": 1}
    assert middle == RECORDS[1:4]
    assert end.body == {"reason": "left"}
    assert tape.records == 2


async def test_closing_twice_is_harmless_and_appending_afterwards_is_refused(tmp_path: Path):
    tape = open_tape(tmp_path)
    await tape.close("left")
    await tape.close("left")
    with pytest.raises(CaptureFailure, match="closed"):
        tape.append(RECORDS[1])


async def test_appended_records_reach_the_file_without_being_asked(tmp_path: Path):
    tape = open_tape(tmp_path)
    tape.append(RECORDS[1])

    def wait_for_it() -> Record:
        return next(r for r in TapeReader(tmp_path, follow=True) if r.kind is Kind.VIDEO)

    assert await asyncio.wait_for(asyncio.to_thread(wait_for_it), 5) == RECORDS[1]
    await tape.close("left")


async def test_a_follower_reads_to_the_end_record_and_stops(tmp_path: Path):
    reading = asyncio.create_task(asyncio.to_thread(lambda: list(TapeReader(tmp_path, follow=True))))
    tape = open_tape(tmp_path)
    tape.append(RECORDS[1])
    await tape.close("left")
    kinds = [r.kind for r in await asyncio.wait_for(reading, 5)]
    assert kinds == [Kind.BEGIN, Kind.VIDEO, Kind.END]


def test_a_follower_gives_up_when_the_writer_is_gone(tmp_path: Path):
    write(tmp_path, b"".join(map(encode, RECORDS[:3])))
    assert list(TapeReader(tmp_path, follow=True, writer_alive=lambda: False)) == RECORDS[:3]
    assert list(TapeReader(tmp_path / "nothing", follow=True, writer_alive=lambda: False)) == []


def test_generations_are_read_in_order(tmp_path: Path):
    write(tmp_path, b"".join(map(encode, RECORDS)), 2)
    write(tmp_path, b"".join(map(encode, RECORDS[:2])), 1)
    assert list(TapeReader(tmp_path)) == RECORDS[:2] + RECORDS


def test_a_tape_cut_at_any_byte_yields_exactly_the_whole_records_before_the_cut(tmp_path: Path):
    data = b"".join(map(encode, RECORDS))
    ends = [0]
    for record in RECORDS:
        ends.append(ends[-1] + len(encode(record)))
    for cut in range(len(data) + 1):
        write(tmp_path, data[:cut])
        reader = TapeReader(tmp_path)
        whole = sum(end <= cut for end in ends) - 1
        assert list(reader) == RECORDS[:whole]
        assert reader.skipped_bytes == cut - ends[whole]


def test_a_flipped_bit_never_yields_a_wrong_record(tmp_path: Path):
    data = b"".join(map(encode, RECORDS))
    for at in range(len(data)):
        damaged = bytearray(data)
        damaged[at] ^= 1 << random.Random(at).randrange(8)
        write(tmp_path, bytes(damaged))
        read = list(TapeReader(tmp_path))
        assert read == RECORDS[:len(read)]
        assert len(read) < len(RECORDS)


async def test_a_torn_file_of_the_same_generation_is_cut_and_continued(tmp_path: Path):
    write(tmp_path, b"".join(map(encode, RECORDS[:3])) + encode(RECORDS[3])[:-1])
    tape = open_tape(tmp_path)
    tape.append(RECORDS[3])
    await tape.close("left")
    reader = TapeReader(tmp_path)
    assert [r.kind for r in reader] == [
        Kind.BEGIN, Kind.VIDEO, Kind.AUDIO, Kind.BEGIN, Kind.EVENT, Kind.END,
    ]
    assert reader.skipped_bytes == 0


async def append_until_refused(tape: FileTape) -> None:
    while True:
        tape.append(RECORDS[2])
        await asyncio.to_thread(os.sched_yield)


@pytest.fixture
def small_disk() -> Iterator[None]:
    """The kernel refuses to let any file grow beyond a megabyte."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("small_disk")
async def test_a_full_disk_is_told_at_the_next_append_and_costs_only_what_did_not_fit(tmp_path: Path):
    tape = open_tape(tmp_path)
    frame = Record(Kind.VIDEO, 1, bytes(100_000))
    for _ in range(20):
        tape.append(frame)
    with pytest.raises(CaptureFailure, match="cannot be written"):
        await asyncio.wait_for(append_until_refused(tape), 5)
    with pytest.raises(CaptureFailure):
        await tape.close("left")
    assert len([r for r in TapeReader(tmp_path) if r == frame]) == 9


def test_a_folder_that_cannot_be_made_is_a_capture_failure(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CaptureFailure):
        open_tape(tmp_path / "file")
