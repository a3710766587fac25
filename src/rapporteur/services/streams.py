"""Bots that receive Zoom's media stream: which of them a stream is for, and what opens it.

A stream begins in Zoom, not here: the bot is created with what names its stream, or waits for it. The app's secrets stay on the
server; what a bot is handed is the signature of its own stream, made anew whenever it is told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rapporteur.domain.errors import InvalidRequest
from rapporteur.domain.lifecycle import BEFORE_END
from rapporteur.domain.providers import ZOOM_STREAM, captioned
from rapporteur.domain.zoom_streams import (
    ACCOUNT,
    BOT,
    CLIENT_ID,
    CLIENT_SECRET,
    WEBHOOK_SECRET,
    Announced,
    believable,
    stream_signature,
)
from rapporteur.kit.clock import Clock
from rapporteur.services.course import following
from rapporteur.services.filters import BotFilters
from rapporteur.services.rows import BotRow
from rapporteur.services.store import Store, UnitOfWork
from rapporteur.wire.control import STREAM_CHANGED, Order

PLATFORM = "zoom"
REMEMBERED_MS = 24 * 3600 * 1000.0
"""Longer than any meeting: a stream whose bot has ended is known for so long, because Zoom may say everything again."""
_MOST = 500
_NAMES = ("meeting_uuid", "rtms_stream_id", "server_urls")


class ZoomStreams:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def webhook_secret(self, workspace_id: str) -> str | None:
        """What proves a webhook; None where the workspace has no app, or none that sends any."""
        return (await self._account(workspace_id)).get(WEBHOOK_SECRET)

    async def believes(self, workspace_id: str, signature: str, timestamp: str, body: bytes) -> bool:
        """Whether a webhook comes from Zoom, about the workspace's app."""
        secret = await self.webhook_secret(workspace_id)
        return secret is not None and believable(secret, signature, timestamp, body, self._clock.now_ms())

    async def bot_wanted(self, workspace_id: str) -> str | None:
        """What the workspace's account says of a stream for which no bot waits: see domain.zoom_streams.BOT."""
        return (await self._account(workspace_id)).get(BOT)

    async def hand_over(self, workspace_id: str, told: Announced) -> str | None:
        """Tell the bot that a stream is for what became of it; answers its id, None where there is no such bot.

        One that has ended is told nothing, and answered all the same.
        """

        def hand_over(tx: UnitOfWork) -> str | None:
            bot = _receiver(tx, workspace_id, told, self._clock.now_ms())
            if bot is not None and bot.state in BEFORE_END:
                _tell(tx, bot, told)
            return None if bot is None else bot.id

        return await self._store.write(hand_over)

    async def _account(self, workspace_id: str) -> dict[str, str]:
        return await self._store.read(lambda tx: _account(tx, workspace_id))


def asked(config: dict[str, Any]) -> dict[str, Any] | None:
    """What a bot's request says about its stream; None for one that goes by a page."""
    stream = (config.get("zoom") or {}).get("rtms")
    return stream if isinstance(stream, dict) else None


def captioned_as(bot: BotRow) -> str:
    """Where a bot in its meeting can be asked for captions; a stream brings them only if it was begun with them."""
    if asked(bot.config) is None:
        return bot.meeting["platform"]
    began_with = captioned((bot.config.get("recording_config") or {}).get("transcript"))
    return ZOOM_STREAM if began_with else f"{ZOOM_STREAM} without captions"


def check(tx: UnitOfWork, workspace_id: str, config: dict[str, Any]) -> None:
    """InvalidRequest on `zoom.rtms`, with the remedy, for a stream that nothing here could open."""
    stream = asked(config)
    if stream is None or stream.get("signature"):
        return
    needed = (CLIENT_ID, CLIENT_SECRET) if stream.get("rtms_stream_id") else (CLIENT_ID, CLIENT_SECRET, WEBHOOK_SECRET)
    account = _account(tx, workspace_id)
    if missing := [name for name in needed if not account.get(name)]:
        example = ", ".join(f'"{name}": "…"' for name in missing)
        raise InvalidRequest("zoom.rtms", (
            f"The stream needs this workspace's Zoom app, and {' and '.join(missing)} is missing: "
            f"PUT /rapporteur/v1/providers/{ACCOUNT}/ with {{\"secrets\": {{{example}}}}}. A stream that is named by all of "
            f"{', '.join(_NAMES)} can be opened by its `signature` instead."))


