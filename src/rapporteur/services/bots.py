"""Sending bots to meetings, and what a user may ask about them and of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from rapporteur.domain.errors import Dispatched, NotFound, RapporteurError, Refused, Unanswered, Unsupported
from rapporteur.domain.ids import new_id
from rapporteur.domain.lifecycle import BEFORE_END, BotEvent, BotState
from rapporteur.domain.meeting import MeetingAddress
from rapporteur.domain.providers import ZOOM_STREAM
from rapporteur.domain.session import RecordingAction
from rapporteur.kit.clock import Clock
from rapporteur.services import accounts, logins, recording_control, scheduling, streams, viewing
from rapporteur.services.course import Course, following
from rapporteur.services.filters import BotFilters
from rapporteur.services.paging import Cursor, decode, paged
from rapporteur.services.ports import Engine
from rapporteur.services.rows import BotRow, RecordingRow
from rapporteur.services.store import Store, UnitOfWork, events_topic
from rapporteur.services.views import BotView, LiveEvent, LogLine, Page
from rapporteur.services.webhooks import subscribe
from rapporteur.wire import control

T = TypeVar("T")
Lines = list
"""The built-in, for annotations inside a class that has a method of its name."""

PERMISSION = "request_recording_permission"
"""The order to ask for permission to record."""
PERMITTING = frozenset({"zoom"})
"""Platforms on which somebody has to be asked."""
EVENT_PAGE = 500
"""Most events of a bot's log that one call answers."""
POLL_S = 1.0
"""How often a waiting reader looks for itself: events may be written by another process, whose signals do not come here."""
OBEY_S = 5.0
"""How long an order's answer waits for the bot to obey. A bot that is out of reach obeys later."""
PERFORMING = 3
"""So much longer than other orders takes what is shown and said: it may have to be fetched, and a page has buttons to press."""
OPENING = 9
"""The same where a browser is to be started."""


@dataclass(frozen=True, slots=True)
class NewBot:
    address: MeetingAddress
    bot_name: str
    join_at_ms: float | None
    """None or a moment that is past: now."""
    config: dict[str, Any]
    """The whole request, merged with its defaults; `recording_config` and `automatic_leave` among its keys."""
    metadata: dict[str, Any] = field(default_factory=dict)
    external_id: str | None = None
    notes: list[str] = field(default_factory=list)
    """What the user should know about the request: unknown keys, features not produced yet. They open the bot's log."""


