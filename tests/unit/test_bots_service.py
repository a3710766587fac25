from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rapporteur.domain.errors import InvalidRequest, NotFound, Refused
from rapporteur.domain.meeting import MeetingAddress
from rapporteur.services.filters import BotFilters
from rapporteur.services.scheduling import LINE_MS
from tests.fakes.core import START_MS, Core, Reporting, running

pytestmark = pytest.mark.unit


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with running(tmp_path) as core:
        yield core


async def ids(core: Core, filters: BotFilters | None = None, cursor: str | None = None, limit: int = 10) -> list[str]:
    return [b.id for b in (await core.bots.list(core.workspace_id, filters or BotFilters(), cursor, limit)).items]


async def test_a_new_bot_is_ready_and_its_attendance_is_begun(core: Core) -> None:
    view = await core.bot(metadata={"k": "v"}, external_id="crm-7", notes=["unknown key: colour"])
    assert [s.code for s in view.status_changes] == ["ready"]
    assert view.meeting_url == {"platform": "room", "meeting_id": "weekly-sync", "meeting_password": None}
    assert await core.bots.get(core.workspace_id, view.id) == view
    assert core.engine.attended == [(view.id, None)]
    assert [line.message for line in await core.bots.logs(core.workspace_id, view.id)] == ["unknown key: colour"]


async def test_a_future_join_time_is_the_engines_and_a_past_one_is_now(core: Core) -> None:
    later = await core.bot(join_at_ms=START_MS + 60_000)
    past = await core.bot(join_at_ms=START_MS - 60_000)
    assert core.engine.attended == [(later.id, START_MS + 60_000), (past.id, None)]
    assert later.join_at_ms == START_MS + 60_000


async def test_a_bot_that_was_not_launched_leaves_at_once_and_needs_no_process(core: Core) -> None:
    bot = await core.bot(join_at_ms=START_MS + 60_000)
    view = await core.bots.leave(core.workspace_id, bot.id)
    assert [(s.code, s.sub_code) for s in view.status_changes] == [
        ("ready", None), ("call_ended", "bot_received_leave_call"), ("done", None)]
    assert await core.lifecycle.next_generation(bot.id) is None
    assert await core.lifecycle.unstarted() == []


async def test_leaving_a_live_bot_is_an_order_that_survives_a_restart(core: Core) -> None:
    bot_id, _ = await core.launched()
    view = await core.bots.leave(core.workspace_id, bot_id)
    assert view.status_changes[-1].code == "ready"
    await core.database.close()
    async with running(core.folder) as again:
        assert [(o.number, o.name) for o in await again.attendance.orders(bot_id, 0)] == [(1, "leave_call")]


async def test_a_bot_that_is_out_of_its_meeting_takes_no_commands(core: Core) -> None:
    bot_id, generation = await core.launched()
    await core.attendance.take(bot_id, generation, [Reporting(bot_id).state("call_ended", "call_ended_by_host")])
    with pytest.raises(Refused) as refused:
        await core.bots.leave(core.workspace_id, bot_id)
    assert refused.value.code == "cannot_command_completed_bot"


async def test_only_a_scheduled_bot_can_be_deleted(core: Core) -> None:
    scheduled = await core.bot(join_at_ms=START_MS + LINE_MS + 1)
    await core.bots.delete(core.workspace_id, scheduled.id)
    with pytest.raises(NotFound):
        await core.bots.get(core.workspace_id, scheduled.id)
    dispatched = await core.bot(join_at_ms=START_MS + 60_000)
    await core.next(dispatched.id)
    soon = await core.bot(join_at_ms=START_MS + LINE_MS)
    for bot_id in (dispatched.id, (await core.bot()).id, soon.id):
        with pytest.raises(Refused) as refused:
            await core.bots.delete(core.workspace_id, bot_id)
        assert refused.value.code == "update_bot_failed"


