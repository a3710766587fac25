"""Orders about recordings: several per bot, pauses, and what is told of the time in between."""

from __future__ import annotations

import pytest

from rapporteur.domain.leaving import LeavePolicy, Timer
from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.participants import Attendee
from rapporteur.domain.session import (
    Admitted,
    Begun,
    ChatSeen,
    Decline,
    Effect,
    FinishMedia,
    LeaveMeeting,
    LeaveOrdered,
    PauseRecording,
    RecordEvent,
    RecordingAction,
    RecordingOrdered,
    Report,
    ResumeRecording,
    RosterSeen,
    Session,
    SpeechBegan,
    SpeechEnded,
    StartRecording,
    StopRecording,
    Tick,
)

pytestmark = pytest.mark.unit

START, STOP, PAUSE, RESUME = (RecordingOrdered(action) for action in RecordingAction)
BOT = Attendee("bot", "Notetaker", is_self=True)
ADA = Attendee("a", "Ada", is_host=True, microphone=True)
ALAN = Attendee("b", "Alan", microphone=True)
RECORDING, NOT_RECORDING = Report(BotState.IN_CALL_RECORDING), Report(BotState.IN_CALL_NOT_RECORDING)


def in_call(policy: LeavePolicy | None = None, *, on: str = "participant_join") -> Session:
    session = Session("bot-1", policy or LeavePolicy(), start_recording_on=on)
    for fact, at_ms in ((Begun(), 0), (Admitted(), 1_000), (RosterSeen([BOT, ADA, ALAN]), 2_000)):
        session.handle(fact, at_ms)
    return session


def told(effects: list[Effect]) -> list[tuple[str, str | None]]:
    return [(e.action, e.participant["name"]) for e in effects if isinstance(e, RecordEvent)]


def ended(session: Session, at_ms: float) -> str | None:
    reports = [e for e in session.handle(Tick(), at_ms) if isinstance(e, Report)]
    return reports[0].sub_code if reports else None


def test_a_pause_is_a_gap_in_the_same_recording():
    session = in_call()
    first = session.recording_id
    assert session.handle(PAUSE, 5_000) == [PauseRecording(first or ""), NOT_RECORDING]
    assert session.handle(RESUME, 9_000) == [ResumeRecording(first or ""), RECORDING]
    assert session.recording_id == first


def test_a_silence_of_the_pause_that_is_known_behind_it_is_told_as_of_its_end():
    session = in_call()
    session.handle(PAUSE, 5_000)
    session.handle(SpeechBegan("a"), 5_200)
    assert told(session.handle(RESUME, 9_000)) == [("speech_on", "Ada")]
    [off] = [e for e in session.handle(SpeechEnded("a"), 8_400) if isinstance(e, RecordEvent)]
    assert (off.action, off.at_ms) == ("speech_off", 9_000)


def test_nothing_of_a_pause_is_told_and_its_end_tells_what_changed():
    session = in_call()
    session.handle(SpeechBegan("a"), 4_000)
    assert told(session.handle(PAUSE, 5_000)) == [("speech_off", "Ada")]
    silent: list[Effect] = []
    silent += session.handle(SpeechEnded("a"), 5_100)
    silent += session.handle(SpeechBegan("b"), 5_200)
    silent += session.handle(ChatSeen("b", "between us"), 5_300)
    silent += session.handle(RosterSeen([BOT, ALAN, Attendee("c", "Grace")]), 5_400)
    assert silent == []
    effects = session.handle(RESUME, 6_000)
    assert told(effects) == [("leave", "Ada"), ("join", "Grace"), ("speech_on", "Alan")]


def test_a_stopped_recording_is_followed_by_one_with_an_id_and_an_opening_of_its_own():
    session = in_call()
    first = session.recording_id
    assert session.handle(STOP, 5_000) == [StopRecording(first or ""), NOT_RECORDING]
    assert session.handle(RosterSeen([BOT, ADA]), 6_000) == [], "it does not start again by itself"
    config = {"audio_mixed_mp3": {}}
    effects = session.handle(RecordingOrdered(RecordingAction.START, config), 7_000)
    assert effects[:2] == [StartRecording(session.recording_id or "", config), RECORDING]
    assert session.recording_id != first
    assert told(effects) == [("join", "Ada"), ("unmute", "Ada")]


