"""The session core: facts in, effects out. Whole meetings in a few lines, no clock, no page."""

import pytest

from rapporteur.domain.leaving import LeavePolicy, Timer
from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.participants import Attendee
from rapporteur.domain.session import (
    Admitted,
    Begun,
    BrowserLost,
    ChatSeen,
    Exit,
    FinishMedia,
    HeldAtDoor,
    JoinFailed,
    JoinMeeting,
    LeaveMeeting,
    LeaveOrdered,
    MediaStored,
    MeetingEnded,
    RecordEvent,
    RefusedAtDoor,
    RemovedByHost,
    Report,
    RosterSeen,
    Session,
    SpeechBegan,
    SpeechEnded,
    StartRecording,
    StopRecording,
    Tick,
)

pytestmark = pytest.mark.unit

BOT = Attendee("bot", "Notetaker", is_self=True)
ADA = Attendee("a", "Ada", is_host=True, microphone=True, camera=True)
ALAN = Attendee("b", "Alan", microphone=True)
HOUR_MS = 3_600_000


def started(policy: LeavePolicy | None = None, *, on: str = "participant_join") -> Session:
    session = Session("bot-1", policy or LeavePolicy(), start_recording_on=on)
    session.handle(Begun(), 0)
    session.handle(Admitted(), 1_000)
    return session


def recording(policy: LeavePolicy | None = None) -> Session:
    session = started(policy)
    session.handle(RosterSeen([BOT, ADA, ALAN]), 2_000)
    assert session.state is BotState.IN_CALL_RECORDING
    return session


def actions(effects):
    return [(e.action, e.participant["name"]) for e in effects if isinstance(e, RecordEvent)]


def test_the_way_in_leads_through_the_waiting_room():
    session = Session("bot-1", LeavePolicy())
    assert session.handle(Begun(), 0) == [Report(BotState.JOINING_CALL), JoinMeeting()]
    assert session.handle(HeldAtDoor(), 10) == [Report(BotState.IN_WAITING_ROOM)]
    assert session.handle(HeldAtDoor(), 20) == []
    assert session.handle(Admitted(), 30) == [Report(BotState.IN_CALL_NOT_RECORDING)]
    assert session.handle(Admitted(), 40) == []


def test_recording_starts_with_the_first_other_person_and_tells_who_is_there():
    session = started()
    assert session.handle(RosterSeen([BOT]), 2_000) == []
    effects = session.handle(RosterSeen([BOT, ADA]), 3_000)
    assert isinstance(effects[0], StartRecording)
    assert effects[1] == Report(BotState.IN_CALL_RECORDING)
    assert actions(effects) == [("join", "Ada"), ("webcam_on", "Ada"), ("unmute", "Ada")]


@pytest.mark.parametrize(("on", "fact"), [
    ("participant_speak", SpeechBegan("a")),
    ("participant_join", RosterSeen([BOT, ADA])),
])
def test_recording_starts_on_what_was_asked_for(on, fact):
    session = started(on=on)
    if on == "participant_speak":
        assert not any(isinstance(e, StartRecording) for e in session.handle(RosterSeen([BOT, ADA]), 1_500))
    assert any(isinstance(e, StartRecording) for e in session.handle(fact, 2_000))


def test_recording_on_call_join_does_not_wait_for_anybody():
    session = Session("bot-1", LeavePolicy(), start_recording_on="call_join")
    session.handle(Begun(), 0)
    assert any(isinstance(e, StartRecording) for e in session.handle(Admitted(), 1))


def test_manual_recording_never_starts_by_itself():
    session = started(on="manual")
    session.handle(RosterSeen([BOT, ADA]), 2_000)
    session.handle(SpeechBegan("a"), 2_100)
    assert session.state is BotState.IN_CALL_NOT_RECORDING


