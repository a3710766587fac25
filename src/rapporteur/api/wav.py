"""WAV made of raw samples as it is read: a header, then the file as it is stored. Nothing is decoded or stored twice."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator

from rapporteur.api.ranges import Span
from rapporteur.services.ports import BlobStore

NAME = "audio.wav"
CONTENT_TYPE = "audio/wav"
STORED = "audio_mixed.raw"
"""What it is made of: 16 kHz mono s16le."""
RATE, CHANNELS, BITS = 16_000, 1, 16
BYTES_PER_S = RATE * CHANNELS * BITS // 8
HEADER_BYTES = 44
_MOST = 0xFFFF_FFFF


def key_of(stored: str) -> str:
    """The key under which the WAV of the raw samples at `stored` is read."""
    return f"{stored.rpartition('/')[0]}/{NAME}"


def stored_of(key: str) -> str | None:
    """The key of the samples that a WAV is made of; None for a key of another kind."""
    folder, _, name = key.rpartition("/")
    return f"{folder}/{STORED}" if name == NAME else None


def header(samples_bytes: int) -> bytes:
    """RIFF's own fields have 32 bits; what is longer, after a day and a half, is read to its end."""
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", min(_MOST, HEADER_BYTES - 8 + samples_bytes), b"WAVE", b"fmt ", 16, 1, CHANNELS, RATE,
        BYTES_PER_S, CHANNELS * BITS // 8, BITS, b"data", min(_MOST, samples_bytes),
    )


def offset(at_s: float) -> int:
    """The byte at which a moment begins, in seconds from the file's start."""
    return HEADER_BYTES + round(at_s * RATE) * CHANNELS * BITS // 8


async def read(blobs: BlobStore, stored: str, samples_bytes: int, part: Span) -> AsyncIterator[bytes]:
    """The bytes of a part of the WAV."""
    if first := header(samples_bytes)[part.start:part.end]:
        yield first
    start, end = max(0, part.start - HEADER_BYTES), max(0, part.end - HEADER_BYTES)
    if end > start:
        async for chunk in blobs.read(stored, start, end):
            yield chunk
