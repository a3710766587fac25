"""Packets gather before they are listened to, orders do not wait for them, and silence costs the downsampler nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from rapporteur.media.downsample import FACTOR, SOUND, Downsampler
from rapporteur.media.ear import DropNewestIntake, _Packet

pytestmark = pytest.mark.unit

CHUNK = 512
LONG_S = 60.0


def packet(number: int) -> _Packet:
    return _Packet(1, number * 960, number, number * 20.0, b"")


def test_packets_that_come_soon_after_the_first_are_taken_with_it() -> None:
    intake = DropNewestIntake(100)
    with ThreadPoolExecutor() as pool:
        taken = pool.submit(intake.take, LONG_S, 0.2)
        for number in range(5):
            intake.offer(packet(number))
        assert [p.sequence for p in taken.result() if isinstance(p, _Packet)] == list(range(5))


def test_an_order_is_taken_at_once_with_what_came_before_it() -> None:
    intake, told = DropNewestIntake(100), threading.Event()
    with ThreadPoolExecutor() as pool:
        taken = pool.submit(intake.take, LONG_S, LONG_S)
        intake.offer(packet(0))
        intake.order(told.set)
        assert taken.result(timeout=10) == [packet(0), told.set]
    intake.offer(packet(1))
    assert intake.take(None, 0.0) == [packet(1)]


def test_silence_is_given_without_work_and_sound_before_it_is_heard_out() -> None:
    loud = np.sin(np.arange(CHUNK * FACTOR) / 20).astype(np.float32)
    quiet = np.full(CHUNK * FACTOR, SOUND / 2, np.float32)
    downsampler, plain = Downsampler(CHUNK), Downsampler(CHUNK)
    assert downsampler.feed(quiet) is downsampler.feed(quiet)
    assert np.allclose(downsampler.feed(loud), plain.feed(loud))
    assert np.allclose(downsampler.feed(quiet), plain.feed(np.zeros_like(quiet)))
    assert not downsampler.feed(quiet).any()
    assert np.allclose(downsampler.feed(loud), Downsampler(CHUNK).feed(loud))