def test_people_events_are_told_as_they_happen():
    session = recording()
    off = Attendee("a", "Ada", is_host=True, microphone=True, camera=False, screen=True)
    assert actions(session.handle(RosterSeen([BOT, off, ALAN]), 3_000)) == [("webcam_off", "Ada"), ("screenshare_on", "Ada")]
    assert actions(session.handle(SpeechBegan("b"), 4_000)) == [("speech_on", "Alan")]
    assert session.handle(SpeechBegan("b"), 4_100) == []
    assert actions(session.handle(SpeechEnded("b"), 5_000)) == [("speech_off", "Alan")]
    [chat] = session.handle(ChatSeen("b", "hello"), 6_000)
    assert (chat.action, chat.data) == ("chat_message", {"text": "hello", "to": "everyone"})
    gone = session.handle(RosterSeen([BOT, ALAN]), 7_000)
    assert actions(gone) == [("screenshare_off", "Ada"), ("leave", "Ada")]


def test_a_speaker_who_vanishes_stops_speaking_first():
    session = recording()
    session.handle(SpeechBegan("b"), 3_000)
    assert actions(session.handle(RosterSeen([BOT, ADA]), 4_000)) == [("speech_off", "Alan"), ("leave", "Alan")]


def test_who_comes_back_keeps_the_same_id():
    session = recording()
    session.handle(RosterSeen([BOT, ADA]), 3_000)
    [join, _] = session.handle(RosterSeen([BOT, ADA, ALAN]), 4_000)
    assert (join.action, join.participant["id"]) == ("join", 200)


def test_the_bot_itself_never_appears_in_events():
    session = recording()
    renamed = Attendee("bot", "Other name", is_self=True, microphone=True)
    assert session.handle(RosterSeen([renamed, ADA, ALAN]), 3_000) == []
    assert session.handle(ChatSeen("bot", "I record this"), 3_100) == []


@pytest.mark.parametrize(("fact", "state", "sub_code"), [
    (LeaveOrdered(), BotState.CALL_ENDED, "bot_received_leave_call"),
    (MeetingEnded(), BotState.CALL_ENDED, "call_ended_by_host"),
    (RemovedByHost(), BotState.CALL_ENDED, "bot_kicked_from_call"),
])
def test_each_end_has_its_own_state_and_reason(fact, state, sub_code):
    session = recording()
    session.handle(SpeechBegan("a"), 2_500)
    effects = session.handle(fact, 9_000)
    assert actions(effects) == [("speech_off", "Ada")]
    stop, report, leave, finish = effects[1:]
    assert isinstance(stop, StopRecording)
    assert report == Report(state, sub_code)
    assert (leave, finish) == (LeaveMeeting(), FinishMedia())
    assert session.handle(LeaveOrdered(), 9_001) == []


@pytest.mark.parametrize(("fact", "state", "sub_code"), [
    (RefusedAtDoor(), BotState.CALL_ENDED, "bot_kicked_from_waiting_room"),
    (JoinFailed("meeting_full"), BotState.FATAL, "meeting_full"),
    (LeaveOrdered(), BotState.CALL_ENDED, "bot_received_leave_call"),
])
def test_an_end_before_the_call_leaves_no_recording(fact, state, sub_code):
    session = Session("bot-1", LeavePolicy())
    session.handle(Begun(), 0)
    session.handle(HeldAtDoor(), 1)
    assert session.handle(fact, 2) == [Report(state, sub_code), LeaveMeeting(), FinishMedia()]


def test_a_bot_that_hangs_at_joining_ends():
    session = Session("bot-1", LeavePolicy())
    session.handle(Begun(), 0)
    assert session.handle(Tick(), 179_000) == []
    assert session.handle(Tick(), 180_000)[0] == Report(BotState.FATAL, "meeting_not_accessible")


def test_media_stored_closes_a_good_end_and_leaves_a_fatal_one_alone():
    session = recording()
    session.handle(MeetingEnded(), 9_000)
    assert session.handle(MediaStored(), 9_500) == [Report(BotState.RECORDING_DONE), Exit()]
    broken = recording()
    broken.handle(BrowserLost(), 9_000)
    assert broken.handle(MediaStored(), 9_500) == [Exit()]


