"""What bots and the recognition process of their host say to each other over a Unix socket.

Every message is one frame: `header_length u32 | sound_length u32 | header | sound`, little-endian; the header is JSON with a
`type`, the sound 16 kHz mono s16le and empty in all messages but Recognise. The worker speaks first: Ready, once its engine is
loaded, or Failed with request 0 when it cannot be. Answers come in any order and name their request; a client numbers its
requests from 1.

Client and worker of different versions never meet: the socket's name carries the version.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

VERSION = 1
LENGTHS = struct.Struct("<II")
MAX_HEADER = 1024 * 1024
MAX_SOUND = 10 * 60 * 32_000
"""Ten minutes; an utterance is a fortieth of that."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Down, first. `languages` are two-letter codes, empty for all."""

    type: ClassVar[str] = "ready"
    engine: str
    languages: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Recognise:
    """Up; the sound travels behind the header."""

    type: ClassVar[str] = "recognise"
    request: int
    language_code: str
    sound: bytes = b""


@dataclass(frozen=True, slots=True)
class Forget:
    """Up: nobody waits for this request any more."""

    type: ClassVar[str] = "forget"
    request: int


@dataclass(frozen=True, slots=True)
class Recognised:
    """Down: [text, start_ms, end_ms] per word, from the start of the sound."""

    type: ClassVar[str] = "recognised"
    request: int
    words: list[list[Any]]


@dataclass(frozen=True, slots=True)
class Failed:
    """Down: a RapporteurError, by its code."""

    type: ClassVar[str] = "failed"
    request: int
    code: str
    message: str
    retryable: bool = False
    capability: str | None = None
    """Named when the code is not_supported."""


Message = Ready | Recognise | Forget | Recognised | Failed
_TYPES: dict[str, type] = {cls.type: cls for cls in (Ready, Recognise, Forget, Recognised, Failed)}


def encode(message: Message) -> bytes:
    """ValueError for more sound than MAX_SOUND."""
    sound = message.sound if isinstance(message, Recognise) else b""
    if len(sound) > MAX_SOUND:
        raise ValueError(f"a request carries at most {MAX_SOUND} bytes of sound, not {len(sound)}")
    body = {f.name: getattr(message, f.name) for f in fields(message) if f.name != "sound"}
    header = json.dumps({"type": message.type, **body}, separators=(",", ":"), ensure_ascii=False).encode()
    return LENGTHS.pack(len(header), len(sound)) + header + sound


class Decoder:
    """Feed bytes in any portions, take whole messages out. ValueError for what is not of this channel."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        self._buffer += data
        messages: list[Message] = []
        at = 0
        while len(self._buffer) - at >= LENGTHS.size:
            header_length, sound_length = LENGTHS.unpack_from(self._buffer, at)
            if header_length > MAX_HEADER or sound_length > MAX_SOUND:
                raise ValueError("not a recognition message: its lengths are beyond all limits")
            header = at + LENGTHS.size
            sound = header + header_length
            if sound + sound_length > len(self._buffer):
                break
            at = sound + sound_length
            messages.append(_message(bytes(self._buffer[header:sound]), bytes(self._buffer[sound:at])))
        del self._buffer[:at]
        return messages


def _message(header: bytes, sound: bytes) -> Message:
    body = json.loads(header)
    if not isinstance(body, dict) or body.get("type") not in _TYPES:
        raise ValueError("not a recognition message: its type is unknown")
    cls = _TYPES[body["type"]]
    known = {f.name for f in fields(cls)} - {"sound"}
    try:
        values = {k: v for k, v in body.items() if k in known}
        return cls(**values, sound=sound) if cls is Recognise else cls(**values)
    except TypeError as error:
        raise ValueError(f"incomplete {body['type']} message: {error}") from None
