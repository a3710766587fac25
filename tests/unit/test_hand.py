"""How controls are told by their names."""

from __future__ import annotations

import pytest

from rapporteur.bot.hand import beginning

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("phrase", "name"), [
    ("Turn off microphone", "Turn off microphone (ctrl + d)"), ("Don't join", "Don’t  join"), ("OK", "ok"),
    ("Open / Close chat", "Open / close chat (C)"),
])
def test_a_name_may_go_on_behind_the_phrase(phrase: str, name: str) -> None:
    assert beginning(phrase).match(name)


def test_a_longer_word_is_another_name() -> None:
    assert not beginning("Join").match("Joining options")


def test_a_slash_in_a_phrase_does_not_end_the_expression_of_a_selector() -> None:
    assert r"\/" in beginning("Start / Stop camera").pattern
