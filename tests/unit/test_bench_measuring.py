"""The benches' own measuring: medians and worst rounds, and CPU time that is not lost with the process that spent it."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from bench.measuring.captured import Message, delays_ms, message
from bench.measuring.cpu import cpu_seconds, pss_mb
from bench.measuring.desk import words_delay
from bench.measuring.results import figure, tidy
from rapporteur.domain.timeline import iso
from rapporteur.media.tape import tape_path
from rapporteur.wire.tape import Kind, Record, Track, encode, json_record

pytestmark = pytest.mark.unit

T0_MS = 1_767_225_600_000.0
BUSY = "import time\nwhile time.process_time() < 0.15: pass"


def test_a_figure_has_medians_and_its_worst_round() -> None:
    made = figure([(1.0, 2.0), (3.0, 4.0), (2.0, 5.0)], "core")
    assert (made["ours"], made["opponent"], made["ratio"], made["worst"]) == (2.0, 4.0, 0.5, 0.75)
    assert made["rounds"][2] == {"ours": 2.0, "opponent": 5.0, "ratio": 0.4}


def test_where_more_is_better_the_smallest_ratio_is_the_worst() -> None:
    assert figure([(1.0, 2.0), (3.0, 4.0)], "frames", more_is_better=True)["worst"] == 0.5


def test_a_figure_without_opponent_has_no_ratio() -> None:
    made = figure([(1.0, None), (3.0, None)], "MB")
    assert (made["ours"], made["opponent"], made["ratio"], made["worst"]) == (2.0, None, None, None)


def test_what_a_process_spent_stays_counted_when_it_has_ended() -> None:
    before = cpu_seconds(os.getpid())
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    assert sum(cpu_seconds(os.getpid()).since(before).values()) >= 0.14


def test_memory_of_this_process_is_seen() -> None:
    assert pss_mb(os.getpid()).total() > 10


def test_the_negligible_is_left_out_and_the_largest_comes_first() -> None:
    assert list(tidy({"a": 0.0001, "b": 1.0, "c": 2.0})) == ["c", "b"]


def test_the_delay_of_words_begins_at_the_end_of_the_last() -> None:
    words = {"words": [{"end_timestamp": {"absolute": iso(T0_MS)}}, {"end_timestamp": {"absolute": iso(T0_MS + 500)}}]}
    assert words_delay({"data": {"data": words}}, T0_MS + 760) == pytest.approx(260)


@pytest.mark.parametrize("jump_ms", [0, 40, 534])
def test_the_delay_of_sound_begins_when_the_page_had_the_last_packet_of_it(tmp_path: Path, jump_ms: int) -> None:
    taped: list[Record] = []
    for source in (1, 2):
        described = Track(source, "audio", "microphone", "audio/opus", 48_000, source * 100).as_json()
        taped.append(json_record(Kind.TRACK, round(T0_MS * 1000), described, source=source))
    messages: list[Message] = []
    for number in range(500):
        for source, late_ms in ((1, 3 * (number % 7)), (2, 5)):
            # From then on packets are late, and after a second the track's clock believes it.
            arrived_ms = T0_MS + 20 * number + late_ms + jump_ms * (number >= 200)
            rtp = (number - 100) * 960 % (1 << 32)
            taped.append(Record(Kind.AUDIO, round(arrived_ms * 1000), b"x", source, 0, rtp, number))
            if number >= 50:
                told_ms = 20 * number - 9 + jump_ms * (number >= 250)
                messages.append(message(sent(told_ms, 20, source * 100), arrived_ms + 2 + number % 5))
    messages.append(message(sent(6000 + jump_ms - 9, 100, None), T0_MS + 6110 + jump_ms))
    tape_path(tmp_path, 1).write_bytes(b"".join(map(encode, taped)))
    *found, mixed = delays_ms(tape_path(tmp_path, 1).parent, messages)
    assert found == pytest.approx([2 + number % 5 for number in range(50, 500) for _ in (1, 2)], abs=0.1)
    assert mixed == pytest.approx(6110 - (20 * 304 + max(3 * (304 % 7), 5)), abs=0.1)


def sent(begins_ms: float, length_ms: int, person: int | None) -> dict[str, Any]:
    sound = {"buffer": b64encode(bytes(32 * length_ms)).decode(), "timestamp": {"absolute": iso(T0_MS + begins_ms)}}
    return {"data": {"bot": {"id": "b"}, "data": sound | ({"participant": {"id": person}} if person else {})}}
