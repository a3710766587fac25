"""What can happen to a bot, as the session is told it: past facts. The moment, UTC milliseconds, is told beside each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rapporteur.domain.participants import Attendee


@dataclass(frozen=True, slots=True)
class Begun:
    """The process has its job."""


@dataclass(frozen=True, slots=True)
class HeldAtDoor:
    pass


@dataclass(frozen=True, slots=True)
class Admitted:
    pass


@dataclass(frozen=True, slots=True)
class RefusedAtDoor:
    """`sub_code` says by what, one of lifecycle.CALL_ENDED_SUB_CODES: a person, or a platform whose patience ended."""

    sub_code: str = "bot_kicked_from_waiting_room"


@dataclass(frozen=True, slots=True)
class RemovedByHost:
    pass


@dataclass(frozen=True, slots=True)
class MeetingEnded:
    """For everybody. `sub_code` is one of lifecycle.CALL_ENDED_SUB_CODES."""

    sub_code: str = "call_ended_by_host"


@dataclass(frozen=True, slots=True)
class JoinFailed:
    """The meeting cannot be joined; `sub_code` is one of lifecycle.FATAL_SUB_CODES or a platform's own."""

    sub_code: str


@dataclass(frozen=True, slots=True)
class RosterSeen:
    attendees: list[Attendee]


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    key: str


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    key: str


@dataclass(frozen=True, slots=True)
class ChatSeen:
    key: str
    text: str
    to: str = "everyone"


@dataclass(frozen=True, slots=True)
class LeaveOrdered:
    pass


class RecordingAction(StrEnum):
    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class RecordingOrdered:
    """START begins a new recording, in place of the one that runs, if one does."""

    action: RecordingAction
    config: dict[str, Any] | None = None
    """With START: the merged recording_config of the new recording; None is the bot's own."""


@dataclass(frozen=True, slots=True)
class BrowserLost:
    """The browser or its page died under us."""


@dataclass(frozen=True, slots=True)
class TapeLost:
    """What happens can no longer be recorded; `reason` is for people: no space is left on the disk."""

    reason: str


@dataclass(frozen=True, slots=True)
class MediaStored:
    """Every artifact is stored or reported as failed."""


@dataclass(frozen=True, slots=True)
class Tick:
    pass


Fact = (Begun | HeldAtDoor | Admitted | RefusedAtDoor | RemovedByHost | MeetingEnded | JoinFailed | RosterSeen | SpeechBegan
        | SpeechEnded | ChatSeen | LeaveOrdered | RecordingOrdered | BrowserLost | TapeLost | MediaStored | Tick)
