"""The client for programs that wait for each answer. Needs the standard library alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from rapporteur.client import calls
from rapporteur.client.calls import CHUNK, Call, Progress
from rapporteur.client.shapes import Bot, Event, Webhook

STREAM_TIMEOUT_S = 60.0
"""The server says something at least every 15 s."""


class Rapporteur:
    """One server and one key. OSError when the server is not reached, ApiError when it refuses."""

    def __init__(self, url: str, key: str, *, timeout_s: float = 30.0) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._timeout_s = timeout_s
        # The machine's proxy cannot reach this machine's loopback.
        direct = urlsplit(url).hostname in {"127.0.0.1", "::1", "localhost"}
        self._opener = build_opener(ProxyHandler({})) if direct else build_opener()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._opener.close()

    def send(self, call: Call, *, idempotency_key: str | None = None) -> Any:
        """Any call of the API; the answer's JSON."""
        made = Request(call.address(self._url), call.content(), calls.headers(self._key, idempotency_key=idempotency_key),
                       method=call.method)
        try:
            with self._opener.open(made, timeout=self._timeout_s) as answer:
                return calls.result(answer.status, answer.read())
        except HTTPError as refusal:
            with refusal:
                return calls.result(refusal.code, refusal.read())

    def create_bot(self, meeting_url: str, *, idempotency_key: str | None = None, **fields: Any) -> Bot:
        """Send a bot to a meeting; `fields` are those of POST /api/v1/bot/: bot_name, join_at, recording_config …"""
        return self.send(calls.create_bot(meeting_url, fields), idempotency_key=idempotency_key)

    def bot(self, bot_id: str) -> Bot:
        return self.send(calls.bot(bot_id))

    def bots(self, **filters: Any) -> Iterator[Bot]:
        """All bots, newest first, page after page."""
        call: Call | None = calls.bots(filters)
        while call is not None:
            page = self.send(call)
            yield from page["results"]
            call = Call("GET", page["next"]) if page["next"] else None

    def leave(self, bot_id: str) -> Bot:
        return self.send(calls.bot(bot_id, "leave_call/"))

    def delete_media(self, bot_id: str) -> Bot:
        return self.send(calls.bot(bot_id, "delete_media/"))

    def events(self, bot_id: str, after: int = 0) -> Iterator[Event]:
        """What happens to a bot as it happens, until it is over."""
        call = calls.events(bot_id, after)
        made = Request(call.address(self._url), headers=calls.headers(self._key) | {"Accept": "text/event-stream"})
        try:
            with self._opener.open(made, timeout=STREAM_TIMEOUT_S) as stream:
                for line in stream:
                    if event := calls.event_of(line):
                        yield event
        except HTTPError as refusal:
            with refusal:
                calls.result(refusal.code, refusal.read())

    def wait(self, bot_id: str) -> Bot:
        """The bot, as soon as nothing more will happen to it by itself."""
        after = 0
        while not calls.is_over(bot := self.bot(bot_id)):
            for event in self.events(bot_id, after):
                after = event["number"]
        return bot

    def document(self, bot: Bot, kind: str) -> Any:
        """What the newest recording's artifact of a kind says, where that is JSON: transcript, participant_events …"""
        # A download link is signed: the key stays here.
        with self._opener.open(Request(calls.link(bot, kind)), timeout=self._timeout_s) as answer:
            return calls.result(answer.status, answer.read())

    def download(self, bot: Bot, kind: str, to: Path, *, progress: Progress | None = None) -> Path:
        """Keep the newest recording's artifact of a kind as a file, which appears when it is whole."""
        return self.fetch(calls.link(bot, kind), to, progress=progress)

    def fetch(self, link: str, to: Path, *, progress: Progress | None = None) -> Path:
        """The same of any download link."""
        try:
            with self._opener.open(Request(link), timeout=self._timeout_s) as answer, calls.partial(to).open("wb") as file:
                size = int(answer.headers["Content-Length"]) if answer.headers["Content-Length"] else None
                _count(progress, 0, size)
                while chunk := answer.read(CHUNK):
                    file.write(chunk)
                    _count(progress, file.tell(), size)
        except HTTPError as refusal:
            with refusal:
                calls.result(refusal.code, refusal.read())
        return calls.partial(to).replace(to)

    def add_webhook(self, url: str, events: Iterable[str] = ()) -> Webhook:
        return self.send(calls.add_webhook(url, events))

    def webhooks(self) -> list[Webhook]:
        return self.send(calls.webhooks())["results"]


def _count(progress: Progress | None, done: int, size: int | None) -> None:
    if progress is not None:
        progress(done, size)
