"""The engine as the use cases know it: begin a bot's lifecycle, tell it news, deliver a webhook again. Each may be repeated.

DBOS keeps its rows in a file beside ours, or in a PostgreSQL database. What was running when a server died is continued by the
next one on the same data directory, which it recognises by an identity kept there. Two servers on one directory would take each
other's work, so a lock keeps the second one out.

DBOS runs on an event loop of its own; its synchronous calls are made from threads, so that ours never waits for its tables.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from dbos import error as dbos_error

from rapporteur.domain.errors import RapporteurError
from rapporteur.domain.ids import new_id
from rapporteur.domain.timeline import iso
from rapporteur.engine import holder, workflows
from rapporteur.kit.clock import Clock
from rapporteur.kit.locks import FileLock

T = TypeVar("T")
log = structlog.get_logger()

_BOTS_POLL_S, _OTHERS_POLL_S = 0.5, 2.5
"""Each look at a queue costs milliseconds, also of a server without work. Scheduled bots may not be late; others can wait."""
_NEWS_POLL_S = 0.5
"""Each waiting lifecycle costs a look at the tables this often."""
_EARLY_S = 1.0
"""Timers run late by up to this, because DBOS looks for them once a second; a bot needs longer than it to reach the meeting."""
_HOOKS_AT_A_TIME = 50
_ERRANDS_AT_A_TIME = 1
"""Each keeps a core busy for as long as it takes, and nobody waits for it as they wait in a meeting."""
_MANY = 500
"""Workflows asked about, or deleted, in one statement."""
_BROKEN = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})


class DataDirInUse(RapporteurError):
    code = "data_dir_in_use"


class DurableEngine:
    """A port of services.ports.Engine. One per process at a time: DBOS is a global of the process."""

    def __init__(self, data_dir: Path, clock: Clock, *, database_url: str | None = None) -> None:
        """`database_url` is a PostgreSQL URL; without one the engine keeps an SQLite file in `data_dir`."""
        self._data_dir = data_dir
        self._clock = clock
        self._url = database_url
        self._lock: FileLock | None = None

    async def start(self, services: holder.Services) -> None:
        """Continue what an earlier server left, and begin to work. DataDirInUse if another server has this directory."""
        self._lock = _lock(self._data_dir)
        holder.fill(services)
        try:
            await asyncio.to_thread(self._launch)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop working. What is under way is continued by the next start; bots are left alone. May be called twice."""
        if self._lock is None:
            return
        # DBOS warns of every workflow it interrupts, which is what stopping means.
        logging.getLogger("dbos").setLevel(logging.ERROR)
        await asyncio.to_thread(DBOS.destroy)
        holder.empty()
        self._lock.release()
        self._lock = None

    # --- the port ---------------------------------------------------------------------------------------------------

    async def attend(self, bot_id: str, at_ms: float | None) -> None:
        """Begin the bot's lifecycle now (None) or at a time, within a second; nothing if it was begun before."""
        delay_s = None if at_ms is None else max(0.0, (at_ms - self._clock.now_ms()) / 1000 - _EARLY_S)
        await self._enqueue(workflows.BOTS, _bot(bot_id), delay_s, workflows.lifecycle, bot_id)

    async def reschedule(self, bot_id: str, at_ms: float) -> None:
        """Move a lifecycle that waits for its time to another; one that has begun stays as it is."""
        await asyncio.to_thread(
            DBOS.set_workflow_delay, _bot(bot_id), delay_until_epoch_ms=round(at_ms - _EARLY_S * 1000))

    async def tell(self, bot_id: str, generation: int, news: str) -> None:
        """ended | lost: what the lifecycle waits for. A word that was said before, or to nobody, changes nothing."""
        word, key = {"generation": generation, "news": news}, f"{bot_id}:{generation}:{news}"
        with suppress(dbos_error.DBOSNonExistentWorkflowError):
            await asyncio.to_thread(DBOS.send, _bot(bot_id), word, workflows.NEWS, idempotency_key=key)

    async def redeliver(self, delivery_id: str, attempt: int, delay_s: float) -> None:
        """Make a further attempt after a delay; `attempt` counts those made so far."""
        await self._enqueue(
            workflows.HOOKS, f"hook:{delivery_id}:{attempt}", delay_s or None, workflows.hook, delivery_id, attempt)

    async def errand(self, kind: str, about: str) -> None:
        """Do an errand as soon as there is room for it; nothing if it was asked for before."""
        await self._enqueue(workflows.ERRANDS, f"errand:{kind}:{about}", None, workflows.errand, kind, about)

    # --- upkeep -----------------------------------------------------------------------------------------------------

    async def without_lifecycle(self, bot_ids: Iterable[str]) -> list[str]:
        """Those of these bots for which none was ever begun, or whose one is gone."""
        ids = list(bot_ids)
        known = await asyncio.to_thread(_statuses, ids)
        return [bot_id for bot_id in ids if bot_id not in known]

    async def mend(self, bot_ids: Iterable[str]) -> None:
        """Run the lifecycles of these bots again from the start where an error of ours ended them."""
        for bot_id, status in (await asyncio.to_thread(_statuses, list(bot_ids))).items():
            if status in _BROKEN:
                log.error("a broken lifecycle begins again", bot_id=bot_id, status=status)
                await asyncio.to_thread(DBOS.rewind_workflow, _bot(bot_id), queue_name=workflows.BOTS)

    async def forget(self, before_ms: float) -> int:
        """Delete the workflows that were completed before a moment; answers how many."""
        return await asyncio.to_thread(_forget, iso(before_ms))

    # --- DBOS -------------------------------------------------------------------------------------------------------

    def _launch(self) -> None:
        # A handler of our own keeps DBOS from installing one that writes to the console beside our logs.
        logger = logging.getLogger("dbos")
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
        DBOS(config=self._config())
        DBOS.launch()
        for queue, poll_s, at_a_time in (
            (workflows.BOTS, _BOTS_POLL_S, None), (workflows.ERRANDS, _OTHERS_POLL_S, _ERRANDS_AT_A_TIME),
            (workflows.HOOKS, _OTHERS_POLL_S, _HOOKS_AT_A_TIME),
        ):
            DBOS.register_queue(
                queue, polling_interval_sec=poll_s, worker_concurrency=at_a_time, on_conflict="always_update")

    def _config(self) -> DBOSConfig:
        return {
            "name": "rapporteur",
            "system_database_url": self._url or f"sqlite:///{_private_file(self._data_dir / 'engine.sqlite')}",
            # One version for ever: work that an older release began must find somebody who takes it.
            "application_version": "1",
            "executor_id": _identity(self._data_dir / "engine-id"),
            "serializer": DBOSPortableJSONSerializer(),
            "notification_listener_polling_interval_sec": _NEWS_POLL_S,
            "log_level": "WARNING",
        }

    async def _enqueue(
        self, queue: str, workflow_id: str, delay_s: float | None, workflow: Callable[..., object], *arguments: str | int,
    ) -> None:
        def enqueue() -> None:
            with SetWorkflowID(workflow_id), SetEnqueueOptions(delay_seconds=delay_s):
                DBOS.enqueue_workflow(queue, workflow, *arguments)

        await asyncio.to_thread(enqueue)


def _bot(bot_id: str) -> str:
    return f"bot:{bot_id}"


def _statuses(bot_ids: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for at in range(0, len(bot_ids), _MANY):
        ids = [_bot(bot_id) for bot_id in bot_ids[at:at + _MANY]]
        for row in DBOS.list_workflows(workflow_ids=ids, load_input=False, load_output=False):
            found[row.workflow_id.removeprefix("bot:")] = row.status
    return found


def _forget(before: str) -> int:
    forgotten = 0
    while rows := DBOS.list_workflows(completed_before=before, limit=_MANY, load_input=False, load_output=False):
        DBOS.delete_workflows([row.workflow_id for row in rows])
        forgotten += len(rows)
    return forgotten


def _lock(data_dir: Path) -> FileLock:
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock.take(data_dir / "server.lock")
    if lock is None:
        raise DataDirInUse(f"Another server runs on {data_dir}: stop it first, or give this one a data directory of its own.")
    return lock


def _identity(path: Path) -> str:
    """Who works on this data directory, the same at every start."""
    if not path.exists():
        path.write_text(new_id())
    return path.read_text().strip()


def _private_file(path: Path) -> Path:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    return path
