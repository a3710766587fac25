"""A whole meeting at Zoom's simulated servers, as a person starts it: the webhook that begins it, the stream, the end.

What people do comes from the same scenarios as on simulated pages. A stream has no door: of how a visitor comes in nothing is
played, and whoever removes the visitor stops the stream.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from rapporteur.domain.errors import RapporteurError
from rapporteur.domain.zoom_streams import CLIENT_ID, CLIENT_SECRET, WEBHOOK_SECRET
from rapporteur.kit.clock import Clock, SystemClock
from rapporteur.simulators.meetings import Meeting
from rapporteur.simulators.rtms import Faults, RtmsServer
from rapporteur.simulators.rtms_media import lasts_s
from rapporteur.simulators.scenario import Scenario

APP = {CLIENT_ID: "simulator", CLIENT_SECRET: "simulated-secret", WEBHOOK_SECRET: "simulated-token"}
"""The secrets of the simulated Zoom app, as the workspace's account `zoom_rtms` takes them."""
LINK = "https://zoom.us/j/85746065432"
STOPPED_BY_HOST = 1
SETTLES_S = 1.0
"""From the first medium that a bot is ready for until the meeting begins: the others follow at once."""


@asynccontextmanager
async def streamed(meeting: Meeting, *, port: int = 0, clock: Clock | None = None) -> AsyncIterator[RtmsServer]:
    """Zoom's servers for the length of the block. OSError when the port is taken."""
    removed = meeting.end is not None and meeting.end.kind == "removed"
    faults = Faults(stops=(meeting.end.at_s, STOPPED_BY_HOST)) if removed and meeting.end is not None else None
    scenario = Scenario(meeting.people, None if meeting.end is None or removed else meeting.end.at_s)
    if meeting.end is None:
        scenario = Scenario(meeting.people, lasts_s(scenario))
    async with RtmsServer(
        scenario, client_id=APP[CLIENT_ID], client_secret=APP[CLIENT_SECRET], meeting_id=LINK.rpartition("/")[2], faults=faults,
        clock=clock, port=port,
    ) as server:
        yield server


def bot_body(server: RtmsServer) -> dict[str, Any]:
    """What creates a bot for the stream without a webhook and without the app's secrets."""
    told = ("meeting_uuid", "rtms_stream_id", "server_urls")
    return {"meeting_url": LINK, "zoom": {"rtms": {name: server.payload[name] for name in told} | {
        "signature": server.signature}}}


async def announce(server: RtmsServer, event: str, webhook: str) -> str | None:
    """Send Zoom's webhook; the bot that was sent for the stream. RapporteurError when it is not taken."""
    body, headers = server.webhook(event, APP[WEBHOOK_SECRET])
    try:
        async with aiohttp.ClientSession() as session, session.post(webhook, data=body, headers=headers) as answer:
            said = await answer.text()
            if answer.status != 200:
                raise RapporteurError(f"the webhook was answered with {answer.status}: {said[:200]}")
            return json.loads(said).get("bot_id")
    except (aiohttp.ClientError, ValueError) as error:
        raise RapporteurError(f"the webhook could not be sent: {error}") from error


async def perform(server: RtmsServer, clock: Clock | None = None) -> None:
    """Wait for somebody who receives, and play the meeting to its end."""
    await server.ready.wait()
    await (clock or SystemClock()).sleep(SETTLES_S)
    await server.play()
    await server.over.wait()
