"""The sans-I/O core of one bot: feed it facts, it returns effects.

The session knows the state, the roster, who has spoken and the leave policies; it knows no page, no socket and no clock.
Time comes with every fact, `Tick` among them, so that a three-hour meeting is a list one can test in a millisecond. The shell
(bot/runner.py) performs the effects in the order given and reports what came of them as further facts.

One end, one reason: the first fact or policy that ends the call decides it. After that only the closing of the media is left.

A bot may make several recordings, one after the other, each with an id of its own; the first starts by itself when what was
asked for happens, all others by order. A pause is a gap in one recording: its clock runs on, and nothing of the gap is told.
What changed in it is told at its end, so that a recording always knows who is there.

A session that takes over from a lost one begins with its `Past`: it stays in that state while it joins again, and once it is
in, it goes on with the same recording and tells what changed meanwhile.
"""

from __future__ import annotations

from rapporteur.domain.session.core import JOIN_WITHIN_S, Session
from rapporteur.domain.session.effects import (
    Decline,
    Effect,
    Exit,
    FinishMedia,
    GiveWay,
    JoinMeeting,
    LeaveMeeting,
    PauseRecording,
    RecordEvent,
    Report,
    ResumeRecording,
    StartRecording,
    StopRecording,
)
from rapporteur.domain.session.facts import (
    Admitted,
    Begun,
    BrowserLost,
    ChatSeen,
    Fact,
    HeldAtDoor,
    JoinFailed,
    LeaveOrdered,
    MediaStored,
    MeetingEnded,
    RecordingAction,
    RecordingOrdered,
    RefusedAtDoor,
    RemovedByHost,
    RosterSeen,
    SpeechBegan,
    SpeechEnded,
    TapeLost,
    Tick,
)

__all__ = [
    "JOIN_WITHIN_S", "Admitted", "Begun", "BrowserLost", "ChatSeen", "Decline", "Effect", "Exit", "Fact", "FinishMedia",
    "GiveWay", "HeldAtDoor", "JoinFailed", "JoinMeeting", "LeaveMeeting", "LeaveOrdered", "MediaStored", "MeetingEnded",
    "PauseRecording", "RecordEvent", "RecordingAction", "RecordingOrdered", "RefusedAtDoor", "RemovedByHost", "Report",
    "ResumeRecording", "RosterSeen", "Session", "SpeechBegan", "SpeechEnded", "StartRecording", "StopRecording",
    "TapeLost", "Tick",
]
