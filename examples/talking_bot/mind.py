"""What the bot thinks: what was said so far, and an OpenAI-compatible endpoint that answers."""

from __future__ import annotations

from collections import deque

import aiohttp

REMEMBERED = 40
"""Lines of the meeting that the model is given."""


class Mind:
    def __init__(self, http: aiohttp.ClientSession, url: str, model: str, key: str | None, name: str) -> None:
        """`url` is the endpoint's base, up to and including its version."""
        self._http = http
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._instructions = (
            f"You are {name}, a participant in a spoken meeting. Answer what you were last asked, in one or two short "
            "sentences that can be read out: no lists, no markup.")
        self._said: deque[dict[str, str]] = deque(maxlen=REMEMBERED)

    def hears(self, speaker: str, text: str) -> None:
        self._said.append({"role": "user", "content": f"{speaker}: {text}"})

    async def answer(self) -> str:
        """Raises aiohttp.ClientError or TimeoutError when there is none."""
        messages = [{"role": "system", "content": self._instructions}, *self._said]
        body = {"model": self._model, "messages": messages}
        async with self._http.post(self._url, json=body, headers=self._headers) as reply:
            text = (await reply.json())["choices"][0]["message"]["content"].strip()
        self._said.append({"role": "assistant", "content": text})
        return text
