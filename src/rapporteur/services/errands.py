"""Errands: work on stored media after the call, of minutes or hours, that has to be done once whatever dies meanwhile.

The engine remembers an errand by its kind and the id of what it is about. Doing it twice must do no harm, so each looks at what
is there first. The heavy part runs in a process of its own, in a folder that is made anew for every try.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from rapporteur.domain.errors import NotFound
from rapporteur.services.ports import BlobStore

_CHUNK = 1024 * 1024


class Errand(Protocol):
    """One kind of errand."""

    async def perform(self, about: str) -> None:
        """Do it; nothing if it is done. A RapporteurError that is not retryable ends it."""
        ...

    async def give_up(self, about: str, code: str) -> None:
        """It failed for good, for the reason of this code."""
        ...

    async def unfinished(self) -> list[str]:
        """What it is still to be done about."""
        ...


class Errands:
    def __init__(self, kinds: dict[str, Errand]) -> None:
        self._kinds = kinds

    async def perform(self, kind: str, about: str) -> None:
        await self._kinds[kind].perform(about)

    async def give_up(self, kind: str, about: str, code: str) -> None:
        await self._kinds[kind].give_up(about, code)

    async def unfinished(self) -> list[tuple[str, str]]:
        """(kind, id of what it is about) of every errand that is asked for and not done."""
        return [(name, about) for name, kind in self._kinds.items() for about in await kind.unfinished()]


class Workshop(Protocol):
    """Processes of the bot program that work on the files of a folder, and end."""

    async def work(self, folder: Path, told: dict[str, Any]) -> dict[str, Any]:
        """Run one to its end; answers what it says of its work. ErrandFailure when it cannot, or died."""
        ...


@asynccontextmanager
async def room(folder: Path) -> AsyncIterator[Path]:
    """An empty folder for the length of the block."""
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def fetch(blobs: BlobStore, key: str, to: Path) -> None:
    """Copy a stored file. NotFound if there is none."""
    size = await blobs.size(key)
    if size is None:
        raise NotFound("There is no such file.")
    with to.open("wb") as file:
        async for chunk in blobs.read(key, 0, size):
            await asyncio.to_thread(file.write, chunk)


async def store(blobs: BlobStore, key: str, path: Path) -> int:
    """Put a file into the store; answers its size."""

    async def chunks() -> AsyncIterator[bytes]:
        with path.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                yield chunk

    return await blobs.put(key, chunks())
