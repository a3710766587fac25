"""The transition table: complete, closed, and every end is final."""

import pytest

from rapporteur.domain.errors import IllegalTransition
from rapporteur.domain.lifecycle import (
    BEFORE_END,
    CALL_ENDED_SUB_CODES,
    FATAL_SUB_CODES,
    IN_MEETING,
    TERMINAL,
    TRANSITIONS,
    BotEvent,
    BotState,
    advance,
    event_between,
    mermaid,
)

pytestmark = pytest.mark.unit


def test_every_state_has_a_row_and_every_event_is_used():
    assert set(TRANSITIONS) == set(BotState)
    assert {event for row in TRANSITIONS.values() for event in row} == set(BotEvent)


def test_a_usual_life_runs_through_the_documented_states():
    state, seen = BotState.READY, []
    for event in (BotEvent.LAUNCHED, BotEvent.HELD_AT_DOOR, BotEvent.ADMITTED, BotEvent.RECORDING_BEGAN, BotEvent.LEFT,
                  BotEvent.MEDIA_STORED, BotEvent.PUBLISHED):
        state = advance(state, event)
        seen.append(str(state))
    assert seen == ["joining_call", "in_waiting_room", "in_call_not_recording", "in_call_recording", "call_ended",
                    "recording_done", "done"]


@pytest.mark.parametrize("state", sorted(set(BotState) - TERMINAL))
def test_a_machine_can_die_in_every_state_before_the_end(state):
    assert advance(state, BotEvent.FAILED) is BotState.FATAL


@pytest.mark.parametrize("state", sorted(BEFORE_END))
def test_a_bot_can_leave_from_everywhere_before_its_end(state):
    assert advance(state, BotEvent.LEFT) is BotState.CALL_ENDED


@pytest.mark.parametrize("state", sorted(set(BotState) - BEFORE_END))
def test_nothing_leads_back_into_the_meeting(state):
    assert not set(TRANSITIONS[state].values()) & (IN_MEETING | {BotState.JOINING_CALL, BotState.IN_WAITING_ROOM})


def test_an_unlisted_event_names_itself_and_the_state():
    with pytest.raises(IllegalTransition, match=r"admitted.*done"):
        advance(BotState.DONE, BotEvent.ADMITTED)


def test_the_event_between_two_states_is_unique():
    for state, row in TRANSITIONS.items():
        assert len(set(row.values())) == len(row)
        for event, target in row.items():
            assert event_between(state, target) is event
    with pytest.raises(IllegalTransition):
        event_between(BotState.READY, BotState.DONE)


def test_the_two_kinds_of_end_share_no_reason():
    assert not CALL_ENDED_SUB_CODES & FATAL_SUB_CODES


def test_the_diagram_shows_every_arrow():
    drawn = mermaid()
    assert drawn.count(" --> ") == sum(len(row) for row in TRANSITIONS.values()) + 1 + len(TERMINAL)
