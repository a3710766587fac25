"""The words of Zoom's Realtime Media Streams, version 1: JSON text frames `{"msg_type": number, …}` over WebSockets.

Two kinds of connection: one for signalling, whose address a webhook tells, and one per kind of media, whose addresses the
signalling tells. Each begins with a handshake that carries the stream's signature; on each Zoom asks every ten seconds whether
somebody is there. Only what a bot uses is named here. From Zoom's reference as it stood in 2026; nothing of it was seen live.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from rapporteur.domain.session import Fact, JoinFailed, MeetingEnded, RemovedByHost

VERSION = 1


class Message(IntEnum):
    SIGNALLING_HANDSHAKE = 1
    """{protocol_version, sequence, meeting_uuid, rtms_stream_id, signature, buffer_data}"""
    SIGNALLING_ANSWER = 2
    """{status_code, reason, media_server: {server_urls: {audio|video|deskshare|transcript|all: address}}}"""
    MEDIA_HANDSHAKE = 3
    """{protocol_version, meeting_uuid, rtms_stream_id, signature, media_type, media_params}"""
    MEDIA_ANSWER = 4
    """{status_code, reason, media_params}"""
    SUBSCRIBE = 5
    """{events: [{event_type, subscribe}]}"""
    EVENT = 6
    """{event: {event_type, timestamp, …}}"""
    READY = 7
    """{rtms_stream_id}: on the signalling connection, when a media connection has been agreed on"""
    STREAM_STATE = 8
    """{state, reason, timestamp}"""
    SESSION_STATE = 9
    """{state, stop_reason, timestamp, rtms_session_id}"""
    KEEP_ALIVE = 12
    """{timestamp}"""
    ALIVE = 13
    """{timestamp}: the one that was asked with"""
    AUDIO = 14
    """{content: {user_id, user_name, data: base64, timestamp}}"""
    VIDEO = 15
    SHARE = 16
    TRANSCRIPT = 17
    """{content: {user_id, user_name, data: text, start_time, end_time, timestamp, language}}"""
    CLOSE = 21
    """{rtms_stream_id}"""
    CLOSED = 22


class Event(IntEnum):
    FIRST_PACKET = 1
    ACTIVE_SPEAKER = 2
    """{user_id, user_name}"""
    JOINED = 3
    """{participants: [{user_id, user_name}]}"""
    LEFT = 4
    SHARING_BEGAN = 5
    """{user_id, user_name}"""
    SHARING_ENDED = 6
    MEDIA_INTERRUPTED = 7
    CAMERA_ON = 8
    """{participants: [{user_id}]}"""
    CAMERA_OFF = 9


SUBSCRIBED = (Event.ACTIVE_SPEAKER, Event.JOINED, Event.LEFT, Event.SHARING_BEGAN, Event.SHARING_ENDED, Event.CAMERA_ON,
              Event.CAMERA_OFF)
"""The others come unasked."""


class Media(IntEnum):
    AUDIO = 1
    VIDEO = 2
    DESKSHARE = 4
    TRANSCRIPT = 8

    @property
    def key(self) -> str:
        """In the addresses and the parameters."""
        return self.name.lower()


class Status(IntEnum):
    OK = 0
    NO_SUCH_STREAM = 2
    BAD_SIGNATURE = 3
    DUPLICATE = 8
    """Another connection of this stream is still believed to live."""


class StreamState(IntEnum):
    INTERRUPTED = 2
    TERMINATING = 3
    TERMINATED = 4
    PAUSED = 5
    RESUMED = 6


class SessionState(IntEnum):
    PAUSED = 3
    RESUMED = 4
    STOPPED = 5


RATE = 16_000
"""Of the sound that is asked for, in samples per second: one channel, signed 16-bit little-endian."""
SEND_MS = 40
"""How much sound a message brings. Zoom takes multiples of 20 ms; longer ones would make it less certain when a sound began,
because Zoom's reference does not say which end of it the timestamp is of."""
L16, H264 = 1, 7
MIXED, APART, ACTIVE_SPEAKER = 1, 2, 3
_AUDIO = {"content_type": 2, "sample_rate": 1, "channel": 1, "codec": L16, "data_opt": APART, "send_rate": SEND_MS}
_VIDEO = {"content_type": 3, "codec": H264, "resolution": 2, "data_opt": ACTIVE_SPEAKER, "fps": 25}
_DESKSHARE = {"content_type": 3, "codec": H264, "resolution": 2, "fps": 10}
PARAMETERS: dict[Media, dict[str, Any]] = {
    Media.AUDIO: _AUDIO, Media.VIDEO: _VIDEO, Media.DESKSHARE: _DESKSHARE, Media.TRANSCRIPT: {"content_type": 5},
}
LANGUAGES = (
    "ar", "bn", "yue", "ca", "zh", "zh", "cs", "da", "nl", "en", "et", "fi", "fr", "fr", "de", "he", "hi", "hu", "id", "it",
    "ja", "ko", "ms", "fa", "pl", "pt", "ro", "ru", "es", "sv", "tl", "ta", "te", "th", "tr", "uk", "vi",
)
"""By Zoom's numbers for the languages of its captions."""


