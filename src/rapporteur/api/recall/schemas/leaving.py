"""`automatic_leave`: when the bot leaves by itself, in seconds."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from rapporteur.api.recall.schemas.base import Schema, Seconds

TenSeconds = Annotated[int, Field(ge=10)]
HalfMinute = Annotated[int, Field(ge=30)]


class EveryoneLeft(Schema):
    timeout: Seconds = 2
    activate_after: Annotated[int, Field(ge=0)] | None = None


def _from_number(value: Any) -> Any:
    """The older form is a bare number of seconds; both are echoed as the object."""
    return {"timeout": value} if isinstance(value, (int, str)) and not isinstance(value, bool) else value


class SilenceDetection(Schema):
    timeout: TenSeconds = 3600
    activate_after: Seconds = 1200


class BotsByEvents(Schema):
    timeout: TenSeconds = 600
    activate_after: Seconds = 1200


class BotsByNames(Schema):
    timeout: TenSeconds = 3600
    activate_after: Seconds = 1200
    matches: list[str]
    """Parts of names, compared without regard to case."""


class BotDetection(Schema):
    using_participant_events: BotsByEvents | None = Field(default_factory=BotsByEvents)
    using_participant_names: BotsByNames | None = None


class AutomaticLeave(Schema):
    waiting_room_timeout: HalfMinute = 1200
    noone_joined_timeout: HalfMinute = 1200
    everyone_left_timeout: Annotated[EveryoneLeft, BeforeValidator(_from_number)] = Field(default_factory=EveryoneLeft)
    in_call_not_recording_timeout: Seconds = 3600
    in_call_recording_timeout: Seconds | None = None
    """The longest recording; null is no limit."""
    recording_permission_denied_timeout: Seconds = 30
    silence_detection: SilenceDetection | None = Field(default_factory=SilenceDetection)
    bot_detection: BotDetection | None = Field(default_factory=BotDetection)
