"""What an application sends a bot over its control socket, read, in both historic forms of each command.

Field by field as the MeetStream dialect has it. Whatever cannot be obeyed is an InvalidRequest that names the field. Pure.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from rapporteur.domain.errors import InvalidRequest
from rapporteur.domain.output import LONGEST_B64, picture_type

Json = dict[str, Any]

RATE, LOWEST_RATE = 48_000, 8_000
LONGEST_TEXT = 4096
_ENCODINGS = ("pcm16", "pcm_s16le", "linear16", "s16le")


@dataclass(frozen=True, slots=True)
class Speak:
    """Mono s16le, behind what is being said."""

    samples: bytes
    rate: int


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Be quiet, and forget what was to be said."""


@dataclass(frozen=True, slots=True)
class Write:
    message: str


@dataclass(frozen=True, slots=True)
class Picture:
    """As the camera: in base64, or where it is to be fetched."""

    b64_data: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Nothing:
    """Understood, and nothing to be done."""


Command = Speak | Interrupt | Write | Picture | Nothing


def command_name(message: Json) -> str | None:
    """What a message calls itself; acknowledgements have a type instead of a command."""
    name = message.get("command", message.get("type"))
    return name if isinstance(name, str) else None


def read_message(text: str | bytes) -> Json:
    """The object in a frame."""
    if isinstance(text, bytes):
        raise InvalidRequest("command", "Commands are text frames; this one was binary.")
    try:
        message = json.loads(text)
    except ValueError:
        raise InvalidRequest("command", "This is not JSON.") from None
    if not isinstance(message, dict):
        raise InvalidRequest("command", "A command is a JSON object.")
    return message


def read_command(message: Json, bot_id: str) -> Command:
    """What it asks of the bot of this id."""
    read = _COMMANDS.get(command_name(message) or "")
    if read is None:
        raise InvalidRequest("command", f"There is no such command; there are {', '.join(sorted(_COMMANDS))}.")
    if message.get("bot_id") not in (None, "", bot_id):
        raise InvalidRequest("bot_id", "This is the socket of another bot.")
    return read(message)


def _spoken(message: Json) -> Command:
    _one_of(message, "encoding", _ENCODINGS)
    _one_of(message, "endianness", ("little",))
    _one_of(message, "channels", (1,))
    rate = message.get("sample_rate", RATE)
    if not isinstance(rate, int) or isinstance(rate, bool) or not LOWEST_RATE <= rate <= RATE:
        raise InvalidRequest("sample_rate", f"Send samples of {LOWEST_RATE} to {RATE} Hz.")
    samples = _decoded(message, "audiochunk")
    if len(samples) % 2:
        raise InvalidRequest("audiochunk", "Samples have two bytes each; half of one is missing.")
    return Speak(samples, rate)


def _interrupted(message: Json) -> Command:
    _one_of(message, "action", ("clear_audio_queue",))
    return Interrupt()


def _written(message: Json) -> Command:
    return Write(_text(message, "message" if "message" in message else "msg"))


def _chatted(message: Json) -> Command:
    """A reply that grows is written once it is whole. What others said is theirs to write."""
    _one_of(message, "role", ("assistant", "user"))
    if not isinstance(message.get("is_final", True), bool):
        raise InvalidRequest("is_final", "Send true or false.")
    text = _text(message, "text")
    whole = message.get("is_final", True) and message.get("role", "assistant") == "assistant"
    return Write(text) if whole else Nothing()


def _shown(message: Json) -> Command:
    if picture_type(_decoded(message, "img")) is None:
        raise InvalidRequest("img", "This is no picture that can be read: send a JPEG, PNG or GIF.")
    return Picture(message["img"], None)


def _fetched(message: Json) -> Command:
    url = message.get("img_url")
    if not isinstance(url, str) or not url.lower().startswith(("http://", "https://")):
        raise InvalidRequest("img_url", "Send an address that begins with https://.")
    return Picture(None, url)


_COMMANDS = {
    "sendaudio": _spoken, "sendmsg": _written, "sendchat": _chatted, "interrupt": _interrupted, "sendimg": _shown,
    "sendimg_url": _fetched, "ack": lambda message: Nothing(),
}


def _one_of(message: Json, field: str, values: tuple[Any, ...]) -> None:
    """What is left out is what is usual."""
    if message.get(field, values[0]) not in values:
        raise InvalidRequest(field, f"Send {' or '.join(map(str, values))}.")


def _text(message: Json, field: str) -> str:
    text = message.get(field)
    if not isinstance(text, str) or not text.strip():
        raise InvalidRequest(field, "There is no text.")
    if len(text) > LONGEST_TEXT:
        raise InvalidRequest(field, f"Send at most {LONGEST_TEXT} characters.")
    return text


def _decoded(message: Json, field: str) -> bytes:
    encoded = message.get(field)
    if not isinstance(encoded, str) or not encoded:
        raise InvalidRequest(field, "Send it in base64.")
    if len(encoded) > LONGEST_B64:
        raise InvalidRequest(field, f"Send at most {LONGEST_B64} characters of base64.")
    try:
        return b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequest(field, "This is not base64.") from None
