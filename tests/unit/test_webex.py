"""What Webex's texts mean, and whether those that its simulator shows in four languages are among them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rapporteur.bot.hand import Hand
from rapporteur.bot.phrases import Texts
from rapporteur.bot.platform import Visitor
from rapporteur.bot.platforms.webex import Webex, texts
from rapporteur.domain.errors import MeetingFailure
from rapporteur.domain.session import Fact, HeldAtDoor, JoinFailed, MeetingEnded, RefusedAtDoor, RemovedByHost

pytestmark = pytest.mark.unit

WORDS = Path(__file__).resolve().parents[2] / "page" / "src" / "simulators" / "skins" / "webex" / "words.ts"
SHOWN_ALONE = {
    # The bot neither presses nor reads these.
    "Open the Webex app", "By continuing to use our website, you acknowledge the use of cookies.", "Enter your information",
    "Meeting password", "Notify host", "Layout", "Raise your hand", "{name} is sharing", "Host", "You", "Muted", "Unmuted",
    # By its id.
    "Next",
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
    ("login", JoinFailed("meeting_requires_sign_in")),
    ("captcha", JoinFailed("meeting_not_accessible")),
    ("pin", JoinFailed("webex_pin_required")),
    ("unavailable", JoinFailed("webex_join_meeting_error")),
    ("locked", JoinFailed("meeting_locked")),
    ("full", JoinFailed("meeting_full")),
    ("wrong_password", JoinFailed("meeting_password_incorrect")),
    ("denied", RefusedAtDoor()),
    ("lobby", HeldAtDoor()),
    ("removed", RemovedByHost()),
    ("ended", MeetingEnded()),
])
def test_every_wall_is_told_by_its_own_reason(screen: str, fact: Fact) -> None:
    assert {row.name: row.fact for row in Webex.screens}[screen] == fact


def test_what_somebody_writes_in_the_call_is_no_end_of_it() -> None:
    over = RemovedByHost | MeetingEnded | JoinFailed | RefusedAtDoor
    ends = [row for row in Webex.screens if isinstance(row.fact, over)]
    assert ends
    assert all(row.unless for row in ends)


def test_what_somebody_writes_in_the_call_is_no_lobby() -> None:
    [call] = [row for row in Webex.screens if row.name == "call"]
    assert all(sign.css for sign in call.unless)


async def test_who_has_no_password_is_told_so() -> None:
    nobodys = Hand.__new__(Hand)
    with pytest.raises(MeetingFailure) as failure:
        await Webex().answer("password", nobodys, Visitor("Notetaker", None))
    assert failure.value.sub_code == "webex_password_required"


@pytest.mark.parametrize(("link", "entrance"), [
    ("https://example.webex.com/meet/ada?launchApp=true", "https://example.webex.com/meet/ada"),
    ("https://example.webex.com/example/j.php?launchApp=true&MTID=m1", "https://example.webex.com/example/j.php?MTID=m1"),
    ("https://example.webex.com/example/j.php?MTID=m1&launchApp=true", "https://example.webex.com/example/j.php?MTID=m1"),
    ("https://example.webex.com/meet/ada", "https://example.webex.com/meet/ada"),
])
def test_no_link_leads_to_the_installed_client(link: str, entrance: str) -> None:
    assert Webex().entrance(link) == entrance