async def test_pages_run_from_new_to_old_and_back_while_bots_are_added(core: Core) -> None:
    made = []
    for _ in range(5):
        core.clock.at_ms += 1
        made.append((await core.bot()).id)
    newest_first = made[::-1]
    first = await core.bots.list(core.workspace_id, BotFilters(), None, 2)
    assert ([b.id for b in first.items], first.count, first.previous_cursor) == (newest_first[:2], 5, None)
    core.clock.at_ms += 1
    added = await core.bot()
    second = await core.bots.list(core.workspace_id, BotFilters(), first.next_cursor, 2)
    assert [b.id for b in second.items] == newest_first[2:4]
    third = await core.bots.list(core.workspace_id, BotFilters(), second.next_cursor, 2)
    assert ([b.id for b in third.items], third.next_cursor) == (newest_first[4:], None)
    back = await core.bots.list(core.workspace_id, BotFilters(), second.previous_cursor, 2)
    assert [b.id for b in back.items] == newest_first[:2]
    top = await core.bots.list(core.workspace_id, BotFilters(), back.previous_cursor, 2)
    assert ([b.id for b in top.items], top.previous_cursor) == ([added.id], None)
    assert top.next_cursor is not None
    assert await ids(core, cursor=top.next_cursor, limit=2) == newest_first[:2]


async def test_bots_of_one_moment_are_paged_without_loss_or_repeat(core: Core) -> None:
    made = {(await core.bot()).id for _ in range(5)}
    seen: list[str] = []
    cursor = None
    while True:
        page = await core.bots.list(core.workspace_id, BotFilters(), cursor, 2)
        seen += [b.id for b in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(made)


@pytest.mark.parametrize("cursor", ["", "x", "e30", "WzEsMl0", "bnVsbA", "é", "WzAsbnVsbCwieCJd", "WzAsMSx7fV0gZ"])
async def test_a_cursor_that_is_not_ours_is_named(core: Core, cursor: str) -> None:
    with pytest.raises(InvalidRequest) as invalid:
        await core.bots.list(core.workspace_id, BotFilters(), cursor, 2)
    assert invalid.value.field == "cursor"


async def test_every_filter_narrows(core: Core) -> None:
    url = "https://meet.jit.si/abc"
    plain = await core.bot()
    other = await core.bot(address=MeetingAddress("jitsi", url, "abc"), metadata={"team": "sales", "n": "1"},
                           external_id="x", join_at_ms=START_MS + 1000)
    await core.bots.leave(core.workspace_id, plain.id)
    for filters in (
        BotFilters(meeting_url=f" {url} "), BotFilters(platform=("jitsi", "zoom")), BotFilters(status=("ready", "fatal")),
        BotFilters(metadata={"team": "sales"}), BotFilters(metadata={"team": "sales", "n": "1"}),
        BotFilters(external_id="x"), BotFilters(join_at_after_ms=START_MS + 1000),
        BotFilters(join_at_before_ms=START_MS + 1000),
    ):
        assert await ids(core, filters) == [other.id], filters
        assert (await core.bots.list(core.workspace_id, filters, None, 5)).count == 1
    for filters in (BotFilters(metadata={"team": "support"}), BotFilters(metadata={'te"am': "sales"}),
                    BotFilters(metadata={"team": "sales", "n": "2"}), BotFilters(join_at_after_ms=START_MS + 1001)):
        assert await ids(core, filters) == [], filters


async def test_waiting_for_events_ends_with_the_first_or_with_time(core: Core) -> None:
    bot_id, generation = await core.launched()
    known = (await core.bots.events(core.workspace_id, bot_id, 0))[-1].number
    waiting = asyncio.ensure_future(core.bots.wait_events(core.workspace_id, bot_id, known, 30))
    await asyncio.sleep(0)
    await core.attendance.take(bot_id, generation, [Reporting(bot_id).state("joining_call")])
    assert [(e.number, e.body["state"]) for e in await waiting] == [(known + 1, "joining_call")]
    assert await core.bots.wait_events(core.workspace_id, bot_id, known + 1, 0) == []


async def test_a_workspace_sees_and_commands_its_own_bots_only(core: Core) -> None:
    await core.store.write(lambda tx: tx.keys.ensure_workspace("other", "Other", 0))
    bot = await core.bot(join_at_ms=START_MS + 60_000)
    theirs = await core.bot("other")
    assert await ids(core) == [bot.id]
    assert [b.id for b in (await core.bots.list("other", BotFilters(), None, 5)).items] == [theirs.id]
    for attempt in (
        core.bots.get("other", bot.id), core.bots.leave("other", bot.id), core.bots.delete("other", bot.id),
        core.bots.logs("other", bot.id), core.bots.events("other", bot.id, 0),
        core.bots.wait_events("other", bot.id, 0, 0), core.bots.get(core.workspace_id, theirs.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await core.bots.get(core.workspace_id, bot.id)).status_changes[-1].code == "ready"