def opened(tx: UnitOfWork, bot: BotRow) -> dict[str, Any] | None:
    """wire.control.Job.stream of a bot; None for one that goes by a page."""
    if bot.meeting["platform"] != PLATFORM or (stream := asked(bot.config)) is None:
        return None
    return _signed(tx, bot, {name: stream.get(name) for name in _NAMES} | {"signature": stream.get("signature")})


def with_signature(tx: UnitOfWork, bot: BotRow, order: Order) -> Order:
    """What opens a stream is not kept with an order: it is added whenever the bot is told."""
    if order.name != STREAM_CHANGED or not order.body.get("began"):
        return order
    return replace(order, body=_signed(tx, bot, order.body))


def _signed(tx: UnitOfWork, bot: BotRow, stream: dict[str, Any]) -> dict[str, Any]:
    account = _account(tx, bot.workspace_id)
    if stream.get("signature") or not stream.get("rtms_stream_id") or not account.get(CLIENT_SECRET):
        return stream
    signature = stream_signature(
        account.get(CLIENT_ID, ""), account[CLIENT_SECRET], stream["meeting_uuid"], stream["rtms_stream_id"])
    return stream | {"signature": signature}


def _receiver(tx: UnitOfWork, workspace_id: str, told: Announced, now_ms: float) -> BotRow | None:
    """The bot that a stream is for: the one that has it, else one in its meeting or waiting for it."""
    live = _of_zoom(tx, workspace_id, BotFilters(platform=(PLATFORM,), status=tuple(BEFORE_END)))
    ended = _of_zoom(tx, workspace_id, BotFilters(platform=(PLATFORM,), created_at_after_ms=now_ms - REMEMBERED_MS))
    has = next((bot for bot, stream in (*live, *ended) if stream.get("rtms_stream_id") == told.stream_id), None)
    if has is not None or not told.began:
        return has
    # A stream that is started anew in the same meeting has another id.
    same = (bot for bot, stream in live if stream.get("meeting_uuid") == told.meeting_uuid)
    waits = (bot for bot, stream in live if told.meeting_id is not None and not stream.get("meeting_uuid")
             and bot.meeting["meeting_id"] == told.meeting_id)
    return next(same, None) or next(waits, None)


def _of_zoom(tx: UnitOfWork, workspace_id: str, filters: BotFilters) -> list[tuple[BotRow, dict[str, Any]]]:
    """Newest first."""
    rows = tx.bots.page(workspace_id, filters, None, _MOST)
    return [(bot, stream) for bot in rows if (stream := asked(bot.config)) is not None]


def _tell(tx: UnitOfWork, bot: BotRow, told: Announced) -> None:
    with following(tx, bot) as course:
        if not told.began:
            course.order(STREAM_CHANGED, {"began": False, "reason": told.reason})
            return
        named = dict(zip(_NAMES, (told.meeting_uuid, told.stream_id, told.server_urls), strict=True))
        before = asked(bot.config) or {}
        if all(before.get(name) == value for name, value in named.items()):
            return
        # A signature is of one stream.
        kept = before if before.get("rtms_stream_id") == told.stream_id else before | {"signature": None}
        course.change(config=bot.config | {"zoom": bot.config["zoom"] | {"rtms": kept | named}})
        if bot.generation > 0:
            course.order(STREAM_CHANGED, {"began": True, **named})


def _account(tx: UnitOfWork, workspace_id: str) -> dict[str, str]:
    row = tx.workspaces.credentials(workspace_id, ACCOUNT)
    return {} if row is None else row.secrets
