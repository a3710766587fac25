"""What opens vendors' accounts: told to the process that needs it, and to nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.errors import InvalidRequest, Unsupported
from rapporteur.domain.ids import derived_id
from rapporteur.domain.providers import MINTING
from rapporteur.domain.session import RecordingAction
from rapporteur.services.providers import Providers
from rapporteur.transcription.minting import MINTS
from rapporteur.wire import control
from rapporteur.wire.control import Job
from tests.fakes.core import Core, Reporting, config, running

pytestmark = pytest.mark.unit

DEEPGRAM: dict[str, Any] = {"provider": {"deepgram_streaming": {}}}


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with running(tmp_path) as core:
        yield core


async def opens(core: Core, **accounts: dict[str, str]) -> None:
    for name, secrets in accounts.items():
        await Providers(core.store, core.clock).put(core.workspace_id, name, secrets)


async def job(core: Core, transcript: dict[str, Any]) -> Job:
    bot_id, generation = await core.launched(config=config(transcript=transcript))
    return Job.from_json((await core.hello(bot_id, generation)).job)


async def test_a_bot_is_told_of_exactly_the_account_its_provider_needs(core: Core) -> None:
    await opens(core, deepgram={"api_key": "dg"}, assemblyai={"api_key": "aai"})
    assert (await job(core, DEEPGRAM)).accounts == {"deepgram": {"api_key": ""}}, "for each connection it asks"
    assert (await job(core, {"provider": {"recallai_streaming": {}}})).accounts == {}


async def test_the_account_of_the_provider_that_may_take_over_goes_along(core: Core) -> None:
    await opens(core, deepgram={"api_key": "dg", "fallback": "assembly_ai_v3_streaming"}, assemblyai={"api_key": "aai"})
    assert (await job(core, DEEPGRAM)).accounts.keys() == {"deepgram", "assemblyai"}


async def test_an_order_is_told_with_its_account_and_kept_without(core: Core) -> None:
    await opens(core, deepgram={"api_key": "dg-secret"})
    bot_id, generation = await core.launched()
    report = Reporting(bot_id)
    await core.attendance.take(bot_id, generation, [*report.joined(), *report.recording(derived_id(bot_id, "recording", "1"))])
    own = config(transcript=DEEPGRAM)["recording_config"]
    await core.bots.control_recording(core.workspace_id, bot_id, RecordingAction.START, own)
    [order] = await core.attendance.orders(bot_id, 0)
    assert order.body["accounts"] == {"deepgram": {"api_key": ""}}
    [older] = await core.attendance.orders(bot_id, 0, control.ASKS_FOR_PASSES - 1)
    assert older.body["accounts"] == {"deepgram": {"api_key": "dg-secret"}}
    kept = await core.store.read(lambda tx: tx.history.orders(bot_id, 0))
    assert "dg-secret" not in str(kept)


async def test_a_recording_is_not_started_with_a_provider_whose_account_is_missing(core: Core) -> None:
    bot_id, generation = await core.launched()
    await core.attendance.take(bot_id, generation, Reporting(bot_id).joined())
    own = config(transcript=DEEPGRAM)["recording_config"]
    with pytest.raises(InvalidRequest) as refusal:
        await core.bots.control_recording(core.workspace_id, bot_id, RecordingAction.START, own)
    assert refusal.value.field == "transcript.provider"


async def test_captions_are_refused_where_there_are_none(core: Core) -> None:
    with pytest.raises(Unsupported):
        await core.bot(config=config(transcript={"provider": {"meeting_captions": {}}}))


async def test_a_bot_of_the_version_before_is_told_the_key_because_it_cannot_ask(core: Core) -> None:
    await opens(core, deepgram={"api_key": "dg"})
    bot_id, generation = await core.launched(config=config(transcript=DEEPGRAM))
    hello = control.Hello(bot_id, generation, core.clock.now_ms(), control.ASKS_FOR_PASSES - 1)
    welcome = await core.attendance.hello(bot_id, core.launcher.launched[-1][2].token, hello)
    assert isinstance(welcome, control.Welcome)
    assert Job.from_json(welcome.job).accounts == {"deepgram": {"api_key": "dg"}}


def test_every_vendor_of_live_words_has_its_way_of_making_tokens() -> None:
    assert MINTS.keys() == MINTING
