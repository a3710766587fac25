"""Whole objects under keys, in a folder on this machine or in any store that obstore speaks to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore

from rapporteur.domain.errors import NotFound
from rapporteur.kit.disk import Disk

if TYPE_CHECKING:
    from obstore.store import ObjectStore

PART = 5 * 1024 * 1024
"""Bytes of one part of an upload: the least that S3 takes."""
_PARTS_AT_ONCE = 2
"""Bounds the memory of an upload; one disk or one connection is no faster with more."""
_READ = 256 * 1024


class Blobs:
    """The BlobStore port over an obstore store. Objects appear whole or not at all."""

    def __init__(self, store: ObjectStore, keep: Callable[[str], None] | None = None) -> None:
        """`keep` blocks until an object that was stored is on the disk; a store elsewhere does that by itself."""
        self._store = store
        self._keep = keep

    @classmethod
    def local(cls, folder: Path, disk: Disk | None = None) -> Blobs:
        """Objects as files under `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        file_layer = disk or Disk()
        return cls(LocalStore(folder, automatic_cleanup=True), lambda key: file_layer.keep(folder / key, folder))

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> int:
        """Store an object; an error of `chunks` is raised as it is and leaves what was there before.

        When it returns, the object outlives a power cut.
        """
        upload = _Upload(chunks)
        try:
            await obstore.put_async(
                self._store, _checked(key), upload.parts(), chunk_size=PART, max_concurrency=_PARTS_AT_ONCE)
        except Exception:
            # The store knows no error but its own: what really happened is what the source raised.
            if upload.error is not None:
                raise upload.error from None
            raise
        if self._keep is not None:
            await asyncio.to_thread(self._keep, key)
        return upload.size

    async def size(self, key: str) -> int | None:
        try:
            return (await obstore.head_async(self._store, _checked(key)))["size"]
        except FileNotFoundError:
            return None

    async def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """NotFound if there is no such object."""
        if start >= end:
            return
        try:
            answer = await obstore.get_async(self._store, _checked(key), options={"range": (start, end)})
        except FileNotFoundError:
            raise NotFound("There is no such file.") from None
        async for chunk in answer.stream(min_chunk_size=_READ):
            yield bytes(chunk)

    async def delete(self, key: str) -> None:
        """Deleting what is not there is no error; OSError for what the store does not delete."""
        try:
            await obstore.delete_async(self._store, _checked(key))
        except FileNotFoundError:
            return
        except BaseError as error:
            raise OSError(f"An object could not be deleted ({type(error).__name__}).") from error


class _Upload:
    """Counts what passes, and remembers how the source failed."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self.size = 0
        self.error: BaseException | None = None

    async def parts(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._chunks:
                self.size += len(chunk)
                yield chunk
        except BaseException as error:
            self.error = error
            raise


def _checked(key: str) -> str:
    """Keys are made by us, but they travel in addresses: none may leave its folder."""
    if not key or any(part in {"", ".", ".."} for part in key.split("/")) or "\\" in key or "\0" in key:
        raise NotFound("There is no such file.")
    return key
