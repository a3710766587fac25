"""The tape: the append-only file of one bot generation that every artifact is a view of.

A tape file is a sequence of records, each framed by its length and a CRC, so that a file cut anywhere is readable up to its
last whole record. Records carry encoded media as it came and JSON facts about it. Times are UTC microseconds of the control
plane. Files of one bot lie in one folder as `GENERATION.tape` (four digits) and are read in that order.

    length u32 | crc32 u32 | at_us u64 | source u16 | kind u8 | flags u8 | rtp u32 | sequence u16 | builds_on u16 | payload

`length` counts the payload only; the CRC covers everything behind itself. All integers are little-endian.

Where the sender numbers its frames, a VIDEO record has the flag NUMBERED: `sequence` is the frame's number and `builds_on`
holds two bytes, each how many numbers back a frame lies that this one builds on, 0 for none. Otherwise `sequence` counts
arrivals and says nothing. A picture of several layers comes as one record per layer, of equal `rtp`.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

VERSION = 1
HEADER = struct.Struct("<IIQHBBIHH")
_FRONT, _BEHIND_CRC = struct.Struct("<II"), struct.Struct("<QHBBIHH")
MAX_PAYLOAD = 16 * 1024 * 1024
KEY_FRAME = 1
"""Flag of a VIDEO record that can be decoded by itself."""
NUMBERED = 2
"""Flag of a VIDEO record whose `sequence` and `builds_on` come from its sender."""
LAYER_SHIFT, LAYERS = 4, 3
"""Where in the flags a VIDEO record says which spatial layer of its picture it is, 0 being the smallest; and the largest."""


class Kind(IntEnum):
    BEGIN = 1
    """JSON {version, bot_id, generation}: first record of every file."""
    TRACK = 2
    """JSON Track: describes `source`, again whenever something about it became known or changed."""
    VIDEO = 3
    """One encoded frame; `rtp` is its timestamp in the track's clock rate, at_us its arrival."""
    AUDIO = 4
    """One encoded packet; `sequence` is the RTP sequence number."""
    EVENT = 5
    """JSON {recording_id|null, action, participant{…}, data{…}|null}: a participant event."""
    RECORDING = 6
    """JSON {recording_id, action: start|stop|pause|resume|complete, recording_config?}; a start without one has the bot's.

    A recording is complete once it was stopped and everything that was said in it is written down."""
    UTTERANCE = 7
    """JSON Utterance.as_json() and recording_id; at_us is the end of the speech."""
    MEETING = 8
    """JSON {title|null}: what is known about the meeting as a whole."""
    END = 9
    """JSON {reason}: the generation closed its tape in good order."""
    PERSON = 10
    """JSON {key, id}: by which id the platform knows a participant, or with id 0 the bot; for a generation that joins again."""
    CAPTURE = 11
    """JSON {way, why|null}: how the media is taken from now on (domain.capture), and why not as before."""


class Record(NamedTuple):
    """A tuple because hundreds come in a second: it is made in a third of the time."""

    kind: Kind
    at_us: int
    payload: bytes
    source: int = 0
    flags: int = 0
    rtp: int = 0
    sequence: int = 0
    builds_on: int = 0

    @property
    def body(self) -> Any:
        return json.loads(self.payload)

    @property
    def is_key(self) -> bool:
        return bool(self.flags & KEY_FRAME)

    @property
    def layer(self) -> int:
        return self.flags >> LAYER_SHIFT & LAYERS

    @property
    def needed(self) -> list[int]:
        """The numbers of the frames that a numbered one builds on."""
        return [(self.sequence - back) & 0xFFFF for back in self.builds_on.to_bytes(2, "little") if back]


@dataclass(frozen=True, slots=True)
class Track:
    """What a media source is. `participant_id` is None until the page told whose it is."""

    source: int
    media: str
    """audio | video"""
    role: str
    """microphone | webcam | screenshare | page, which is everything the page shows or plays"""
    mime: str
    """video/VP8, audio/opus … as the page's receiver names it."""
    clock_rate: int
    participant_id: int | None = None
    ended: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.source, "media": self.media, "role": self.role, "mime": self.mime,
            "clock_rate": self.clock_rate, "participant_id": self.participant_id, "ended": self.ended,
        }


def json_record(kind: Kind, at_us: int, body: Any, *, source: int = 0) -> Record:
    return Record(kind, at_us, json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode(), source=source)


def encode(record: Record) -> bytes:
    if len(record.payload) > MAX_PAYLOAD:
        raise ValueError(f"a tape record holds at most {MAX_PAYLOAD} bytes, not {len(record.payload)}")
    kind, at_us, payload, source, flags, rtp, sequence, builds_on = record
    head = _BEHIND_CRC.pack(at_us, source, kind, flags, rtp, sequence, builds_on)
    return _FRONT.pack(len(payload), zlib.crc32(payload, zlib.crc32(head))) + head + payload


class Decoder:
    """Feed bytes in any portions, take whole records out. After damage it yields nothing more and `damaged` is true."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.consumed = 0
        """Bytes of the input that belong to whole, valid records."""
        self.damaged = False

    def feed(self, data: bytes) -> list[Record]:
        records: list[Record] = []
        if self.damaged:
            return records
        self._buffer += data
        view, at = memoryview(self._buffer), 0
        while len(view) - at >= HEADER.size:
            length, crc, at_us, source, kind, flags, rtp, sequence, builds_on = HEADER.unpack_from(view, at)
            end = at + HEADER.size + length
            if length > MAX_PAYLOAD:
                self.damaged = True
                break
            if end > len(view):
                break
            if zlib.crc32(view[at + 8:end]) != crc:
                self.damaged = True
                break
            payload = bytes(view[at + HEADER.size:end])
            records.append(Record(Kind(kind), at_us, payload, source, flags, rtp, sequence, builds_on))
            at = end
        view.release()
        del self._buffer[:at]
        self.consumed += at
        return records
