"""Whether what a picture builds on was there: the decoders of meetings do not tell, they show what a wrong guess looks like.

A chain is asked about the frames of one track in the sender's order. It knows as much as the stream tells: the numbers of a
sender that numbers its frames for everybody to see, the picture numbers inside H.264, or nothing. Where it knows nothing every
frame is taken for whole.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

from rapporteur.media.annexb import Numbering, numbering, picture_number, sequence_parameters
from rapporteur.wire.tape import NUMBERED, Record

REMEMBERED = 1024
"""Frames lie at most 255 numbers behind those that build on them, in each of a few layers."""


class Chain(Protocol):
    missing: int
    """Frames that others build on and that never came."""

    def whole(self, record: Record) -> bool:
        """Whether all that the frame builds on was whole. Key frames begin anew."""
        ...


class Unknown:
    missing = 0

    def whole(self, record: Record) -> bool:
        return True


class Numbered:
    """By the sender's own word, the dependency descriptor: exact, also where layers were left out on the way."""

    def __init__(self) -> None:
        self.missing = 0
        self._known: OrderedDict[int, bool] = OrderedDict()
        """Number → whether the frame was whole."""

    def whole(self, record: Record) -> bool:
        if record.is_key and record.layer == 0:
            self._known.clear()
        absent = [number for number in record.needed if number not in self._known]
        for number in absent:  # each is missed once, whoever else builds on it
            self._remember(number, False)
        self.missing += len(absent)
        whole = all(self._known[number] for number in record.needed)
        self._remember(record.sequence, whole)
        return whole

    def _remember(self, number: int, whole: bool) -> None:
        self._known.pop(number, None)
        self._known[number] = whole
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


class PictureNumbers:
    """By the numbers inside H.264, which grow by one with every picture that others build on."""

    def __init__(self) -> None:
        self.missing = 0
        self._numbering: Numbering | None = None
        self._newest: int | None = None
        """Of the pictures that others build on."""
        self._torn = False

    def whole(self, record: Record) -> bool:
        if record.is_key and (parameters := sequence_parameters(record.payload)) is not None:
            self._numbering = numbering(parameters)
        found = None if self._numbering is None else picture_number(record.payload, self._numbering)
        if self._numbering is None or found is None:
            return True
        number, referred = found
        if record.is_key:
            self._newest, self._torn = number, False
            return True
        if not self._numbering.gaps and self._newest is not None:
            skipped = (number - self._newest - 1) % self._numbering.modulus
            # Not a step at all: another slice structure, or a picture beside the one before, that nothing builds on.
            if 0 < skipped < self._numbering.modulus - 1:
                self.missing += skipped
                self._torn = True
                self._newest = (number - 1) % self._numbering.modulus
        if referred:
            self._newest = number
        return not self._torn


def chain_of(codec: str, record: Record) -> Chain:
    """The chain for a stream of which this is a frame."""
    if record.flags & NUMBERED:
        return Numbered()
    return PictureNumbers() if codec == "h264" else Unknown()
