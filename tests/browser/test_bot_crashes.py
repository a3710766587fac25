"""Kill the bot, kill the server, at random moments: what was recorded plays, one end is told, nothing owed is lost."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from itertools import pairwise
from pathlib import Path

import pytest

from rapporteur.domain.rejoining import MAX_REJOINS
from rapporteur.domain.timeline import from_iso
from rapporteur.kit.clock import SystemClock
from rapporteur.media import inspection
from rapporteur.simulators.people import People
from rapporteur.simulators.receiver import Received
from rapporteur.simulators.scenario import COUPLE
from rapporteur.simulators.speech import CLIPS
from tests.fakes.house import House, open_house, open_room
from tests.fakes.processes import watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SPEAKER = COUPLE.people[1].name
CLIP = "project"
DELIVERED_WITHIN_S = 60
ENDS = {"bot.fatal", "bot.done", "bot.call_ended"}


async def recording(house: House, people: People, room: dict[str, str]) -> str:
    await people.enter()
    bot_id = await house.send_bot(room["url"])
    await house.until(bot_id, "in_call_recording", within_s=60)
    return bot_id


def links_of(bot: dict) -> list[str]:
    """Every download link of a bot's recordings."""
    shortcuts = [s for recording in bot["recordings"] for s in recording["media_shortcuts"].values() if s]
    return [link for s in shortcuts for key, link in s["data"].items() if key.endswith("download_url") and link]


async def back(house: House, bot_id: str, generation: int) -> None:
    """Returns when a generation is in the meeting again and records."""
    tape = house.data_dir / "bots" / bot_id / "tape" / f"{generation:04d}.tape"
    async with asyncio.timeout(90):
        while not (tape.exists() and b'"action":"start"' in tape.read_bytes()):
            await SystemClock().sleep(0.2)


async def test_a_killed_bot_and_one_without_its_browser_come_back_to_the_same_recording(
    data_dir: Path, free_port: int, chromium: Path, tmp_path: Path,
):
    clock = SystemClock()
    async with open_house(data_dir, free_port) as house:
        room = await open_room(house)
        async with People(COUPLE, host_url=room["host_url"], executable=chromium) as people:
            bot_id = await recording(house, people, room)
            await people.say(SPEAKER, CLIP)
            await clock.sleep(CLIPS[CLIP].duration_s + 0.3 + random.uniform(0.5, 2.5))
            async with watched(house.bot_processes(bot_id)) as processes:
                os.kill(house.attending_process(bot_id), signal.SIGKILL)
                assert await processes.end(within_s=15) == [], "something of the killed bot lives on"
            await back(house, bot_id, 2)
            await people.say(SPEAKER, CLIP)
            await clock.sleep(CLIPS[CLIP].duration_s + 0.3 + random.uniform(0.5, 2.5))
            os.kill(house.browser_process(bot_id), signal.SIGKILL)
            await back(house, bot_id, 3)
            await clock.sleep(2.0)
            await people.end()
            bot = await house.until(bot_id, "done", "fatal")
        assert [c["code"] for c in bot["status_changes"]] == [
            "ready", "joining_call", "in_call_not_recording", "in_call_recording", "call_ended", "recording_done", "done"]
        assert bot["status_changes"][-3]["sub_code"] == "call_ended_by_host"
        [taped] = bot["recordings"]
        links = {name: shortcut["data"] for name, shortcut in taped["media_shortcuts"].items() if shortcut}
        video = await house.download(links["video_mixed"]["download_url"], tmp_path / "rejoined.mp4")
        ended = next(c for c in bot["status_changes"] if c["code"] == "call_ended")
        recorded_s = (from_iso(ended["created_at"]) - from_iso(taped["started_at"])) / 1000
        assert inspection.duration_s(video) == pytest.approx(recorded_s, abs=1.0)
        assert len(inspection.frame_times(video)) == pytest.approx(inspection.duration_s(video) * 30, abs=3)
        transcript = await house.get(links["transcript"]["download_url"].partition(str(free_port))[2])
        assert [entry["participant"]["name"] for entry in transcript] == [SPEAKER] * len(transcript)
        spoken = [(w["start_timestamp"]["relative"], w["end_timestamp"]["relative"]) for e in transcript for w in e["words"]]
        assert len(spoken) >= 4
        assert all(end <= start + 0.05 for (_, end), (start, _) in pairwise(spoken)), "something was written down twice"
        assert spoken[-1][0] - spoken[0][0] > CLIPS[CLIP].duration_s * 2, "a clip of before and one of after the loss"
        people_told = await house.get(links["participant_events"]["participants_download_url"].partition(str(free_port))[2])
        assert [p["id"] for p in people_told] == [100, 200], "nobody is anybody new"


