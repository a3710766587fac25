"""A bot's life: the states a customer sees, and THE table of what may follow what.

The states are spelled as they appear in the database, in both APIs, in webhooks, on the dashboard and in the docs.

    ready                       created; nothing runs yet
    joining_call                a process has the job and is on its way into the meeting
    in_waiting_room             the platform keeps it in front of the door
    in_call_not_recording       inside; not recording yet, paused, or stopped
    recording_permission_*      platforms that ask the host before a recording
    in_call_recording           inside and recording
    call_ended                  out of the meeting, for exactly one reason (sub_code)
    recording_done              every medium is written and stored
    done                        every artifact is done or failed, and its link answers
    fatal                       it never properly joined, or broke; exactly one reason (sub_code)
    media_expired               what was recorded is gone, by retention or by request

Three rules hold for every path through the table. A bot ends once: `call_ended` and `fatal` exclude each other, and what
comes first stays. `fatal` is reachable from every state before `done`, because a machine can die at any time. Nothing
leads back from the outside into the meeting: a rejoin after a crash is a new generation inside the same state.

An event that the table does not list for a state is `IllegalTransition`: a bug of ours, never a thing to ignore.
"""

from __future__ import annotations

from enum import StrEnum

from rapporteur.domain.errors import IllegalTransition


class BotState(StrEnum):
    READY = "ready"
    JOINING_CALL = "joining_call"
    IN_WAITING_ROOM = "in_waiting_room"
    IN_CALL_NOT_RECORDING = "in_call_not_recording"
    RECORDING_PERMISSION_ALLOWED = "recording_permission_allowed"
    RECORDING_PERMISSION_DENIED = "recording_permission_denied"
    IN_CALL_RECORDING = "in_call_recording"
    CALL_ENDED = "call_ended"
    RECORDING_DONE = "recording_done"
    DONE = "done"
    FATAL = "fatal"
    MEDIA_EXPIRED = "media_expired"


class BotEvent(StrEnum):
    LAUNCHED = "launched"
    HELD_AT_DOOR = "held_at_door"
    ADMITTED = "admitted"
    PERMISSION_GIVEN = "permission_given"
    PERMISSION_REFUSED = "permission_refused"
    RECORDING_BEGAN = "recording_began"
    RECORDING_HALTED = "recording_halted"
    LEFT = "left"
    MEDIA_STORED = "media_stored"
    PUBLISHED = "published"
    FAILED = "failed"
    EXPIRED = "expired"


_S, _E = BotState, BotEvent

TRANSITIONS: dict[BotState, dict[BotEvent, BotState]] = {
    _S.READY: {
        _E.LAUNCHED:           _S.JOINING_CALL,
        _E.LEFT:               _S.CALL_ENDED,
        _E.FAILED:             _S.FATAL,
    },
    _S.JOINING_CALL: {
        _E.HELD_AT_DOOR:       _S.IN_WAITING_ROOM,
        _E.ADMITTED:           _S.IN_CALL_NOT_RECORDING,
        _E.LEFT:               _S.CALL_ENDED,
        _E.FAILED:             _S.FATAL,
    },
    _S.IN_WAITING_ROOM: {
        _E.ADMITTED:           _S.IN_CALL_NOT_RECORDING,
        _E.LEFT:               _S.CALL_ENDED,
        _E.FAILED:             _S.FATAL,
    },
    _S.IN_CALL_NOT_RECORDING: {
        _E.PERMISSION_GIVEN:   _S.RECORDING_PERMISSION_ALLOWED,
        _E.PERMISSION_REFUSED: _S.RECORDING_PERMISSION_DENIED,
        _E.RECORDING_BEGAN:    _S.IN_CALL_RECORDING,
        _E.LEFT:               _S.CALL_ENDED,
        _E.FAILED:             _S.FATAL,
    },
    _S.RECORDING_PERMISSION_ALLOWED: {
        _E.RECORDING_BEGAN:    _S.IN_CALL_RECORDING,
        _E.LEFT:               _S.CALL_ENDED,
        _E.FAILED:             _S.FATAL,
    },
    _S.RECORDING_PERMISSION_DENIED: {
        _E.PERMISSION_GIVEN:   _S.RECORDING_PERMISSION_ALLOWED,
        _E.LEFT:               _S.CALL_ENDED,
        _E.FAILED:             _S.FATAL,
    },
    _S.IN_CALL_RECORDING: {
        _E.RECORDING_HALTED:   _S.IN_CALL_NOT_RECORDING,
        _E.PERMISSION_REFUSED: _S.RECORDING_PERMISSION_DENIED,
        _E.LEFT:               _S.CALL_ENDED,
        _E.FAILED:             _S.FATAL,
    },
    _S.CALL_ENDED: {
        _E.MEDIA_STORED:       _S.RECORDING_DONE,
        _E.PUBLISHED:          _S.DONE,
        _E.FAILED:             _S.FATAL,
    },
    _S.RECORDING_DONE: {
        _E.PUBLISHED:          _S.DONE,
        _E.FAILED:             _S.FATAL,
    },
    _S.DONE: {
        _E.EXPIRED:            _S.MEDIA_EXPIRED,
    },
    _S.FATAL: {
        _E.EXPIRED:            _S.MEDIA_EXPIRED,
    },
    _S.MEDIA_EXPIRED: {},
}

