"""Recognition through the real process: real speech, real deaths, several clients."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from rapporteur.domain.errors import RecognitionFailure, Unsupported
from rapporteur.domain.transcript import Word
from rapporteur.kit.clock import SystemClock
from rapporteur.kit.locks import is_held
from rapporteur.media.ear import LiveEar
from rapporteur.services.ports import Heard
from rapporteur.transcription.client import HostRecogniser
from rapporteur.transcription.host import RecognitionHost
from rapporteur.transcription.worker import NICENESS
from rapporteur.wire.recognition import Decoder, Failed, Ready, Recognise, Recognised, encode
from tests.fakes.speech import at_16k, clips, opus, sent, timeline, word_errors

pytestmark = pytest.mark.media

COMMAND = (sys.executable, "-c", "import sys; from rapporteur.transcription.worker import main; sys.exit(main(sys.stdin))")
WORST_WORD_ERROR = 0.25

Join = Callable[[], HostRecogniser]


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("r") / "run"


@pytest.fixture
async def join(run_dir: Path) -> AsyncIterator[Join]:
    """Makes clients of one host; at the end the process goes by itself."""
    clients: list[HostRecogniser] = []

    def new() -> HostRecogniser:
        clients.append(HostRecogniser(RecognitionHost(run_dir, idle_s=0.2), COMMAND, clock=SystemClock()))
        return clients[-1]

    yield new
    for client in clients:
        await client.aclose()
    await gone(*clients)
    await until(lambda: not is_held(RecognitionHost(run_dir).lock))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await SystemClock().sleep(0.02)


async def gone(*clients: HostRecogniser) -> None:
    """Until the processes these started have ended by themselves."""
    await until(lambda: not any(client.worker_pid for client in clients))


def texts(words: list[Word]) -> str:
    return " ".join(w.text for w in words)


async def test_every_voice_is_understood_with_words_at_their_times(join: Join):
    recogniser = join()
    errors: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for clip in clips():
        words = await recogniser.recognise(at_16k(clip.pcm), "en")
        wrong, spoken = word_errors(clip.text, texts(words))
        errors[clip.voice][0] += wrong
        errors[clip.voice][1] += spoken
        moments = [t for w in words for t in (w.start_ms, w.end_ms)]
        assert moments == sorted(moments)
        assert 0 <= moments[0] < 300
        assert clip.ms - 400 < moments[-1] <= clip.ms + 1
    assert recogniser.name == "pocketsphinx en-us"
    assert all(wrong / spoken <= WORST_WORD_ERROR for wrong, spoken in errors.values()), dict(errors)


class Utterances:
    def __init__(self) -> None:
        self.heard: list[Heard] = []

    def on_voice(self, source: int, at_ms: float) -> None: ...

    def on_speech(self, source: int, speaking: bool, at_ms: float) -> None: ...

    def on_sound(self, source: int, at_ms: float, pcm: bytes) -> None: ...

    def on_heard(self, heard: Heard) -> None:
        self.heard.append(heard)


async def test_what_the_ear_cuts_is_understood(join: Join):
    notes, said, placed, at = Utterances(), "", [], 0.5
    for clip in clips()[::3]:
        placed.append((at, clip.pcm))
        said += f" {clip.text}"
        at += clip.ms / 1000 + 1
    ear = LiveEar(notes)
    ear.open(1, "audio/opus", 48_000)
    for a in sent(opus(timeline(at, *placed)), start_ms=0):
        ear.hear(1, a.rtp, a.sequence, a.arrival_ms, a.payload)
    await ear.aclose()
    recogniser = join()
    heard = await asyncio.gather(*(recogniser.recognise(h.pcm, "en") for h in notes.heard))
    wrong, spoken = word_errors(said, " ".join(map(texts, heard)))
    assert wrong / spoken <= WORST_WORD_ERROR


async def test_silence_and_noise_have_no_words(join: Join):
    recogniser = join()
    assert await recogniser.recognise(bytes(64_000), "en") == []
    hiss = np.random.default_rng(7).normal(0, 1000, 48_000).astype("<i2").tobytes()
    assert len(await recogniser.recognise(hiss, "en")) <= 1


async def test_a_language_the_engine_lacks_is_refused(join: Join):
    with pytest.raises(Unsupported, match="'fr'"):
        await join().recognise(bytes(640), "fr")


async def test_two_clients_share_one_niced_process_that_is_in_no_bots_session(join: Join):
    one, other = join(), join()
    await asyncio.gather(one.recognise(bytes(640), "en"), other.recognise(bytes(640), "en"))
    await until(lambda: not (one.worker_pid and other.worker_pid))
    (pid,) = {c.worker_pid for c in (one, other)} - {None}
    assert pid
    assert os.getsid(pid) == pid
    assert os.getpriority(os.PRIO_PROCESS, pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)


async def test_a_process_killed_in_the_middle_is_replaced_and_the_request_answered(join: Join):
    recogniser = join()
    await recogniser.recognise(bytes(640), "en")
    first = recogniser.worker_pid
    assert first
    clip = clips()[0]
    asked = asyncio.ensure_future(recogniser.recognise(at_16k(clip.pcm) * 3, "en"))
    await SystemClock().sleep(0.1)
    os.kill(first, signal.SIGKILL)
    assert word_errors(f"{clip.text} " * 3, texts(await asked))[0] <= 6
    assert recogniser.worker_pid != first


async def test_a_client_with_much_to_ask_does_not_starve_another(join: Join):
    busy, modest = join(), join()
    await asyncio.gather(busy.recognise(bytes(640), "en"), modest.recognise(bytes(640), "en"))
    order: list[str] = []

    async def note(name: str, answer: Awaitable[object]) -> None:
        await answer
        order.append(name)

    sound = at_16k(clips()[0].pcm)
    many = [note("busy", busy.recognise(sound, "en")) for _ in range(4)]
    few = [note("modest", modest.recognise(sound, "en")) for _ in range(2)]
    await asyncio.gather(*many, *few)
    # In one line for all it would have been the fifth; whose request arrives first is the scheduler's affair.
    assert order.index("modest") <= 3


async def test_a_deadline_that_passes_is_a_failure_worth_repeating(run_dir: Path):
    recogniser = HostRecogniser(RecognitionHost(run_dir, idle_s=0.2), COMMAND, clock=SystemClock(), deadline_s=0.05)
    with pytest.raises(RecognitionFailure) as failure:
        await recogniser.recognise(at_16k(clips()[0].pcm) * 4, "en")
    assert (failure.value.code, failure.value.retryable) == ("recognition_timeout", True)
    await recogniser.aclose()
    await gone(recogniser)


async def test_a_process_that_cannot_start_is_a_named_failure(run_dir: Path):
    host = RecognitionHost(run_dir, idle_s=0.2)
    broken = HostRecogniser(host, (sys.executable, "-c", "raise SystemExit(3)"), clock=SystemClock())
    with pytest.raises(RecognitionFailure, match="as soon as it starts"):
        await broken.recognise(bytes(640), "en")
    missing = HostRecogniser(host, ("/no/such/program",), clock=SystemClock())
    with pytest.raises(RecognitionFailure, match="cannot be started"):
        await missing.recognise(bytes(640), "en")
    await broken.aclose()
    await missing.aclose()


async def test_a_client_that_talks_nonsense_is_cut_off_and_harms_nobody(join: Join, run_dir: Path):
    recogniser = join()
    await recogniser.recognise(bytes(640), "en")
    reader, writer = await asyncio.open_unix_connection(RecognitionHost(run_dir).socket)
    writer.write(b"\xff" * 64)
    assert [type(m) for m in Decoder().feed(await reader.read())] == [Ready]
    writer.close()
    assert await recogniser.recognise(bytes(640), "en") == []


async def test_answers_name_their_requests(join: Join, run_dir: Path):
    recogniser = join()
    await recogniser.recognise(bytes(640), "en")
    reader, writer = await asyncio.open_unix_connection(RecognitionHost(run_dir).socket)
    writer.write(encode(Recognise(7, "en", bytes(640))) + encode(Recognise(8, "fr", bytes(640))))
    decoder, answers = Decoder(), []
    while len(answers) < 3:
        answers += decoder.feed(await reader.read(4096))
    assert answers[1:] == [Recognised(7, []), Failed(8, "not_supported", answers[2].message, False, "language")]
    writer.close()
