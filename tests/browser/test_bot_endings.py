"""Every way out of a meeting has its own state and sub_code: a real bot, a real room, a host who decides."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from rapporteur.kit.clock import SystemClock
from rapporteur.media import inspection
from rapporteur.simulators.people import People
from rapporteur.simulators.scenario import HOST_ALONE
from tests.fakes.house import BOT, House, open_house, open_room

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

HOST = HOST_ALONE.people[0].name


def ends(bot: dict) -> tuple[str, str | None]:
    """The end and its reason."""
    [end] = [change for change in bot["status_changes"] if change["code"] in {"call_ended", "fatal"}]
    return end["code"], end["sub_code"]


async def test_a_host_decides_how_a_bot_ends(data_dir: Path, free_port: int, chromium: Path, tmp_path: Path):
    async with open_house(data_dir, free_port) as house:
        room = await open_room(house, waiting_room=True)
        async with People(HOST_ALONE, host_url=room["host_url"], executable=chromium) as people:
            await people.enter()

            denied = await house.send_bot(room["url"])
            await people.deny(BOT)
            bot = await house.until(denied, "done", "fatal")
            assert ends(bot) == ("call_ended", "bot_kicked_from_waiting_room")
            assert bot["recordings"] == []

            removed = await admitted(house, people, room)
            await people.remove(BOT)
            bot = await house.until(removed, "done", "fatal")
            assert ends(bot) == ("call_ended", "bot_kicked_from_call")
            assert bot["recordings"][0]["status"]["code"] == "done"

            ordered = await admitted(house, people, room)
            await people.wait_until_in_call(BOT)
            await house.post(f"/api/v1/bot/{ordered}/leave_call/")
            assert ends(await house.until(ordered, "done", "fatal")) == ("call_ended", "bot_received_leave_call")
            await people.wait_until_gone(BOT)

            robbed = await admitted(house, people, room)
            await SystemClock().sleep(1.5)
            os.kill(house.browser_process(robbed), signal.SIGKILL)
            await people.wait_until_waiting(BOT, timeout_s=60)
            await people.deny(BOT)
            bot = await house.until(robbed, "done", "fatal")
            assert ends(bot) == ("call_ended", "bot_kicked_from_waiting_room")
            link = bot["recordings"][0]["media_shortcuts"]["video_mixed"]["data"]["download_url"]
            assert inspection.duration_s(await house.download(link, tmp_path / "robbed.mp4")) > 1.0

            left_alone = await admitted(house, people, room)
            await people.leave(HOST)
            assert ends(await house.until(left_alone, "done", "fatal")) == ("call_ended", "timeout_exceeded_everyone_left")


async def test_a_room_that_is_silent_or_not_there_is_told_by_its_name(data_dir: Path, free_port: int, chromium: Path):
    async with open_house(data_dir, free_port) as house:
        gone = await house.send_bot(f"{house.room_url}/room/nobody-here")
        room = await open_room(house, password="open sesame")
        async with People(HOST_ALONE, host_url=room["host_url"], executable=chromium) as people:
            await people.enter()
            wrong = await house.send_bot(room["url"], meeting_password="guess")
            silence = {"silence_detection": {"timeout": 10, "activate_after": 1}}
            bored = await house.send_bot(room["url"], meeting_password="open sesame", automatic_leave=silence)
            assert ends(await house.until(gone, "fatal", "done")) == ("fatal", "meeting_not_found")
            assert ends(await house.until(wrong, "fatal", "done")) == ("fatal", "meeting_password_incorrect")
            assert ends(await house.until(bored, "done", "fatal")) == ("call_ended", "timeout_exceeded_silence_detected")


async def admitted(house: House, people: People, room: dict[str, str]) -> str:
    bot_id = await house.send_bot(room["url"])
    await people.wait_until_waiting(BOT, timeout_s=60)
    await people.admit(BOT)
    await house.until(bot_id, "in_call_recording", within_s=60)
    return bot_id
