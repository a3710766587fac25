"""Opus packets as they came, in Ogg (RFC 7845): a file of one person's sound in which nothing was decoded.

A file's time is the meeting's time. Where packets are missing, packets of silence stand in for them, because players go by what
there is to decode and not by the times beside it.
"""

from __future__ import annotations

import struct
from pathlib import Path

RATE = 48_000
CHANNELS = 2
"""Decoders give every packet as many channels as they are told; stereo loses nothing."""
STREAM = 1
PAGE_SAMPLES = RATE
PAGE_PACKETS = 100
"""Less than a page can hold of the smallest packets; large ones are far from filling it."""
SILENCE, SILENCE_SAMPLES = b"\xf8\xff\xfe", 960
_FIRST, _LAST = 2, 4
_SILK_MS, _HYBRID_MS, _CELT_MS = (10, 20, 40, 60), (10, 20), (2.5, 5, 10, 20)


def samples_of(packet: bytes) -> int:
    """How long a packet is, 0 for one that is none (RFC 6716, section 3.1)."""
    if not packet:
        return 0
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame_ms: float = _SILK_MS[config & 3]
    elif config < 16:
        frame_ms = _HYBRID_MS[config & 1]
    else:
        frame_ms = _CELT_MS[config & 3]
    frames = (1, 2, 2, packet[1] & 0x3F if len(packet) > 1 else 0)[code]
    return round(frame_ms * frames * RATE / 1000)


class OggOpus:
    """Raises OSError when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._pages = 0
        self._packets: list[bytes] = []
        self._reached = 0
        """Samples up to which the file goes."""
        self._written = 0
        head = struct.pack("<8sBBHIhB", b"OpusHead", 1, CHANNELS, 0, RATE, 0, 0)
        self._page([head], 0, _FIRST)
        vendor = b"rapporteur"
        self._page([struct.pack("<8sI", b"OpusTags", len(vendor)) + vendor + struct.pack("<I", 0)], 0, 0)

    def add(self, packet: bytes, at: int) -> None:
        """A packet whose sound begins `at` samples from the file's beginning, at the nearest place that is free."""
        while at - self._reached >= SILENCE_SAMPLES:
            self._put(SILENCE, SILENCE_SAMPLES)
        # Packets are whole or not at all: one of which more than half is over already is left out.
        if (samples := samples_of(packet)) and self._reached - at <= samples // 2:
            self._put(packet, samples)

    def close(self, end: int) -> None:
        """The file lasts until `end`, to a packet's length."""
        while end - self._reached >= SILENCE_SAMPLES:
            self._put(SILENCE, SILENCE_SAMPLES)
        self._page(self._packets, self._reached, _LAST)
        self._file.close()

    def _put(self, packet: bytes, samples: int) -> None:
        self._packets.append(packet)
        self._reached += samples
        if self._reached - self._written >= PAGE_SAMPLES or len(self._packets) >= PAGE_PACKETS:
            self._page(self._packets, self._reached, 0)
            self._packets, self._written = [], self._reached

    def _page(self, packets: list[bytes], granule: int, flags: int) -> None:
        lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
        header = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, STREAM, self._pages, 0, len(lacing)) + lacing
        page = header + b"".join(packets)
        self._file.write(page[:22] + struct.pack("<I", _crc(page)) + page[26:])
        self._pages += 1


def _crc(page: bytes) -> int:
    """Ogg's own: the usual polynomial, highest bit first, without inversion. zlib has only the mirrored one."""
    crc = 0
    for byte in page:
        crc = (crc << 8 & 0xFFFFFFFF) ^ _TABLE[crc >> 24 ^ byte]
    return crc


def _entry(index: int) -> int:
    entry = index << 24
    for _ in range(8):
        entry = entry << 1 ^ (0x04C11DB7 if entry & 0x80000000 else 0)
    return entry & 0xFFFFFFFF


_TABLE = [_entry(index) for index in range(256)]