def test_a_start_replaces_the_recording_that_runs():
    session = in_call()
    first = session.recording_id
    session.handle(SpeechBegan("a"), 4_000)
    effects = session.handle(START, 5_000)
    assert [type(e) for e in effects[:5]] == [RecordEvent, StopRecording, Report, StartRecording, Report]
    assert (effects[1], effects[2], effects[4]) == (StopRecording(first or ""), NOT_RECORDING, RECORDING)
    assert told(effects)[0] == ("speech_off", "Ada")
    assert told(effects)[-1] == ("speech_on", "Ada")


def test_a_start_replaces_the_recording_that_is_paused():
    session = in_call()
    first = session.recording_id
    session.handle(PAUSE, 5_000)
    effects = session.handle(START, 6_000)
    assert effects[:3] == [StopRecording(first or ""), StartRecording(session.recording_id or ""), RECORDING]


def test_a_manual_bot_records_from_the_order_on():
    session = in_call(on="manual")
    assert session.state is BotState.IN_CALL_NOT_RECORDING
    assert isinstance(session.handle(START, 5_000)[0], StartRecording)


@pytest.mark.parametrize(("before", "order"), [
    ([], RESUME), ([STOP], STOP), ([STOP], PAUSE), ([STOP], RESUME), ([PAUSE], PAUSE),
])
def test_an_order_that_no_longer_fits_changes_nothing(before, order):
    session = in_call()
    for earlier in before:
        session.handle(earlier, 4_000)
    state = session.state
    assert session.handle(order, 5_000) == [Decline(order.action)]
    assert session.state is state


def test_nothing_can_be_recorded_before_the_call_and_after_it():
    session = Session("bot-1", LeavePolicy())
    session.handle(Begun(), 0)
    assert session.handle(START, 1) == [Decline(RecordingAction.START)]
    over = in_call()
    over.handle(LeaveOrdered(), 5_000)
    assert over.handle(START, 6_000) == []


def test_a_call_that_ends_in_a_pause_closes_the_recording_silently():
    session = in_call()
    recording_id = session.recording_id
    session.handle(SpeechBegan("a"), 4_000)
    session.handle(PAUSE, 5_000)
    assert session.handle(LeaveOrdered(), 6_000) == [
        StopRecording(recording_id or ""), Report(BotState.CALL_ENDED, "bot_received_leave_call"), LeaveMeeting(),
        FinishMedia(),
    ]


def test_timers_stand_still_in_a_pause_and_go_on_behind_it():
    session = in_call(LeavePolicy(in_call_recording_timeout_s=60, in_call_not_recording_timeout_s=30, silence=Timer(50)))
    session.handle(PAUSE, 42_000)
    assert ended(session, 1_000_000) is None
    session.handle(RESUME, 1_000_000)
    assert ended(session, 1_009_900) is None, "40 s before the pause and 9.9 s behind it"
    assert ended(session, 1_010_000) == "timeout_exceeded_silence_detected"


def test_the_length_of_a_recording_does_not_count_its_pauses():
    session = in_call(LeavePolicy(in_call_recording_timeout_s=60, silence=None))
    session.handle(PAUSE, 42_000)
    session.handle(RESUME, 1_000_000)
    assert ended(session, 1_019_000) is None
    assert ended(session, 1_020_000) == "timeout_exceeded_in_call_recording"


def test_a_call_that_everybody_left_is_left_in_a_pause_too():
    session = in_call(LeavePolicy(everyone_left=Timer(2)))
    session.handle(PAUSE, 5_000)
    session.handle(RosterSeen([BOT]), 6_000)
    assert ended(session, 8_000) == "timeout_exceeded_everyone_left"


def test_a_stopped_bot_is_judged_by_the_timer_of_those_that_do_not_record():
    session = in_call(LeavePolicy(in_call_not_recording_timeout_s=30))
    session.handle(STOP, 5_000)
    assert ended(session, 34_000) is None
    assert ended(session, 35_000) == "timeout_exceeded_in_call_not_recording"