def captions_in(language_code: str) -> dict[str, Any]:
    """The parameters of captions in a language; Zoom finds out by itself which it is where that is left to it."""
    known = language_code.partition("-")[0]
    if known not in LANGUAGES:
        return PARAMETERS[Media.TRANSCRIPT]
    return PARAMETERS[Media.TRANSCRIPT] | {"src_language": LANGUAGES.index(known), "enable_lid": False}


@dataclass(frozen=True, slots=True)
class Stream:
    """What opens a stream."""

    meeting_uuid: str
    stream_id: str
    server_urls: tuple[str, ...]
    """Addresses of the signalling, any of which will do."""
    signature: str

    @classmethod
    def from_json(cls, told: dict[str, Any] | None) -> Stream | None:
        """From wire.control.Job.stream; None while it is not all known."""
        told = told or {}
        known = [told.get(key) for key in ("meeting_uuid", "rtms_stream_id", "server_urls", "signature")]
        if not all(known):
            return None
        uuid, stream, urls, signature = map(str, known)
        return cls(uuid, stream, tuple(url.strip() for url in urls.split(",") if url.strip()), signature)

    def handshake(self) -> str:
        return self._signed(Message.SIGNALLING_HANDSHAKE, sequence=1, buffer_data=False)

    def media_handshake(self, media: Media, parameters: dict[str, Any]) -> str:
        return self._signed(Message.MEDIA_HANDSHAKE, media_type=int(media), payload_encryption=False,
                            media_params={media.key: parameters})

    def ready(self) -> str:
        return message(Message.READY, rtms_stream_id=self.stream_id)

    def close(self) -> str:
        return message(Message.CLOSE, rtms_stream_id=self.stream_id)

    def _signed(self, kind: Message, **fields: Any) -> str:
        return message(kind, protocol_version=VERSION, meeting_uuid=self.meeting_uuid, rtms_stream_id=self.stream_id,
                       signature=self.signature, **fields)


def message(kind: Message, **fields: Any) -> str:
    return json.dumps({"msg_type": int(kind), **fields}, separators=(",", ":"))


def subscription() -> str:
    return message(Message.SUBSCRIBE, events=[{"event_type": int(event), "subscribe": True} for event in SUBSCRIBED])


def read(frame: str | bytes) -> dict[str, Any]:
    """A frame's object; an empty one for what is none."""
    try:
        told = json.loads(frame)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


# --- endings ------------------------------------------------------------------------------------------------------------

SIGNATURE_INVALID, CONNECTION_FAILED = "zoom_rtms_signature_invalid", "zoom_connection_failed"
REVOKED = 8
"""Zoom wants what was recorded to be deleted."""
_STOPPED = {
    1: "The host stopped the stream.", 2: "A participant stopped the stream.",
    4: "The host removed the person whose app the stream was started for.", 5: "The host disabled the app.",
    7: "A participant cancelled the stream.", REVOKED: "The stream was revoked: Zoom wants what was recorded to be deleted.",
    9: "The host disabled all apps.", 23: "An administrator disabled the app.",
}
_OVER = {
    3: "The person whose app the stream was started for left the meeting.", 6: "The meeting ended.",
    20: "The stream was closed as the bot asked.",
}
_REFUSED = {18: "Zoom did not accept the stream's signature."}


def ending(reason: int | None) -> tuple[Fact, str]:
    """What it means for a bot that its stream ended for one of Zoom's reasons, and that in a sentence."""
    if reason in _STOPPED:
        return RemovedByHost(), _STOPPED[reason]
    if reason in _OVER:
        return MeetingEnded(), _OVER[reason]
    if reason in _REFUSED:
        return JoinFailed(SIGNATURE_INVALID), _REFUSED[reason]
    return JoinFailed(CONNECTION_FAILED), f"Zoom ended the stream for a reason of its own, number {reason}."


def refusal(status: int, *, inside: bool) -> tuple[Fact, str]:
    """The same of a handshake that was refused; `inside` a stream that was received before."""
    match status:
        case Status.BAD_SIGNATURE:
            why = "Zoom did not accept the stream's signature: check the app's client id and secret."
            return JoinFailed(SIGNATURE_INVALID), why
        case Status.NO_SUCH_STREAM if inside:
            return MeetingEnded(), "The stream ended while its connection was lost."
        case Status.NO_SUCH_STREAM:
            return JoinFailed("meeting_not_found"), "Zoom knows no such stream: it has ended, or never began."
        case _:
            return JoinFailed("meeting_not_accessible"), f"Zoom refused the stream with its status {status}."
