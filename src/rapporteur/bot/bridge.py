"""The loopback WebSocket by which the page's worker reaches the bot.

Owns authentication, numbering and time: whoever does not say the secret first is turned away, every track gets a number that
is never used again, and arrival times become those of the bot's clock. It knows the envelopes of tracks and passes all
others on; what they mean is the meeting's business.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from rapporteur.kit.clock import Clock
from rapporteur.services.ports import TrackSeen
from rapporteur.wire.page import MIX, Envelope, MediaFrame, envelope, frames

log = structlog.get_logger()

LARGEST_MESSAGE = 8 * 1024 * 1024
"""The worker sends at most 1 MiB and one frame; a frame of 4K video stays far below the rest."""
SECRET_WITHIN_S = 10.0
LAST_TRACK = 0xFFFF
OFFSET_SPAN_MS = 30_000.0
LONGEST_ON_THE_WAY_MS = 60_000.0

# The library's own logger prints request lines; nothing of a page belongs into a log.
_SILENT = logging.getLogger("rapporteur.bridge.websocket")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


class PageTime:
    """Corrects the page's clock to the bot's: page and bot share a machine, so the quickest message shows the difference.

    The minimum of (received − sent) is kept over the last 30 to 60 seconds, so that a stepped clock is followed.
    """

    def __init__(self) -> None:
        self._current = self._previous = float("inf")
        self._since_ms = float("-inf")

    def sample(self, sent_ms: float, received_ms: float) -> None:
        if received_ms - self._since_ms > OFFSET_SPAN_MS:
            self._previous, self._current, self._since_ms = self._current, float("inf"), received_ms
        self._current = min(self._current, received_ms - sent_ms)

    def at(self, page_ms: float, received_ms: float) -> float:
        """The bot's time of a page's time; never in the future and never absurdly long ago."""
        corrected = page_ms + min(self._current, self._previous)
        return min(max(corrected, received_ms - LONGEST_ON_THE_WAY_MS), received_ms)


@dataclass(slots=True)
class _Visit:
    """One authenticated connection: one load of one document."""

    time: PageTime = field(default_factory=PageTime)
    tracks: dict[int, TrackSeen] = field(default_factory=dict)
    """By the page's number; `track` inside is ours."""
    staged: bool = False
    """Whether it plays what the bot shows and says: the page's own document does, and frames that have its devices."""
    owners: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Key and role by the page's number; may be known before the first frame is."""
    sources: dict[int, int] = field(default_factory=dict)
    """Contributing source by the page's number, for sound that was told apart by them."""
    contributors: dict[int, str] = field(default_factory=dict)
    """Key by contributing source; may be known before or after any sound of it."""

    def owner(self, number: int) -> tuple[str | None, str | None]:
        """Key and role of a track, as far as they are known."""
        source = self.sources.get(number)
        if source is None:
            return self.owners.get(number, (None, None))
        # Nobody's words are lost while it is not known whose they are.
        key = self.contributors.get(source)
        return (None, MIX) if key is None else (key, "microphone")


