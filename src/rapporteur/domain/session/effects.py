"""What the session wants done: orders to the shell, performed in the order given. What comes of them is told as facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.session.facts import RecordingAction


@dataclass(frozen=True, slots=True)
class Report:
    """Tell the control plane the new state."""

    state: BotState
    sub_code: str | None = None
    message: str | None = None
    """More about the reason, for people."""


@dataclass(frozen=True, slots=True)
class JoinMeeting:
    pass


@dataclass(frozen=True, slots=True)
class StartRecording:
    recording_id: str
    config: dict[str, Any] | None = None
    """Its own recording_config; None is the bot's."""


@dataclass(frozen=True, slots=True)
class PauseRecording:
    recording_id: str


@dataclass(frozen=True, slots=True)
class ResumeRecording:
    recording_id: str


@dataclass(frozen=True, slots=True)
class StopRecording:
    recording_id: str
    at_ms: float | None = None
    """When it ended, if that was not now: with what an earlier generation recorded."""


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """A participant event, for the tape and the control plane."""

    recording_id: str | None
    action: str
    participant: dict[str, Any]
    data: dict[str, Any] | None = None
    at_ms: float | None = None
    """When it happened, if that was not now."""


@dataclass(frozen=True, slots=True)
class Decline:
    """An order fits no more: what it was about had changed before it came."""

    action: RecordingAction


@dataclass(frozen=True, slots=True)
class LeaveMeeting:
    """Leave politely and close the page."""


@dataclass(frozen=True, slots=True)
class FinishMedia:
    """Close the tape, wait for the composer, store every file."""


@dataclass(frozen=True, slots=True)
class GiveWay:
    """Close page and tape and go without an end: another generation takes over, or the control plane says the end."""


@dataclass(frozen=True, slots=True)
class Exit:
    pass


Effect = (Report | JoinMeeting | StartRecording | StopRecording | PauseRecording | ResumeRecording | RecordEvent | Decline
          | LeaveMeeting | FinishMedia | GiveWay | Exit)
