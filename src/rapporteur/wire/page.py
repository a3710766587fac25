"""What the scripts inside a meeting page send to the bot process over their loopback WebSocket.

Text frames are envelopes `{"v": 1, "type": …, "seq": n, "at": epoch_ms, "body": {…}}`, numbered from 1 per connection.
Binary frames are batches of encoded media, one every 40 ms for all tracks together, or sooner in haste, packed as

    length u32 | track u16 | media u8 | flags u8 | rtp u32 | sequence u16 | builds_on u16 | arrival f64 (epoch ms) | payload

with little-endian integers. `media` is 1 for audio, 2 for video; `length` counts the payload. `flags` and `builds_on` are those
of wire.tape; the sequence number of a packet of sound is RTP's, that of a picture what the flags say.

The bot says `pass`, to let frames through untouched from now on, `hasten`, to have each batch after 5 ms, and `stage`, to give
the page a microphone, a camera and a screen. What is heard and seen by them it sends in binary frames, one byte of what and one
of where:

    SOUND     samples, 48 kHz mono s16le; they are played one after the other, and what is ahead by more than 200 ms is lost
    HUSH      what waits to be played is dropped
    PICTURE   surface 0 camera, 1 screen; then per picture duration u32 (ms) | length u32 | an image file. Several are repeated
    BLANK     the surface shows nothing, and what streams there is over
    STREAM    frames in the layout of batches: H.264 (Annex B, level 4.0) and Opus, to be seen and heard as they come

Envelope types and their bodies:
    ready        {}                                         the hook is in place, before any page script ran
    track        {track, media, mime, clock_rate, csrc?}    a receiver delivers; mime and clock_rate from its first frame. With
                                                            csrc it is what one contributing source has on one receiver: several
                                                            people take turns there, each has a track, all have the receiver's
                                                            RTP clock, and sequence numbers that count their own packets only
    track_owner  {track, key, role}                         whose it is (the platform's id) and microphone|webcam|screenshare;
                                                            key null and role mix: the sound of several people; key null and
                                                            role page: everything the page shows or plays
    contributor  {csrc, key}                                whose voice a contributing source is, on whatever receiver; may come
                                                            before or after the tracks of it
    track_ended  {track}
    roster       {attendees: [{key, name, is_self, is_host, microphone, camera, screen, email?, extra_data?}]}
                                                            the last two where the page knows them, as the API tells them
    chat         {key, name, text, to}                       to: everyone | only_bot
    caption      {key, name, id, text, final}               a line of the meeting's own captions as it stands now
    screen       {name, sign}                                the first of the platform's screens to be seen, null: none, and by
                                                            which of its signs, from 0
    notice       {name}                                      the first of the platform's notices to be seen, null: none
    meeting      {title}                                    what the page calls the meeting, null while it has no name
    speaking     {keys}                                     whom the page marks as speaking; only where their sound is mixed
    staged       {}                                         the page, or a frame of it, has its microphone, camera and screen,
                                                            if it asks for them
    hidden       {why}                                      encoded frames cannot be had: own_transform | no_transforms
    fault        {where, message}                            a hook that could not do its work; never page content
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from rapporteur.wire.tape import KEY_FRAME

VERSION = 1
FRAME = struct.Struct("<IHBBIHHd")
AUDIO, VIDEO = 1, 2
PASS, STAGE, HASTEN = "pass", "stage", "hasten"
SOUND, HUSH, PICTURE, BLANK, STREAM = 1, 2, 3, 4, 5
SURFACES = ("camera", "screenshare")
SOUND_RATE = 48_000
OPUS = "audio/opus"
PAGE = "page"
"""The role of tracks that are no one's: the page as a whole."""
MIX = "mix"
"""The role of a track of sound in which the platform mixed several people."""
SHARED_ROLES = frozenset({PAGE, MIX})


@dataclass(frozen=True, slots=True)
class Envelope:
    type: str
    seq: int
    at_ms: float
    body: dict[str, Any]


class MediaFrame(NamedTuple):
    """A tuple because hundreds come in a second: it is made in a third of the time."""

    track: int
    media: int
    flags: int
    rtp: int
    sequence: int
    arrival_ms: float
    payload: bytes
    builds_on: int = 0

    @property
    def is_key(self) -> bool:
        return bool(self.flags & KEY_FRAME)


def sound(samples: bytes) -> bytes:
    return bytes((SOUND, 0)) + samples


def hush() -> bytes:
    return bytes((HUSH, 0))


def picture(surface: str, frames: Iterable[tuple[int, bytes]]) -> bytes:
    """`frames` are (milliseconds, image file)."""
    parts = [part for ms, file in frames for part in (struct.pack("<II", ms, len(file)), file)]
    return bytes((PICTURE, SURFACES.index(surface))) + b"".join(parts)


def blank(surface: str) -> bytes:
    return bytes((BLANK, SURFACES.index(surface)))


def stream(surface: str, frames: Iterable[MediaFrame]) -> bytes:
    parts = [part for f in frames for part in (_header(f), f.payload)]
    return bytes((STREAM, SURFACES.index(surface))) + b"".join(parts)


def _header(f: MediaFrame) -> bytes:
    return FRAME.pack(len(f.payload), f.track, f.media, f.flags, f.rtp, f.sequence, f.builds_on, f.arrival_ms)


def envelope(text: str) -> Envelope:
    """Read a text frame; ValueError if it is none of ours or of another version."""
    body = json.loads(text)
    if not isinstance(body, dict) or body.get("v") != VERSION:
        raise ValueError("not a page envelope of this version")
    return Envelope(str(body["type"]), int(body["seq"]), float(body["at"]), dict(body["body"]))


def frames(batch: bytes) -> list[MediaFrame]:
    """Unpack a binary frame; ValueError when it is cut."""
    out: list[MediaFrame] = []
    at, end = 0, len(batch)
    while at < end:
        if end - at < FRAME.size:
            raise ValueError("media batch is cut inside a header")
        length, track, media, flags, rtp, sequence, builds_on, arrival = FRAME.unpack_from(batch, at)
        at += FRAME.size
        if at + length > end:
            raise ValueError("media batch is cut inside a payload")
        out.append(MediaFrame(track, media, flags, rtp, sequence, arrival, batch[at:at + length], builds_on))
        at += length
    return out
