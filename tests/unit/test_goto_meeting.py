"""What GoTo's texts mean, and whether those that its simulator shows in four languages are among them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rapporteur.bot.hand import Hand
from rapporteur.bot.phrases import Texts
from rapporteur.bot.platform import Visitor
from rapporteur.bot.platforms.goto_meeting import GoToMeeting, texts
from rapporteur.domain.errors import MeetingFailure
from rapporteur.domain.session import Fact, HeldAtDoor, JoinFailed, MeetingEnded, RemovedByHost

pytestmark = pytest.mark.unit

WORDS = Path(__file__).resolve().parents[2] / "page" / "src" / "simulators" / "skins" / "goto_meeting" / "words.ts"
SHOWN_ALONE = {
    # The bot neither presses nor reads these, or the page's script does.
    "Your privacy choices", "Password", "Leave session?", "Me", "Organizer", "Talking: {name}", "You have left the session",
}


def dictionary() -> dict[str, dict[str, str]]:
    """English to the other languages of the simulator's page."""
    entries = re.findall(r'^  "((?:[^"\\]|\\.)+)": \{(.*?)\},?$', WORDS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return {english: dict(re.findall(r'\b(de|es|ja): "((?:[^"\\]|\\.)+)"', others)) for english, others in entries}


def knowing(shown: str) -> list[Texts]:
    known = [value for value in vars(texts).values() if isinstance(value, Texts)]
    return [each for each in known if any(phrase.lower() in shown.lower() for phrase in each)]


@pytest.mark.parametrize("english", sorted(dictionary().keys() - SHOWN_ALONE))
def test_what_is_known_in_english_is_known_in_every_language(english: str) -> None:
    assert any(
        all(any(phrase.lower() in shown.lower() for phrase in known) for shown in dictionary()[english].values())
        for known in knowing(english))


@pytest.mark.parametrize(("screen", "fact"), [
    ("sign_in", JoinFailed("meeting_requires_sign_in")),
    ("not_found", JoinFailed("meeting_not_found")),
    ("full", JoinFailed("meeting_full")),
    ("wrong_password", JoinFailed("meeting_password_incorrect")),
    ("waiting_room", HeldAtDoor()),
    ("not_started", HeldAtDoor()),
    ("removed", RemovedByHost()),
    ("ended", MeetingEnded()),
])
def test_every_screen_has_its_own_meaning(screen: str, fact: Fact) -> None:
    assert {row.name: row.fact for row in GoToMeeting.screens}[screen] == fact


def test_the_button_of_the_people_is_none_that_joins() -> None:
    [call] = [row for row in GoToMeeting.screens if row.name == "call"]
    people = ["People (3)", *dictionary()["People ({count})"].values()]
    assert not any(phrase.lower() in shown.lower() for sign in call.unless for phrase in sign.phrases for shown in people)


async def test_who_has_no_password_is_told_so() -> None:
    nobodys = Hand.__new__(Hand)
    with pytest.raises(MeetingFailure) as failure:
        await GoToMeeting().answer("password", nobodys, Visitor("Notetaker", None))
    assert failure.value.sub_code == "meeting_password_incorrect"
