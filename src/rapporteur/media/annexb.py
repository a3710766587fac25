"""What an H.264 access unit in the form of Annex B says about itself, without decoding it: its parameters and its number.

Reads as far as the numbers it wants and no further. What it does not understand it answers with None, never with an error:
the decoder is the judge of what is broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_START_CODE = re.compile(rb"\x00\x00\x01")
_SLICE, _IDR, _SEQUENCE_PARAMETERS = 1, 5, 7
_WITH_CHROMA = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
"""Profiles whose sequence parameters tell of the chroma; all others have 4:2:0 of eight bits."""
_READ = 64
"""Bytes from a unit's beginning within which everything lies that is read here."""


def units(payload: bytes) -> Iterator[bytes]:
    """The NAL units, each from its header on."""
    starts = [found.end() for found in _START_CODE.finditer(payload)]
    for start, end in zip(starts, [*(s - 3 for s in starts[1:]), len(payload)], strict=True):
        if start < end:
            yield payload[start:end]


def sequence_parameters(payload: bytes) -> bytes | None:
    """What an access unit says about its pictures' size and coding; None where it says nothing."""
    found = next((unit for unit in units(payload) if unit[0] & 0x1F == _SEQUENCE_PARAMETERS), None)
    return None if found is None else found.rstrip(b"\0")


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a stream numbers the pictures that others build on."""

    bits: int
    planes: bool
    """Whether colours are coded apart, which puts a field in front of the number."""
    gaps: bool
    """Whether numbers may be missing without anything being lost."""

    @property
    def modulus(self) -> int:
        return 1 << self.bits


def numbering(parameters: bytes) -> Numbering | None:
    """From a unit of sequence parameters."""
    bits = _Bits(parameters[1:])
    try:
        profile = bits.take(8)
        bits.take(16)
        bits.golomb()
        planes = False
        if profile in _WITH_CHROMA:
            planes = _skip_chroma(bits)
            if planes is None:
                return None
        length = bits.golomb() + 4
        _skip_order(bits)
        bits.golomb()
        return Numbering(length, planes, bool(bits.take(1)))
    except IndexError:
        return None


def _skip_chroma(bits: _Bits) -> bool | None:
    """Whether colours are coded apart; None where scaling lists follow, which nobody sends in meetings."""
    planes = bits.golomb() == 3 and bool(bits.take(1))
    bits.golomb()
    bits.golomb()
    bits.take(1)
    return None if bits.take(1) else planes


def _skip_order(bits: _Bits) -> None:
    kind = bits.golomb()
    if kind == 0:
        bits.golomb()
    elif kind == 1:
        bits.take(1)
        bits.golomb()
        bits.golomb()
        for _ in range(bits.golomb()):
            bits.golomb()


def picture_number(payload: bytes, numbered: Numbering) -> tuple[int, bool] | None:
    """The number of the picture and whether others build on it; of an IDR picture as of any other."""
    unit = next((unit for unit in units(payload) if unit[0] & 0x1F in (_SLICE, _IDR)), None)
    if unit is None:
        return None
    bits = _Bits(unit[1:_READ])
    try:
        for _ in ("first macroblock", "kind of slice", "picture parameters"):
            bits.golomb()
        if numbered.planes:
            bits.take(2)
        return bits.take(numbered.bits), bool(unit[0] & 0x60)
    except IndexError:
        return None


class _Bits:
    """A bit reader; IndexError behind the end."""

    def __init__(self, data: bytes) -> None:
        self._data = data[:_READ].replace(b"\0\0\3", b"\0\0")  # bytes put in lest a start code appears
        self._at = 0

    def take(self, count: int) -> int:
        number = 0
        for _ in range(count):
            number = number << 1 | self._data[self._at >> 3] >> (7 - (self._at & 7)) & 1
            self._at += 1
        return number

    def golomb(self) -> int:
        """An Exp-Golomb code without sign."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)
