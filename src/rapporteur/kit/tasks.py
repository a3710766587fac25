"""Background work with an owner: the only place that creates asyncio tasks, so that none is forgotten and none fails unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog

from rapporteur.kit.clock import Clock

T = TypeVar("T")
log = structlog.get_logger()


class TaskOwner:
    """Owns every task it starts until it is stopped.

    A task that fails is logged at once and its error kept as `failure`; the other tasks go on, because whoever owns them knows
    best what a loss means. As an async context manager it stops what is left at the end of the block, and raises `failure`
    unless the block itself raised.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.failure: BaseException | None = None
        """The error of the first task that failed."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._failed = asyncio.Event()

    def start(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        task = asyncio.create_task(work, name=f"{self.name}/{name}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        log.error("task failed", task=task.get_name(), exc_info=error)
        self.failure = self.failure or error
        self._failed.set()

    @property
    def running(self) -> int:
        return len(self._tasks)

    async def wait_for_failure(self) -> BaseException:
        """Return the first failure, when there is one."""
        await self._failed.wait()
        assert self.failure is not None
        return self.failure

    async def drain(self) -> None:
        """Wait until everything started so far, and what it started in turn, has ended by itself."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def stop(self) -> None:
        """Cancel what runs and wait for it; may be called twice, and never from one of its own tasks."""
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(set(self._tasks))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        await self.stop()
        if self.failure is not None and error is None:
            raise self.failure


async def keep_running(work: Callable[[], Awaitable[object]], clock: Clock, *, pause_s: float = 1.0) -> None:
    """Run standing work for ever: when it fails, log why and begin it again after a pause.

    For roots of tasks that must outlive an outage of what they depend on, the database above all.
    """
    while True:
        try:
            await work()
        except Exception as error:  # the root of a standing task: an outage must not end it
            log.error("standing work failed and begins again", work=getattr(work, "__qualname__", repr(work)), exc_info=error)
            await clock.sleep(pause_s)


async def on_loop(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    """Run `work` on another thread's event loop and wait for it here; cancelling the wait cancels the work.

    The work sees none of the caller's context variables: what a library binds to its own thread stays there.
    """
    return await asyncio.wrap_future(Context().run(asyncio.run_coroutine_threadsafe, work, loop))


async def accompanied(work: Coroutine[Any, Any, T], *companions: Coroutine[Any, Any, Any]) -> T:
    """Run `work` with companions at its side, which are cancelled when it ends; the first failure ends all and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(companion) for companion in companions]
            result = await work
            for task in tasks:
                task.cancel()
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return result
