"""An application written for MeetStream, run against the whole product: it sends a bot, hears back, and fetches everything."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiohttp
import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve

from rapporteur.kit.clock import SystemClock
from rapporteur.media import inspection
from rapporteur.simulators.people import People
from rapporteur.simulators.scenario import COUPLE
from rapporteur.simulators.speech import CLIPS
from tests.fakes.house import open_house, open_room
from tests.fakes.receiver import Received, Receiver, receiving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SPEAKER, CLIP = "Alan", "project"
LOUD = 2_000


class Application:
    """What such an application does, and no more: a base address, a key, the documented paths, answers read as documented."""

    def __init__(self, base: str, key: str) -> None:
        self._base, self._headers, self._clock = base, {"Authorization": f"Token {key}"}, SystemClock()

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(headers=self._headers)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def send(self, path: str, body: Any = None, method: str = "POST") -> tuple[int, Any]:
        async with self._http.request(method, f"{self._base}/api/v1{path}", json=body) as answer:
            return answer.status, await answer.json()

    async def fetch(self, path: str, within_s: float = 60) -> Any:
        """The answer, asked for again as long as it is not ready."""
        async with asyncio.timeout(within_s):
            while True:
                status, body = await self.send(path, method="GET")
                if status != 202:
                    assert status == 200, body
                    return body
                await self._clock.sleep(0.5)

    async def until(self, bot_id: str, *statuses: str, within_s: float = 90) -> str:
        async with asyncio.timeout(within_s):
            while (found := (await self.fetch(f"/bots/{bot_id}/status"))["status"]) not in statuses:
                await self._clock.sleep(0.3)
        return found

    async def download(self, url: str, to: Path) -> Path:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            answer.raise_for_status()
            to.write_bytes(await answer.read())
        return to


class Listener:
    """Where such an application takes live sound and pictures: frames as its samples take them apart."""

    def __init__(self) -> None:
        self.texts: list[dict[str, Any]] = []
        self.sound: dict[str, bytes] = {}
        self.film_texts: list[dict[str, Any]] = []
        self.film = b""
        self.url = ""

    async def visit(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        await (self.hear if connection.request.path == "/audio" else self.watch)(connection)

    async def watch(self, connection: ServerConnection) -> None:
        async for frame in connection:
            if isinstance(frame, str):
                self.film_texts.append(json.loads(frame))
            else:
                self.film += frame

    async def hear(self, connection: ServerConnection) -> None:
        async for frame in connection:
            if isinstance(frame, str):
                self.texts.append(json.loads(frame))
                await connection.send(json.dumps({"type": "ack", "message": "heard"}))
                continue
            at = 3 + int.from_bytes(frame[1:3], "little")
            end = at + 2 + int.from_bytes(frame[at:at + 2], "little")
            name = frame[at + 2:end].decode()
            self.sound[name] = self.sound.get(name, b"") + frame[end:]


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    listener = Listener()
    async with serve(listener.visit, "127.0.0.1", 0) as server:
        listener.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield listener


def request(meeting_link: str, callback_url: str, listen_url: str) -> dict[str, Any]:
    """Everything that the oldest document shows, and everybody's sound and pictures apart."""
    return {
        "meeting_link": meeting_link, "bot_name": "Notetaker", "audio_required": True, "video_required": True,
        "bot_message": "Hello, I take notes.", "callback_url": callback_url, "custom_attributes": {"tenant": "t1"},
        "audio_separate_streams": True, "video_separate_streams": True,
        "live_audio_required": {"websocket_url": f"{listen_url}/audio"},
        "live_video_required": {"websocket_url": f"{listen_url}/video"},
        "recording_config": {
            "transcript": {"provider": {"meetstream": {"language": "en"}}}, "retention": {"type": "timed", "hours": 24},
            "realtime_endpoints": [{"type": "webhook", "url": f"{callback_url}/live",
                                    "events": ["participant_events.join", "participant_events.leave"]}],
        },
        "automatic_leave": {"waiting_room_timeout": 600, "everyone_left_timeout": 600, "in_call_recording_timeout": 14400,
                            "recording_permission_denied_timeout": 60},
    }


async def test_an_application_of_the_other_service_runs_against_this_one(
    data_dir: Path, free_port: int, chromium: Path, tmp_path: Path,
) -> None:
    async with (
        open_house(data_dir, free_port) as house, receiving() as hook, listening() as listener,
        Application(f"http://127.0.0.1:{free_port}", house.key) as app,
    ):
        hook.answers.append(500)  # the first callback comes again
        room = await open_room(house)
        async with People(COUPLE, host_url=room["host_url"], executable=chromium) as people:
            await people.enter()
            status, made = await app.send("/bots/create_bot", request(room["url"], hook.url(), listener.url))
            assert (status, made["status"]) == (201, "Active")
            bot_id = made["bot_id"]
            assert await app.until(bot_id, "Recording", "Error") == "Recording"
            await people.say(SPEAKER, CLIP)
            await SystemClock().sleep(CLIPS[CLIP].duration_s + 4.0)
            here = await app.fetch(f"/bots/{bot_id}/get_participants")
            assert {person["displayName"] for person in here if person["humanized_status"] == "in_meeting"} == {"Ada", "Alan"}
            status, left = await app.send(f"/bots/{bot_id}/remove_bot", method="GET")
            assert (status, "message" in left) == (200, True)
            assert await app.until(bot_id, "Done", "Error") == "Done"
        was_told_while_it_happened(listener, hook, bot_id)
        saw_the_same_film(listener, bot_id, tmp_path)
        await fetches_what_was_recorded(app, bot_id, made["transcript_id"], tmp_path)
        await is_told_and_deletes(app, bot_id, hook)


