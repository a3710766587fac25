"""How text becomes speech. Another synthesiser is one more class with a `rate` and a `speak`."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from typing import Protocol

import aiohttp


class Voice(Protocol):
    rate: int
    """Samples per second, from 8000 to 48000."""

    def speak(self, text: str) -> AsyncIterator[bytes]:
        """Mono signed 16-bit little-endian samples, in portions, the first as soon as there is one."""
        ...


class SpeechEndpoint:
    """Any endpoint that speaks like OpenAI's /audio/speech."""

    rate = 24_000

    def __init__(self, http: aiohttp.ClientSession, url: str, model: str, voice: str, key: str | None) -> None:
        self._http = http
        self._url = f"{url.rstrip('/')}/audio/speech"
        self._wanted = {"model": model, "voice": voice, "response_format": "pcm"}
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def speak(self, text: str) -> AsyncIterator[bytes]:
        async with self._http.post(self._url, json={**self._wanted, "input": text}, headers=self._headers) as reply:
            rest = b""
            async for portion in reply.content.iter_chunked(self.rate):
                whole = rest + portion
                rest = whole[len(whole) // 2 * 2:]
                yield whole[:len(whole) // 2 * 2]


class Espeak:
    """The computer's own espeak-ng: no account, no network, and it sounds so."""

    rate = 22_050

    def __init__(self, program: str) -> None:
        self._program = program

    async def speak(self, text: str) -> AsyncIterator[bytes]:
        process = await asyncio.create_subprocess_exec(
            self._program, "--stdin", "--stdout", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        made, _ = await process.communicate(text.encode())
        # A stream's WAV does not know its length, so the header says the longest there is.
        with wave.open(io.BytesIO(made)) as sound:
            self.rate = sound.getframerate()
            while samples := sound.readframes(self.rate):
                yield samples
