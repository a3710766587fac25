"""Whole objects under keys, in a folder on this machine or in any store that obstore speaks to."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore

from rapporteur.domain.errors import NotFound, RapporteurError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_PART = 8 * 1024 * 1024


class Blobs:
    """The BlobStore port over an obstore store. Objects appear whole or not at all."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def local(cls, folder: Path) -> Blobs:
        folder.mkdir(parents=True, exist_ok=True)
        return cls(LocalStore(folder, automatic_cleanup=True))

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> int:
        writer = obstore.open_writer_async(self._store, _checked(key), buffer_size=_PART)
        size = 0
        # Leaving the block closes the upload, which makes the object appear; an error leaves it aborted.
        async with writer:
            async for chunk in chunks:
                size += len(chunk)
                await writer.write(chunk)
        return size

    async def size(self, key: str) -> int | None:
        try:
            return (await obstore.head_async(self._store, _checked(key)))["size"]
        except (NotFoundError, FileNotFoundError):
            return None

    async def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        raise NotImplementedError
        yield b""

    async def delete(self, key: str) -> None:
        raise NotImplementedError


def _checked(key: str) -> str:
    if not key or any(part in {"", ".", ".."} for part in key.split("/")):
        raise RapporteurError("not a key of the store")
    return key
