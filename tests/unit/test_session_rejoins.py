"""A session that takes over from a lost one: the same recording, the same people, one end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rapporteur.domain.leaving import LeavePolicy
from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.participants import Attendee
from rapporteur.domain.rejoining import MAX_REJOINS, WINDOW_MS, Known, Past, worth_rejoining
from rapporteur.domain.session import (
    JOIN_WITHIN_S,
    Admitted,
    Begun,
    BrowserLost,
    FinishMedia,
    GiveWay,
    HeldAtDoor,
    JoinFailed,
    JoinMeeting,
    LeaveMeeting,
    LeaveOrdered,
    PauseRecording,
    RecordEvent,
    RecordingAction,
    RecordingOrdered,
    Report,
    RosterSeen,
    Session,
    SpeechBegan,
    StartRecording,
    StopRecording,
    TapeLost,
    Tick,
)

pytestmark = pytest.mark.unit

BOT = Attendee("bot", "Notetaker", is_self=True)
ADA = Attendee("a", "Ada", is_host=True, microphone=True, camera=True)
ALAN = Attendee("b", "Alan", microphone=True)
TWIN = Attendee("c", "Alan", microphone=True)
PAST = Past(
    BotState.IN_CALL_RECORDING, began_ms=0, joined_ms=1_000, lost_ms=60_000, recordings=1, recording_id="r1",
    people=(Known("a", 100, ADA), Known("b", 200, ALAN)), speaking=frozenset({"b"}), active=frozenset({"a", "b"}),
)


def took_over(past: Past = PAST, policy: LeavePolicy | None = None) -> Session:
    session = Session("bot-1", policy or LeavePolicy(), past=past)
    assert session.handle(Begun(), 70_000) == [JoinMeeting()]
    return session


def told(effects):
    return [(e.action, e.participant["id"]) for e in effects if isinstance(e, RecordEvent)]


def test_a_rejoined_bot_goes_on_with_the_same_recording_and_tells_no_state_anew():
    session = took_over()
    effects = session.handle(Admitted(), 75_000)
    assert effects[0] == StartRecording("r1")
    assert not any(isinstance(effect, Report) for effect in effects)
    assert session.state is BotState.IN_CALL_RECORDING
    assert session.handle(Admitted(), 76_000) == []


def test_who_was_speaking_when_the_bot_was_lost_ended_then():
    [speech_off] = [e for e in took_over().handle(Admitted(), 75_000) if isinstance(e, RecordEvent)]
    assert (speech_off.action, speech_off.participant["id"], speech_off.at_ms) == ("speech_off", 200, 60_000)


def test_of_the_people_only_what_changed_is_told():
    session = took_over()
    session.handle(Admitted(), 75_000)
    eve = Attendee("e", "Eve")
    effects = session.handle(RosterSeen([BOT, replace(ADA, camera=False), eve]), 76_000)
    assert told(effects) == [("leave", 200), ("webcam_off", 100), ("join", 300)]
    assert told(session.handle(RosterSeen([BOT, ADA, eve]), 77_000)) == [("webcam_on", 100)]


def test_people_whom_the_platform_knows_by_other_ids_are_taken_by_name_and_order():
    past = replace(PAST, people=(*PAST.people, Known("c", 300, TWIN)))
    session = took_over(past)
    session.handle(Admitted(), 75_000)
    effects = session.handle(RosterSeen([BOT, replace(ADA, key="a2"), replace(ALAN, key="x"), replace(TWIN, key="y")]), 76_000)
    assert told(effects) == []
    assert [session.roster.participant(key).id for key in ("a2", "x", "y")] == [100, 200, 300]
    assert told(session.handle(SpeechBegan("y"), 77_000)) == [("speech_on", 300)]


def test_a_new_person_gets_an_id_that_nobody_had():
    session = took_over()
    session.handle(Admitted(), 75_000)
    session.handle(RosterSeen([BOT, replace(ADA, key="a2"), ALAN, Attendee("n", "New")]), 76_000)
    assert session.roster.participant("n").id == 300


def test_what_is_left_of_the_lost_bot_is_nobody():
    session = took_over(replace(PAST, own=frozenset({"ghost"})))
    session.handle(Admitted(), 75_000)
    effects = session.handle(RosterSeen([BOT, Attendee("ghost", "Notetaker"), ADA, ALAN]), 76_000)
    assert told(effects) == []
    assert told(session.handle(RosterSeen([BOT, ADA, ALAN]), 77_000)) == []
    assert session.roster.ids == {"a": 100, "b": 200, "bot": 0, "ghost": 0}


def test_a_paused_recording_stays_paused_and_tells_at_its_end_what_changed_since_its_beginning():
    session = took_over(replace(PAST, state=BotState.IN_CALL_NOT_RECORDING, paused=True))
    assert session.handle(Admitted(), 75_000) == [StartRecording("r1"), PauseRecording("r1")]
    assert told(session.handle(RosterSeen([BOT, replace(ADA, key="a2")]), 76_000)) == []
    effects = session.handle(RecordingOrdered(RecordingAction.RESUME), 80_000)
    assert told(effects) == [("leave", 200)]


@pytest.mark.parametrize(("state", "recording_id", "paused", "then"), [
    (BotState.IN_CALL_NOT_RECORDING, "r1", False, BotState.IN_CALL_RECORDING),
    (BotState.IN_CALL_RECORDING, "r1", True, BotState.IN_CALL_NOT_RECORDING),
    (BotState.IN_CALL_RECORDING, None, False, BotState.IN_CALL_NOT_RECORDING),
])
def test_what_the_tape_knows_and_the_server_did_not_hear_any_more_is_told(state, recording_id, paused, then):
    session = took_over(replace(PAST, state=state, recording_id=recording_id, paused=paused))
    reports = [e for e in session.handle(Admitted(), 75_000) if isinstance(e, Report)]
    assert reports == [Report(then)]


def test_a_bot_lost_on_its_way_in_goes_on_with_it():
    session = took_over(Past(BotState.IN_WAITING_ROOM, 0, None, 10_000))
    assert session.handle(HeldAtDoor(), 71_000) == []
    assert session.handle(Admitted(), 72_000) == [Report(BotState.IN_CALL_NOT_RECORDING)]


def test_orders_that_come_while_away_are_obeyed_when_it_is_back():
    session = took_over()
    assert session.handle(RecordingOrdered(RecordingAction.STOP), 71_000) == []
    effects = session.handle(Admitted(), 75_000)
    assert effects.index(StartRecording("r1")) < effects.index(StopRecording("r1"))
    assert session.state is BotState.IN_CALL_NOT_RECORDING


def test_a_user_who_sends_it_away_meanwhile_is_obeyed_at_once():
    effects = took_over().handle(LeaveOrdered(), 71_000)
    assert StopRecording("r1", 60_000) in effects
    assert Report(BotState.CALL_ENDED, "bot_received_leave_call") in effects
    assert effects[-2:] == [LeaveMeeting(), FinishMedia()]


@pytest.mark.parametrize(("sub_code", "state", "reason"), [
    ("meeting_ended", BotState.CALL_ENDED, "call_ended_by_host"),
    ("meeting_not_found", BotState.CALL_ENDED, "call_ended_by_host"),
    ("meeting_full", BotState.FATAL, "bot_errored"),
])
def test_a_meeting_that_does_not_let_it_in_again_has_one_end(sub_code, state, reason):
    [report] = [e for e in took_over().handle(JoinFailed(sub_code), 71_000) if isinstance(e, Report)]
    assert (report.state, report.sub_code) == (state, reason)


def test_nobody_waits_for_ever_to_come_back():
    session = took_over()
    assert session.handle(Tick(), 70_000 + JOIN_WITHIN_S * 1000 - 1) == []
    assert Report(BotState.FATAL, "bot_errored", "The bot was lost and could not join again: meeting_not_accessible.") in (
        session.handle(Tick(), 70_000 + JOIN_WITHIN_S * 1000))
    held = took_over(policy=LeavePolicy(waiting_room_timeout_s=600))
    held.handle(HeldAtDoor(), 72_000)
    assert held.handle(Tick(), 600_000) == []
    assert Report(BotState.CALL_ENDED, "timeout_exceeded_waiting_room") in held.handle(Tick(), 700_000)


def test_an_empty_meeting_is_one_that_everybody_left():
    session = took_over()
    session.handle(Admitted(), 75_000)
    session.handle(RosterSeen([BOT]), 76_000)
    assert Report(BotState.CALL_ENDED, "timeout_exceeded_everyone_left") in session.handle(Tick(), 79_000)


def test_a_browser_lost_in_the_meeting_gives_way_to_the_next_generation():
    session = took_over()
    session.handle(Admitted(), 75_000)
    assert session.handle(BrowserLost(), 80_000) == [GiveWay()]
    assert session.handle(Tick(), 10_000_000) == []
    assert session.handle(BrowserLost(), 80_001) == []


def test_a_browser_lost_on_the_way_in_is_fatal():
    session = Session("bot-1", LeavePolicy())
    session.handle(Begun(), 0)
    assert Report(BotState.FATAL, "bot_errored") in session.handle(BrowserLost(), 10)


def test_a_tape_that_cannot_be_written_ends_the_bot_with_its_reason():
    session = took_over()
    session.handle(Admitted(), 75_000)
    effects = session.handle(TapeLost("the disk is full"), 80_000)
    assert Report(BotState.FATAL, "bot_errored", "the disk is full") in effects
    assert effects[-1] == FinishMedia()


def test_a_bot_that_dies_again_and_again_is_not_sent_in_for_ever():
    losses = [float(n) for n in range(MAX_REJOINS)]
    assert worth_rejoining(BotState.IN_CALL_RECORDING, losses, 10)
    assert not worth_rejoining(BotState.IN_CALL_RECORDING, [*losses, 9.0], 10)
    assert worth_rejoining(BotState.IN_CALL_RECORDING, [*losses, WINDOW_MS * 2], WINDOW_MS * 2)


@pytest.mark.parametrize("state", [BotState.READY, BotState.CALL_ENDED, BotState.FATAL, BotState.DONE])
def test_what_never_set_out_or_is_over_does_not_join_again(state):
    assert not worth_rejoining(state, [1.0], 1.0)
