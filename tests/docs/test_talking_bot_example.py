"""The talking bot of the examples, with a stand-in for everything but itself: it is called, thinks, speaks and lets itself be
interrupted."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
import wave
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.docs.pages import ROOT
from tests.fakes.api_server import ROOM, serving
from tests.fakes.minds import ANSWER, RATE, Mind, thinking

pytestmark = pytest.mark.contract


class Program:
    def __init__(self, process: asyncio.subprocess.Process, words: ClientConnection, control: ClientConnection) -> None:
        self._process, self._words, self._control = process, words, control

    async def hears(self, text: str, *, ends: bool = True) -> None:
        await self._words.send(json.dumps({"speakerName": "Ada", "transcript": text, "end_of_turn": ends}))

    async def line(self) -> str:
        assert self._process.stdout is not None
        return (await asyncio.wait_for(self._process.stdout.readline(), 20)).decode().strip()

    async def command(self) -> dict[str, Any]:
        return json.loads(await asyncio.wait_for(self._control.recv(), 20))

    async def fault(self, **fault: Any) -> None:
        await self._control.send(json.dumps({"type": "error", **fault}))


@asynccontextmanager
async def talking(tmp_path: Path, mind: Mind, *options: str) -> AsyncIterator[Program]:
    async with serving(tmp_path) as server:
        process = await asyncio.create_subprocess_exec(
            sys.executable, ROOT / "examples" / "talking_bot", ROOM, "--port", "0", "--chat", mind.url, *options,
            env=os.environ | {"RAPPORTEUR_URL": server.url, "RAPPORTEUR_API_KEY": server.key, "CHAT_API_KEY": "c"},
            stdout=subprocess.PIPE)
        assert process.stdout is not None
        try:
            bot_id = (await process.stdout.readline()).decode().split()[1]
            config = (await server.core.bots.get(server.core.workspace_id, bot_id)).config
            [words] = config["recording_config"]["realtime_endpoints"]
            async with connect(words["url"]) as heard, connect(config["control_socket"]["url"]) as control:
                yield Program(process, heard, control)
        finally:
            process.terminate()
            await process.communicate()


async def test_it_answers_when_it_is_called_and_is_quiet_when_somebody_speaks(tmp_path: Path) -> None:
    async with thinking(2.0) as mind, talking(tmp_path, mind, "--name", "Robin", "--speech", mind.url) as program:
        await program.hears("We talk about robins")
        await program.hears("Robin, are you", ends=False)
        await program.hears("When is it due, robin?")
        assert [await program.line() for _ in range(3)] == [
            "Ada: We talk about robins", "Ada: When is it due, robin?", f"I say: {ANSWER}"]
        written = await program.command()
        assert written == {"command": "sendchat", "role": "assistant", "text": ANSWER, "is_final": True}
        samples = 0
        while samples < 2.0 * RATE:
            spoken = await program.command()
            assert (spoken["command"], spoken["sample_rate"]) == ("sendaudio", RATE)
            samples += len(b64decode(spoken["audiochunk"])) // 2
        assert samples == 2.0 * RATE
        await program.hears("Wait a moment")
        assert await program.command() == {"command": "interrupt", "action": "clear_audio_queue"}
    system, *said = mind.asked[0]["messages"]
    assert "You are Robin" in system["content"]
    assert [line["content"] for line in said] == ["Ada: We talk about robins", "Ada: When is it due, robin?"]
    assert mind.spoken == [{"model": "tts-1", "voice": "alloy", "response_format": "pcm", "input": ANSWER}]
    assert mind.keys == {"Bearer c", None}


async def test_the_computers_own_voice_speaks_where_there_is_no_endpoint(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "said.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(22_050)
        sound.writeframes(bytes(2 * 30_000))
    espeak = tmp_path / "espeak"
    espeak.write_text(f"#!/bin/sh\ncat > {tmp_path}/asked\ncat {tmp_path}/said.wav\n")
    espeak.chmod(espeak.stat().st_mode | stat.S_IXUSR)
    async with thinking() as mind, talking(tmp_path, mind, "--espeak", str(espeak)) as program:
        await program.fault(command="sendmsg", field="message", message="There is no text.")
        assert await program.line() == "not obeyed: sendmsg, because of message: There is no text."
        await program.hears("Robin?")
        spoken = [await program.command() for _ in range(3)][1:]
        assert [(len(b64decode(each["audiochunk"])) // 2, each["sample_rate"]) for each in spoken] == [
            (22_050, 22_050), (7_950, 22_050)]
    assert (tmp_path / "asked").read_text() == ANSWER


async def test_it_says_why_there_is_no_answer_and_listens_on(tmp_path: Path) -> None:
    async with thinking() as mind, talking(tmp_path, mind, "--espeak", str(tmp_path / "none")) as program:
        for _ in range(2):
            await program.hears("Robin?")
            said = [await program.line() for _ in range(3)]
            assert said == ["Ada: Robin?", f"I say: {ANSWER}", "no answer: FileNotFoundError"]
            assert (await program.command())["command"] == "sendchat"