def ended(session: Session, at_ms: float) -> str | None:
    reports = [e for e in session.handle(Tick(), at_ms) if isinstance(e, Report)]
    return reports[0].sub_code if reports else None


def test_a_three_hour_meeting_ends_when_everybody_has_left():
    session = recording(LeavePolicy(silence=Timer(3600, 1200)))
    for minute in range(1, 180):
        at = minute * 60_000
        session.handle(SpeechBegan("a"), at)
        session.handle(SpeechEnded("a"), at + 20_000)
        assert ended(session, at + 30_000) is None
    session.handle(RosterSeen([BOT]), 3 * HOUR_MS)
    assert ended(session, 3 * HOUR_MS + 1_900) is None
    assert ended(session, 3 * HOUR_MS + 2_000) == "timeout_exceeded_everyone_left"


def test_somebody_who_reloads_the_page_does_not_end_the_call():
    session = recording(LeavePolicy(everyone_left=Timer(5)))
    session.handle(RosterSeen([BOT]), 10_000)
    session.handle(RosterSeen([BOT, ADA]), 13_000)
    assert ended(session, 16_000) is None


def test_alone_is_not_concluded_before_the_roster_was_seen():
    session = started(LeavePolicy(noone_joined_timeout_s=30))
    assert ended(session, 500_000) is None
    session.handle(RosterSeen([BOT]), 500_000)
    assert ended(session, 500_001) == "timeout_exceeded_noone_joined"


def test_the_waiting_room_is_left_by_its_own_timer_alone():
    session = Session("bot-1", LeavePolicy(waiting_room_timeout_s=60, noone_joined_timeout_s=30))
    session.handle(Begun(), 0)
    session.handle(HeldAtDoor(), 5_000)
    assert ended(session, 64_000) is None
    assert ended(session, 65_000) == "timeout_exceeded_waiting_room"


def test_silence_counts_from_the_last_word_and_only_after_its_activation():
    session = recording(LeavePolicy(silence=Timer(60, 300)))
    session.handle(SpeechBegan("a"), 5_000)
    session.handle(SpeechEnded("a"), 6_000)
    assert ended(session, 200_000) is None
    assert ended(session, 301_000) == "timeout_exceeded_silence_detected"


def test_somebody_who_speaks_without_pause_is_not_silence():
    session = recording(LeavePolicy(silence=Timer(10, 0)))
    session.handle(SpeechBegan("a"), 5_000)
    assert ended(session, 100_000) is None


def test_only_bots_are_told_from_people_by_name_and_by_behaviour():
    by_name = started(LeavePolicy(only_bots_by_names=Timer(10), bot_names=("notetaker",)))
    by_name.handle(RosterSeen([BOT, Attendee("x", "Other Notetaker")]), 2_000)
    assert ended(by_name, 12_000) == "timeout_exceeded_only_bots_detected_using_participant_names"
    by_events = recording(LeavePolicy(only_bots_by_events=Timer(10, 0)))
    assert ended(by_events, 12_000) == "timeout_exceeded_only_bots_detected_using_participant_events"
    with_people = recording(LeavePolicy(only_bots_by_events=Timer(10, 0)))
    with_people.handle(SpeechBegan("a"), 3_000)
    assert ended(with_people, 60_000) is None


@pytest.mark.parametrize(("policy", "on", "sub_code"), [
    (LeavePolicy(in_call_not_recording_timeout_s=60), "manual", "timeout_exceeded_in_call_not_recording"),
    (LeavePolicy(in_call_recording_timeout_s=60), "participant_join", "timeout_exceeded_in_call_recording"),
    (LeavePolicy(max_duration_s=60), "manual", "timeout_exceeded_max_duration"),
])
def test_time_caps(policy, on, sub_code):
    session = started(policy, on=on)
    session.handle(RosterSeen([BOT, ADA]), 2_000)
    assert ended(session, 30_000) is None
    assert ended(session, 63_000) == sub_code
