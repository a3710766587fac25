"""The short form of `make proof NAME=webhooks`: a sender that is killed, a receiver that fails, an endpoint that hangs."""

from __future__ import annotations

import pytest

from tests.proofs.webhooks import faults, prove

pytestmark = pytest.mark.conformance

MOST_SLOWED = 2.0
"""A starved machine moves a span of a second; the long form holds 1.2."""


async def test_nothing_is_lost_changed_or_out_of_order_and_nobody_waits_for_a_hanging_endpoint() -> None:
    proof = await prove(100, rounds=3)
    assert proof["survival"]["kills"] >= 2
    assert [fault for fault in faults(proof) if fault != "slowed_by"] == []
    assert proof["hanging"]["slowed_by"] < MOST_SLOWED
