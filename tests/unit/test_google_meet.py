"""What Google Meet's texts mean, and whether those that its simulator shows in four languages are among them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rapporteur.bot.platforms import PLATFORMS
from rapporteur.bot.platforms.google_meet import GoogleMeet, texts
from rapporteur.bot.platforms.google_meet.texts import Texts
from rapporteur.domain.session import Fact, HeldAtDoor, JoinFailed, MeetingEnded, RefusedAtDoor, RemovedByHost

pytestmark = pytest.mark.unit

WORDS = Path(__file__).resolve().parents[2] / "page" / "src" / "simulators" / "skins" / "google_meet" / "words.ts"
SHOWN_ALONE = {
    # The bot neither presses nor reads these.
    "What's your name?", "Other ways to join", "Sign in with your Google Account", "Use microphone", "Your meeting is safe",
    "Try a new layout", "Backgrounds and effects", "Return to home screen", "Ask to join again", "Sign in", "I'm not a robot",
    "Captions", "More options", "People", "Participants", "Meeting host", "Close", "(You)", "You",
    "{name} (Presentation)", "You left the meeting",
}


def dictionary() -> dict[str, dict[str, str]]:
    """English to the other languages of the simulator's page."""
    entries = re.findall(r'^  "((?:[^"\\]|\\.)+)": \{(.*?)\},?$', WORDS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return {english: dict(re.findall(r'\b(de|es|ja): "((?:[^"\\]|\\.)+)"', others)) for english, others in entries}


def said() -> list[Texts]:
    return [value for value in vars(texts).values() if isinstance(value, Texts)]


def knows(known: Texts, shown: str) -> bool:
    return any(each.lower() in shown.lower() for each in known)


def test_the_dictionary_is_read() -> None:
    assert dictionary()["Join now"] == {"de": "Jetzt teilnehmen", "es": "Unirse ahora", "ja": "今すぐ参加"}


@pytest.mark.parametrize("english", sorted(dictionary().keys() - SHOWN_ALONE))
def test_what_is_known_in_english_is_known_in_every_language(english: str) -> None:
    [known] = [each for each in said() if knows(each, english)][:1] or [None]
    assert known is not None, "the bot knows nothing of this text"
    missing = {language: shown for language, shown in dictionary()[english].items() if not knows(known, shown)}
    assert missing == {}


@pytest.mark.parametrize(("screen", "fact"), [
    ("login", JoinFailed("meeting_requires_sign_in")),
    ("captcha", JoinFailed("google_meet_bot_blocked")),
    ("blocked", JoinFailed("google_meet_bot_blocked")),
    ("knocking_disabled", JoinFailed("google_meet_knocking_disabled")),
    ("full", JoinFailed("meeting_full")),
    ("expired", JoinFailed("meeting_link_expired")),
    ("not_found", JoinFailed("meeting_not_found")),
    ("denied", RefusedAtDoor()),
    ("no_answer", RefusedAtDoor("call_ended_by_platform_waiting_room_timeout")),
    ("host_absent", HeldAtDoor()),
    ("lobby", HeldAtDoor()),
    ("removed", RemovedByHost()),
    ("ended", MeetingEnded()),
])
def test_every_wall_is_told_by_its_own_reason(screen: str, fact: Fact) -> None:
    assert {row.name: row.fact for row in GoogleMeet.screens}[screen] == fact


def test_what_somebody_writes_in_the_call_is_no_end_of_it() -> None:
    over = RemovedByHost | MeetingEnded | JoinFailed | RefusedAtDoor
    ends = [row for row in GoogleMeet.screens if isinstance(row.fact, over)]
    assert ends
    assert all(row.unless for row in ends)


def test_english_is_asked_for_whatever_the_link_asks() -> None:
    address = PLATFORMS["google_meet"].addresses.claim("https://meet.google.com/abc-defg-hij?authuser=1&hl=fr")
    assert address is not None
    assert GoogleMeet().entrance(address.url) == "https://meet.google.com/abc-defg-hij?hl=en"