class Bridge:
    """Listens from `start` to `stop`. The callbacks run on the event loop and return at once."""

    def __init__(self, clock: Clock, *, on_envelope: Callable[[Envelope], None], on_track: Callable[[TrackSeen], None],
                 on_media: Callable[[list[MediaFrame]], None]) -> None:
        self._clock = clock
        self._on_envelope = on_envelope
        self._on_track = on_track
        self._on_media = on_media
        self._secret = secrets.token_urlsafe(32)
        self._server: Server | None = None
        self._last_track = 0
        self._visitors: set[ServerConnection] = set()
        self._stages: set[ServerConnection] = set()
        self._orders: list[str] = []
        self.refused = 0
        """Connections turned away because they did not know the secret."""

    @property
    def connected(self) -> bool:
        return bool(self._visitors)

    @property
    def parameters(self) -> dict[str, Any]:
        """What the page script needs to find its way here; for its closure only."""
        assert self._server is not None, "start the bridge first"
        port = self._server.sockets[0].getsockname()[1]
        return {"url": f"ws://127.0.0.1:{port}/", "secret": self._secret}

    async def start(self) -> None:
        # No compression: media does not shrink. No pings: they would end the connection of a page that is merely busy.
        self._server = await serve(
            self._serve, "127.0.0.1", 0, max_size=LARGEST_MESSAGE, compression=None, ping_interval=None, logger=_SILENT,
        )

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def order(self, order: str) -> None:
        """Tell every script in the page, those of documents to come as well. Scripts that know no such order ignore it."""
        if order in self._orders:
            return
        self._orders.append(order)
        for visitor in list(self._visitors):
            with suppress(ConnectionClosed):
                await visitor.send(order)

    async def send(self, data: bytes) -> None:
        """To the script of the meeting's page and those of its frames that have the bot's devices; lost when there is none."""
        for visitor in list(self._stages):
            with suppress(ConnectionClosed):
                await visitor.send(data)

    async def _serve(self, connection: ServerConnection) -> None:
        if not await self._knows_secret(connection):
            self.refused += 1
            await connection.close(1008, "unauthorized")
            return
        visit = _Visit()
        self._visitors.add(connection)
        try:
            for order in self._orders:
                await connection.send(order)
            async for message in connection:
                self._take(visit, message)
                if visit.staged:
                    self._stages.add(connection)
        except ConnectionClosed:
            pass
        finally:
            self._visitors.discard(connection)
            self._stages.discard(connection)
            self._end_all(visit)

    async def _knows_secret(self, connection: ServerConnection) -> bool:
        try:
            async with asyncio.timeout(SECRET_WITHIN_S):
                said = await connection.recv()
        except (TimeoutError, ConnectionClosed):
            return False
        return isinstance(said, str) and hmac.compare_digest(said.encode(), self._secret.encode())

    def _take(self, visit: _Visit, message: str | bytes) -> None:
        received_ms = self._clock.now_ms()
        try:
            if isinstance(message, str):
                self._take_envelope(visit, envelope(message), received_ms)
            else:
                self._take_batch(visit, frames(message), received_ms)
        except (ValueError, KeyError, TypeError, json.JSONDecodeError) as error:
            log.warning("page message not understood", error=type(error).__name__)

    def _take_batch(self, visit: _Visit, batch: list[MediaFrame], received_ms: float) -> None:
        if not batch:
            return
        visit.time.sample(batch[-1].arrival_ms, received_ms)
        at, tracks = visit.time.at, visit.tracks
        ours = [
            MediaFrame(tracks[number].track, media, flags, rtp, sequence, at(arrival_ms, received_ms), payload, builds_on)
            for number, media, flags, rtp, sequence, arrival_ms, payload, builds_on in batch if number in tracks
        ]
        if ours:
            self._on_media(ours)

    def _take_envelope(self, visit: _Visit, said: Envelope, received_ms: float) -> None:
        visit.time.sample(said.at_ms, received_ms)
        match said.type:
            case "track":
                self._begin(visit, said.body)
            case "track_owner":
                self._own(visit, said.body["track"], said.body["key"], said.body["role"])
            case "contributor":
                self._name_contributor(visit, said.body["csrc"], said.body["key"])
            case "track_ended":
                self._end(visit, said.body["track"])
            case other:
                visit.staged = visit.staged or other in {"ready", "staged"}
                self._on_envelope(replace(said, at_ms=visit.time.at(said.at_ms, received_ms)))

    def _begin(self, visit: _Visit, body: dict[str, Any]) -> None:
        if self._last_track == LAST_TRACK:
            raise ValueError("track numbers are used up")
        self._last_track += 1
        number = body["track"]
        if (csrc := body.get("csrc")) is not None:
            visit.sources[number] = csrc
        key, role = visit.owner(number)
        track = TrackSeen(self._last_track, body["media"], body["mime"], body["clock_rate"], key, role)
        visit.tracks[number] = track
        self._on_track(track)

    def _own(self, visit: _Visit, number: int, key: str, role: str) -> None:
        visit.owners[number] = key, role
        self._describe(visit, number)

    def _name_contributor(self, visit: _Visit, csrc: int, key: str) -> None:
        visit.contributors[csrc] = key
        for number in [number for number, source in visit.sources.items() if source == csrc]:
            self._describe(visit, number)

    def _describe(self, visit: _Visit, number: int) -> None:
        """Say a track's owner anew, if it is another than was said."""
        key, role = visit.owner(number)
        if (track := visit.tracks.get(number)) is not None and (track.key, track.role) != (key, role):
            visit.tracks[number] = replace(track, key=key, role=role)
            self._on_track(visit.tracks[number])

    def _end(self, visit: _Visit, number: int) -> None:
        if (track := visit.tracks.pop(number, None)) is not None:
            self._on_track(replace(track, ended=True))

    def _end_all(self, visit: _Visit) -> None:
        for number in list(visit.tracks):
            self._end(visit, number)
