"""Bots that go in signed in: what a login is kept as, who gets it, and how many at once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.errors import InvalidRequest, PoolDepleted
from rapporteur.domain.meeting import VENDOR_PATTERNS, MeetingAddress
from rapporteur.services.providers import Providers
from tests.fakes import core as fakes
from tests.fakes.api_server import ApiServer, serving
from tests.fakes.core import Core, Reporting, new_bot

pytestmark = pytest.mark.contract

COOKIE = {"name": "d", "value": "xoxd-0123456789", "domain": ".slack.com", "path": "/", "httpOnly": True, "secure": True,
          "sameSite": "Lax", "expires": 1893456000}
COOKIES = json.dumps([COOKIE])


def at(platform: str) -> MeetingAddress:
    [address] = {VENDOR_PATTERNS[platform].claim(VENDOR_PATTERNS[platform].examples[0])}
    assert address is not None
    return address


HUDDLE, MEET = at("slack_huddle_observer"), at("google_meet")


@pytest.fixture
async def core(data_dir: Path) -> AsyncIterator[Core]:
    async with fakes.running(data_dir) as core:
        yield core


async def keep(core: Core, account: str = "slack_huddle_login", **secrets: str) -> None:
    await Providers(core.store, core.clock).put(core.workspace_id, account, {"cookies": COOKIES} | secrets)


async def sent(core: Core, address: MeetingAddress = HUDDLE, **changes: Any) -> str:
    return (await core.bots.create(core.workspace_id, new_bot(address=address, **changes))).id


async def login(core: Core, bot_id: str) -> Any:
    """What the bot is told of its login when it sets out."""
    _, generation = await core.next(bot_id)
    return (await core.hello(bot_id, generation)).job["login"]


async def test_a_bot_for_members_is_refused_without_a_login_and_told_the_remedy(core: Core) -> None:
    with pytest.raises(InvalidRequest, match="PUT /rapporteur/v1/providers/slack_huddle_login/") as refused:
        await sent(core)
    assert refused.value.field == "meeting_url"


async def test_the_bot_that_sets_out_is_handed_the_cookies(core: Core) -> None:
    await keep(core)
    assert await login(core, await sent(core)) == {"cookies": [COOKIE]}


async def test_a_guest_is_handed_nothing(core: Core) -> None:
    await keep(core, "google_meet_login")
    assert await login(core, await sent(core, MEET)) is None


async def test_a_bot_of_meet_signs_in_where_its_request_says_so(core: Core) -> None:
    asked = fakes.config() | {"google_meet": {"login_required": True}}
    with pytest.raises(InvalidRequest) as refused:
        await sent(core, MEET, config=asked)
    assert refused.value.field == "google_meet.login_required"
    await keep(core, "google_meet_login")
    assert "cookies" in await login(core, await sent(core, MEET, config=asked))


async def test_a_login_is_used_by_no_more_bots_than_it_allows(core: Core) -> None:
    await keep(core, at_once="2")
    first, second = await sent(core), await sent(core)
    assert [*await login(core, first), *await login(core, second)] == ["cookies", "cookies"]
    with pytest.raises(PoolDepleted, match="in use by 2 bots"):
        await sent(core)


async def test_a_login_is_free_again_when_its_bot_has_left(core: Core) -> None:
    await keep(core)
    first = await sent(core)
    _, generation = await core.next(first)
    await core.hello(first, generation)
    report = Reporting(first)
    await core.attendance.take(first, generation, [*report.joined(), report.state("call_ended", "call_ended_by_host")])
    assert await login(core, await sent(core)) == {"cookies": [COOKIE]}


@pytest.mark.parametrize(("address", "account", "sub_code"), [
    (HUDDLE, "slack_huddle_login", "meeting_requires_sign_in"),
    (MEET, "google_meet_login", "google_meet_login_not_available"),
])
async def test_a_scheduled_bot_that_finds_its_login_taken_is_told_so_when_it_sets_out(
    core: Core, address: MeetingAddress, account: str, sub_code: str,
) -> None:
    await keep(core, account)
    asked = fakes.config() | {"google_meet": {"login_required": True}}
    scheduled = await sent(core, address, config=asked, join_at_ms=core.clock.now_ms() + 3_600_000)
    first = await sent(core, address, config=asked)
    _, generation = await core.next(first)
    await core.hello(first, generation)
    await core.attendance.take(first, generation, Reporting(first).joined())
    found = await login(core, scheduled)
    assert found["unavailable"] == sub_code
    assert "in use by 1 bot " in found["message"]


@pytest.mark.parametrize(("secrets", "field"), [
    ({"cookies": "d=xoxd"}, "secrets.cookies"),
    ({"cookies": "[]"}, "secrets.cookies"),
    ({"cookies": '[{"name": "d", "value": "x"}]'}, "secrets.cookies"),
    ({"cookies": '[{"name": "d", "value": "x", "domain": "a", "sameSite": "None!"}]'}, "secrets.cookies"),
    ({"cookies": '[{"name": "d", "value": "x", "domain": "a", "expires": "soon"}]'}, "secrets.cookies"),
    ({"cookies": COOKIES, "at_once": "0"}, "secrets.at_once"),
    ({"cookies": COOKIES, "password": "swordfish"}, "secrets.password"),
])
async def test_what_no_browser_could_use_is_not_kept(core: Core, secrets: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        await Providers(core.store, core.clock).put(core.workspace_id, "slack_huddle_login", secrets)
    assert refused.value.field == field
    assert "xoxd" not in str(refused.value)


async def test_a_whole_storage_state_is_taken_and_no_answer_gives_it_back(data_dir: Path) -> None:
    async with serving(data_dir) as api:
        await _keep_by_the_api(api, json.dumps({"cookies": [COOKIE] * 100, "origins": []}))


async def _keep_by_the_api(api: ApiServer, state: str) -> None:
    assert len(state) > 8192
    answer = await api.call("PUT", "/rapporteur/v1/providers/slack_huddle_login/", json={"secrets": {"cookies": state}})
    assert answer.status == 200, answer.raw
    assert b"xoxd" not in answer.raw
