"""What the durable workflow of a bot does, step by step. A crash between two steps repeats the last one, so every step may be
taken twice: it looks at what is there and does what is left to do.

    next_generation → launch → (the bot works) → ended → publish
                                               → lost  → rejoin:   next_generation, to attend as before
                                                       → finish:   next_generation, with the tape as its whole task
                                                       → give_up:  publish what there is
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from rapporteur.domain.lifecycle import BEFORE_END, BotEvent, BotState
from rapporteur.domain.rejoining import recent, worth_rejoining
from rapporteur.kit.clock import Clock
from rapporteur.services import publishing, scheduling
from rapporteur.services.course import Course, following
from rapporteur.services.deletion import remove_tape
from rapporteur.services.keys import BotTokens
from rapporteur.services.ports import BlobStore, Credentials, Launcher
from rapporteur.services.rows import BotRow
from rapporteur.services.store import Store, UnitOfWork

log = structlog.get_logger()

MAX_FINISHES = 3
"""Generations that try to finish one tape: after them the fault is in the tape or in us, and a further try changes nothing."""


class Lifecycle:
    def __init__(
        self, store: Store, launcher: Launcher, blobs: BlobStore, clock: Clock, *, tokens: BotTokens, control_url: str,
        bots_dir: Path, launch_timeout_s: float = 60.0, keep_tapes: bool = False,
        published: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """`control_url` is the address of a bot's channel with `{bot_id}` in it; `bots_dir` holds one folder per bot.

        `published` is told of every bot whose recordings are over, perhaps more than once.
        """
        self._published = published
        self._store = store
        self._launcher = launcher
        self._blobs = blobs
        self._clock = clock
        self._tokens = tokens
        self._control_url = control_url
        self._bots_dir = bots_dir
        self._launch_timeout_ms = launch_timeout_s * 1000
        self._keep_tapes = keep_tapes

    async def next_generation(self, bot_id: str) -> int | None:
        """Fence out every older process and open the next generation, to attend before the end, to finish the tape after it.

        None when no process is needed any more: the bot is unknown or over, or its media is complete.
        """
        now = self._clock.now_ms()
        lease_until_ms = now + self._launch_timeout_ms

        def raise_it(tx: UnitOfWork) -> int | None:
            bot = tx.bots.get(bot_id)
            if bot is None or bot.task == "over" or bot.media_finished:
                return None
            if scheduling.missed(bot, now):
                with following(tx, bot) as course:
                    course.log("error", "the server could not send this bot at its time", now)
                    course.move(BotEvent.FAILED, now, sub_code="failed_to_launch_in_time")
                    course.change(task="over")
                return None
            attends = bot.state in BEFORE_END
            tx.bots.update(
                bot_id, generation=bot.generation + 1, task="attend" if attends else "finish",
                finishes=bot.finishes + (not attends), lease_until_ms=lease_until_ms, fact_number=0,
            )
            return bot.generation + 1

        return await self._store.write(raise_it)

    async def launch(self, bot_id: str, generation: int) -> None:
        """Start the generation's process, or adopt the one that lives. Its token is in no row: only the process has it."""
        credentials = Credentials(self._control_url.format(bot_id=bot_id), self._tokens.token(bot_id, generation))
        await self._launcher.launch(bot_id, generation, credentials)

    async def lost(self, bot_id: str, generation: int) -> str:
        """What follows a loss: rejoin | finish | give_up | stale (there is a newer generation) | ended (nothing was left)."""
        now = self._clock.now_ms()

        def judge(tx: UnitOfWork) -> str:
            bot = tx.bots.get(bot_id)
            if bot is None or bot.task == "over":
                return "ended"
            if bot.generation != generation:
                return "stale"
            if bot.media_finished or _complete(tx, bot):
                tx.bots.update(bot_id, media_finished=True)
                return "ended"
            with following(tx, bot) as course:
                course.log("error", f"the bot's process was lost (generation {generation}, to {bot.task})", now)
                # The dead process's lease would be found expired again and again.
                course.change(lease_until_ms=None)
                if bot.state in BEFORE_END:
                    if _rejoins(course, now):
                        return "rejoin"
                    _end(course, now)
                if bot.finishes < MAX_FINISHES:
                    return "finish"
                publishing.give_up(course, now)
                return "give_up"

        return await self._store.write(judge)

    async def publish(self, bot_id: str) -> None:
        """Say what became of every recording, then `done` unless the bot is fatal; then the tape goes.

        A tape that did not become whole artifacts stays where it is: it is all there is.
        """
        sizes = await publishing.sizes(self._store, self._blobs, bot_id)
        now = self._clock.now_ms()

        def conclude(tx: UnitOfWork) -> bool:
            bot = tx.bots.get(bot_id)
            if bot is None:
                return False
            with following(tx, bot) as course:
                return publishing.conclude(course, sizes, now)

        whole = await self._store.write(conclude)
        if self._published is not None:
            await self._published(bot_id)
        if not whole:
            log.info("tape_kept", bot_id=bot_id)
        elif not self._keep_tapes:
            await asyncio.to_thread(remove_tape, self._bots_dir / bot_id)

    async def expired_leases(self, now_ms: float) -> list[tuple[str, int]]:
        """(bot, generation) of processes that have not been heard of for too long."""
        return await self._store.read(lambda tx: tx.bots.expired(now_ms))

    async def live_bots(self) -> list[tuple[str, int]]:
        """(bot, generation) of every bot that is not over, once a process was asked for."""
        return await self._store.read(lambda tx: tx.bots.live())

    async def unstarted(self) -> list[tuple[str, float | None]]:
        """(bot, join_at_ms) of bots for which no process was asked for yet, scheduled ones among them."""
        return await self._store.read(lambda tx: tx.bots.scheduled())


def _rejoins(course: Course, now_ms: float) -> bool:
    """Whether the bot shall join its meeting again: not when it was told to leave, nor for ever."""
    bot = course.bot
    losses_ms = [*recent(bot.losses_ms, now_ms), now_ms]
    course.change(losses_ms=losses_ms)
    if not worth_rejoining(bot.state, losses_ms, now_ms) or course.tx.history.ordered(bot.id, "leave_call"):
        return False
    course.log("warning", "the bot joins its meeting again", now_ms)
    return True


def _end(course: Course, now_ms: float) -> None:
    """The end of a bot that was lost and does not come back. What a user ordered comes before what befell it."""
    if course.tx.history.ordered(course.bot.id, "leave_call"):
        course.move(BotEvent.LEFT, now_ms, sub_code="bot_received_leave_call")
    else:
        course.move(BotEvent.FAILED, now_ms, sub_code=_why(course.bot))


def _why(bot: BotRow) -> str:
    unheard = bot.state is BotState.READY and bot.fact_number == 0
    return "failed_to_launch_in_time" if unheard else "bot_errored"


def _complete(tx: UnitOfWork, bot: BotRow) -> bool:
    """Whether an attending bot was lost after it had stored everything and before it could say so.

    Facts come in order: once the end of the call is known, so is every recording.
    """
    if bot.task != "attend" or bot.state in BEFORE_END:
        return False
    return not publishing.processing(tx, bot)
