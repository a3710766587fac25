"""The client for programs on an event loop; the same calls as the blocking one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from rapporteur.client import calls
from rapporteur.client.calls import CHUNK, Call, Progress
from rapporteur.client.shapes import Bot, Event, Webhook

STREAM_TIMEOUT_S = 60.0
"""The server says something at least every 15 s."""


class AsyncRapporteur:
    """One server and one key, inside `async with`. aiohttp.ClientError when it is not reached, ApiError when it refuses."""

    def __init__(self, url: str, key: str, *, timeout_s: float = 30.0) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        await self._http.close()

    @property
    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("use it in an `async with` block")
        return self._session

    async def send(self, call: Call, *, idempotency_key: str | None = None) -> Any:
        """Any call of the API; the answer's JSON."""
        headers = calls.headers(self._key, idempotency_key=idempotency_key)
        async with self._http.request(
            call.method, call.address(self._url), data=call.content(), headers=headers, timeout=self._timeout,
        ) as answer:
            return calls.result(answer.status, await answer.read())

    async def create_bot(self, meeting_url: str, *, idempotency_key: str | None = None, **fields: Any) -> Bot:
        """Send a bot to a meeting; `fields` are those of POST /api/v1/bot/: bot_name, join_at, recording_config …"""
        return await self.send(calls.create_bot(meeting_url, fields), idempotency_key=idempotency_key)

    async def bot(self, bot_id: str) -> Bot:
        return await self.send(calls.bot(bot_id))

    async def bots(self, **filters: Any) -> AsyncIterator[Bot]:
        """All bots, newest first, page after page."""
        call: Call | None = calls.bots(filters)
        while call is not None:
            page = await self.send(call)
            for bot in page["results"]:
                yield bot
            call = Call("GET", page["next"]) if page["next"] else None

    async def leave(self, bot_id: str) -> Bot:
        return await self.send(calls.bot(bot_id, "leave_call/"))

    async def delete_media(self, bot_id: str) -> Bot:
        return await self.send(calls.bot(bot_id, "delete_media/"))

    async def events(self, bot_id: str, after: int = 0) -> AsyncIterator[Event]:
        """What happens to a bot as it happens, until it is over."""
        timeout = aiohttp.ClientTimeout(total=None, sock_read=STREAM_TIMEOUT_S)
        headers = calls.headers(self._key) | {"Accept": "text/event-stream"}
        async with self._http.get(calls.events(bot_id, after).address(self._url), headers=headers, timeout=timeout) as stream:
            if stream.status >= 400:
                calls.result(stream.status, await stream.read())
            async for line in stream.content:
                if event := calls.event_of(line):
                    yield event

    async def wait(self, bot_id: str) -> Bot:
        """The bot, as soon as nothing more will happen to it by itself."""
        after = 0
        while not calls.is_over(bot := await self.bot(bot_id)):
            async for event in self.events(bot_id, after):
                after = event["number"]
        return bot

    async def document(self, bot: Bot, kind: str) -> Any:
        """What the newest recording's artifact of a kind says, where that is JSON: transcript, participant_events …"""
        async with self._http.get(calls.link(bot, kind), timeout=self._timeout) as answer:
            return calls.result(answer.status, await answer.read())

    async def download(self, bot: Bot, kind: str, to: Path, *, progress: Progress | None = None) -> Path:
        """Keep the newest recording's artifact of a kind as a file, which appears when it is whole."""
        return await self.fetch(calls.link(bot, kind), to, progress=progress)

    async def fetch(self, link: str, to: Path, *, progress: Progress | None = None) -> Path:
        """The same of any download link."""
        timeout = aiohttp.ClientTimeout(total=None, sock_read=self._timeout.total)
        async with self._http.get(link, timeout=timeout) as answer:
            if answer.status >= 400:
                calls.result(answer.status, await answer.read())
            done = 0
            with calls.partial(to).open("wb") as file:
                if progress is not None:
                    progress(done, answer.content_length)
                async for chunk in answer.content.iter_chunked(CHUNK):
                    done += file.write(chunk)
                    if progress is not None:
                        progress(done, answer.content_length)
        return calls.partial(to).replace(to)

    async def add_webhook(self, url: str, events: Iterable[str] = ()) -> Webhook:
        return await self.send(calls.add_webhook(url, events))

    async def webhooks(self) -> list[Webhook]:
        return (await self.send(calls.webhooks()))["results"]