class Bots:
    def __init__(
        self, store: Store, engine: Engine, clock: Clock, *, obey_s: float = OBEY_S, max_bots: int | None = None,
    ) -> None:
        """`max_bots`: how many may be in meetings at once; None is no limit."""
        self._store = store
        self._engine = engine
        self._clock = clock
        self._obey_s = obey_s
        self._max_bots = max_bots

    async def create(self, workspace_id: str, new: NewBot) -> BotView:
        """Store the bot as `ready` and begin its lifecycle, now or at its time. PoolDepleted when there is no place for it.

        Refused as accounts.check refuses, on `recording_config.transcript.provider`, and as streams.check and logins.check.
        """
        now = self._clock.now_ms()
        later = new.join_at_ms if new.join_at_ms is not None and new.join_at_ms > now else None
        bot = _row(workspace_id, new, now)

        def add(tx: UnitOfWork) -> BotView:
            _check_transcript(tx, workspace_id, new)
            streams.check(tx, workspace_id, new.config)
            logins.check(tx, workspace_id, new.address.platform, new.config, now=later is None)
            scheduling.admit(tx, later, now, self._max_bots)
            tx.bots.add(bot)
            subscribe(tx, bot, now)
            with following(tx, bot) as course:
                course.begin(now)
                for note in new.notes:
                    course.log("info", note, now)
            return viewing.bots(tx, [_found(tx, workspace_id, bot.id)])[0]

        view = await self._store.write(add)
        # A crash between the commit and here loses nothing: the engine looks for bots that nobody started.
        await self._engine.attend(bot.id, later)
        return view

    async def get(self, workspace_id: str, bot_id: str) -> BotView:
        return await self._store.read(lambda tx: viewing.bots(tx, [_found(tx, workspace_id, bot_id)])[0])

    async def list(
        self, workspace_id: str, filters: BotFilters, cursor: str | None, limit: int, number: int = 1,
    ) -> Page[BotView]:
        """Newest first, with the count of all that pass the filters. Without a cursor, the page of this number.

        InvalidRequest for a cursor that is not ours, NotFound for a number beyond the last page.
        """
        given = decode(cursor)

        def read(tx: UnitOfWork) -> Page[BotView]:
            at = given or _before(tx, workspace_id, filters, (number - 1) * limit)
            rows = tx.bots.page(workspace_id, filters, at, limit + 1)
            if number > 1 and not rows:
                raise NotFound("There is no such page.")
            return paged(rows, at, limit, lambda kept: viewing.bots(tx, kept), tx.bots.count(workspace_id, filters))

        return await self._store.read(read)

    async def update(self, workspace_id: str, bot_id: str, new: NewBot) -> BotView:
        """Make a scheduled bot what `new` says, its time included.

        Refused(update_bot_failed) once it is dispatched or joins within ten minutes, and for a new time within them.
        """
        now = self._clock.now_ms()

        def change(tx: UnitOfWork) -> BotView:
            bot = _found(tx, workspace_id, bot_id)
            scheduling.changeable(bot, now)
            scheduling.movable(new.join_at_ms, now)
            _check_transcript(tx, workspace_id, new)
            streams.check(tx, workspace_id, new.config)
            logins.check(tx, workspace_id, new.address.platform, new.config, now=False)
            with following(tx, bot) as course:
                course.change(
                    meeting=_meeting(new.address), bot_name=new.bot_name, join_at_ms=new.join_at_ms, config=new.config,
                    metadata=new.metadata, external_id=new.external_id,
                )
                for note in new.notes:
                    course.log("info", note, now)
            tx.webhooks.remove_endpoints_of(bot.id)
            subscribe(tx, course.bot, now)
            return viewing.bots(tx, [_found(tx, workspace_id, bot_id)])[0]

        view = await self._store.write(change)
        # A crash between the commit and here loses nothing: the next server compares the times.
        if view.join_at_ms is not None:
            await self._engine.reschedule(bot_id, view.join_at_ms)
        return view

    async def leave(self, workspace_id: str, bot_id: str, *, scheduled: bool = False) -> BotView:
        """Make the bot leave for good. Before its launch that ends it at once; later it is an order, safe when this returns.

        Refused(cannot_command_completed_bot) once it is out of the meeting; Refused(cannot_command_unstarted_bot) while it
        can still be deleted, unless `scheduled` ones are to be called off too.
        """
        now = self._clock.now_ms()

        def order(tx: UnitOfWork) -> BotView:
            bot = _found(tx, workspace_id, bot_id)
            if bot.state not in BEFORE_END:
                raise Refused("This bot has left its meeting and takes no more commands.",
                              code="cannot_command_completed_bot")
            if not (scheduled or scheduling.dispatched(bot)) and scheduling.ahead(bot.join_at_ms, now):
                raise Refused("This bot is scheduled and has not started: delete it instead.",
                              code="cannot_command_unstarted_bot")
            with following(tx, bot) as course:
                if bot.generation == 0:
                    _call_off(course, now)
                else:
                    course.order("leave_call")
                    course.leaves(now)
            return viewing.bots(tx, [_found(tx, workspace_id, bot_id)])[0]

        return await self._store.write(order)

    async def control_recording(
        self, workspace_id: str, bot_id: str, action: RecordingAction, config: dict[str, Any] | None = None,
        notes: Iterable[str] = (),
    ) -> BotView:
        """Start, stop, pause or resume a recording; answers the bot as it is when it has obeyed, or after OBEY_S.

        The order is safe when this returns. `config` and the refusals are those of recording_control.order; `notes` go to the
        bot's log.
        """
        now = self._clock.now_ms()

        def order(tx: UnitOfWork) -> RecordingRow | None:
            bot = _found(tx, workspace_id, bot_id)
            before = recording_control.open_recording(tx, bot)
            accounts.check(
                tx, workspace_id, (config or {}).get("transcript"), "transcript.provider", streams.captioned_as(bot))
            with following(tx, bot) as course:
                recording_control.order(course, action, config)
                for note in notes:
                    course.log("info", note, now)
            return before

        with self._store.signals.listen(events_topic(bot_id)) as bell:
            before = await self._store.write(order)

            def obeyed(tx: UnitOfWork) -> bool:
                return recording_control.obeyed(tx, _found(tx, workspace_id, bot_id), action, before)

            with suppress(TimeoutError):
                async with asyncio.timeout(self._obey_s):
                    while not await self._store.read(obeyed):
                        await bell.rung(POLL_S)
        return await self.get(workspace_id, bot_id)

    async def perform(self, workspace_id: str, bot_id: str, name: str, body: dict[str, Any]) -> BotView:
        """Have the bot do one of control.OUTPUT_ORDERS now; answers the bot when it is done.

        Refused as recording orders are; with the bot's own reason, Unsupported among them, when it could not; Unanswered when
        it has not done it within PERFORMING, or OPENING, times OBEY_S, after which it no longer will.
        """
        patience_s = self._obey_s * (OPENING if name == control.OUTPUT_MEDIA else PERFORMING)
        until_ms = self._clock.now_ms() + patience_s * 1000

        def order(tx: UnitOfWork) -> tuple[int, int]:
            bot = _found(tx, workspace_id, bot_id)
            recording_control.commandable(bot)
            with following(tx, bot) as course:
                course.order(name, {**body, "until_ms": until_ms})
                return course.bot.order_number, bot.event_number

        with self._store.signals.listen(events_topic(bot_id)) as bell:
            number, before = await self._store.write(order)
            try:
                async with asyncio.timeout(patience_s):
                    while (outcome := await self._store.read(partial(_outcome, bot_id, number, before))) is None:
                        await bell.rung(POLL_S)
            except TimeoutError:
                raise Unanswered("The bot did not do this in time and will not do it later: try again.") from None
        if (error := outcome["error"]) is not None:
            raise _not_done(error)
        return await self.get(workspace_id, bot_id)

    async def request_permission(self, workspace_id: str, bot_id: str) -> BotView:
        """Have the bot ask for permission to record. Refused as recording orders are, Unsupported where nobody has to ask."""

        def order(tx: UnitOfWork) -> BotView:
            bot = _found(tx, workspace_id, bot_id)
            recording_control.commandable(bot)
            if bot.meeting["platform"] not in PERMITTING or streams.asked(bot.config) is not None:
                raise Unsupported(
                    PERMISSION, f"A meeting of {bot.meeting['platform']} needs no permission to be recorded.")
            with following(tx, bot) as course:
                course.order(PERMISSION)
            return viewing.bots(tx, [bot])[0]

        return await self._store.write(order)

    async def delete(self, workspace_id: str, bot_id: str) -> None:
        """Forget a scheduled bot. Dispatched once it has set out, Refused(update_bot_failed) within ten minutes of its time."""
        now = self._clock.now_ms()

        def remove(tx: UnitOfWork) -> None:
            bot = _found(tx, workspace_id, bot_id)
            if scheduling.dispatched(bot):
                raise Dispatched("Only a scheduled bot that was not dispatched yet can be deleted.", code="update_bot_failed")
            scheduling.changeable(bot, now)
            tx.bots.remove(bot.id)

        await self._store.write(remove)

    async def logs(self, workspace_id: str, bot_id: str) -> Lines[LogLine]:
        """Oldest first."""
        return await self._read_of(workspace_id, bot_id, lambda tx: tx.history.logs(bot_id))

    async def events(self, workspace_id: str, bot_id: str, after: int) -> Lines[LiveEvent]:
        """The next events with a higher number than `after`, at most EVENT_PAGE."""
        return await self._read_of(workspace_id, bot_id, lambda tx: tx.history.events(bot_id, after, EVENT_PAGE))

    async def wait_events(self, workspace_id: str, bot_id: str, after: int, timeout_s: float) -> Lines[LiveEvent]:
        """As `events`, but waits up to `timeout_s` for the first of them; empty when none came."""
        deadline = self._clock.monotonic_s() + timeout_s
        with self._store.signals.listen(events_topic(bot_id)) as bell:
            while True:
                events = await self.events(workspace_id, bot_id, after)
                left = deadline - self._clock.monotonic_s()
                if events or left <= 0:
                    return events
                await bell.rung(min(POLL_S, left))

    async def _read_of(self, workspace_id: str, bot_id: str, fn: Callable[[UnitOfWork], T]) -> T:
        def read(tx: UnitOfWork) -> T:
            _found(tx, workspace_id, bot_id)
            return fn(tx)

        return await self._store.read(read)


