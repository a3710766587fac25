"""The files of separate pictures: encoded frames, as they came or from an encoder, at times of their own.

Which container carries which codec is written here and nowhere else. What a container wants to know of a stream beforehand is
read from its first frame, so a file is made when the first frame is there.
"""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from pathlib import Path
from typing import Protocol, cast

import av
from av.container import InputContainer, OutputContainer

CLOCK = 90_000
"""Times in the files are counted in this part of a second."""
_CARRIED = {
    "mp4": ("mp4", frozenset({"h264", "vp9", "av1"})),
    "mkv": ("matroska", frozenset({"h264", "vp8", "vp9", "av1"})),
    "h264": (None, frozenset({"h264"})),
}
"""Format → the name of its muxer, None for a bare stream, and the codecs that it carries for everybody to play."""
_FOUR = {"vp8": b"VP80", "vp9": b"VP90", "av1": b"AV01"}


class PictureFile(Protocol):
    """Whoever it is, it raises av.error.FFmpegError or OSError when the disk refuses."""

    def add(self, payload: bytes, at: int, is_key: bool) -> None:
        """A frame in the form in which RTP brings it; `at` grows."""
        ...

    def close(self, end: int) -> None:
        """The last picture lasts until `end`."""
        ...


def carries(file_format: str, codec: str) -> bool:
    return codec in _CARRIED[file_format][1]


def picture_file(file_format: str, path: Path, codec: str, size: tuple[int, int]) -> PictureFile:
    """`size` is that of the pictures: width and height."""
    muxer, _ = _CARRIED[file_format]
    return _Stream(path) if muxer is None else _Muxed(path, muxer, codec, size)


class _Muxed:
    """Pictures last until the next one comes, so one is always held back."""

    def __init__(self, path: Path, muxer: str, codec: str, size: tuple[int, int]) -> None:
        self._container: OutputContainer = av.open(str(path), "w", format=muxer)
        self._codec, self._size = codec, size
        self._stream: av.VideoStream | None = None
        self._held: av.Packet | None = None

    def add(self, payload: bytes, at: int, is_key: bool) -> None:
        if self._stream is None:
            self._stream = _stream_like(self._container, _probe(self._codec, self._size, payload))
        self._release(at)
        packet = av.Packet(payload)
        packet.stream, packet.time_base = self._stream, Fraction(1, CLOCK)
        packet.pts = packet.dts = at
        packet.is_keyframe = is_key
        self._held = packet

    def close(self, end: int) -> None:
        self._release(end)
        self._container.close()

    def _release(self, until: int) -> None:
        if self._held is not None:
            self._held.duration = until - (self._held.pts or 0)
            self._container.mux_one(self._held)


def _stream_like(container: OutputContainer, first: tuple[bytes, str]) -> av.VideoStream:
    """A stream that is described as what begins with this key frame."""
    data, demuxer = first
    with cast(InputContainer, av.open(io.BytesIO(data), format=demuxer)) as source:
        stream = container.add_stream_from_template(source.streams.video[0], opaque=True)
    stream.time_base = Fraction(1, CLOCK)
    return stream


def _probe(codec: str, size: tuple[int, int], first: bytes) -> tuple[bytes, str]:
    """The frame as a file by itself, and the name of what reads it."""
    if codec == "h264":
        return first, "h264"
    header = struct.pack("<4sHH4sHHIIII", b"DKIF", 0, 32, _FOUR[codec], *size, CLOCK, 1, 1, 0)
    return header + struct.pack("<IQ", len(first), 0) + first, "ivf"


class _Stream:
    """The bare stream in the form of Annex B: the pictures in their order, without their times."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)

    def add(self, payload: bytes, at: int, is_key: bool) -> None:
        self._file.write(payload)

    def close(self, end: int) -> None:
        self._file.close()
