"""The sans-I/O core of one bot: feed it facts, it returns effects.

The session knows the state, the roster, who has spoken and the leave policies; it knows no page, no socket and no clock.
Time comes with every fact, `Tick` among them, so that a three-hour meeting is a list one can test in a millisecond. The shell
(bot/runner.py) performs the effects in the order given and reports what came of them as further facts.

One end, one reason: the first fact or policy that ends the call decides it. After that only the closing of the media is left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rapporteur.domain.ids import derived_id
from rapporteur.domain.leaving import LeavePolicy, Situation, reason_to_leave
from rapporteur.domain.lifecycle import BEFORE_END, IN_MEETING, BotEvent, BotState, advance
from rapporteur.domain.participants import Attendee, Roster

# --- facts: what happened, always with `at_ms` -------------------------------------------------------------------------


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
    pass


@dataclass(frozen=True, slots=True)
class RemovedByHost:
    pass


@dataclass(frozen=True, slots=True)
class MeetingEnded:
    pass


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


@dataclass(frozen=True, slots=True)
class BrowserLost:
    """The browser or its page died under us."""


@dataclass(frozen=True, slots=True)
class MediaStored:
    """Every artifact is stored or reported as failed."""


@dataclass(frozen=True, slots=True)
class Tick:
    pass


Fact = (Begun | HeldAtDoor | Admitted | RefusedAtDoor | RemovedByHost | MeetingEnded | JoinFailed | RosterSeen | SpeechBegan
        | SpeechEnded | ChatSeen | LeaveOrdered | BrowserLost | MediaStored | Tick)

# --- effects: what the shell shall do, in this order --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """Tell the control plane the new state."""

    state: BotState
    sub_code: str | None = None


@dataclass(frozen=True, slots=True)
class JoinMeeting:
    pass


@dataclass(frozen=True, slots=True)
class StartRecording:
    recording_id: str


@dataclass(frozen=True, slots=True)
class StopRecording:
    recording_id: str


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """A participant event, for the tape and the control plane."""

    recording_id: str | None
    action: str
    participant: dict[str, Any]
    data: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class LeaveMeeting:
    """Leave politely and close the page."""


@dataclass(frozen=True, slots=True)
class FinishMedia:
    """Close the tape, wait for the composer, store every file."""


@dataclass(frozen=True, slots=True)
class Exit:
    pass


Effect = Report | JoinMeeting | StartRecording | StopRecording | RecordEvent | LeaveMeeting | FinishMedia | Exit


@dataclass(slots=True)
class Session:
    bot_id: str
    policy: LeavePolicy
    start_recording_on: str = "participant_join"
    """call_join | participant_join | participant_speak | manual"""
    state: BotState = BotState.READY
    roster: Roster = field(default_factory=Roster)
    recordings: int = 0
    recording_id: str | None = None
    _situation: Situation = field(default_factory=lambda: Situation(BotState.READY, 0.0))
    _active: set[str] = field(default_factory=set)
    """Keys of those who have ever spoken or shared a screen: people, not bots."""
    _speaking: set[str] = field(default_factory=set)

    def handle(self, fact: Fact, at_ms: float) -> list[Effect]:
        """Take one fact; return what is to be done now, in order."""
        if isinstance(fact, MediaStored):
            return self._media_stored(at_ms)
        if self.state not in BEFORE_END:
            return []
        match fact:
            case Begun():
                self._situation.started_ms = at_ms
                return [*self._move(BotEvent.LAUNCHED, at_ms), JoinMeeting()]
            case HeldAtDoor():
                return self._move(BotEvent.HELD_AT_DOOR, at_ms) if self.state is BotState.JOINING_CALL else []
            case Admitted():
                return self._admitted(at_ms)
            case RefusedAtDoor():
                return self._end(BotEvent.LEFT, "bot_kicked_from_waiting_room", at_ms)
            case RemovedByHost():
                return self._end(BotEvent.LEFT, "bot_kicked_from_call", at_ms)
            case MeetingEnded():
                return self._end(BotEvent.LEFT, "call_ended_by_host", at_ms)
            case LeaveOrdered():
                return self._end(BotEvent.LEFT, "bot_received_leave_call", at_ms)
            case JoinFailed(sub_code):
                return self._end(BotEvent.FAILED, sub_code, at_ms)
            case BrowserLost():
                return self._end(BotEvent.FAILED, "bot_errored", at_ms)
            case RosterSeen(attendees):
                return self._roster(attendees, at_ms)
            case SpeechBegan(key):
                return self._speech(key, True, at_ms)
            case SpeechEnded(key):
                return self._speech(key, False, at_ms)
            case ChatSeen(key, text, to):
                return self._tell("chat_message", key, {"text": text, "to": to})
            case Tick():
                return self._tick(at_ms)

    # --- joining and leaving --------------------------------------------------------------------------------------------

    def _move(self, event: BotEvent, at_ms: float, sub_code: str | None = None) -> list[Effect]:
        self.state = advance(self.state, event)
        self._situation.state, self._situation.state_since_ms = self.state, at_ms
        return [Report(self.state, sub_code)]

    def _admitted(self, at_ms: float) -> list[Effect]:
        if self.state in IN_MEETING:
            return []
        effects = self._move(BotEvent.ADMITTED, at_ms)
        self._situation.joined_ms = at_ms
        return effects + self._start_if(at_ms)

    def _end(self, event: BotEvent, sub_code: str, at_ms: float) -> list[Effect]:
        effects = self._stop_recording()
        effects += self._move(event, at_ms, sub_code)
        return [*effects, LeaveMeeting(), FinishMedia()]

    def _media_stored(self, at_ms: float) -> list[Effect]:
        if self.state is BotState.CALL_ENDED:
            return [*self._move(BotEvent.MEDIA_STORED, at_ms), Exit()]
        return [Exit()]

    def _tick(self, at_ms: float) -> list[Effect]:
        sub_code = reason_to_leave(self._situation, self.policy, at_ms)
        return self._end(BotEvent.LEFT, sub_code, at_ms) if sub_code else []

    # --- recording ------------------------------------------------------------------------------------------------------

    def _start_if(self, at_ms: float) -> list[Effect]:
        if self.state is not BotState.IN_CALL_NOT_RECORDING or self.recordings:
            return []
        due = {
            "call_join": True,
            "participant_join": bool(self.roster.others),
            "participant_speak": bool(self._speaking),
            "manual": False,
        }[self.start_recording_on]
        return self._start_recording(at_ms) if due else []

    def _start_recording(self, at_ms: float) -> list[Effect]:
        self.recordings += 1
        self.recording_id = derived_id(self.bot_id, "recording", str(self.recordings))
        effects: list[Effect] = [StartRecording(self.recording_id), *self._move(BotEvent.RECORDING_BEGAN, at_ms)]
        for action, attendee in self.roster.first_sight():
            effects += self._tell(action, attendee.key)
        for key in sorted(self._speaking):
            effects += self._tell("speech_on", key)
        return effects

    def _stop_recording(self) -> list[Effect]:
        if self.recording_id is None:
            return []
        effects: list[Effect] = []
        for key in sorted(self._speaking):
            effects += self._tell("speech_off", key)
        effects.append(StopRecording(self.recording_id))
        self.recording_id = None
        return effects

    def _tell(self, action: str, key: str, data: dict[str, Any] | None = None) -> list[Effect]:
        """A participant event, if a recording runs to take it and the person is known."""
        participant = self.roster.participant(key)
        if self.recording_id is None or participant is None:
            return []
        return [RecordEvent(self.recording_id, action, participant.as_json(), data)]

    # --- people ---------------------------------------------------------------------------------------------------------

    def _roster(self, attendees: list[Attendee], at_ms: float) -> list[Effect]:
        changes = self.roster.update(attendees)
        self._active |= {a.key for a in self.roster.others if a.screen}
        effects: list[Effect] = []
        if self.recording_id is None:
            effects += self._start_if(at_ms)
        else:
            for action, attendee in changes:
                if action == "leave" and attendee.key in self._speaking:
                    effects += self._speech(attendee.key, False, at_ms)
                effects += self._tell(action, attendee.key)
        self._speaking &= set(self.roster.present)
        self._observe(at_ms)
        return effects

    def _speech(self, key: str, on: bool, at_ms: float) -> list[Effect]:
        if on == (key in self._speaking):
            return []
        (self._speaking.add if on else self._speaking.discard)(key)
        self._situation.last_speech_ms = at_ms
        if on:
            self._active.add(key)
        self._observe(at_ms)
        if on and (effects := self._start_if(at_ms)):
            return effects
        return self._tell("speech_on" if on else "speech_off", key)

    def _observe(self, at_ms: float) -> None:
        s, others = self._situation, self.roster.others
        s.roster_seen = self.roster.seen_once
        s.others = len(others)
        s.had_company = s.had_company or bool(others)
        s.someone_speaks = bool(self._speaking)
        s.alone_since_ms = _since(s.alone_since_ms, s.roster_seen and not others, at_ms)
        unheard = bool(others) and not any(a.key in self._active for a in others)
        s.silent_bots_since_ms = _since(s.silent_bots_since_ms, unheard, at_ms)
        names = [(a.name or "").casefold() for a in others]
        named = bool(names) and all(any(m in name for m in self.policy.bot_names) for name in names)
        s.named_bots_since_ms = _since(s.named_bots_since_ms, named, at_ms)


def _since(since_ms: float | None, holds: bool, at_ms: float) -> float | None:
    if not holds:
        return None
    return at_ms if since_ms is None else since_ms
