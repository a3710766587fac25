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


def test_packets_gather_until_an_order_that_does_not_wait() -> None:
    intake, told = DropNewestIntake(100), threading.Event()
    with ThreadPoolExecutor() as pool:
        taken = pool.submit(intake.take, LONG_S, LONG_S)
        for number in range(5):
            intake.offer(packet(number))
        intake.order(told.set)
        assert taken.result(timeout=10) == [*map(packet, range(5)), told.set]
    intake.offer(packet(5))
    assert intake.take(None, 0.0) == [packet(5)]


def test_silence_is_given_without_work_and_sound_before_it_is_heard_out() -> None:
    loud = np.sin(np.arange(CHUNK * FACTOR) / 20).astype(np.float32)
    quiet = np.full(CHUNK * FACTOR, SOUND / 2, np.float32)
    downsampler, plain = Downsampler(CHUNK), Downsampler(CHUNK)
    assert np.shares_memory(downsampler.feed(quiet), downsampler.feed(quiet))
    assert np.allclose(downsampler.feed(loud), plain.feed(loud))
    assert np.allclose(downsampler.feed(quiet), plain.feed(np.zeros_like(quiet)))
    assert not downsampler.feed(quiet).any()
    assert np.allclose(downsampler.feed(loud), Downsampler(CHUNK).feed(loud))