def _before(tx: UnitOfWork, workspace_id: str, filters: BotFilters, skipped: int) -> Cursor | None:
    """Where a page begins that so many bots come before."""
    if skipped < 1:
        return None
    last = tx.bots.nth(workspace_id, filters, skipped - 1)
    if last is None:
        raise NotFound("There is no such page.")
    return Cursor(last.created_at_ms, last.id)


def _check_transcript(tx: UnitOfWork, workspace_id: str, new: NewBot) -> None:
    transcript = (new.config.get("recording_config") or {}).get("transcript")
    platform = new.address.platform if streams.asked(new.config) is None else ZOOM_STREAM
    accounts.check(tx, workspace_id, transcript, "recording_config.transcript.provider", platform)


def _row(workspace_id: str, new: NewBot, now_ms: float) -> BotRow:
    return BotRow(
        id=new_id(), workspace_id=workspace_id, state=BotState.READY, state_since_ms=now_ms, stamped_ms=0,
        config=new.config, meeting=_meeting(new.address), bot_name=new.bot_name, metadata=new.metadata,
        external_id=new.external_id, join_at_ms=new.join_at_ms, created_at_ms=now_ms,
    )


def _meeting(address: MeetingAddress) -> dict[str, Any]:
    return {"platform": address.platform, "url": address.url, "meeting_id": address.meeting_id, "password": address.password}


def _found(tx: UnitOfWork, workspace_id: str, bot_id: str) -> BotRow:
    bot = tx.bots.find(workspace_id, bot_id)
    if bot is None:
        raise NotFound("There is no bot with this id.")
    return bot


def _outcome(bot_id: str, number: int, before: int, tx: UnitOfWork) -> dict[str, Any] | None:
    """What became of an order, once that is told: in an event later than `before`. One of a bot that left never comes."""
    for event in tx.history.events(bot_id, before, EVENT_PAGE):
        if event.type == control.ORDER_DONE and event.body["number"] == number:
            return event.body
    bot = tx.bots.get(bot_id)
    if bot is not None:
        recording_control.commandable(bot)
    return None


def _not_done(error: dict[str, Any]) -> RapporteurError:
    code, message = str(error.get("code")), str(error.get("message"))
    if code == Unsupported.code:
        return Unsupported("output", message)
    return Refused(message, code=code)


def _call_off(course: Course, now_ms: float) -> None:
    """End a bot whose process was never asked for: there is nothing to wait for."""
    course.move(BotEvent.LEFT, now_ms, sub_code="bot_received_leave_call")
    course.move(BotEvent.PUBLISHED, now_ms)
    course.change(task="over")
