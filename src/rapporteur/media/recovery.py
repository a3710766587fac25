"""Lost Opus packets, as far as their neighbours tell what was in them.

A sender that knows of losses puts a small copy of each packet into the next one (in-band FEC). FFmpeg never asks for it, so the
library that PyAV brings along is asked itself, and only where something was lost: a decoder that has heard the packets before
the hole continues their sound into it, and takes the copy where there is one. Without that library a hole stays a hole.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes.util import find_library
from functools import lru_cache
from pathlib import Path

import av
import numpy as np

from rapporteur.media.sounds import RATE, Stereo

LONGEST = RATE * 60 // 1000
"""Samples up to which sound can be continued without inventing anything that is heard."""
PREPARED = 5
"""Packets after which a decoder speaks as one that heard everything."""
_LARGEST_PACKET = RATE * 120 // 1000
_CHANNELS = 2


def recovered(before: Sequence[bytes], after: bytes, samples: int) -> tuple[Stereo, bool] | None:
    """A hole of `samples` between packets, and whether its end is the sender's own copy; None where nothing can be done."""
    library = _library()
    if library is None or not before or not 0 < samples <= LONGEST:
        return None
    decoder = _Decoder(library)
    try:
        for packet in before[-PREPARED:]:
            if decoder.decode(packet, _LARGEST_PACKET) is None:
                return None
        length = library.opus_packet_get_nb_samples(after, len(after), RATE)
        copied = 0 < length <= samples and library.opus_packet_has_lbrr(after, len(after)) == 1
        pieces = [] if copied and length == samples else [decoder.decode(None, samples - length if copied else samples)]
        if copied:
            pieces.append(decoder.decode(after, length, copy=True))
    finally:
        decoder.close()
    whole = [piece for piece in pieces if piece is not None]
    return (np.concatenate(whole, axis=1), copied) if len(whole) == len(pieces) else None


class _Decoder:
    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        error = ctypes.c_int()
        self._state = ctypes.c_void_p(library.opus_decoder_create(RATE, _CHANNELS, ctypes.byref(error)))
        if error.value:
            raise MemoryError("an Opus decoder")

    def decode(self, packet: bytes | None, samples: int, *, copy: bool = False) -> Stereo | None:
        """At most so many samples of a packet, or of none: exactly so many of what would go on, or of the packet before."""
        sound = np.empty((samples, _CHANNELS), np.float32)
        got = self._library.opus_decode_float(
            self._state, packet, len(packet or b""), sound.ctypes.data_as(ctypes.c_void_p), samples, int(copy))
        return None if got <= 0 else np.ascontiguousarray(sound[:got].T)

    def close(self) -> None:
        self._library.opus_decoder_destroy(self._state)


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL | None:
    beside = Path(av.__file__).parent.parent.glob("av.libs/libopus-*")
    name = next((str(path) for path in beside), None) or find_library("opus")
    try:
        library = None if name is None else ctypes.CDLL(name)
        if library is not None:
            library.opus_decoder_create.restype = ctypes.c_void_p
            library.opus_packet_has_lbrr.restype = ctypes.c_int  # missing before libopus 1.4
    except (OSError, AttributeError):
        return None
    return library
