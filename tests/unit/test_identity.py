"""What a platform's page knows of people beside their names: told with them, and again when it becomes known."""

from __future__ import annotations

from typing import Any

import pytest

from rapporteur.bot.rtms.attendance import Attendance
from rapporteur.domain.participants import Attendee, Roster

pytestmark = pytest.mark.unit

ADA: dict[str, Any] = {"slack": {"user_id": "U1", "email": None}}


def test_a_participant_is_told_as_the_platform_knows_them() -> None:
    roster = Roster()
    roster.update([Attendee("U1", "Ada", email="ada@example.org", extra_data=ADA), Attendee("name:Bob", "Bob")])
    told = [person.as_json() for key in roster.present if (person := roster.participant(key))]
    assert [(each["email"], each["extra_data"]) for each in told] == [("ada@example.org", ADA), (None, {})]


def test_an_identity_that_becomes_known_later_is_an_update_and_nothing_more() -> None:
    roster = Roster()
    roster.update([Attendee("U1", "Ada")])
    changes = roster.update([Attendee("U1", "Ada", extra_data=ADA)])
    assert [(action, attendee.extra_data) for action, attendee in changes] == [("update", ADA)]
    assert roster.update([Attendee("U1", "Ada", extra_data=dict(ADA))]) == []


def test_zooms_stream_tells_the_number_by_which_zoom_knows_somebody() -> None:
    attendance = Attendance()
    attendance.joined([{"user_id": 16778240, "user_name": "Ada"}])
    attendance.heard("16779264", 0.0)
    [ada, nobody] = attendance.news() or []
    assert ada.extra_data == {"zoom": {"user_guid": None, "guest": None, "conf_user_id": "16778240"}}
    assert nobody.extra_data["zoom"]["conf_user_id"] == nobody.key == "16779264"
