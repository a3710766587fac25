"""What Slack's texts mean, and whether those that its simulator shows in four languages are among them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rapporteur.bot.phrases import Texts
from rapporteur.bot.platforms.slack_huddle_observer import CHANNEL_JOIN, GO, SlackHuddle, texts
from rapporteur.domain.session import Admitted, Fact, HeldAtDoor, JoinFailed, MeetingEnded, RefusedAtDoor, RemovedByHost

pytestmark = pytest.mark.unit

WORDS = Path(__file__).resolve().parents[2] / "page" / "src" / "simulators" / "skins" / "slack_huddle_observer" / "words.ts"
SHOWN_ALONE = {
    # The bot neither presses nor reads these, or finds them by their marks.
    "your-workspace", "Continue", "Opening Slack…", "Join", "You're in a huddle on another device",
    "You're about to join a huddle",
    "View {name}'s profile", "Reply…", "Send now", "Invite people", "{name}, muted", "{name}, not muted", "{name}'s screen",
    # Thread is the same word in German.
    "Thread", "Somebody asks you to unmute",
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
    ("not_found", JoinFailed("meeting_not_found")),
    ("full", JoinFailed("meeting_full")),
    ("denied", RefusedAtDoor()),
    ("lobby", HeldAtDoor()),
    ("not_started", HeldAtDoor()),
    ("removed", RemovedByHost()),
    ("ended", MeetingEnded()),
    ("call", Admitted()),
])
def test_every_screen_has_its_own_meaning(screen: str, fact: Fact) -> None:
    assert {row.name: row.fact for row in SlackHuddle.screens}[screen] == fact


def test_what_somebody_writes_in_the_thread_is_no_end_of_the_huddle() -> None:
    over = RemovedByHost | MeetingEnded | JoinFailed | RefusedAtDoor
    ends = [row for row in SlackHuddle.screens if isinstance(row.fact, over)]
    assert ends
    assert all(row.unless for row in ends)


def test_what_starts_a_huddle_is_never_pressed() -> None:
    pressed = [way for control in (GO, CHANNEL_JOIN) for way in control.ways]
    assert not any("start" in f"{way.css} {way.names}".lower() for way in pressed)
    [preview] = [row for row in SlackHuddle.screens if row.name == "preview"]
    assert all(sign.phrases and not set(sign.phrases) & set(texts.START) for sign in preview.signs)
