"""What happens on a simulated platform's page, as data: loaded, named, mutated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.errors import InvalidRequest
from rapporteur.simulators.meetings import (
    ADMIT,
    CATALOGUE,
    COMMON_QUIRKS,
    Meeting,
    Notice,
    load_meeting,
    lobby,
    meeting_from,
    password,
    setup,
)
from rapporteur.simulators.mutations import OPERATORS, Mutation, mutated, mutated_by
from rapporteur.simulators.scenario import Line, Person

pytestmark = pytest.mark.unit

TOML = """
title = "Planning"
language = "de"
quirks = ["late_buttons"]
door = [{ kind = "lobby", for_s = 2 }, { kind = "password", text = "swordfish" }, { kind = "admit" }]
notices = [{ at_s = 1, kind = "recording" }]

[[people]]
name = "Ada"
is_host = true
lines = [{ at_s = 1.5, clip = "welcome" }]
"""


def test_a_file_says_the_same_as_the_objects(tmp_path: Path) -> None:
    file = tmp_path / "meeting.toml"
    file.write_text(TOML)
    assert load_meeting(str(file)) == Meeting(
        title="Planning", language="de", quirks=frozenset({"late_buttons"}), door=(lobby(2), password("swordfish"), ADMIT),
        notices=(Notice(1, "recording"),), people=(Person("Ada", is_host=True, lines=(Line(1.5, "welcome"),)),),
    )


def test_json_is_read_as_well(tmp_path: Path) -> None:
    file = tmp_path / "meeting.json"
    file.write_text(json.dumps({"door": [{"kind": "deny"}]}))
    assert [step.kind for step in load_meeting(str(file)).door] == ["deny"]


@pytest.mark.parametrize(("data", "field"), [
    ({"peple": []}, "peple"),
    ({"people": [{"name": "Ada", "lines": [{"at_s": 1, "clip": "no such"}]}]}, "people.0.lines.0.clip"),
    ({"people": [{"name": "Ada", "colr": "red"}]}, "people.0.colr"),
    ({"door": [{"kind": "lobby"}, {"kind": "trapdoor"}]}, "door.1.kind"),
    ({"end": {"kind": "ended", "at_s": "soon"}}, "end.at_s"),
    ({"language": "fr"}, "language"),
    ([], "scenario"),
])
def test_what_is_wrong_in_a_file_is_named_by_its_place(data: Any, field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        meeting_from(data)
    assert caught.value.field == field
    assert field in str(caught.value)


@pytest.mark.parametrize("text", ["no_such_meeting", "absent.toml"])
def test_a_meeting_that_is_not_there_is_a_mistake_of_the_caller(text: str) -> None:
    with pytest.raises(InvalidRequest):
        load_meeting(text)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text("door = [")
    with pytest.raises(InvalidRequest, match=r"broken\.toml"):
        load_meeting(str(file))


def test_every_common_quirk_has_a_named_meeting() -> None:
    assert {name for name, meeting in CATALOGUE.items() if meeting.quirks == {name}} == COMMON_QUIRKS


def test_the_page_gets_every_named_meeting_as_json() -> None:
    for meeting in CATALOGUE.values():
        data = json.loads(json.dumps(setup(meeting, platform="jitsi", speed=2)))
        assert data["speed"] == 2
        assert [person["name"] for person in data["people"]] == [person.name for person in meeting.people]


def test_a_line_reaches_the_page_with_its_words_and_length() -> None:
    line = setup(CATALOGUE["admitted"], platform="jitsi", speed=1)["people"][0]["lines"][0]
    assert line["text"] == "good morning everybody and thank you for coming today"
    assert 2 < line["duration_s"] < 5


def test_after_a_wrong_password_none_is_right() -> None:
    assert setup(CATALOGUE["wrong_password"], platform="jitsi", speed=1)["door"] == [{"kind": "password", "text": None}]


def test_every_operator_changes_the_meeting() -> None:
    meeting = CATALOGUE["admitted"]
    changed = {operator: mutated(meeting, operator, seed=1) for operator in OPERATORS}
    assert all(one.mutations or one.language != "en" for one in changed.values())
    assert changed["drop aria-label"].mutations == (Mutation("drop", attribute="aria-label"),)
    assert changed["japanese"].language == "ja"


def test_a_seed_determines_the_operators_and_no_two_of_them_clash() -> None:
    meeting = CATALOGUE["admitted"]
    drawn = [mutated_by(meeting, seed=seed) for seed in range(60)]
    assert drawn == [mutated_by(meeting, seed=seed) for seed in range(60)]
    assert {operator for _, operators in drawn for operator in operators} == set(OPERATORS)
    for changed, operators in drawn:
        assert 1 <= len(operators) <= 3
        assert len([operator for operator in operators if operator.startswith("drop ")]) <= 1
        assert len([operator for operator in operators if operator in {"german", "spanish", "japanese"}]) <= 1
        assert changed.people == meeting.people
