"""Waiting for processes of other parents to end, by the kernel's own notice instead of by looking again and again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager


class Watched:
    """Handles of processes that lived when the block began; a number that is used again cannot be mistaken for them."""

    def __init__(self, handles: dict[int, int]) -> None:
        self._handles = handles

    async def end(self, within_s: float) -> list[int]:
        """Wait for all to end; answer the numbers of those that did not."""
        ended = {pid: asyncio.Event() for pid in self._handles}
        loop = asyncio.get_running_loop()
        for pid, handle in self._handles.items():
            loop.add_reader(handle, ended[pid].set)
        try:
            async with asyncio.timeout(within_s):
                for event in ended.values():
                    await event.wait()
        except TimeoutError:
            pass
        finally:
            for handle in self._handles.values():
                loop.remove_reader(handle)
        return [pid for pid, event in ended.items() if not event.is_set()]


@asynccontextmanager
async def watched(pids: Iterable[int]) -> AsyncIterator[Watched]:
    handles: dict[int, int] = {}
    for pid in pids:
        try:
            handles[pid] = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
    try:
        yield Watched(handles)
    finally:
        for handle in handles.values():
            os.close(handle)
