"""What a bot is heard saying lies on its tape where it was heard."""

from __future__ import annotations

import pytest

from rapporteur.bot.own_sound import PACKET, SOURCE, OwnSound
from rapporteur.wire.tape import Kind, Record
from tests.fakes.pages import Watch

pytestmark = pytest.mark.unit


@pytest.fixture
def tape() -> list[Record]:
    return []


@pytest.fixture
def own(tape: list[Record]) -> OwnSound:
    return OwnSound(lambda samples: [samples], Watch(), tape.append)


def test_packets_of_a_page_follow_each_other_though_they_come_in_batches(own: OwnSound, tape: list[Record]) -> None:
    for at_ms in (1000.0, 1000.0, 1045.0, 1130.0):
        own.passed_on(b"opus", at_ms)
    assert [record.kind for record in tape] == [Kind.TRACK, *[Kind.AUDIO] * 4]
    assert [record.rtp - 48_000 for record in tape[1:]] == [0, PACKET, 2 * PACKET, 3 * PACKET]
    assert {record.source for record in tape} == {SOURCE}


def test_after_a_pause_they_lie_where_they_came(own: OwnSound, tape: list[Record]) -> None:
    for at_ms in (1000.0, 2000.0, 2020.0):
        own.passed_on(b"opus", at_ms)
    assert [record.rtp for record in tape[1:]] == [48_000, 96_000, 96_000 + PACKET]
    assert [record.sequence for record in tape[1:]] == [0, 1, 2]


def test_what_the_bot_says_itself_begins_where_it_was_said(own: OwnSound, tape: list[Record]) -> None:
    own.passed_on(b"opus", 1000.0)
    own.said(bytes(2 * PACKET), 1080.0)
    own.said(bytes(2 * PACKET), 1100.0)
    assert [record.rtp for record in tape[1:]] == [48_000, 1080 * 48, 1100 * 48]
