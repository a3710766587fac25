"""When a bot's page had the sound that a message carries: the bot's tape notes the arrival of every packet.

The time in a message is the sender's, so it also tells how long the meeting took to bring the sound. What is ours begins in the
page. The packets of a message are found by the times that the track's clock gives them, in the order in which they arrived.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from rapporteur.media.clocks import TrackClock
from rapporteur.media.tape import TapeReader
from rapporteur.wire.tape import Kind

_BYTES_PER_MS = 32
LONGEST_PACKET_MS = 120
"""Of Opus."""


class Message(NamedTuple):
    bot: str
    participant: int | None
    """None where it is everybody's."""
    begins_ms: float
    ends_ms: float
    arrived_ms: float


def message(event: dict[str, Any], arrived_ms: float) -> Message:
    """Of an event of `audio_mixed_raw.data` or `audio_separate_raw.data`."""
    inner = event["data"]["data"]
    begins_ms = datetime.fromisoformat(inner["timestamp"]["absolute"]).timestamp() * 1000
    length_ms = len(inner["buffer"]) * 3 // 4 / _BYTES_PER_MS
    person = inner.get("participant")
    return Message(event["data"]["bot"]["id"], person and person["id"], begins_ms, begins_ms + length_ms, arrived_ms)


class Captured:
    """The sound of one bot's tape."""

    def __init__(self, tape: Path) -> None:
        owners: dict[int, int | None] = {}
        clocks: dict[int, TrackClock] = {}
        packets: dict[int, list[tuple[float, float]]] = {}
        for record in TapeReader(tape):
            if record.kind is Kind.TRACK:
                owners[record.source] = record.body["participant_id"]
                clocks.setdefault(record.source, TrackClock(record.body["clock_rate"]))
            elif record.kind is Kind.AUDIO:
                time_us = clocks[record.source].observe(record.rtp, record.at_us).time_us
                packets.setdefault(record.source, []).append((time_us / 1000, record.at_us / 1000))
        self._tracks = [(owners[source], sorted(had)) for source, had in packets.items()]

    def behind_ms(self, sent: Message) -> float | None:
        """From the arrival in the page of the last packet without which the message could not be made. None if it has none."""
        last_ms = sent.ends_ms - 1
        had = [
            arrived_ms for owner, track in self._tracks
            if sent.participant in (None, owner) and (arrived_ms := _arrival(track, last_ms)) is not None
        ]
        return sent.arrived_ms - max(had) if had else None


def _arrival(track: list[tuple[float, float]], at_ms: float) -> float | None:
    """Of the packet that holds a moment."""
    place = bisect_right(track, (at_ms, float("inf"))) - 1
    if place < 0 or at_ms - track[place][0] >= LONGEST_PACKET_MS:
        return None
    return track[place][1]
