"""When a bot's page had the sound that a message carries: the bot's tape notes the arrival of every packet.

The time in a message is the sender's, so it also tells how long the meeting took to bring the sound. What is ours begins in the
page. Messages and packets are both in the order of sending and in steps of the track's clock, so one pair of the two tells all
others; which that is follows from the arrivals: no message comes before what is in it, and the quickest comes within a packet.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from rapporteur.media.tape import TapeReader
from rapporteur.wire.tape import Kind

_BYTES_PER_MS = 32
_TICKS_PER_MS = 48
MOVED_MS = 5.0
"""By less than this the track's clock moves from one message to the next, where it is not set."""
CONFUSED = 0.005
"""Of so many messages the packets may have been mistaken."""
FAR = 100
"""So many packets before a message's arrival at most its own is looked for."""


class Message(NamedTuple):
    bot: str
    participant: int | None
    """None where it is everybody's."""
    begins_ms: float
    ends_ms: float
    arrived_ms: float


class _Origin(NamedTuple):
    """Of what a message is made."""

    offset_ms: float
    """Between the time in the message and the sender's own."""
    arrived_ms: float
    """When the page had the last packet of it."""


def message(event: dict[str, Any], arrived_ms: float) -> Message:
    """Of an event of `audio_mixed_raw.data` or `audio_separate_raw.data`."""
    inner = event["data"]["data"]
    begins_ms = datetime.fromisoformat(inner["timestamp"]["absolute"]).timestamp() * 1000
    length_ms = len(inner["buffer"]) * 3 // 4 / _BYTES_PER_MS
    person = inner.get("participant")
    return Message(event["data"]["bot"]["id"], person and person["id"], begins_ms, begins_ms + length_ms, arrived_ms)


def delays_ms(tape: Path, messages: Sequence[Message]) -> list[float | None]:
    """Of each message of one bot, in the order of arrival: from the arrival in the page of the last packet without which it
    could not be made. None if it has none."""
    tracks = _tracks(tape)
    people = {sent.participant for sent in messages if sent.participant is not None}
    spoken = {person: _Spoken(tracks[person], [sent for sent in messages if sent.participant == person]) for person in people}

    def delay(sent: Message) -> float | None:
        whose = [*spoken.values()] if sent.participant is None else [spoken[sent.participant]]
        had = [at_ms for person in whose if (at_ms := person.arrival_ms(sent.ends_ms - 1)) is not None]
        return sent.arrived_ms - max(had) if had else None

    return [delay(sent) for sent in messages]


class _Track:
    """One person's packets, by when they were made."""

    def __init__(self, packets: Sequence[tuple[int, float]]) -> None:
        made = sorted(zip(_unwrapped([rtp for rtp, _ in packets]), (arrived_ms for _, arrived_ms in packets), strict=True))
        self.made_ms = [ticks / _TICKS_PER_MS for ticks, _ in made]
        self.arrived_ms = [arrived_ms for _, arrived_ms in made]

    def arrival_ms(self, at_ms: float) -> float:
        """Of the packet that holds a moment."""
        return self.arrived_ms[max(0, bisect_right(self.made_ms, at_ms) - 1)]

    def origins(self, messages: Sequence[Message]) -> list[_Origin]:
        newest = bisect_right(self.arrived_ms, messages[0].arrived_ms) - 1
        for first in range(newest, max(-1, newest - FAR), -1):
            found = self._followed(messages, first)
            early = sum(sent.arrived_ms < origin.arrived_ms for sent, origin in zip(messages, found, strict=True))
            if early <= CONFUSED * len(messages):
                return found
        raise SystemExit("messages of which no packet is on the tape")

    def _followed(self, messages: Sequence[Message], first: int) -> list[_Origin]:
        """If the first message begins with that packet."""
        end_ms, offset_ms = self.made_ms[first], messages[0].begins_ms - self.made_ms[first]
        found: list[_Origin] = []
        for sent in messages:
            # It goes on where the last one ended, whatever the track's clock has become, except where packets are missing.
            begin_ms = self._next(end_ms - 1)
            if begin_ms - end_ms > MOVED_MS:
                told_ms = sent.begins_ms - offset_ms
                begin_ms = end_ms if abs(told_ms - end_ms) <= MOVED_MS else self._nearest(told_ms)
            offset_ms = sent.begins_ms - begin_ms
            end_ms = sent.ends_ms - offset_ms
            found.append(_Origin(offset_ms, self.arrival_ms(end_ms - 1)))
        return found

    def _next(self, at_ms: float) -> float:
        return self.made_ms[min(bisect_left(self.made_ms, at_ms), len(self.made_ms) - 1)]

    def _nearest(self, at_ms: float) -> float:
        place = bisect_left(self.made_ms, at_ms)
        return min(self.made_ms[max(0, place - 1):place + 1], key=lambda made_ms: abs(made_ms - at_ms))


class _Spoken:
    """What one person's messages say of the time of their sound."""

    def __init__(self, track: _Track, messages: Sequence[Message]) -> None:
        self._track, self._messages = track, messages
        self._origins = track.origins(messages)

    def arrival_ms(self, at_ms: float) -> float | None:
        """Of the packet that holds a moment as messages tell it."""
        place = bisect_right(self._messages, at_ms, key=attrgetter("begins_ms")) - 1
        if place < 0 or at_ms >= self._messages[place].ends_ms:
            return None
        return self._track.arrival_ms(at_ms - self._origins[place].offset_ms)


def _tracks(tape: Path) -> dict[int, _Track]:
    """By participant: of several tracks the one with most packets."""
    owners: dict[int, int | None] = {}
    packets: dict[int, list[tuple[int, float]]] = {}
    for record in TapeReader(tape):
        if record.kind is Kind.TRACK:
            owners[record.source] = record.body["participant_id"]
        elif record.kind is Kind.AUDIO:
            packets.setdefault(record.source, []).append((record.rtp, record.at_us / 1000))
    return {
        owner: _Track(packets[source]) for source in sorted(packets, key=lambda source: len(packets[source]))
        if (owner := owners[source]) is not None
    }


def _unwrapped(stamps: Sequence[int]) -> Iterator[int]:
    at = stamps[0]
    for stamp in stamps:
        step = (stamp - at) % (1 << 32)
        at += step if step < 1 << 31 else step - (1 << 32)
        yield at