def was_told_while_it_happened(listener: Listener, hook: Receiver, bot_id: str) -> None:
    assert listener.texts == [{"type": "ready", "bot_id": bot_id, "message": "Ready to receive messages"}]
    assert listener.sound.keys() <= {SPEAKER, "NoSpeaker"}
    seconds = {name: len(pcm) / 2 / 48_000 for name, pcm in listener.sound.items()}
    assert seconds[SPEAKER] == pytest.approx(CLIPS[CLIP].duration_s, rel=0.5)
    loudest = {name: int(np.abs(np.frombuffer(pcm, "<i2").astype(int)).max()) for name, pcm in listener.sound.items()}
    assert loudest[SPEAKER] > LOUD
    live = [each.body for each in hook.received if each.path.endswith("/live")]
    assert {event["data"]["data"]["participant"]["full_name"] for event in live} == {"Ada", "Alan"}
    assert all(event["custom_attributes"] == {"tenant": "t1"} and event["timestamp"] for event in live)


def saw_the_same_film(listener: Listener, bot_id: str, folder: Path) -> None:
    start, *_, end = listener.film_texts
    assert (start["type"], start["bot_id"], start["container"]) == ("video_stream_start", bot_id, "fmp4")
    assert end["type"] == "video_stream_end"
    (film := folder / "live.mp4").write_bytes(listener.film)
    assert inspection.duration_s(film) > CLIPS[CLIP].duration_s
    assert inspection.loudness_db(film, 0, inspection.duration_s(film)) > -60


async def fetches_what_was_recorded(app: Application, bot_id: str, transcript_id: str, folder: Path) -> None:
    said = await app.fetch(f"/transcript/{transcript_id}/get_transcript")
    assert {one["speaker"] for one in said} == {SPEAKER}
    heard = {word["word"].lower() for one in said for word in one["words"]}
    assert len(heard & set(CLIPS[CLIP].text.split())) >= 4, "how much of it is understood is another suite's subject"
    assert all(word["start"] <= word["end"] for one in said for word in one["words"])

    video = await app.fetch(f"/bots/{bot_id}/get_video")
    film = await app.download(video["video_url"], folder / "video.mp4")
    assert inspection.duration_s(film) == pytest.approx(video["video_info"]["duration"], abs=0.2)
    first, last = said[0]["start_time"], said[-1]["end_time"]
    assert inspection.loudness_db(film, first, last) > -60, "the words are where the transcript says"

    audio = await app.download((await app.fetch(f"/bots/{bot_id}/get_audio"))["audio_url"], folder / "audio.wav")
    assert inspection.duration_s(audio) == pytest.approx(video["video_info"]["duration"], abs=0.2)
    timeline = await app.fetch(f"/bots/{bot_id}/get_speaker_timeline")
    assert timeline["totalFileSize"] == audio.stat().st_size
    assert SPEAKER in {chunk["speakerName"] for chunk in timeline["chunks"]}
    assert all(0 <= chunk["startByte"] <= chunk["endByte"] <= audio.stat().st_size for chunk in timeline["chunks"])

    for kind in ("audio", "recording"):
        streams = await app.fetch(f"/bots/{bot_id}/get_{kind}_streams")
        assert streams[f"{kind}_streams_available"]
        assert SPEAKER in {person["participant_name"] for person in streams["participants"]}
        segment = streams["participants"][0]["streams"][0]["segments"][0]
        assert (await app.download(segment["url"], folder / segment["filename"])).stat().st_size > 0

    people = await app.fetch(f"/bots/{bot_id}/get_participants")
    assert {person["fullName"] for person in people} == {"Ada", "Alan"}
    detail = (await app.fetch(f"/bots/{bot_id}/detail"))["bot_details"]
    assert (detail["AudioStatus"], detail["TranscriptStatus"], detail["Status"]) == ("Success", "Success", "Done")


def callbacks(hook: Receiver) -> list[Received]:
    """What came to the callback_url itself; live events have an address of their own."""
    return [each for each in hook.received if not each.path.endswith("/live")]


async def is_told_and_deletes(app: Application, bot_id: str, hook: Receiver) -> None:
    status, gone = await app.send(f"/bots/{bot_id}/delete", method="DELETE")
    assert (status, gone["deleted_objects"] > 0) == (200, True)
    async with asyncio.timeout(60):
        while not any(body["event"] == "data_deletion" for body in (each.body for each in callbacks(hook))):
            await hook.until(len(hook.received) + 1)
    told = callbacks(hook)
    again = [each for each in told if each.id == told[0].id]
    assert len(again) == 2
    assert again[0].raw == again[1].raw, "a callback that was not taken comes again as it was"
    bodies = [json.loads(raw) for raw in dict.fromkeys(each.raw for each in told)]
    assert [(body["event"], body["status_code"]) for body in bodies if body["event"].startswith("bot.")] == [
        ("bot.joining", 102), ("bot.inmeeting", 200), ("bot.stopped", 500)]
    assert {(body.get("audio_status"), body.get("transcript_status")) for body in bodies} >= {
        ("Success", None), (None, "Success")}
    [deletion] = [body for body in bodies if body["event"] == "data_deletion"]
    assert (deletion["status"], deletion["deleted_objects"], deletion["status_code"]) == (
        "success", gone["deleted_objects"], 200)
    assert {body["bot_id"] for body in bodies} == {bot_id}
    assert all(each.headers["x-meetstream-signature"].startswith("sha256=") for each in told)
