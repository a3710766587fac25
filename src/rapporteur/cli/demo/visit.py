"""`make demo KEEP=1`: a room of one's own with a bot in it, to join from one's own browser and talk to."""

from __future__ import annotations

import asyncio

from rapporteur.cli.demo.screen import Screen
from rapporteur.cli.demo.stage import BOT_NAME, Stage


async def keep_open(stage: Stage, screen: Screen) -> None:
    """Show what the bot hears until the meeting is over, then stay up until Ctrl-C."""
    room = await stage.open_room("Your own meeting", waiting_room=False)
    bot = await stage.send_bot(room["url"])
    screen.say(f"\nYour own meeting, with {BOT_NAME} in it: {room['host_url']}\nCtrl-C ends the server and the room.")
    with screen.showing():
        screen.step("Open the link, talk, and end the meeting when you are done")
        async for event in stage.api.events(f"/rapporteur/v1/bots/{bot['id']}/events/"):
            screen.event(event)
    screen.say(f"The recording beside its transcript: {await stage.play_link(bot['id'])}\nCtrl-C ends the server.")
    await asyncio.Event().wait()