IN_MEETING = frozenset({
    _S.IN_CALL_NOT_RECORDING, _S.RECORDING_PERMISSION_ALLOWED, _S.RECORDING_PERMISSION_DENIED, _S.IN_CALL_RECORDING,
})
BEFORE_END = IN_MEETING | {_S.READY, _S.JOINING_CALL, _S.IN_WAITING_ROOM}
"""States in which a command still finds a bot that can obey."""
TERMINAL = frozenset({_S.DONE, _S.FATAL, _S.MEDIA_EXPIRED})


def advance(state: BotState, event: BotEvent) -> BotState:
    """The state after `event`; raises IllegalTransition for a pair the table does not list."""
    try:
        return TRANSITIONS[state][event]
    except KeyError:
        raise IllegalTransition(f"no {event} in state {state}") from None


def event_between(state: BotState, target: BotState) -> BotEvent:
    """The event that leads from `state` to `target`; raises IllegalTransition if none does."""
    for event, after in TRANSITIONS[state].items():
        if after is target:
            return event
    raise IllegalTransition(f"nothing leads from {state} to {target}")


def mermaid() -> str:
    """The state diagram of the documentation, drawn from the table."""
    lines = ["stateDiagram-v2", f"    [*] --> {BotState.READY}"]
    for state, row in TRANSITIONS.items():
        lines += [f"    {state} --> {after}: {event}" for event, after in row.items()]
    lines += [f"    {state} --> [*]" for state in BotState if state in TERMINAL]
    return "\n".join(lines)


CALL_ENDED_SUB_CODES = frozenset({
    "call_ended_by_host", "call_ended_by_platform_idle", "call_ended_by_platform_max_length",
    "call_ended_by_platform_waiting_room_timeout", "timeout_exceeded_waiting_room", "timeout_exceeded_noone_joined",
    "timeout_exceeded_everyone_left", "timeout_exceeded_silence_detected",
    "timeout_exceeded_only_bots_detected_using_participant_names",
    "timeout_exceeded_only_bots_detected_using_participant_events", "timeout_exceeded_in_call_not_recording",
    "timeout_exceeded_in_call_recording", "timeout_exceeded_recording_permission_denied", "timeout_exceeded_max_duration",
    "bot_kicked_from_call", "bot_kicked_from_waiting_room", "bot_received_leave_call",
})
_OF_PLATFORMS = {
    "google_meet": (
        "internal_error sign_in_failed sign_in_captcha_failed bot_blocked sso_sign_in_failed "
        "sign_in_missing_login_credentials sign_in_missing_recovery_credentials sso_sign_in_missing_login_credentials "
        "sso_sign_in_missing_totp_secret video_error meeting_room_not_ready login_not_available "
        "permission_denied_breakout knocking_disabled watermark_kicked organisation_restricted"
    ),
    "zoom": (
        "sdk_credentials_missing sdk_update_required sdk_app_not_published email_blocked_by_admin registration_required "
        "captcha_required account_blocked invalid_join_token token_expired invalid_signature internal_error "
        "join_timeout email_required web_disallowed connection_failed error_multiple_device_join meeting_not_accessible "
        "meeting_host_inactive invalid_webinar_invite another_meeting_in_progress obf_user_not_in_meeting bot_blocked "
        "authorized_participants_only rtms_signature_invalid"
    ),
    "microsoft_teams": (
        "call_dropped sign_in_credentials_missing sign_in_failed internal_error captcha_detected captcha_error "
        "bot_not_invited breakout_room_unsupported event_not_started_for_external 2fa_required "
        "townhall_meeting_not_supported captions_failure"
    ),
    "webex": (
        "join_meeting_error pin_required password_required service_app_unauthorized"
    ),
}
FATAL_SUB_CODES = frozenset({
    "bot_errored", "meeting_not_found", "meeting_not_started", "meeting_requires_registration", "meeting_requires_sign_in",
    "meeting_link_expired", "meeting_link_invalid", "meeting_password_incorrect", "meeting_locked", "meeting_full",
    "meeting_ended", "meeting_not_accessible", "failed_to_launch_in_time",
})
PLATFORM_SUB_CODES = frozenset(f"{platform}_{code}" for platform, codes in _OF_PLATFORMS.items() for code in codes.split())
"""Further reasons of `fatal`, each of one platform, spelled as in the Recall API."""
