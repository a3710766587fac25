"""The programs of examples/ do what they say, against the real API."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from standardwebhooks.webhooks import Webhook
from websockets.asyncio.client import connect

from tests.docs.pages import ROOT
from tests.fakes.api_server import serving

pytestmark = pytest.mark.contract

UTTERANCE = {
    "participant": {"id": 100, "name": "Ada"}, "language_code": "en",
    "words": [{"text": text, "start_timestamp": {"relative": 127.4}, "end_timestamp": {"relative": 128.0}}
              for text in ("Good", "morning")],
}
SECRET = "whsec_" + "c2VjcmV0" * 4
EVENT = json.dumps({"event": "bot.done", "event_id": "e1", "data": {"bot_id": "b1", "updated_at": "2026-03-02T10:00:00Z"}})


async def start(example: str, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, ROOT / "examples" / example, *arguments, env=os.environ | environment, stdout=subprocess.PIPE)


async def test_minutes_tell_who_said_what_and_when(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        wanted = {"transcript": {"provider": {"recallai_streaming": {}}}}
        contents = {"transcript.json": json.dumps([UTTERANCE]).encode()}
        bot_id, _ = await server.recorded(contents, recording_config=wanted)
        program = await start("minutes.py", bot_id, RAPPORTEUR_URL=server.url, RAPPORTEUR_API_KEY=server.key)
        out, _ = await program.communicate()
    assert (program.returncode, out.decode()) == (0, "02:07 Ada: Good morning\n")


async def test_words_are_printed_once_as_they_come() -> None:
    program = await start("live_words.py", "0")
    assert program.stdout is not None
    said = {"participant": {"name": "Ada"}, "text": "Good morning"}
    try:
        url = (await program.stdout.readline()).decode().strip()
        async with connect(url) as feed:
            for number in (1, 1, 2):
                await feed.send(json.dumps({"event": "transcript.data", "number": number, "data": {"data": said}}))
        lines = [await program.stdout.readline() for _ in range(2)]
    finally:
        program.terminate()
        rest, _ = await program.communicate()
    assert (lines, rest) == ([b"Ada: Good morning\n"] * 2, b"")


async def test_receiver_takes_each_genuine_event_once_and_refuses_forgeries(free_port: int) -> None:
    program = await start("receiver.py", SECRET, str(free_port))
    assert program.stdout is not None
    try:
        await program.stdout.readline()
        now = datetime.now(UTC)
        signed = {"webhook-id": "e1", "webhook-timestamp": str(int(now.timestamp())),
                  "webhook-signature": Webhook(SECRET).sign("e1", now, EVENT)}
        async with aiohttp.ClientSession() as http:
            async def post(headers: dict[str, str]) -> int:
                async with http.post(f"http://127.0.0.1:{free_port}/", data=EVENT, headers=headers) as answer:
                    return answer.status

            assert await post(signed) == 204
            assert await post(signed) == 204
            assert await post(signed | {"webhook-signature": "v1,forged"}) == 400
    finally:
        program.terminate()
        rest, _ = await program.communicate()
    assert rest.decode() == "2026-03-02T10:00:00Z b1 bot.done\n"
