"""The benches' own measuring: medians and worst rounds, and CPU time that is not lost with the process that spent it."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode

import pytest

from bench.measuring.cpu import cpu_seconds, pss_mb
from bench.measuring.desk import media_delay, words_delay
from bench.measuring.results import figure, tidy

pytestmark = pytest.mark.unit

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


def test_a_delay_is_what_comes_on_top_of_the_messages_own_length() -> None:
    sound = {"buffer": b64encode(bytes(32 * 100)).decode(), "timestamp": {"absolute": "2026-01-01T00:00:00.500Z"}}
    at_ms = 1_767_225_600_500.0
    assert media_delay({"data": {"data": sound}}, at_ms + 130) == pytest.approx(30, abs=0.1)
    words = {"words": [{"end_timestamp": {"absolute": "2026-01-01T00:00:00Z"}}, {"end_timestamp": sound["timestamp"]}]}
    assert words_delay({"data": {"data": words}}, at_ms + 260) == pytest.approx(260)