async def test_a_killed_bot_that_cannot_come_back_leaves_what_it_recorded(
    data_dir: Path, free_port: int, chromium: Path, tmp_path: Path,
):
    clock = SystemClock()
    async with open_house(data_dir, free_port) as house:
        room = await open_room(house)
        async with People(COUPLE, host_url=room["host_url"], executable=chromium) as people:
            bot_id = await recording(house, people, room)
            await people.say(SPEAKER, CLIP)
            await clock.sleep(CLIPS[CLIP].duration_s + 0.3 + random.uniform(0.5, 2.5))
            os.kill(house.attending_process(bot_id), signal.SIGKILL)
            killed_ms = clock.now_ms()
            for generation in range(2, MAX_REJOINS + 2):
                await killed_at_once(house, bot_id, generation)
            bot = await house.until(bot_id, "fatal", within_s=60)
            assert bot["status_changes"][-1]["sub_code"] == "bot_errored"
            media = await house.until_media(bot_id)
            [taped] = media["recordings"]
            links = {name: shortcut["data"] for name, shortcut in taped["media_shortcuts"].items() if shortcut}
            video = await house.download(links["video_mixed"]["download_url"], tmp_path / "killed.mp4")
            recorded_s = (killed_ms - from_iso(taped["started_at"])) / 1000
            assert recorded_s - 1.0 <= inspection.duration_s(video) <= recorded_s + 0.5
            assert len(inspection.frame_times(video)) == pytest.approx(inspection.duration_s(video) * 30, abs=3)
            transcript = await house.get(links["transcript"]["download_url"].partition(str(free_port))[2])
            assert {entry["participant"]["name"] for entry in transcript} == {SPEAKER}
            await house.receiver.wait_for("recording.done", DELIVERED_WITHIN_S)
            assert [e for e in house.receiver.events("bot.") if e in ENDS] == ["bot.fatal"]


async def killed_at_once(house: House, bot_id: str, generation: int) -> None:
    """Kill a generation as soon as it is born."""
    async with asyncio.timeout(60):
        while not house.generation_lives(bot_id, generation):
            await SystemClock().sleep(0.05)
    os.kill(house.attending_process(bot_id), signal.SIGKILL)


async def test_a_bot_outlives_its_server_and_is_adopted(data_dir: Path, free_port: int, chromium: Path, tmp_path: Path):
    clock = SystemClock()
    async with open_house(data_dir, free_port) as house:
        room = await open_room(house)
        async with People(COUPLE, host_url=room["host_url"], executable=chromium) as people:
            bot_id = await recording(house, people, room)
            attending = house.attending_process(bot_id)
            answered: list[str] = []

            async def fetch_every_link(received: Received) -> None:
                """A user's handler that trusts `bot.done`: whatever it announces is there at that moment."""
                if received.event == "bot.done":
                    for link in links_of(await house.get(f"/api/v1/bot/{bot_id}/")):
                        await house.download(link, tmp_path / "fetched")
                        answered.append(link.partition("?")[0].rpartition("/")[2])

            house.receiver.on_event = fetch_every_link
            await clock.sleep(random.uniform(0.0, 2.0))
            await house.kill()
            await people.say(SPEAKER, CLIP)
            await clock.sleep(CLIPS[CLIP].duration_s)
            await house.start()
            assert house.attending_process(bot_id) == attending
            assert (await house.get(f"/api/v1/bot/{bot_id}/"))["status_changes"][-1]["code"] == "in_call_recording"
            await people.end()
            bot = await house.until(bot_id, "done", "fatal")
            assert bot["status_changes"][-1]["code"] == "done"
            [taped] = bot["recordings"]
            video = await house.download(taped["media_shortcuts"]["video_mixed"]["data"]["download_url"], tmp_path / "a.mp4")
            ended = next(c for c in bot["status_changes"] if c["code"] == "call_ended")
            recorded_s = (from_iso(ended["created_at"]) - from_iso(taped["started_at"])) / 1000
            assert inspection.duration_s(video) == pytest.approx(recorded_s, abs=1.0)
            await house.receiver.wait_for("bot.done", DELIVERED_WITHIN_S)
            states = [e for e in house.receiver.events("bot.") if e != "bot.status_change"]
            assert list(dict.fromkeys(states)) == [
                "bot.joining_call", "bot.in_call_not_recording", "bot.in_call_recording", "bot.call_ended", "bot.done"]
            assert {"video_mixed.mp4", "audio_mixed.mp3", "transcript.json", "participants.json"} <= set(answered)
            assert all(received.signed for received in house.receiver.accepted)
            assert not house.generation_lives(bot_id, 2), "a second process attended"


async def test_a_bot_killed_while_it_finishes_still_ends_as_the_meeting_did(data_dir: Path, free_port: int, chromium: Path):
    async with open_house(data_dir, free_port) as house:
        room = await open_room(house)
        async with People(COUPLE, host_url=room["host_url"], executable=chromium) as people:
            bot_id = await recording(house, people, room)
            await people.say(SPEAKER, CLIP)
            await SystemClock().sleep(CLIPS[CLIP].duration_s)
            await people.end()
            await house.until(bot_id, "call_ended", "recording_done")
            os.kill(house.attending_process(bot_id), signal.SIGKILL)
            bot = await house.until(bot_id, "done", "fatal")
        assert [c["code"] for c in bot["status_changes"]][-3:] == ["call_ended", "recording_done", "done"]
        assert {s["status"]["code"] for s in bot["recordings"][0]["media_shortcuts"].values() if s} == {"done"}
