"""What every blob store must do; so far there is the local one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from rapporteur.domain.errors import NotFound
from rapporteur.services.ports import BlobStore
from rapporteur.storage.blobs import PART, Blobs

pytestmark = pytest.mark.conformance

KEY = "w/ws/recordings/rec/video_mixed/video_mixed.mp4"
STORES: dict[str, Callable[[Path], BlobStore]] = {"local": Blobs.local, "memory": lambda _: Blobs(MemoryStore())}


@pytest.fixture(params=sorted(STORES))
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return STORES[request.param](tmp_path / "blobs")


async def some(*chunks: bytes, error: Exception | None = None) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
    if error is not None:
        raise error


async def whole(blobs: BlobStore, key: str, start: int, end: int) -> bytes:
    return b"".join([chunk async for chunk in blobs.read(key, start, end)])


async def test_what_was_put_is_read_back_in_any_range(blobs: BlobStore) -> None:
    assert await blobs.put(KEY, some(b"0123", b"", b"456789")) == 10
    assert await blobs.size(KEY) == 10
    assert [await whole(blobs, KEY, *span) for span in ((0, 10), (3, 5), (9, 10), (4, 4))] == [b"0123456789", b"34", b"9", b""]


async def test_an_empty_object_is_an_object(blobs: BlobStore) -> None:
    assert await blobs.put(KEY, some()) == 0
    assert await blobs.size(KEY) == 0
    assert await whole(blobs, KEY, 0, 0) == b""


async def test_a_put_of_several_parts_is_whole(blobs: BlobStore) -> None:
    chunks = [bytes([n]) * 700_000 for n in range(20)]
    assert sum(map(len, chunks)) > 2 * PART
    assert await blobs.put(KEY, some(*chunks)) == 14_000_000
    assert await whole(blobs, KEY, 0, 14_000_000) == b"".join(chunks)


async def test_a_second_put_replaces_the_first(blobs: BlobStore) -> None:
    await blobs.put(KEY, some(b"first"))
    await blobs.put(KEY, some(b"2nd"))
    assert await whole(blobs, KEY, 0, 3) == b"2nd"
    assert await blobs.size(KEY) == 3


@pytest.mark.parametrize("sent", [1, 15], ids=["small", "in parts"])
async def test_a_put_that_breaks_off_changes_nothing_and_says_why(blobs: BlobStore, sent: int) -> None:
    chunks = [bytes(1_000_000)] * sent
    with pytest.raises(ConnectionError):
        await blobs.put(KEY, some(*chunks, error=ConnectionError("gone")))
    assert await blobs.size(KEY) is None
    await blobs.put(KEY, some(b"old"))
    with pytest.raises(ConnectionError):
        await blobs.put(KEY, some(*chunks, error=ConnectionError("gone")))
    assert await whole(blobs, KEY, 0, 3) == b"old"


async def test_what_is_not_there_has_no_size_and_cannot_be_read_but_deleted(blobs: BlobStore) -> None:
    assert await blobs.size(KEY) is None
    with pytest.raises(NotFound):
        await whole(blobs, KEY, 0, 1)
    await blobs.delete(KEY)
    await blobs.put(KEY, some(b"x"))
    await blobs.delete(KEY)
    assert await blobs.size(KEY) is None


@pytest.mark.parametrize("key", ["", "../x", "a/../b", "/a", "a//b", "a/", "a\\b", "a/./b", "a\0b"])
async def test_no_key_leaves_the_store(blobs: BlobStore, key: str) -> None:
    for attempt in (blobs.put(key, some(b"x")), blobs.size(key), whole(blobs, key, 0, 1), blobs.delete(key)):
        with pytest.raises(NotFound):
            await attempt
