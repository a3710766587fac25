"""The whole way of a meeting received as Zoom's media stream: Zoom's webhook, a real server, a real bot process, and what came
out of it, measured. The bot, as it is, needs no browser."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import ImageColor

from rapporteur.domain.transcript import word_error_rate
from rapporteur.media import inspection
from rapporteur.simulators.rtms import Faults, RtmsServer
from rapporteur.simulators.rtms_media import SHARED_COLOUR
from rapporteur.simulators.scenario import BLUE, GREEN, PLUM, Line, Person, Scenario, Span
from tests.fakes.house import House, open_house

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(240), pytest.mark.long]

MEETING = Scenario((
    Person("Ada", BLUE, is_host=True, lines=(Line(1.0, "welcome"),), marks=(5.3, 6.1), screen=(Span(13.4, 15.4),)),
    Person("Alan", GREEN, lines=(Line(7.0, "project"),), marks=(11.7, 12.5)),
    Person("Emil", PLUM, joins_at_s=3.0, leaves_at_s=9.0, camera=False),
), ends_at_s=16.0)
ROUGH = Scenario((
    Person("Ada", BLUE, marks=tuple(2.0 + 0.9 * n for n in range(6)), lines=(Line(7.0, "again"),)), Person("Alan", GREEN),
), ends_at_s=11.0)
APP = {"client_id": "app", "client_secret": "cs-0123456789", "webhook_secret": "ws-0123456789"}
RECORDED: dict[str, Any] = {
    "transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}}, "video_mixed_layout": "speaker_view",
    "audio_separate_raw": {}, "start_recording_on": "call_join",
}
MIDDLE = (500, 240, 280, 160)


async def test_a_meeting_is_received_recorded_and_told_without_a_participant(data_dir: Path, free_port: int, tmp_path: Path):
    async with (
        open_house(data_dir, free_port) as house,
        RtmsServer(MEETING, client_secret=APP["client_secret"], expects=3) as zoom,
        RtmsServer(ROUGH, client_secret=APP["client_secret"], stream_id="rough", meeting_uuid="rough==", expects=4,
                   faults=Faults(late_ms=120, drops_media=(1.0,))) as rough,
    ):
        account = APP | {"bot": json.dumps({"bot_name": "Scribe", "recording_config": RECORDED})}
        await put(house, "/rapporteur/v1/providers/zoom_rtms/", {"secrets": account})
        workspace = (await house.get("/rapporteur/v1/workspace/"))["id"]
        bot_id = await announced(house, workspace, zoom)
        bot = await played(house, bot_id, zoom)
        codes = [change["code"] for change in bot["status_changes"]]
        assert codes == ["ready", "joining_call", "in_call_not_recording", "in_call_recording", "call_ended", "recording_done",
                         "done"]
        await shown(house, bot, tmp_path)
        await told(bot)
        await heard_apart(bot)

        captions = RECORDED | {"transcript": {"provider": {"meeting_captions": {}}}}
        stream = {key: rough.payload[key] for key in ("meeting_uuid", "rtms_stream_id", "server_urls")}
        rough_id = await house.send_bot("https://zoom.us/j/85746065432", recording_config=captions, zoom={"rtms": stream})
        other = await played(house, rough_id, rough)
        mp4 = await house.download(media(other, "video_mixed")["download_url"], tmp_path / "rough.mp4")
        offset = inspection.median_offset_ms(mp4)
        assert offset is not None
        assert abs(offset) <= 60
        [spoken] = await fetched(media(other, "transcript")["download_url"])
        assert spoken["participant"]["name"] == "Ada"
        assert " ".join(word["text"] for word in spoken["words"]) == ROUGH.person("Ada").text


async def played(house: House, bot_id: str, zoom: RtmsServer) -> dict[str, Any]:
    """The bot, when it has recorded the whole meeting."""
    await asyncio.wait_for(zoom.ready.wait(), 60)
    await house.until(bot_id, "in_call_recording")
    await zoom.play()
    bot = await house.until(bot_id, "done", "fatal")
    assert ended(bot) == "call_ended_by_host"
    return bot


async def shown(house: House, bot: dict[str, Any], folder: Path) -> None:
    """Who is seen when, and sound with its picture."""
    mp4 = await house.download(media(bot, "video_mixed")["download_url"], folder / "mixed.mp4")
    flashes, beeps = inspection.flash_times(mp4), inspection.beep_times(mp4)
    offsets = inspection.offsets_ms(flashes, beeps)
    assert len(offsets) >= 4
    assert abs(sorted(offsets)[len(offsets) // 2]) <= 40
    zero_s = flashes[0] - 5.3
    for at_s, colour in ((4.5, BLUE), (10.5, GREEN), (14.8, SHARED_COLOUR)):
        seen, expected = inspection.mean_colour(mp4, MIDDLE, zero_s + at_s), ImageColor.getrgb(colour)[:3]
        assert max(abs(a - b) for a, b in zip(seen, expected, strict=True)) < 30, (at_s, seen, expected)


async def told(bot: dict[str, Any]) -> None:
    """Who was there, what they did and what they said."""
    events = await fetched(media(bot, "participant_events")["participant_events_download_url"])
    by: dict[str, list[str]] = {}
    for event in events:
        by.setdefault(event["participant"]["name"], []).append(event["action"])
    assert list(by) == ["Ada", "Alan", "Emil"]
    assert [action for action in by["Emil"] if action in ("join", "leave")] == ["join", "leave"]
    assert [action for action in by["Ada"] if action.startswith("screenshare")] == ["screenshare_on", "screenshare_off"]
    assert all("webcam_on" in by[name] and "speech_on" in by[name] and "speech_off" in by[name] for name in ("Ada", "Alan"))
    transcript = await fetched(media(bot, "transcript")["download_url"])
    for person in MEETING.people[:2]:
        words = [word["text"] for entry in transcript if entry["participant"]["name"] == person.name for word in entry["words"]]
        assert word_error_rate(person.text, " ".join(words)) <= 0.3, words


async def heard_apart(bot: dict[str, Any]) -> None:
    """Everybody's sound is their own, though it came through one connection."""
    parts = await fetched(bot["recordings"][0]["audio_separate"]["data"]["download_url"])
    assert {part["participant"]["name"] for part in parts} == {"Ada", "Alan", "Emil"}


async def announced(house: House, workspace: str, zoom: RtmsServer) -> str:
    """Zoom says that a stream began; the bot that was sent for it."""
    body, headers = zoom.webhook("meeting.rtms_started", APP["webhook_secret"])
    address = f"http://127.0.0.1:{house.port}/rapporteur/v1/zoom/rtms/{workspace}/"
    async with aiohttp.ClientSession() as session, session.post(address, data=body, headers=headers) as answer:
        answer.raise_for_status()
        return (await answer.json())["bot_id"]


async def put(house: House, path: str, body: Any) -> None:
    headers = {"Authorization": f"Token {house.key}"}
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{house.port}", headers=headers) as session,
        session.put(path, json=body) as answer,
    ):
        answer.raise_for_status()


async def fetched(url: str) -> Any:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        answer.raise_for_status()
        return json.loads(await answer.read())


def media(bot: dict[str, Any], kind: str) -> dict[str, Any]:
    shortcut = bot["recordings"][0]["media_shortcuts"][kind]
    assert shortcut["status"]["code"] == "done", shortcut
    return shortcut["data"]


def ended(bot: dict[str, Any]) -> str | None:
    [end] = [change for change in bot["status_changes"] if change["code"] in {"call_ended", "fatal"}]
    return end["sub_code"]
