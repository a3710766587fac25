"""The application of the tutorial, run against the whole product: it starts a bot, hears words and sound while they come, and
makes of what it fetches when the bot is done what the tutorial makes of it.

Summaries and action items are left out: a language model makes them, of the same paragraphs.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections import defaultdict
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest
from aiohttp import web

from rapporteur.domain.transcript import word_error_rate
from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.people import People
from rapporteur.simulators.scenario import COUPLE
from rapporteur.simulators.speech import CLIPS
from tests.fakes.house import open_house, open_room

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

Json = dict[str, Any]

LISTENER, SPEAKER, CLIP = COUPLE.people[0].name, COUPLE.people[1].name, "welcome"
TOKEN = "s3cret"
SHORTCUTS = ("transcript", "video_mixed", "audio_mixed", "participant_events", "meeting_metadata")
PEOPLE = [f"participant_events.{action}" for action in (
    "join", "leave", "update", "speech_on", "speech_off", "webcam_on", "webcam_off", "screenshare_on", "screenshare_off",
    "chat_message")]
GAP_MS = 1200
START_CODE = b"\0\0\1"


def exhaustive(meeting_url: str, base: str) -> Json:
    """Everything that the tutorial's appendix asks for, with its placeholders filled in; the room has no password."""
    return {
        "meeting_url": meeting_url, "platform": "zoom", "meeting_password": "", "bot_name": "Notetaker",
        "bot_avatar_url": "https://yourcdn.example/assets/bot-avatar.png", "external_id": "ext-123",
        "recording_config": {
            "transcript": {"provider": {"recallai_streaming": {
                "language_code": "en", "filter_profanity": False, "mode": "prioritize_low_latency"}}},
            "participant_events": {}, "meeting_metadata": {}, "video_mixed_mp4": {}, "audio_mixed_mp3": {},
            "audio_mixed_raw": {}, "audio_separate_mp3": {}, "video_separate_h264": {},
            "video_mixed_layout": "gallery_view_v2", "include_bot_in_recording": {"audio": True, "video": False},
            "start_recording_on": "participant_join",
            "realtime_endpoints": [
                {"type": "webhook", "url": f"{base}/wh", "events": ["transcript.data", *PEOPLE, "bot.status_change"]},
                {"type": "websocket", "url": f"{base}/ws/rt?token={TOKEN}",
                 "events": ["audio_mixed_raw.data", "video_separate_h264.data"]},
            ],
            "automatic_video_output": {
                "in_call_recording": {"image_url": "https://yourcdn.example/slates/recording.png"},
                "in_call_not_recording": {"image_url": "https://yourcdn.example/slates/standby.png"}},
            "automatic_audio_output": {"in_call_recording": {"audio_url": "https://yourcdn.example/audio/hold.ogg"}},
            "output_media": {"webpage": {"url": "https://yourapp.example/demo"}},
        },
    }


