"""What happens in a real meeting reaches the user's endpoints while it happens, in order, over sockets and webhooks alike.

The short form of `make proof NAME=events`.
"""

from __future__ import annotations

import base64
import io
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from rapporteur.domain.timeline import from_iso
from rapporteur.domain.transcript import word_error_rate
from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.people import People
from rapporteur.simulators.receiver import Receiver
from rapporteur.simulators.scenario import COUPLE
from rapporteur.simulators.speech import CLIPS
from tests.fakes.ears import Ears, listening
from tests.fakes.house import CONFIG, House, open_house, open_room
from tests.fakes.rtmp import RtmpServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SPEAKER, CLIP = COUPLE.people[1].name, "welcome"
EVENTS = [f"participant_events.{action}" for action in ("join", "leave", "speech_on", "speech_off")] + ["transcript.data"]
APART_MS = 400
SOUND = ("audio_mixed_raw.data", "audio_separate_raw.data")
LOUD = 2_000
BRIGHT = 60
PICTURE = "video_separate_png.data"

Told = list[tuple[str, str]]


async def test_events_and_words_come_while_they_happen(data_dir: Path, free_port: int, chromium: Path):
    rtmp = RtmpServer()
    async with listening() as ears, Receiver() as posts, open_house(data_dir, free_port) as house:
        bot_id = await a_meeting(house, chromium, ears, [
            {"type": "websocket", "url": f"http://127.0.0.1:{ears.port}/ws/rt?token=t", "events": [*EVENTS, *SOUND, PICTURE]},
            {"type": "webhook", "url": posts.url, "events": [*EVENTS, "bot.status_change"]},
            {"type": "rtmp", "url": rtmp.url, "events": ["video_mixed_flv.data"]},
        ])
        bot = await house.until(bot_id, "done", "fatal")
        [recording] = bot["recordings"]
        link = recording["media_shortcuts"]["participant_events"]["data"]["participant_events_download_url"]
        document = await house.get(link.partition(str(house.port))[2])
        kept = [e for e in document if f"participant_events.{e['action']}" in EVENTS]
        endpoints = (await house.get(f"/api/v1/realtime_endpoint/?recording_id={recording['id']}"))["results"]

    assert {visit[0] for visit in ears.visits} == {"/ws/rt?token=t"}
    happened = [e for e in ears.heard if e["event"] in EVENTS[:-1]]
    assert told(happened) == [(e["action"], e["participant"]["name"]) for e in kept]
    for live, item in zip(happened, kept, strict=True):
        assert abs(at_ms(live["data"]["data"]) - at_ms(item)) < APART_MS
        assert live["data"]["recording"]["id"] == recording["id"]
    words = " ".join(e["data"]["data"]["text"] for e in ears.heard if e["event"] == "transcript.data")
    assert word_error_rate(CLIPS[CLIP].text, words) < 0.35

    mixed = [e["data"]["data"] for e in ears.heard if e["event"] == SOUND[0]]
    assert {round(at_ms(b) - at_ms(a)) for a, b in itertools.pairwise(mixed)} == {100}
    assert max(map(peak, mixed)) > LOUD
    apart = [e["data"]["data"] for e in ears.heard if e["event"] == SOUND[1]]
    assert {each["participant"]["name"] for each in apart if peak(each) > LOUD} == {SPEAKER}

    pictures = [e["data"]["data"] for e in ears.heard if e["event"] == PICTURE]
    assert {(each["participant"]["name"], each["type"]) for each in pictures} >= {(SPEAKER, "webcam")}
    with Image.open(io.BytesIO(base64.b64decode(pictures[-1]["buffer"]))) as picture:
        assert picture.size == (640, 360)
        assert max(high for _, high in picture.convert("RGB").getextrema()) > BRIGHT

    posted = [r.body for r in posts.received]
    assert told([e for e in posted if e["event"] in EVENTS[:-1]]) == told(happened)
    assert posted[-1]["data"]["data"]["code"] == "bot.done"
    assert [e["status"]["code"] for e in endpoints] == ["done", "done", "done"]
    assert (rtmp.size, rtmp.pictures > 30, rtmp.samples > 30_000) == ((1280, 720), True, True)


async def a_meeting(house: House, chromium: Path, ears: Ears, endpoints: list[dict[str, Any]]) -> str:
    """One of two people says something; the bot that listened leaves when the words have come."""
    room = await open_room(house)
    async with People(COUPLE, host_url=room["host_url"], executable=chromium) as people:
        await people.enter()
        bot_id = await house.send_bot(room["url"], recording_config=CONFIG | {"realtime_endpoints": endpoints})
        await house.until(bot_id, "in_call_recording", within_s=60)
        await people.say(SPEAKER, CLIP)
        await SystemClock().sleep(CLIPS[CLIP].duration_s)
        await ears.until_event("transcript.data")
        await house.post(f"/api/v1/bot/{bot_id}/leave_call/")
    return bot_id


def told(events: list[dict[str, Any]]) -> Told:
    return [(e["event"].partition(".")[2], e["data"]["data"]["participant"]["name"]) for e in events]


def peak(body: dict[str, Any]) -> int:
    return int(np.abs(np.frombuffer(base64.b64decode(body["buffer"]), "<i2").astype(int)).max())


def at_ms(body: dict[str, Any]) -> float:
    return from_iso(body["timestamp"]["absolute"])
