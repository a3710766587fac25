"""Words of files from vendors: asking, waiting, asking again, giving up."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from rapporteur.domain.errors import RecognitionFailure
from rapporteur.domain.providers import UNREACHABLE
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.http import guarded_session
from rapporteur.services.ports import Heard
from rapporteur.transcription.after_call import PAUSES_S
from rapporteur.transcription.vendors import after_call
from tests.fakes.core import FrozenClock
from tests.fakes.speech_providers import KEY, spoken
from tests.fakes.transcription_services import Services, in_service

pytestmark = pytest.mark.conformance

WORDS = [("w1", 500, 800), ("w2", 900, 1_300), ("w3", 4_000, 4_250)]
EVERYBODY = ["deepgram_async", "assembly_ai_async", "openai_compatible"]


@pytest.fixture
async def services() -> AsyncIterator[Services]:
    async with in_service() as services:
        yield services


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with guarded_session(Guard(loopback=True)) as session:
        yield session


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Bare samples, as a recording's separate sound may be stored."""
    samples = bytearray(5_000 * 32)
    for value, (_, start_ms, end_ms) in enumerate(WORDS, 1):
        samples[start_ms * 32:end_ms * 32] = spoken(value, end_ms - start_ms)
    (path := tmp_path / "audio.raw").write_bytes(samples)
    return path


def listen(path: Path, source: int, offset_ms: float) -> Iterator[Heard]:
    """Two utterances, as an ear would cut them."""
    samples = path.read_bytes()[44:]
    for start_ms, end_ms in ((300, 1_500), (3_800, 4_450)):
        yield Heard(source, offset_ms + start_ms, offset_ms + end_ms, samples[start_ms * 32:end_ms * 32])


class Desk:
    def __init__(self, services: Services, session: aiohttp.ClientSession) -> None:
        self.services, self.session, self.clock = services, session, FrozenClock()

    async def ask(self, key: str, path: Path, options: dict[str, Any] | None = None, **account: str) -> list[Any]:
        account = {"api_key": KEY, "base_url": self.services.address} | account
        adapter = after_call(key, options or {}, account, session=self.session, clock=self.clock, listen=listen)
        return [(w.text, round(w.start_ms), round(w.end_ms)) for w in await adapter.transcribe(path)]


@pytest.fixture
def desk(services: Services, session: aiohttp.ClientSession) -> Desk:
    return Desk(services, session)


@pytest.mark.parametrize("key", EVERYBODY)
async def test_a_files_words_have_their_times(desk: Desk, sound: Path, key: str):
    assert await desk.ask(key, sound) == WORDS


@pytest.mark.parametrize("key", EVERYBODY)
async def test_too_many_requests_and_faults_are_waited_out(desk: Desk, sound: Path, key: str):
    desk.services.statuses += [429, 503, 500]
    before_ms = desk.clock.now_ms()
    assert await desk.ask(key, sound) == WORDS
    assert desk.clock.now_ms() - before_ms >= sum(PAUSES_S[:3]) * 1000


async def test_a_vendor_that_says_how_long_to_wait_is_obeyed(desk: Desk, sound: Path):
    desk.services.statuses.append(429)
    desk.services.retry_after = 45
    before_ms = desk.clock.now_ms()
    assert await desk.ask("deepgram_async", sound) == WORDS
    assert desk.clock.now_ms() - before_ms == pytest.approx(45_000, abs=1)


@pytest.mark.parametrize("key", EVERYBODY)
async def test_a_wrong_key_is_the_end_at_once_and_said_without_the_key(desk: Desk, sound: Path, key: str):
    with pytest.raises(RecognitionFailure, match=f"{key} did not transcribe: it refused with 401") as failure:
        await desk.ask(key, sound, api_key="another-key")
    assert (failure.value.code, failure.value.retryable) == (UNREACHABLE, False)
    assert len(desk.services.requests) == 1
    assert "another-key" not in str(failure.value)


@pytest.mark.parametrize("key", EVERYBODY)
async def test_patience_has_an_end(desk: Desk, sound: Path, key: str):
    desk.services.statuses += [502] * 100
    with pytest.raises(RecognitionFailure, match="it answered 502"):
        await desk.ask(key, sound)
    assert len(desk.services.requests) == len(PAUSES_S) + 1


@pytest.mark.parametrize("key", EVERYBODY)
async def test_an_answer_that_makes_no_sense_is_a_failure_with_a_name(desk: Desk, sound: Path, key: str):
    desk.services.broken = True
    with pytest.raises(RecognitionFailure, match="not understood"):
        await desk.ask(key, sound)


async def test_addresses_inside_are_not_dialled(services: Services, sound: Path):
    async with guarded_session(Guard()) as session:
        with pytest.raises(RecognitionFailure, match="not public"):
            await Desk(services, session).ask("deepgram_async", sound)
    assert services.requests == []


async def test_what_was_made_is_deleted_at_the_vendors(desk: Desk, sound: Path):
    await desk.ask("assembly_ai_async", sound)
    assert desk.services.deleted == 1


async def test_a_transcript_that_fails_there_fails_here(desk: Desk, sound: Path):
    desk.services.fails = True
    with pytest.raises(RecognitionFailure, match="it could not make it"):
        await desk.ask("assembly_ai_async", sound)


async def test_options_pass_through_as_given(desk: Desk, sound: Path):
    await desk.ask("deepgram_async", sound, {"model": "nova-2", "keyterm": ["Ada"], "diarize": True, "callback": "https://a.org"})
    assert desk.services.requests[-1][2] == {"model": "nova-2", "punctuate": "true", "keyterm": "Ada", "diarize": "true"}
    await desk.ask("assembly_ai_async", sound, {"speech_models": ["universal-2"], "language_code": "en_us"})
    [order] = desk.services._orders.values()
    assert order == {"speech_models": ["universal-2"], "language_code": "en_us", "audio_url": "https://cdn.example/0"}
    await desk.ask("openai_compatible", sound, {"language_code": "en", "prompt": "Names: Ada."}, model="small")
    assert desk.services.requests[-1][2] == {
        "model": "small", "language": "en", "prompt": "Names: Ada.", "response_format": "verbose_json",
        "timestamp_granularities[]": "word"}
    assert json.dumps(desk.services.requests).find(KEY) == -1


async def test_words_without_times_are_spread_over_what_was_said(desk: Desk, sound: Path):
    desk.services.times = False
    assert await desk.ask("openai_compatible", sound, {"model": "gpt-4o-transcribe"}) == [
        ("w1", 300, 900), ("w2", 900, 1_500), ("w3", 3_800, 4_450)]
    assert desk.services.requests[-1][2]["response_format"] == "json"


@pytest.mark.parametrize("slip", ["", "/", "/v1", "/v1/"])
async def test_a_base_address_may_end_as_people_write_it(desk: Desk, sound: Path, slip: str):
    assert await desk.ask("openai_compatible", sound, base_url=desk.services.address + slip) == WORDS