class Application:
    """The tutorial's server: `/start` and `/retrieve/ID` for its own users, `/wh` and `/ws/rt` for the bot."""

    def __init__(self, api: str, key: str) -> None:
        self._api, self._headers = f"{api}/api/v1", {"Authorization": f"Token {key}", "Content-Type": "application/json"}
        self.base = ""
        self.unknown: str | None = None
        self.said: list[tuple[str, str]] = []
        self.happened: list[str] = []
        self.states: list[str] = []
        self.seen: set[tuple[str, str, str]] = set()
        self.sound = b""
        self.pictures: dict[str, bytes] = {}
        self.tokens: list[str] = []
        self.words_came, self.done = asyncio.Event(), asyncio.Event()
        self.links: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.add_routes([
            web.post("/start", self._start), web.post("/wh", self._hook), web.get("/ws/rt", self._stream),
            web.get("/retrieve/{bot_id}", self._retrieve),
        ])
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._http = aiohttp.ClientSession(headers=self._headers)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()
        await self._runner.cleanup()

    async def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """What a user of the application gets from it."""
        async with aiohttp.ClientSession(self.base) as session, session.request(method, path, json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def _start(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        async with self._http.post(f"{self._api}/bot", json=exhaustive(wanted["meeting_url"], self.base)) as answer:
            if answer.status != 201:
                return web.json_response({"ok": False, "body": await answer.text()}, status=502)
            self.unknown = answer.headers.get("X-Rapporteur-Unknown-Keys")
            return web.json_response({"bot_id": (await answer.json())["id"]})

    async def _retrieve(self, request: web.Request) -> web.Response:
        async with self._http.get(f"{self._api}/bot/{request.match_info['bot_id']}") as answer:
            answer.raise_for_status()
            return web.json_response(await answer.json())

    async def _hook(self, request: web.Request) -> web.Response:
        event = await request.json()
        name, data = event["event"], event["data"]
        inner = data.get("data") or {}
        key = (name, data["bot_id"], data["updated_at"])
        if key in self.seen:
            return web.json_response({"ok": True})
        self.seen.add(key)
        if name == "transcript.data":
            self.said.append((inner["participant"]["name"], " ".join(word["text"] for word in inner["words"])))
            self.words_came.set()
        elif name == "bot.status_change":
            self.states.append(inner["code"])
            if inner["code"] == "bot.done":
                # Everything is there from this moment on, not a little later.
                await self._open_every_link(data["bot_id"])
                self.done.set()
        else:
            self.happened.append(name)
        return web.json_response({"ok": True})

    async def _open_every_link(self, bot_id: str) -> None:
        async with self._http.get(f"{self._api}/bot/{bot_id}") as answer:
            bot = await answer.json()
        for recording in bot["recordings"]:
            for key, url in shortcuts(recording).items():
                async with aiohttp.ClientSession() as session, session.get(url) as answer:
                    self.links[key] = answer.status

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        self.tokens.append(request.query["token"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            event = json.loads(message.data)
            inner = event["data"]["data"]
            if event["event"] == "audio_mixed_raw.data":
                self.sound += base64.b64decode(inner["buffer"])
            elif event["event"] == "video_separate_h264.data":
                self.pictures.setdefault(inner["participant"]["name"], base64.b64decode(inner["buffer"]))
        return socket

    async def load(self, url: str) -> Any:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def everybodys_sound(self, artifact_id: str) -> tuple[str, str]:
        """Link and format of the list of parts."""
        async with self._http.get(f"{self._api}/audio_separate/{artifact_id}/") as answer:
            answer.raise_for_status()
            data = (await answer.json())["data"]
        return data["download_url"], data["format"]


# --- what the tutorial's fourth step makes of the files -----------------------------------------------------------------


def shortcuts(recording: Json) -> dict[str, str]:
    """Of every shortcut its link, where it has one."""
    found = {key: ((recording["media_shortcuts"].get(key) or {}).get("data") or {}).get("download_url") for key in SHORTCUTS}
    return {key: url for key, url in found.items() if url}


def separate_sound(bot: Json) -> str | None:
    names = ("audio_separate", "audio_separate_mp3", "audio_separate_raw")
    return next((recording[name]["id"] for recording in bot["recordings"] for name in names if recording.get(name)), None)


def segments(transcript: list[Json]) -> list[Json]:
    return [{
        "speaker": entry["participant"]["name"], "text": " ".join(word["text"].strip() for word in entry["words"]),
        "start_ms": int(entry["words"][0]["start_timestamp"]["relative"] * 1000),
        "end_ms": int(entry["words"][-1]["end_timestamp"]["relative"] * 1000),
    } for entry in transcript if entry["words"]]


def paragraphs(said: list[Json]) -> list[Json]:
    """Segments of one speaker that follow each other closely, as one."""
    out: list[Json] = []
    for one in sorted(said, key=lambda s: s["start_ms"]):
        if out and out[-1]["speaker"] == one["speaker"] and one["start_ms"] - out[-1]["end_ms"] <= GAP_MS:
            out[-1] |= {"end_ms": max(out[-1]["end_ms"], one["end_ms"]), "text": f"{out[-1]['text']} {one['text']}"}
        else:
            out.append(dict(one))
    return out


def enriched(said: list[Json], events: list[Json]) -> list[Json]:
    return [p | {"events": [e for e in events if p["start_ms"] <= e["ts_ms"] <= p["end_ms"]]} for p in said]


def talk(events: list[Json]) -> dict[str, Json]:
    """Per speaker: talk_time_ms and turns, by speech_on and speech_off."""
    since: dict[str, int] = {}
    turns: dict[str, list[int]] = defaultdict(list)
    for event in events:
        who = event["participant"]["name"]
        if event["type"] == "speech_on":
            since[who] = event["ts_ms"]
        elif event["type"] == "speech_off" and who in since:
            turns[who].append(event["ts_ms"] - since.pop(who))
    return {who: {"talk_time_ms": sum(spans), "turns": len(spans)} for who, spans in turns.items()}


def found(said: list[Json], query: str) -> list[Json]:
    return [p for p in said if query.lower() in p["text"].lower()]


# --- the run ------------------------------------------------------------------------------------------------------------


async def test_the_tutorials_application_runs_against_this_server(data_dir: Path, free_port: int, chromium: Path) -> None:
    async with (
        open_house(data_dir, free_port) as house, Application(f"http://127.0.0.1:{free_port}", house.key) as app,
    ):
        room = await open_room(house)
        async with People(COUPLE, host_url=room["host_url"], executable=chromium) as people:
            await people.enter()
            bot_id = (await app.ask("POST", "/start", {"meeting_url": room["url"]}))["bot_id"]
            assert app.unknown is None, "every key of the request is known"
            await house.until(bot_id, "in_call_recording", within_s=60)
            await people.say(SPEAKER, CLIP)
            await SystemClock().sleep(CLIPS[CLIP].duration_s / 2)
            await people.chat(LISTENER, "I agree")
            await SystemClock().sleep(CLIPS[CLIP].duration_s / 2)
            await asyncio.wait_for(app.words_came.wait(), 30)
            await house.post(f"/api/v1/bot/{bot_id}/leave_call/")
        await asyncio.wait_for(app.done.wait(), 90)
        heard_while_it_happened(app)
        assert app.links == dict.fromkeys(SHORTCUTS, 200)
        bot = await app.ask("GET", f"/retrieve/{bot_id}")
        await makes_something_of_it(app, bot)


def heard_while_it_happened(app: Application) -> None:
    assert {who for who, _ in app.said} == {SPEAKER}
    assert word_error_rate(CLIPS[CLIP].text, " ".join(text for _, text in app.said)) < 0.35
    assert {"participant_events.join", "participant_events.speech_on", "participant_events.speech_off"} <= set(app.happened)
    assert app.states[-1] == "bot.done"
    assert {"bot.joining_call", "bot.in_call_recording", "bot.call_ended"} <= set(app.states)
    assert set(app.tokens) == {TOKEN}
    assert len(app.sound) // 32 > CLIPS[CLIP].duration_s * 1000, "32 bytes are a millisecond"
    assert app.pictures.keys() == {person.name for person in COUPLE.people if person.camera}
    assert all(START_CODE in first[:8] for first in app.pictures.values())


async def makes_something_of_it(app: Application, bot: Json) -> None:
    assert bot["status"]["code"] == "bot.done"
    [recording] = bot["recordings"]
    links = shortcuts(recording)
    said = paragraphs(segments(await app.load(links["transcript"])))
    assert {p["speaker"] for p in said} == {SPEAKER}
    assert word_error_rate(CLIPS[CLIP].text, " ".join(p["text"] for p in said)) < 0.35
    events = await app.load(links["participant_events"])
    within = [(event["type"], event["participant"]["name"]) for p in enriched(said, events) for event in p["events"]]
    assert ("chat_message", LISTENER) in within, "who wrote while it was said"
    stats = talk(events)
    assert stats.keys() == {SPEAKER}
    assert stats[SPEAKER]["turns"] >= 1
    assert stats[SPEAKER]["talk_time_ms"] == pytest.approx(CLIPS[CLIP].duration_s * 1000, rel=0.5)
    assert found(said, max(said[0]["text"].split(), key=len)) == [said[0]]
    metadata = await app.load(links["meeting_metadata"])
    assert metadata

    separate = separate_sound(bot)
    assert separate is not None
    url, file_format = await app.everybodys_sound(separate)
    assert file_format == "mp3"
    parts = await app.load(url)
    assert SPEAKER in {part["participant"]["name"] for part in parts}
    async with aiohttp.ClientSession() as session, session.get(parts[0]["download_url"]) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "audio/mpeg")
