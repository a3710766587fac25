"""The rules of a room: every way in, every way out, and who is told."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from rapporteur.room.state import GRACE_S, MAX_CHAT_CHARACTERS, MAX_PARTICIPANTS, Knock, Post, Room, RoomOptions

pytestmark = pytest.mark.unit


def room(**options: Any) -> Room:
    numbers = count(1)
    return Room(RoomOptions(**{"title": "Sync"} | options), lambda: str(next(numbers)))


def claimed(*inside: str, **options: Any) -> Room:
    """A room with a host `h` inside, and these others."""
    made = room(claimed=True, **options)
    made.enter(Knock("h", "Ada", is_host=True))
    for key in inside:
        made.enter(Knock(key, key.upper(), resumed=True))
    return made


def told(posts: list[Post], key: str) -> list[str]:
    return [post.body["type"] for post in posts if post.to == key]


def reason(posts: list[Post]) -> str:
    (post,) = posts
    assert post.body["type"] == "refused"
    return post.body["reason"]


# --- coming in ----------------------------------------------------------------------------------------------------------


def test_the_first_visitor_of_an_unclaimed_room_is_its_host() -> None:
    made = room()
    (welcome,) = made.enter(Knock("a", "Ada", camera=True))
    assert welcome.body["participants"] == [
        {"key": "a", "name": "Ada", "host": True, "microphone": False, "camera": True, "screen": None},
    ]
    made.enter(Knock("b", "Ben"))
    assert [m.is_host for m in made.members.values()] == [True, False]


def test_a_newcomer_learns_who_is_there_and_they_learn_of_the_newcomer() -> None:
    made = claimed("b")
    posts = made.enter(Knock("c", "Cy"))
    assert told(posts, "c") == ["welcome"]
    assert [p["key"] for p in posts[0].body["participants"]] == ["h", "b", "c"]
    assert told(posts, "h") == told(posts, "b") == ["joined"]


def test_in_a_claimed_room_only_a_token_makes_a_host() -> None:
    made = room(claimed=True)
    made.enter(Knock("a", "Ada"))
    assert not made.members["a"].is_host
    made.enter(Knock("h", "Hal", is_host=True))
    made.leave("h")
    assert not made.members["a"].is_host


def test_a_password_is_asked_for_then_judged() -> None:
    made = claimed(password_digest="right")
    assert reason(made.enter(Knock("b", "Ben"))) == "password_required"
    assert reason(made.enter(Knock("b", "Ben", password_digest="wrong"))) == "wrong_password"
    assert told(made.enter(Knock("b", "Ben", password_digest="right")), "b") == ["welcome"]


def test_the_host_needs_neither_password_nor_admission() -> None:
    made = room(claimed=True, password_digest="right", waiting_room=True)
    assert told(made.enter(Knock("h", "Ada", is_host=True)), "h") == ["welcome"]


def test_the_ninth_is_told_that_the_room_is_full() -> None:
    made = claimed(*"bcdefgi")
    assert len(made.members) == MAX_PARTICIPANTS
    assert reason(made.enter(Knock("j", "Jo"))) == "full"
    made.leave("b")
    assert told(made.enter(Knock("j", "Jo")), "j") == ["welcome"]


# --- the door -----------------------------------------------------------------------------------------------------------


def test_a_guest_is_held_at_the_door_until_the_host_admits() -> None:
    made = claimed("b", waiting_room=True)
    posts = made.enter(Knock("c", "Cy"))
    assert (told(posts, "c"), told(posts, "h"), told(posts, "b")) == (["lobby"], ["waiting"], [])
    posts = made.admit("h", "c")
    assert (told(posts, "c"), told(posts, "h"), told(posts, "b")) == (["welcome"], ["waiting_left", "joined"], ["joined"])


def test_a_host_who_comes_later_finds_who_waits() -> None:
    made = room(claimed=True, waiting_room=True)
    made.enter(Knock("c", "Cy"))
    (welcome,) = made.enter(Knock("h", "Ada", is_host=True))
    assert welcome.body["waiting"] == [{"key": "c", "name": "Cy"}]


def test_a_guest_is_not_shown_who_waits() -> None:
    made = claimed(waiting_room=True)
    made.enter(Knock("b", "Ben"))
    made.enter(Knock("c", "Cy"))
    assert made.admit("h", "b")[1].body["waiting"] == []


def test_who_is_denied_is_told_and_does_not_come_back_under_the_same_key() -> None:
    made = claimed(waiting_room=True)
    made.enter(Knock("c", "Cy"))
    posts = made.deny("h", "c")
    assert posts[0] == Post("c", {"type": "denied"}, closes=True)
    assert told(posts, "h") == ["waiting_left"]
    assert reason(made.enter(Knock("c", "Cy"))) == "denied"
    assert told(made.enter(Knock("d", "Cy")), "d") == ["lobby"]


def test_who_gives_up_at_the_door_disappears_from_it() -> None:
    made = claimed(waiting_room=True)
    made.enter(Knock("c", "Cy"))
    assert told(made.leave("c"), "h") == ["waiting_left"]
    assert made.admit("h", "c") == []


def test_nobody_is_admitted_into_a_full_room_but_keeps_the_place_at_the_door() -> None:
    made = claimed(*"bcdefg", waiting_room=True)
    made.enter(Knock("x", "Xi"))
    made.enter(Knock("y", "Yo"))
    made.admit("h", "x")
    assert made.admit("h", "y") == [Post("h", {"type": "notice", "reason": "full"})]
    assert "y" in made.waiting


# --- inside -------------------------------------------------------------------------------------------------------------


def test_switches_are_told_to_all_others() -> None:
    made = claimed("b", "c")
    posts = made.change("b", microphone=True, camera=False, screen="stream-1")
    assert {p.to for p in posts} == {"h", "c"}
    assert posts[0].body["participant"] | {} == {
        "key": "b", "name": "B", "host": False, "microphone": True, "camera": False, "screen": "stream-1",
    }


def test_signals_reach_one_member_and_nobody_who_waits() -> None:
    made = claimed("b", waiting_room=True)
    made.enter(Knock("c", "Cy"))
    assert made.signal("h", "b", {"x": 1}) == [Post("b", {"type": "signal", "from": "h", "data": {"x": 1}})]
    assert made.signal("h", "c", {}) == made.signal("c", "h", {}) == []


def test_chat_reaches_everybody_inside_the_writer_too() -> None:
    made = claimed("b", waiting_room=True)
    made.enter(Knock("c", "Cy"))
    posts = made.chat("b", "  hello  ")
    assert [p.to for p in posts] == ["h", "b"]
    assert posts[0].body == {"type": "chat", "id": "1", "from": "b", "name": "B", "to": "everyone", "text": "hello"}
    assert made.chat("b", "   ") == made.chat("c", "let me in") == []
    assert len(made.chat("b", "x" * 10_000)[0].body["text"]) == MAX_CHAT_CHARACTERS


def test_in_an_unclaimed_room_the_longest_present_follows_the_host() -> None:
    made = room()
    for key in "abc":
        made.enter(Knock(key, key))
    posts = made.leave("a")
    assert told(posts, "b") == told(posts, "c") == ["left", "state"]
    assert made.members["b"].is_host
    assert not made.members["c"].is_host


# --- the host's orders --------------------------------------------------------------------------------------------------


def test_the_host_removes_somebody_who_cannot_slip_back_in() -> None:
    made = claimed("b", "c")
    posts = made.remove("h", "b")
    assert posts[0] == Post("b", {"type": "removed"}, closes=True)
    assert told(posts, "c") == told(posts, "h") == ["left"]
    assert reason(made.enter(Knock("b", "B", resumed=True))) == "removed"


def test_the_host_ends_it_for_all_who_are_in_or_at_the_door() -> None:
    made = claimed("b", waiting_room=True)
    made.enter(Knock("c", "Cy"))
    assert made.end("h") == [Post(key, {"type": "ended"}, closes=True) for key in ("h", "b", "c")]
    assert made.is_empty
    assert reason(made.enter(Knock("d", "Di"))) == "ended"
    assert reason(made.enter(Knock("b", "B", resumed=True))) == "ended"


def test_a_host_who_comes_again_opens_an_ended_room() -> None:
    made = claimed()
    made.end("h")
    assert reason(made.enter(Knock("h", "Ada", is_host=True, resumed=True))) == "ended"
    assert told(made.enter(Knock("h2", "Ada", is_host=True)), "h2") == ["welcome"]
    assert told(made.enter(Knock("d", "Di")), "d") == ["welcome"]


def test_orders_of_guests_change_nothing() -> None:
    made = claimed("b", "c", waiting_room=True)
    made.enter(Knock("x", "Xi"))
    assert made.admit("b", "x") == made.deny("b", "x") == made.remove("b", "c") == made.end("b") == []
    assert made.admit("x", "x") == []
    assert made.remove("h", "h") == []
    assert (set(made.members), set(made.waiting)) == ({"h", "b", "c"}, {"x"})


# --- broken connections -------------------------------------------------------------------------------------------------


def test_a_lost_member_stays_for_the_grace_and_comes_back_unnoticed() -> None:
    made = claimed("b", "c")
    made.lost("b", 100.0)
    assert made.expire(100.0 + GRACE_S - 0.1) == []
    posts = made.enter(Knock("b", "B", resumed=True, microphone=True))
    assert told(posts, "b") == ["welcome"]
    assert told(posts, "c") == ["state"]
    assert made.expire(1000.0) == []


def test_a_lost_member_is_gone_after_the_grace_and_may_still_return_without_waiting() -> None:
    made = claimed("b", waiting_room=True)
    made.lost("b", 100.0)
    assert told(made.expire(100.0 + GRACE_S), "h") == ["left"]
    assert told(made.enter(Knock("b", "B", resumed=True)), "b") == ["welcome"]


def test_a_place_at_the_door_is_kept_over_a_broken_connection() -> None:
    made = claimed(waiting_room=True)
    made.enter(Knock("c", "Cy"))
    made.lost("c", 100.0)
    assert made.enter(Knock("c", "Cy")) == [Post("c", {"type": "lobby"})]
    assert made.expire(200.0) == []
    made.lost("c", 200.0)
    assert told(made.expire(200.0 + GRACE_S), "h") == ["waiting_left"]


def test_who_was_admitted_while_away_comes_straight_in() -> None:
    made = claimed(waiting_room=True)
    made.enter(Knock("c", "Cy"))
    made.lost("c", 100.0)
    made.admit("h", "c")
    assert told(made.enter(Knock("c", "Cy")), "c") == ["welcome"]
