"""A meeting at Zoom's simulated servers as a person starts it: the webhook that begins it, a bot that receives, the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from aiohttp import web

from rapporteur.bot.rtms.protocol import RATE
from rapporteur.bot.stream_meeting import StreamMeeting
from rapporteur.domain.errors import RapporteurError
from rapporteur.domain.session import MeetingEnded, RemovedByHost, RosterSeen
from rapporteur.domain.zoom_streams import ACCOUNT, WEBHOOK_SECRET, announced, believable
from rapporteur.kit.clock import SystemClock
from rapporteur.media import material
from rapporteur.outbound.guard import Guard
from rapporteur.simulators.meetings import End, Meeting
from rapporteur.simulators.rtms_meeting import APP, announce, bot_body, perform, streamed
from rapporteur.simulators.scenario import BLUE, Person
from tests.fakes.studio import Recorder, job

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(30)]

ADA = Meeting((Person("Ada", BLUE, marks=(0.2,)),), end=End("ended", 0.6))


@pytest.mark.parametrize(("meeting", "fact"), [(ADA, MeetingEnded()), (replace(ADA, end=End("removed", 0.4)), RemovedByHost())])
async def test_a_bot_that_is_created_as_the_simulator_says_receives_the_meeting_to_its_end(
    meeting: Meeting, fact: MeetingEnded | RemovedByHost,
) -> None:
    heard = Recorder()
    bot = StreamMeeting(guard=Guard(loopback=True), clock=SystemClock(), encoder=partial(material.OpusEncoder, RATE))
    async with streamed(meeting) as zoom, asyncio.TaskGroup() as group:
        played = group.create_task(perform(zoom))
        try:
            stream = bot_body(zoom)["zoom"]["rtms"]
            await bot.join(replace(job("https://zoom.us/j/85746065432"), platform="zoom", stream=stream), heard)
            await heard.until(lambda: fact in heard.facts)
            await played
        finally:
            await bot.leave()
    people = {a.name for roster in heard.of(RosterSeen) if isinstance(roster, RosterSeen) for a in roster.attendees}
    assert people == {"Ada"}
    assert any(heard.frames.values())


async def test_the_webhook_is_one_that_the_workspaces_account_believes() -> None:
    asked: list[tuple[bytes, str, str]] = []

    async def take(request: web.Request) -> web.Response:
        asked.append((await request.read(), request.headers["x-zm-signature"], request.headers["x-zm-request-timestamp"]))
        return web.json_response({"bot_id": "bot-1"}) if len(asked) == 1 else web.json_response({"detail": "No."}, status=401)

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        async with streamed(ADA) as zoom:
            assert await announce(zoom, "meeting.rtms_started", address) == "bot-1"
            with pytest.raises(RapporteurError, match="401"):
                await announce(zoom, "meeting.rtms_stopped", address)
            told = announced({"event": "meeting.rtms_started", "payload": zoom.payload})
    finally:
        await runner.cleanup()
    assert ACCOUNT == "zoom_rtms"
    now_ms = SystemClock().now_ms()
    assert all(believable(APP[WEBHOOK_SECRET], signature, stamp, body, now_ms) for body, signature, stamp in asked)
    assert told is not None
    assert told.meeting_id == "85746065432"
