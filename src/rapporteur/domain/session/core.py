"""How one bot decides: the session itself. See the package for what it is and what it refuses to know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from rapporteur.domain.ids import derived_id
from rapporteur.domain.leaving import LeavePolicy, Situation, reason_to_leave
from rapporteur.domain.lifecycle import BEFORE_END, IN_MEETING, BotEvent, BotState, advance
from rapporteur.domain.participants import Attendee, Roster, changes_between
from rapporteur.domain.rejoining import MEETING_IS_OVER, Past
from rapporteur.domain.session.effects import (
    Decline,
    Effect,
    Exit,
    FinishMedia,
    GiveWay,
    JoinMeeting,
    LeaveMeeting,
    PauseRecording,
    RecordEvent,
    Report,
    ResumeRecording,
    StartRecording,
    StopRecording,
)
from rapporteur.domain.session.facts import (
    Admitted,
    Begun,
    BrowserLost,
    ChatSeen,
    Fact,
    HeldAtDoor,
    JoinFailed,
    LeaveOrdered,
    MediaStored,
    MeetingEnded,
    RecordingAction,
    RecordingOrdered,
    RefusedAtDoor,
    RemovedByHost,
    RosterSeen,
    SpeechBegan,
    SpeechEnded,
    TapeLost,
    Tick,
)

JOIN_WITHIN_S = 180.0
"""Every way to join has a shorter limit of its own. This one is for what nobody thought of: no bot joins for ever."""
_MAY_RECORD = frozenset({BotState.IN_CALL_NOT_RECORDING, BotState.RECORDING_PERMISSION_ALLOWED, BotState.IN_CALL_RECORDING})


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
    """The recording that runs or is paused."""
    paused: bool = False
    past: Past | None = None
    """What an earlier generation left; None for the first."""
    _away: bool = False
    """In the meeting by its state, and not let in again yet."""
    _away_since_ms: float = 0.0
    _held: bool = False
    """Away, and in front of the door."""
    _gave_way: bool = False
    _put_off: list[RecordingOrdered] = field(default_factory=list)
    """Orders that came while away."""
    _on_record_since_ms: float = 0.0
    """When the present stretch of a recording began; nothing told in it happened before."""
    _told: dict[str, Attendee] = field(default_factory=dict)
    """While paused: who was there, as last told."""
    _situation: Situation = field(default_factory=lambda: Situation(BotState.READY, 0.0))
    _active: set[str] = field(default_factory=set)
    """Keys of those who have ever spoken or shared a screen: people, not bots."""
    _speaking: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if (past := self.past) is None:
            return
        self.state, self.recordings = past.state, past.recordings
        self.recording_id, self.paused = past.recording_id, past.paused
        self._away = past.state in IN_MEETING
        present = {known.key: known.present for known in past.people if known.present is not None}
        self.roster.recall({known.key: known.id for known in past.people}, present, past.own)
        self._told = dict(present)
        self._active = set(past.active)
        s = self._situation
        s.state, s.started_ms, s.joined_ms, s.had_company = past.state, past.began_ms, past.joined_ms, bool(past.people)

    @property
    def on_record(self) -> bool:
        """Whether what happens now belongs to a recording."""
        return self.recording_id is not None and not self.paused

    @property
    def present(self) -> bool:
        """Whether the bot itself is in the meeting now."""
        return self.state in IN_MEETING and not self._away

    def handle(self, fact: Fact, at_ms: float) -> list[Effect]:
        """Take one fact; return what is to be done now, in order."""
        if isinstance(fact, MediaStored):
            return self._media_stored(at_ms)
        if self.state not in BEFORE_END or self._gave_way:
            return []
        match fact:
            case Begun():
                return self._begin(at_ms)
            case HeldAtDoor():
                self._held = True
                return self._move(BotEvent.HELD_AT_DOOR, at_ms) if self.state is BotState.JOINING_CALL else []
            case Admitted():
                return self._admitted(at_ms)
            case RefusedAtDoor(sub_code) | MeetingEnded(sub_code):
                return self._end(BotEvent.LEFT, sub_code, at_ms)
            case RemovedByHost():
                return self._end(BotEvent.LEFT, "bot_kicked_from_call", at_ms)
            case LeaveOrdered():
                return self._end(BotEvent.LEFT, "bot_received_leave_call", at_ms)
            case RecordingOrdered() as order if self._away:
                self._put_off.append(order)
                return []
            case RecordingOrdered(action, config):
                return self._ordered(action, config, at_ms)
            case JoinFailed(sub_code):
                return self._not_joined(sub_code, at_ms)
            case BrowserLost() if self.state in IN_MEETING:
                self._gave_way = True
                return [GiveWay()]
            case BrowserLost():
                return self._end(BotEvent.FAILED, "bot_errored", at_ms)
            case TapeLost(reason):
                return self._end(BotEvent.FAILED, "bot_errored", at_ms, reason)
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

    def _move(self, event: BotEvent, at_ms: float, sub_code: str | None = None, message: str | None = None) -> list[Effect]:
        self.state = advance(self.state, event)
        self._situation.state, self._situation.state_since_ms = self.state, at_ms
        return [Report(self.state, sub_code, message)]

    def _begin(self, at_ms: float) -> list[Effect]:
        if self.past is None or self.state is BotState.READY:
            self._situation.started_ms = at_ms
            return [*self._move(BotEvent.LAUNCHED, at_ms), JoinMeeting()]
        self._situation.state_since_ms = self._away_since_ms = at_ms
        return [JoinMeeting()]

    def _admitted(self, at_ms: float) -> list[Effect]:
        if self.state in IN_MEETING and not self._away:
            return []
        effects = [] if self._away else self._move(BotEvent.ADMITTED, at_ms)
        self._away = False
        if self._situation.joined_ms is None:
            self._situation.joined_ms = at_ms
        effects += self._take_up(at_ms) if self.past is not None else []
        effects += self._start_if(at_ms)
        orders, self._put_off = self._put_off, []
        return effects + [effect for order in orders for effect in self._ordered(order.action, order.config, at_ms)]

    def _not_joined(self, sub_code: str, at_ms: float) -> list[Effect]:
        if not self._away:
            return self._end(BotEvent.FAILED, sub_code, at_ms)
        if sub_code in MEETING_IS_OVER:
            return self._end(BotEvent.LEFT, "call_ended_by_host", at_ms)
        return self._end(BotEvent.FAILED, "bot_errored", at_ms, f"The bot was lost and could not join again: {sub_code}.")

    def _end(self, event: BotEvent, sub_code: str, at_ms: float, message: str | None = None) -> list[Effect]:
        effects = self._stop_recording(at_ms)
        effects += self._move(event, at_ms, sub_code, message)
        return [*effects, LeaveMeeting(), FinishMedia()]

    def _media_stored(self, at_ms: float) -> list[Effect]:
        if self.state is BotState.CALL_ENDED:
            return [*self._move(BotEvent.MEDIA_STORED, at_ms), Exit()]
        return [Exit()]

    def _tick(self, at_ms: float) -> list[Effect]:
        if self._away and (end := self._away_too_long(at_ms)):
            return end
        in_state_s = self._situation.for_s(self._situation.state_since_ms, at_ms)
        if self.state is BotState.JOINING_CALL and in_state_s >= JOIN_WITHIN_S:
            return self._end(BotEvent.FAILED, "meeting_not_accessible", at_ms)
        sub_code = reason_to_leave(self._situation, self.policy, at_ms)
        return self._end(BotEvent.LEFT, sub_code, at_ms) if sub_code else []

    def _away_too_long(self, at_ms: float) -> list[Effect]:
        away_s = self._situation.for_s(self._away_since_ms, at_ms)
        if self._held and away_s >= self.policy.waiting_room_timeout_s:
            return self._end(BotEvent.LEFT, "timeout_exceeded_waiting_room", at_ms)
        return self._not_joined("meeting_not_accessible", at_ms) if not self._held and away_s >= JOIN_WITHIN_S else []

    # --- recording ------------------------------------------------------------------------------------------------------

    def _start_if(self, at_ms: float) -> list[Effect]:
        if self.state is not BotState.IN_CALL_NOT_RECORDING or self.recordings or self._away:
            return []
        due = {
            "call_join": True,
            "participant_join": bool(self.roster.others),
            "participant_speak": bool(self._speaking),
            "manual": False,
        }[self.start_recording_on]
        return self._start_recording(at_ms) if due else []

    def _ordered(self, action: RecordingAction, config: dict[str, Any] | None, at_ms: float) -> list[Effect]:
        match action:
            case RecordingAction.START if self.state in _MAY_RECORD:
                return [*self._halt_recording(at_ms), *self._start_recording(at_ms, config)]
            case RecordingAction.STOP if self.recording_id is not None:
                return self._halt_recording(at_ms)
            case RecordingAction.PAUSE if self.on_record:
                return self._pause_recording(at_ms)
            case RecordingAction.RESUME if self.paused:
                return self._resume_recording(at_ms)
        return [Decline(action)]

    def _start_recording(self, at_ms: float, config: dict[str, Any] | None = None) -> list[Effect]:
        self.recordings += 1
        self.recording_id = derived_id(self.bot_id, "recording", str(self.recordings))
        self._situation.recording_since_ms = self._on_record_since_ms = at_ms
        effects: list[Effect] = [StartRecording(self.recording_id, config), *self._move(BotEvent.RECORDING_BEGAN, at_ms)]
        for action, attendee in self.roster.first_sight():
            effects += self._tell(action, attendee.key)
        return effects + self._tell_speakers("speech_on")

    def _take_up(self, at_ms: float) -> list[Effect]:
        """Go on with the recording of before. Who spoke when the bot was lost has not been heard since."""
        assert self.past is not None
        records, effects = self.state is BotState.IN_CALL_RECORDING, list[Effect]()
        if self.recording_id is not None:
            effects.append(StartRecording(self.recording_id, self.past.config))
            self._situation.recording_since_ms = at_ms
        if self.on_record != records:
            effects += self._move(BotEvent.RECORDING_HALTED if records else BotEvent.RECORDING_BEGAN, at_ms)
        if self.paused and self.recording_id is not None:
            self._situation.paused_since_ms = at_ms
            effects.append(PauseRecording(self.recording_id))
        return effects + self._tell_speakers("speech_off", self.past.speaking, self.past.lost_ms)

    def _halt_recording(self, at_ms: float) -> list[Effect]:
        """Stop what runs or is paused, and stay in the meeting."""
        effects = self._stop_recording(at_ms)
        if self.state is BotState.IN_CALL_RECORDING:
            effects += self._move(BotEvent.RECORDING_HALTED, at_ms)
        return effects

    def _stop_recording(self, at_ms: float) -> list[Effect]:
        if self.recording_id is None:
            return []
        if self._away and self.past is not None:
            effects = self._tell_speakers("speech_off", self.past.speaking, self.past.lost_ms)
            effects.append(StopRecording(self.recording_id, self.past.lost_ms))
        else:
            effects = [*self._tell_speakers("speech_off"), StopRecording(self.recording_id)]
        self._situation.end_pause(at_ms)
        self._situation.recording_since_ms = None
        self.recording_id, self.paused = None, False
        return effects

    def _pause_recording(self, at_ms: float) -> list[Effect]:
        assert self.recording_id is not None
        effects = self._tell_speakers("speech_off")
        effects.append(PauseRecording(self.recording_id))
        self.paused, self._told = True, dict(self.roster.present)
        self._situation.paused_since_ms = at_ms
        return effects + self._move(BotEvent.RECORDING_HALTED, at_ms)

    def _resume_recording(self, at_ms: float) -> list[Effect]:
        assert self.recording_id is not None
        self.paused, self._on_record_since_ms = False, at_ms
        self._situation.end_pause(at_ms)
        effects: list[Effect] = [ResumeRecording(self.recording_id), *self._move(BotEvent.RECORDING_BEGAN, at_ms)]
        told = {(now := self.roster.keys_now.get(key, key)): replace(known, key=now) for key, known in self._told.items()}
        for action, attendee in changes_between(told, self.roster.present):
            effects += self._tell(action, attendee.key)
        return effects + self._tell_speakers("speech_on")

    def _tell_speakers(self, action: str, keys: Iterable[str] | None = None, at_ms: float | None = None) -> list[Effect]:
        speakers = sorted(self._speaking if keys is None else keys)
        return [effect for key in speakers for effect in self._tell(action, key, at_ms=at_ms)]

    def _tell(self, action: str, key: str, data: dict[str, Any] | None = None, at_ms: float | None = None) -> list[Effect]:
        """A participant event, if a recording runs to take it and the person is known."""
        participant = self.roster.participant(key)
        if not self.on_record or participant is None:
            return []
        return [RecordEvent(self.recording_id, action, participant.as_json(), data, at_ms)]

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
        # That somebody began or fell silent is known a moment later, and a border may lie between.
        late = at_ms < self._on_record_since_ms
        return self._tell("speech_on" if on else "speech_off", key, at_ms=self._on_record_since_ms if late else None)

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
