"""What a visit to each simulated platform's meetings must come to: state and sub_code, one table.

A platform's own rows stand over what is common; None says that the platform has no such meeting.
"""

from __future__ import annotations

End = tuple[str, str]

LEFT: End = ("call_ended", "bot_received_leave_call")
END: End = ("call_ended", "call_ended_by_host")
DENIED: End = ("call_ended", "bot_kicked_from_waiting_room")
NOT_LET_IN: End = ("call_ended", "timeout_exceeded_waiting_room")

COMMON: dict[str, End | None] = {
    "admitted": LEFT,
    "lobby_then_admitted": LEFT,
    "not_started_then_lobby": LEFT,
    "lobby_for_ever": NOT_LET_IN,
    "never_started": NOT_LET_IN,
    "denied": DENIED,
    "no_answer": ("call_ended", "call_ended_by_platform_waiting_room_timeout"),
    "login_wall": ("fatal", "meeting_requires_sign_in"),
    "captcha": ("fatal", "meeting_not_accessible"),
    "bot_wall": ("fatal", "meeting_not_accessible"),
    "not_found": ("fatal", "meeting_not_found"),
    "full": ("fatal", "meeting_full"),
    "locked": ("fatal", "meeting_locked"),
    "ended_before": ("fatal", "meeting_ended"),
    "password": LEFT,
    "wrong_password": ("fatal", "meeting_password_incorrect"),
    "removed": ("call_ended", "bot_kicked_from_call"),
    "ended": END,
    "signed_in": LEFT,
    "recorded": LEFT,
    "german": LEFT,
    "spanish": LEFT,
    "japanese": LEFT,
    "late_buttons": LEFT,
    "reload_mid_join": LEFT,
    "cover_button": LEFT,
    "typographic_apostrophes": LEFT,
    "second_dialog": LEFT,
}

OWN: dict[str, dict[str, End | None]] = {
    "google_meet": {
        "captcha": ("fatal", "google_meet_bot_blocked"), "bot_wall": ("fatal", "google_meet_bot_blocked"),
        "locked": ("fatal", "google_meet_knocking_disabled"), "ended_before": ("fatal", "meeting_link_expired"),
        "password": None, "wrong_password": None,
    },
    "zoom": {
        "not_found": ("fatal", "meeting_link_invalid"), "captcha": ("fatal", "zoom_captcha_required"),
        "bot_wall": ("fatal", "zoom_bot_blocked"), "ended_before": END, "no_answer": None,
    },
    "microsoft_teams": {
        "not_found": ("fatal", "meeting_link_invalid"), "captcha": ("fatal", "microsoft_teams_captcha_detected"),
        "bot_wall": ("fatal", "microsoft_teams_captcha_detected"), "ended_before": END, "no_answer": None,
        "password": None, "wrong_password": None,
    },
    "webex": {
        "not_found": ("fatal", "webex_join_meeting_error"), "ended_before": END, "no_answer": None, "bot_wall": None,
    },
    "slack_huddle_observer": {
        "no_answer": DENIED, "locked": None, "captcha": None, "bot_wall": None, "ended_before": None, "password": None,
        "wrong_password": None,
    },
    "goto_meeting": {
        "denied": None, "locked": NOT_LET_IN, "no_answer": None, "captcha": None, "bot_wall": None, "ended_before": END,
    },
    "jitsi": {"no_answer": None, "captcha": None, "bot_wall": None, "ended_before": None},
}

_USUAL = ("lobby_then_admitted", "denied", "removed")
SHORT: dict[str, tuple[str, ...]] = {
    "google_meet": _USUAL, "microsoft_teams": _USUAL, "zoom": _USUAL, "jitsi": _USUAL, "webex": _USUAL,
    "slack_huddle_observer": _USUAL, "goto_meeting": ("lobby_then_admitted", "ended"),
}
"""What `make test` runs of each platform."""

_TEAMS_ID = "8:orgid:00000000-0000-4000-8000-000000000001"
HOST = "Ada Lovelace"
IDENTITY: dict[str, dict[str, dict[str, str | None]]] = {
    "zoom": {"zoom": {"user_guid": None, "guest": None, "conf_user_id": "16779264"}},
    "microsoft_teams": {"microsoft_teams": {
        "participant_type": None, "role": "user", "meeting_role": "organizer", "user_id": _TEAMS_ID, "tenant_id": None,
        "client_version": None}},
    "slack_huddle_observer": {"slack": {"user_id": "U0SIM0001", "email": None}},
}
"""What each platform's page knows of the host beside their name; of those that are not here nothing."""

MAIL = {"jitsi": "ada@example.org"}
"""Their mail address, where a page tells it."""

ALL: dict[str, tuple[str, ...]] = {
    platform: tuple(name for name in COMMON if {**COMMON, **own}[name] is not None) for platform, own in OWN.items()
}


def expected(platform: str, scenario: str) -> End:
    """KeyError where the platform has no such meeting."""
    end = {**COMMON, **OWN[platform]}[scenario]
    if end is None:
        raise KeyError(f"{platform} has no meeting {scenario!r}")
    return end
