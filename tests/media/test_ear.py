"""The ear on real speech as a network delivers it, at virtual times."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator

import numpy as np
import pytest

from rapporteur.domain.errors import CaptureFailure
from rapporteur.media.ear import LiveEar
from rapporteur.services.ports import Heard
from tests.fakes.speech import Arrival, at_16k, clips, network, opus, sent, timeline

pytestmark = pytest.mark.media

START_MS = 1_790_000_000_000
ZERO_MS = START_MS + 20
"""The wall clock of a timeline's first sample: the fastest packet arrives when its 20 ms are complete."""
TOLERANCE_MS = 250


class Notes:
    def __init__(self) -> None:
        self.voices: list[tuple[int, float]] = []
        self.edges: list[tuple[int, bool, float]] = []
        self.heard: list[Heard] = []
        self.sound: list[tuple[int, float, bytes]] = []

    def on_voice(self, source: int, at_ms: float) -> None:
        self.voices.append((source, at_ms))

    def on_speech(self, source: int, speaking: bool, at_ms: float) -> None:
        self.edges.append((source, speaking, at_ms))

    def on_heard(self, heard: Heard) -> None:
        self.heard.append(heard)

    def on_sound(self, source: int, at_ms: float, pcm: bytes) -> None:
        self.sound.append((source, at_ms, pcm))

    def stretches(self, source: int) -> list[tuple[float, float]]:
        """Begin and end of speech in milliseconds of the timeline."""
        own = [(speaking, at) for s, speaking, at in self.edges if s == source]
        assert [speaking for speaking, _ in own] == [True, False] * (len(own) // 2)
        assert [at for _, at in own] == sorted(at for _, at in own)
        return [(own[n][1] - ZERO_MS, own[n + 1][1] - ZERO_MS) for n in range(0, len(own), 2)]


class SlowClock:
    """Time that the test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now_ms(self) -> float:
        return START_MS + self.seconds * 1000

    def monotonic_s(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
async def ear(notes: Notes) -> AsyncIterator[LiveEar]:
    ear = LiveEar(notes)
    yield ear
    await ear.aclose()


async def play(ear: LiveEar, source: int, arrivals: list[Arrival]) -> None:
    ear.open(source, "audio/opus", 48_000)
    for n, a in enumerate(arrivals):
        ear.hear(source, a.rtp, a.sequence, a.arrival_ms, a.payload)
        if n % 1000 == 999:
            await ear.settle()
    await ear.drain()


def assert_matches(stretches: list[tuple[float, float]], truth: list[tuple[float, float]]) -> None:
    assert len(stretches) == len(truth)
    for (begin, end), (true_begin, true_end) in zip(stretches, truth, strict=True):
        assert abs(begin - true_begin) <= TOLERANCE_MS
        assert abs(end - true_end) <= TOLERANCE_MS


def conversation(every: int = 2) -> tuple[np.ndarray, list[tuple[float, float]]]:
    """Every n-th clip with two seconds between them, and when each is spoken, in milliseconds."""
    placed, truth, at = [], [], 1.0
    for clip in clips()[::every]:
        placed.append((at, clip.pcm))
        truth.append((at * 1000, at * 1000 + clip.ms))
        at += clip.ms / 1000 + 2
    return timeline(at, *placed), truth


async def test_speech_edges_and_utterances_are_where_the_words_are(ear: LiveEar, notes: Notes):
    sound, truth = conversation()
    await play(ear, 1, list(sent(opus(sound), start_ms=START_MS)))
    assert_matches(notes.stretches(1), truth)
    for speaking, begun_ms in ((speaking, at_ms) for _, speaking, at_ms in notes.edges):
        assert not speaking or any(abs(at_ms - begun_ms) < 50 for _, at_ms in notes.voices)
    assert len(notes.heard) == len(truth)
    for heard, (begin, end) in zip(notes.heard, truth, strict=True):
        assert len(heard.pcm) == round((heard.end_ms - heard.start_ms) * 32)
        assert -TOLERANCE_MS <= begin - (heard.start_ms - ZERO_MS) <= 2 * TOLERANCE_MS
        assert -TOLERANCE_MS <= heard.end_ms - ZERO_MS - end <= 2 * TOLERANCE_MS


async def test_jitter_loss_overtaking_and_wrapping_counters_move_nothing(ear: LiveEar, notes: Notes):
    sound, truth = conversation()
    arrivals = sent(opus(sound), start_ms=START_MS, rtp=2**32 - 50 * 960, sequence=2**16 - 70)
    await play(ear, 1, network(arrivals, seed=3, jitter_ms=120, loss=0.03))
    assert_matches(notes.stretches(1), truth)
    assert len(notes.heard) == len(truth)


async def test_two_who_speak_at_once_are_heard_apart(ear: LiveEar, notes: Notes):
    one, other = clips()[0], clips()[-1]
    first = list(sent(opus(timeline(8, (1, one.pcm))), start_ms=START_MS))
    second = list(sent(opus(timeline(8, (2, other.pcm))), start_ms=START_MS, rtp=77, sequence=9))
    ear.open(1, "audio/opus", 48_000)
    ear.open(2, "audio/opus", 48_000)
    for a, b in zip(first, second, strict=True):
        ear.hear(1, a.rtp, a.sequence, a.arrival_ms, a.payload)
        ear.hear(2, b.rtp, b.sequence, b.arrival_ms, b.payload)
    await ear.drain()
    assert_matches(notes.stretches(1), [(1000, 1000 + one.ms)])
    assert_matches(notes.stretches(2), [(2000, 2000 + other.ms)])


async def test_what_is_handed_out_is_what_was_said(ear: LiveEar, notes: Notes):
    clip = clips()[1]
    await play(ear, 1, list(sent(opus(timeline(8, (1, clip.pcm))), start_ms=START_MS)))
    (heard,) = notes.heard
    told = np.frombuffer(heard.pcm, "<i2").astype(float)
    said = np.frombuffer(at_16k(clip.pcm), "<i2").astype(float)
    match = np.correlate(told, said, "valid") if len(told) > len(said) else np.correlate(said, told, "valid")
    assert match.max() / (np.linalg.norm(told) * np.linalg.norm(said)) > 0.7
    assert heard.start_ms - ZERO_MS + match.argmax() / 16 == pytest.approx(1000, abs=15)


async def test_silence_and_noise_are_not_speech(ear: LiveEar, notes: Notes):
    rng = np.random.default_rng(1)
    hiss = rng.normal(0, 900, 5 * 48_000).astype(np.int16)
    hum = (4000 * np.sin(2 * np.pi * 50 * np.arange(5 * 48_000) / 48_000)).astype(np.int16)
    await play(ear, 1, list(sent(opus(timeline(16, (4, hiss), (10, hum))), start_ms=START_MS)))
    assert (notes.edges, notes.heard) == ([], [])


async def test_a_pause_without_packets_ends_speech_and_the_next_words_are_placed_right(ear: LiveEar, notes: Notes):
    one, other = clips()[0], clips()[3]
    packets = list(sent(opus(timeline(30, (1, one.pcm), (20, other.pcm))), start_ms=START_MS))
    end = round((1 + one.ms / 1000) * 50) + 2
    await play(ear, 1, packets[:end] + packets[970:])
    assert_matches(notes.stretches(1), [(1000, 1000 + one.ms), (20_000, 20_000 + other.ms)])


async def test_a_sender_that_starts_anew_is_heard_on(ear: LiveEar, notes: Notes):
    one, other = clips()[0], clips()[3]
    before = list(sent(opus(timeline(8, (1, one.pcm))), start_ms=START_MS, rtp=4_000_000_000, sequence=100))
    after = list(sent(opus(timeline(8, (1, other.pcm))), start_ms=START_MS + 8000, rtp=5_000, sequence=40_000))
    await play(ear, 1, before + after)
    assert_matches(notes.stretches(1), [(1000, 1000 + one.ms), (9000, 9000 + other.ms)])


async def test_damaged_packets_are_losses(ear: LiveEar, notes: Notes):
    clip = clips()[0]
    packets = list(sent(opus(timeline(8, (1, clip.pcm))), start_ms=START_MS))
    packets[100] = Arrival(packets[100].rtp, packets[100].sequence, packets[100].arrival_ms, b"\xff" * 7)
    packets[120] = Arrival(packets[120].rtp, packets[120].sequence, packets[120].arrival_ms, b"")
    await play(ear, 1, packets)
    assert_matches(notes.stretches(1), [(1000, 1000 + clip.ms)])


async def test_a_closed_source_hands_out_what_it_was_saying(ear: LiveEar, notes: Notes):
    clip = clips()[0]
    ear.open(1, "audio/opus", 48_000)
    for a in list(sent(opus(timeline(8, (1, clip.pcm))), start_ms=START_MS))[:150]:
        ear.hear(1, a.rtp, a.sequence, a.arrival_ms, a.payload)
    ear.close(1)
    ear.hear(1, 0, 0, START_MS, b"")
    await ear.settle()
    assert [(speaking, round(at - ZERO_MS, -3)) for _, speaking, at in notes.edges] == [(True, 1000), (False, 3000)]
    assert len(notes.heard) == 1


async def test_a_source_that_stops_sending_stops_speaking_as_time_passes(notes: Notes):
    clock, clip = SlowClock(), clips()[0]
    ear = LiveEar(notes, clock=clock)
    ear.open(1, "audio/opus", 48_000)
    for a in list(sent(opus(timeline(8, (1, clip.pcm))), start_ms=START_MS))[:150]:
        ear.hear(1, a.rtp, a.sequence, a.arrival_ms, a.payload)
    await ear.settle()
    assert [speaking for _, speaking, _ in notes.edges] == [True]
    clock.seconds = 1.5
    await ear.settle()
    await ear.settle()
    assert [speaking for _, speaking, _ in notes.edges] == [True, False]
    await ear.aclose()


async def test_whoever_wants_the_sound_itself_gets_all_of_it_at_its_time(notes: Notes):
    clip, clock = clips()[0], SlowClock()
    ear = LiveEar(notes, clock=clock, sound_wanted=lambda: True)
    arrivals = list(sent(opus(timeline(4, (1, clip.pcm))), start_ms=START_MS))
    ear.open(1, "audio/opus", 48_000)
    for n, a in enumerate(arrivals):
        ear.hear(1, a.rtp, a.sequence, a.arrival_ms, a.payload)
        if n % 8 == 7:
            await ear.settle()
    await ear.drain()
    await ear.aclose()
    whole = b"".join(pcm for _, _, pcm in notes.sound)
    assert 4000 <= len(whole) / 32 < 4040
    assert len(notes.sound) >= 20
    first_ms = notes.sound[0][1]
    assert abs(first_ms - ZERO_MS) <= 40
    sent_ms = 0.0
    for _, at_ms, pcm in notes.sound:
        assert at_ms == pytest.approx(first_ms + sent_ms, abs=45)
        sent_ms += len(pcm) / 32
    heard = notes.heard[0]
    assert heard.pcm in whole


async def test_no_sound_that_is_wanted_waits_for_what_comes_behind_it(notes: Notes):
    ear = LiveEar(notes, clock=SlowClock(), sound_wanted=lambda: True)
    ear.open(1, "audio/opus", 48_000)
    lengths: list[float] = []
    for a in list(sent(opus(timeline(2)), start_ms=START_MS))[:50]:
        ear.hear(1, a.rtp, a.sequence, a.arrival_ms, a.payload)
        await ear.settle()
        lengths.append(sum(len(pcm) for _, _, pcm in notes.sound) / 32)
    assert {round(later - earlier) for earlier, later in itertools.pairwise(lengths)} == {20}
    await ear.aclose()


async def test_nobody_pays_for_sound_that_is_not_wanted_any_more(notes: Notes):
    wanted = [True]
    ear = LiveEar(notes, sound_wanted=lambda: wanted[0])
    ear.open(1, "audio/opus", 48_000)
    for n, a in enumerate(sent(opus(timeline(4)), start_ms=START_MS)):
        if n == 100:
            await ear.settle()
            wanted[0] = False
        ear.hear(1, a.rtp, a.sequence, a.arrival_ms, a.payload)
    await ear.aclose()
    assert 1900 <= sum(len(pcm) for _, _, pcm in notes.sound) / 32 <= 2200


async def test_what_is_not_opus_is_refused_and_said(ear: LiveEar, notes: Notes, capsys: pytest.CaptureFixture[str]):
    ear.open(1, "audio/PCMU", 8_000)
    ear.hear(1, 0, 0, START_MS, b"\x00" * 160)
    await ear.drain()
    assert notes.heard == []
    assert "audio/PCMU" in capsys.readouterr().out


async def test_a_full_intake_drops_the_newest_and_counts_them(notes: Notes):
    ear = LiveEar(notes, intake=10)
    ear.open(1, "audio/opus", 48_000)
    packets = list(sent(opus(timeline(4)), start_ms=START_MS))
    for a in packets:
        ear.hear(1, a.rtp, a.sequence, a.arrival_ms, a.payload)
    await ear.drain()
    assert 0 < ear.report["dropped"] < len(packets)
    await ear.aclose()


async def test_an_ear_that_failed_says_so(notes: Notes):
    ear = LiveEar(notes)
    ear.open(1, "audio/opus", 48_000)
    ear.hear(1, "no timestamp", 0, START_MS, b"")  # type: ignore[arg-type]
    with pytest.raises(CaptureFailure):
        await ear.drain()
    assert ear.failure is not None
    with pytest.raises(CaptureFailure):
        await ear.settle()
    await ear.aclose()
