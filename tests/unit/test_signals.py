from __future__ import annotations

import asyncio

import pytest

from rapporteur.kit.signals import Signals

pytestmark = pytest.mark.unit


async def test_who_is_cancelled_in_the_turn_of_a_signal_is_cancelled() -> None:
    signals = Signals()
    with signals.listen("topic") as bell:
        waiting = asyncio.ensure_future(bell.rung(5))
        await asyncio.sleep(0)
        signals.ring("topic")
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_a_signal_between_a_look_and_a_wait_is_heard_once() -> None:
    signals = Signals()
    with signals.listen("topic") as bell:
        signals.ring("topic")
        assert await bell.rung(0.01)
        assert not await bell.rung(0.01)
