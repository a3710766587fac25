"""The short form of `make proof NAME=kill`: each thing that can die, once or twice, at a random moment."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.fakes.killing import KINDS, trial

pytestmark = [pytest.mark.media, pytest.mark.timeout(120)]


@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_dies_every_file_plays_and_at_most_a_second_is_lost(kind: str, tmp_path: Path):
    seed = random.randrange(1 << 32)
    struck = await trial(kind, tmp_path, random.Random(seed))
    assert struck.faults == [], f"seed {seed}: {struck}"
