"""A bot that is spoken to: it hears its name in the live transcript, asks a language model, and says the answer in the meeting.

    python examples/talking_bot MEETING_URL [--name Robin] [--chat URL] [--speech URL] [--port 9200]

It sends a bot by the MeetStream dialect and waits for it at two addresses: /words, where what is said comes in, and /control,
from where the bot is told what to say. Whoever speaks while the bot does interrupts it. CHAT_API_KEY and SPEECH_API_KEY are
what the two endpoints ask for; without --speech the computer's own espeak-ng speaks.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
from base64 import b64encode
from contextlib import suppress
from typing import Any

import aiohttp
from mind import Mind
from voices import Espeak, SpeechEndpoint, Voice
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed


class Conversation:
    """Between the people in the meeting, who are heard, and the bot, which is told."""

    def __init__(self, name: str, mind: Mind, voice: Voice) -> None:
        self._called = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
        self._mind = mind
        self._voice = voice
        self._bot: ServerConnection | None = None
        self._answering: asyncio.Task[None] | None = None
        self._speaks_until = 0.0

    async def visit(self, connection: ServerConnection) -> None:
        """The bot dials both addresses itself, and again when a connection was lost."""
        assert connection.request is not None
        path = connection.request.path
        if path == "/control":
            self._bot = connection
        async for message in connection:
            if path == "/words":
                await self.hear(json.loads(message))
            elif (told := json.loads(message)).get("type") == "error":
                print(f"not obeyed: {told['command']}, because of {told['field']}: {told['message']}", flush=True)

    async def hear(self, said: dict[str, Any]) -> None:
        """What somebody said, as soon as they have said it."""
        if not said["end_of_turn"]:
            return
        print(f"{said['speakerName']}: {said['transcript']}", flush=True)
        self._mind.hears(said["speakerName"], said["transcript"])
        if asyncio.get_running_loop().time() < self._speaks_until:
            await self.be_quiet()
        if self._called.search(said["transcript"]):
            if self._answering is not None:
                self._answering.cancel()
            self._answering = asyncio.create_task(self.answer())

    async def answer(self) -> None:
        try:
            text = await self._mind.answer()
            print(f"I say: {text}", flush=True)
            await self._tell("sendchat", role="assistant", text=text, is_final=True)
            async for samples in self._voice.speak(text):
                self._speak_for(len(samples) / 2 / self._voice.rate)
                await self._tell("sendaudio", audiochunk=b64encode(samples).decode(), sample_rate=self._voice.rate)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            print(f"no answer: {type(error).__name__}", flush=True)

    async def be_quiet(self) -> None:
        if self._answering is not None:
            self._answering.cancel()
        self._speaks_until = 0.0
        await self._tell("interrupt", action="clear_audio_queue")

    def _speak_for(self, seconds: float) -> None:
        self._speaks_until = max(self._speaks_until, asyncio.get_running_loop().time()) + seconds

    async def _tell(self, command: str, **fields: Any) -> None:
        if self._bot is not None:
            with suppress(ConnectionClosed):  # the bot dials again, or has left
                await self._bot.send(json.dumps({"command": command, **fields}))


async def send_bot(meeting_url: str, name: str, address: str) -> str:
    """Ask the server for a bot that dials us."""
    server, key = os.environ["RAPPORTEUR_URL"], os.environ["RAPPORTEUR_API_KEY"]
    body = {
        "meeting_link": meeting_url, "bot_name": name, "video_required": False,
        "live_transcription_required": {"websocket_url": f"{address}/words"},
        "socket_connection_url": {"websocket_url": f"{address}/control"},
    }
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Token {key}"}, raise_for_status=True) as http,
        http.post(f"{server}/api/v1/bots/create_bot", json=body) as answer,
    ):
        return (await answer.json())["bot_id"]


async def main(options: argparse.Namespace) -> None:
    async with aiohttp.ClientSession(raise_for_status=True, timeout=aiohttp.ClientTimeout(total=60)) as http:
        mind = Mind(http, options.chat, options.chat_model, os.environ.get("CHAT_API_KEY"), options.name)
        voice = (SpeechEndpoint(http, options.speech, options.speech_model, options.voice, os.environ.get("SPEECH_API_KEY"))
                 if options.speech else Espeak(options.espeak))
        async with serve(Conversation(options.name, mind, voice).visit, "127.0.0.1", options.port) as server:
            port = server.sockets[0].getsockname()[1]
            bot_id = await send_bot(options.meeting_url, options.name, options.address or f"ws://127.0.0.1:{port}")
            print(f"bot {bot_id} is on its way", flush=True)
            await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="talking_bot", description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("meeting_url")
    parser.add_argument("--name", default="Robin", help="what the bot is called, and listens to")
    parser.add_argument("--chat", default="http://127.0.0.1:11434/v1", help="an OpenAI-compatible endpoint")
    parser.add_argument("--chat-model", default="llama3.2")
    parser.add_argument("--speech", help="an OpenAI-compatible endpoint that speaks; without it espeak-ng does")
    parser.add_argument("--speech-model", default="tts-1")
    parser.add_argument("--voice", default="alloy")
    parser.add_argument("--espeak", default="espeak-ng", help="the program")
    parser.add_argument("--port", type=int, default=9200)
    parser.add_argument("--address", help="where the bot reaches this program, if not on this machine: wss://…")
    asyncio.run(main(parser.parse_args()))
