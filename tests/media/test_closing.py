"""The short form of `make proof NAME=closing`: what is left to do at the end does not grow with the meeting."""

from __future__ import annotations

import pytest

from tests.proofs.closing import closing

pytestmark = [pytest.mark.media, pytest.mark.timeout(120)]


async def test_a_composer_that_has_caught_up_closes_a_longer_meeting_as_fast():
    short_s, long_s = await closing(60), await closing(450)
    assert long_s <= max(1.0, 1.5 * short_s) + 1.0, "with a second for a crowded machine"
