"""When a bot leaves by itself. Policies are asked in a documented order at every tick; the first that holds gives the reason.

The order puts the narrower fact before the wider one: a bot that waits at the door is judged by the door alone; a call that
everybody left is `everyone_left` even if it had been silent for an hour; the caps on time come last, because they say least.
A user's own leave is not a policy: it dominates all of them and is handled where orders are.

While a recording is paused every timer stands still but two: that of a call which everybody left, and the cap on a bot's life.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rapporteur.domain.lifecycle import IN_MEETING, BotState

MAX_DURATION_S = 12 * 3600
"""Whatever the configuration says, no bot stays longer: a forgotten bot fills a disk."""


@dataclass(frozen=True, slots=True)
class Timer:
    """Fires after `timeout_s` of its condition, counted only once the call is `activate_after_s` old."""

    timeout_s: float
    activate_after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class LeavePolicy:
    """`automatic_leave`, merged with its defaults; None switches a policy off."""

    waiting_room_timeout_s: float = 1200
    noone_joined_timeout_s: float = 1200
    everyone_left: Timer = Timer(2)
    in_call_not_recording_timeout_s: float = 3600
    in_call_recording_timeout_s: float | None = None
    recording_permission_denied_timeout_s: float = 30
    silence: Timer | None = Timer(3600, 1200)
    only_bots_by_events: Timer | None = Timer(600, 1200)
    only_bots_by_names: Timer | None = None
    bot_names: tuple[str, ...] = ()
    max_duration_s: float = MAX_DURATION_S

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LeavePolicy:
        """Read the merged `automatic_leave` of the Recall dialect (every key present)."""
        detection = config.get("bot_detection") or {}
        names = detection.get("using_participant_names")
        return cls(
            waiting_room_timeout_s=config["waiting_room_timeout"],
            noone_joined_timeout_s=config["noone_joined_timeout"],
            everyone_left=_timer(config["everyone_left_timeout"]) or Timer(2),
            in_call_not_recording_timeout_s=config["in_call_not_recording_timeout"],
            in_call_recording_timeout_s=config.get("in_call_recording_timeout"),
            recording_permission_denied_timeout_s=config["recording_permission_denied_timeout"],
            silence=_timer(config.get("silence_detection")),
            only_bots_by_events=_timer(detection.get("using_participant_events")),
            only_bots_by_names=_timer(names),
            bot_names=tuple(str(name).casefold() for name in (names or {}).get("matches", ())),
        )


def _timer(config: dict[str, Any] | None) -> Timer | None:
    return None if config is None else Timer(config["timeout"], config.get("activate_after") or 0)


@dataclass(slots=True)
class Situation:
    """What the policies look at, kept by the session. Times are UTC milliseconds; None means it has not happened."""

    state: BotState
    state_since_ms: float
    joined_ms: float | None = None
    roster_seen: bool = False
    others: int = 0
    alone_since_ms: float | None = None
    """Start of the present stretch without anybody else, counted from the first roster."""
    had_company: bool = False
    last_speech_ms: float | None = None
    someone_speaks: bool = False
    silent_bots_since_ms: float | None = None
    """Start of the present stretch in which nobody here has ever spoken or shared a screen."""
    named_bots_since_ms: float | None = None
    recording_since_ms: float | None = None
    """Start of the present recording, moved on by its pauses."""
    paused_since_ms: float | None = None
    suspended_ms: float = 0.0
    """Length of all pauses that are over."""
    started_ms: float = 0.0

    def for_s(self, since_ms: float | None, now_ms: float) -> float:
        return 0.0 if since_ms is None else (now_ms - since_ms) / 1000

    def end_pause(self, now_ms: float) -> None:
        """Let every suspended timer go on from where it stood."""
        paused_ms = self.paused_since_ms
        if paused_ms is None:
            return

        def moved(since_ms: float | None) -> float | None:
            return None if since_ms is None else now_ms - max(0.0, paused_ms - since_ms)

        self.recording_since_ms = moved(self.recording_since_ms)
        self.last_speech_ms = moved(self.last_speech_ms)
        self.silent_bots_since_ms = moved(self.silent_bots_since_ms)
        self.named_bots_since_ms = moved(self.named_bots_since_ms)
        self.suspended_ms += now_ms - paused_ms
        self.paused_since_ms = None


Rule = Callable[[Situation, LeavePolicy, float], bool]


def _waiting_room(s: Situation, p: LeavePolicy, now: float) -> bool:
    return s.state is BotState.IN_WAITING_ROOM and s.for_s(s.state_since_ms, now) >= p.waiting_room_timeout_s


def _permission_denied(s: Situation, p: LeavePolicy, now: float) -> bool:
    return (s.state is BotState.RECORDING_PERMISSION_DENIED
            and s.for_s(s.state_since_ms, now) >= p.recording_permission_denied_timeout_s)


def _everyone_left(s: Situation, p: LeavePolicy, now: float) -> bool:
    return s.had_company and s.others == 0 and _fires(p.everyone_left, s, s.alone_since_ms, now)


def _noone_joined(s: Situation, p: LeavePolicy, now: float) -> bool:
    return (s.roster_seen and not s.had_company and s.others == 0
            and s.for_s(s.joined_ms, now - s.suspended_ms) >= p.noone_joined_timeout_s)


def _only_bots_by_names(s: Situation, p: LeavePolicy, now: float) -> bool:
    return _fires(p.only_bots_by_names, s, s.named_bots_since_ms, now)


def _only_bots_by_events(s: Situation, p: LeavePolicy, now: float) -> bool:
    return s.state is BotState.IN_CALL_RECORDING and _fires(p.only_bots_by_events, s, s.silent_bots_since_ms, now)


def _silence(s: Situation, p: LeavePolicy, now: float) -> bool:
    if s.state is not BotState.IN_CALL_RECORDING or s.someone_speaks:
        return False
    return _fires(p.silence, s, max(s.last_speech_ms or 0, s.recording_since_ms or 0), now)


def _not_recording(s: Situation, p: LeavePolicy, now: float) -> bool:
    return (s.state is BotState.IN_CALL_NOT_RECORDING
            and s.for_s(s.state_since_ms, now) >= p.in_call_not_recording_timeout_s)


def _recording_too_long(s: Situation, p: LeavePolicy, now: float) -> bool:
    return (p.in_call_recording_timeout_s is not None and s.state is BotState.IN_CALL_RECORDING
            and s.for_s(s.recording_since_ms, now) >= p.in_call_recording_timeout_s)


def _max_duration(s: Situation, p: LeavePolicy, now: float) -> bool:
    return s.for_s(s.started_ms, now) >= p.max_duration_s


def _fires(timer: Timer | None, s: Situation, since_ms: float | None, now: float) -> bool:
    if timer is None or since_ms is None or s.for_s(s.joined_ms, now) < timer.activate_after_s:
        return False
    return s.for_s(since_ms, now) >= timer.timeout_s


ORDER: tuple[tuple[str, Rule], ...] = (
    ("timeout_exceeded_waiting_room", _waiting_room),
    ("timeout_exceeded_recording_permission_denied", _permission_denied),
    ("timeout_exceeded_everyone_left", _everyone_left),
    ("timeout_exceeded_noone_joined", _noone_joined),
    ("timeout_exceeded_only_bots_detected_using_participant_names", _only_bots_by_names),
    ("timeout_exceeded_only_bots_detected_using_participant_events", _only_bots_by_events),
    ("timeout_exceeded_silence_detected", _silence),
    ("timeout_exceeded_in_call_not_recording", _not_recording),
    ("timeout_exceeded_in_call_recording", _recording_too_long),
    ("timeout_exceeded_max_duration", _max_duration),
)
_INSIDE_ONLY = frozenset(code for code, _ in ORDER) - {"timeout_exceeded_waiting_room", "timeout_exceeded_max_duration"}
_ALSO_PAUSED = frozenset({"timeout_exceeded_everyone_left", "timeout_exceeded_max_duration"})


def reason_to_leave(situation: Situation, policy: LeavePolicy, now_ms: float) -> str | None:
    """The sub_code of the first policy that holds now, or None."""
    for sub_code, rule in ORDER:
        if sub_code in _INSIDE_ONLY and situation.state not in IN_MEETING:
            continue
        if situation.paused_since_ms is not None and sub_code not in _ALSO_PAUSED:
            continue
        if rule(situation, policy, now_ms):
            return sub_code
    return None
