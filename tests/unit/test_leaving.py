"""Every leave policy by itself: it fires at its time, stands still in a pause, and gives way in the documented order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from rapporteur.api.recall.schemas import AutomaticLeave
from rapporteur.domain.leaving import ORDER, LeavePolicy, Situation, Timer, reason_to_leave
from rapporteur.domain.lifecycle import CALL_ENDED_SUB_CODES, BotState

pytestmark = pytest.mark.unit

INSIDE, RECORDING = BotState.IN_CALL_NOT_RECORDING, BotState.IN_CALL_RECORDING
POLICY = LeavePolicy(
    waiting_room_timeout_s=30, noone_joined_timeout_s=40, everyone_left=Timer(5), in_call_not_recording_timeout_s=60,
    in_call_recording_timeout_s=70, recording_permission_denied_timeout_s=20, silence=Timer(50), only_bots_by_events=Timer(80),
    only_bots_by_names=Timer(90), bot_names=("notetaker",), max_duration_s=100,
)
NOTHING = replace(
    POLICY, waiting_room_timeout_s=1e9, noone_joined_timeout_s=1e9, everyone_left=Timer(1e9),
    in_call_not_recording_timeout_s=1e9, in_call_recording_timeout_s=None, recording_permission_denied_timeout_s=1e9,
    silence=None, only_bots_by_events=None, only_bots_by_names=None, max_duration_s=1e9,
)


@dataclass(frozen=True)
class Case:
    sub_code: str
    fires_s: float
    policy: dict[str, Any]
    situation: dict[str, Any]
    paused: bool = False
    """Whether it also fires while the recording is paused."""


def of(*names: str) -> dict[str, Any]:
    return {name: getattr(POLICY, name) for name in names}


CASES = [
    Case("timeout_exceeded_waiting_room", 30, of("waiting_room_timeout_s"), {"state": BotState.IN_WAITING_ROOM}),
    Case("timeout_exceeded_recording_permission_denied", 20, of("recording_permission_denied_timeout_s"),
         {"state": BotState.RECORDING_PERMISSION_DENIED}),
    Case("timeout_exceeded_everyone_left", 5, of("everyone_left"),
         {"state": RECORDING, "had_company": True, "alone_since_ms": 0.0}, paused=True),
    Case("timeout_exceeded_noone_joined", 40, of("noone_joined_timeout_s"), {"state": INSIDE, "roster_seen": True}),
    Case("timeout_exceeded_only_bots_detected_using_participant_names", 90, of("only_bots_by_names"),
         {"state": RECORDING, "others": 1, "named_bots_since_ms": 0.0}),
    Case("timeout_exceeded_only_bots_detected_using_participant_events", 80, of("only_bots_by_events"),
         {"state": RECORDING, "others": 1, "silent_bots_since_ms": 0.0}),
    Case("timeout_exceeded_silence_detected", 50, of("silence"),
         {"state": RECORDING, "others": 1, "last_speech_ms": 0.0, "recording_since_ms": 0.0}),
    Case("timeout_exceeded_in_call_not_recording", 60, of("in_call_not_recording_timeout_s"), {"state": INSIDE, "others": 1}),
    Case("timeout_exceeded_in_call_recording", 70, of("in_call_recording_timeout_s"),
         {"state": RECORDING, "others": 1, "recording_since_ms": 0.0}),
    Case("timeout_exceeded_max_duration", 100, of("max_duration_s"), {"state": INSIDE, "others": 1}, paused=True),
]
by_code = pytest.mark.parametrize("case", CASES, ids=lambda case: case.sub_code.removeprefix("timeout_exceeded_"))


def situation(case: Case, **more: Any) -> Situation:
    return Situation(**{"state_since_ms": 0.0, "joined_ms": 0.0} | case.situation | more)


def test_every_policy_has_its_case_in_the_documented_order() -> None:
    assert [case.sub_code for case in CASES] == [sub_code for sub_code, _ in ORDER]
    assert {case.sub_code for case in CASES} <= CALL_ENDED_SUB_CODES


@by_code
def test_a_policy_fires_at_its_time_and_not_before(case: Case) -> None:
    policy = replace(NOTHING, **case.policy)
    assert reason_to_leave(situation(case), policy, case.fires_s * 1000 - 1) is None
    assert reason_to_leave(situation(case), policy, case.fires_s * 1000) == case.sub_code


@by_code
def test_a_policy_that_is_off_never_fires(case: Case) -> None:
    assert reason_to_leave(situation(case), NOTHING, case.fires_s * 1000) is None


@by_code
def test_timers_but_that_of_an_empty_call_and_the_cap_stand_still_in_a_pause(case: Case) -> None:
    reason = reason_to_leave(situation(case, paused_since_ms=0.0), replace(NOTHING, **case.policy), case.fires_s * 1000)
    assert reason == (case.sub_code if case.paused else None)


@pytest.mark.parametrize("field", ["everyone_left", "silence", "only_bots_by_events", "only_bots_by_names"])
def test_a_timer_counts_only_once_the_call_is_old_enough(field: str) -> None:
    [case] = [case for case in CASES if field in case.policy]
    policy = replace(NOTHING, **{field: Timer(case.fires_s, activate_after_s=300)})
    assert reason_to_leave(situation(case), policy, 299_999) is None
    assert reason_to_leave(situation(case), policy, 300_000) == case.sub_code


def test_of_several_the_first_in_order_is_the_reason() -> None:
    everything = Situation(
        state=RECORDING, state_since_ms=0.0, joined_ms=0.0, had_company=True, alone_since_ms=0.0, silent_bots_since_ms=0.0,
        named_bots_since_ms=0.0, recording_since_ms=0.0)
    assert reason_to_leave(everything, POLICY, 1e8) == "timeout_exceeded_everyone_left"


def test_the_defaults_are_those_of_the_api() -> None:
    assert LeavePolicy.from_config(AutomaticLeave().echo()) == LeavePolicy()


def test_both_forms_of_everyone_left_mean_the_same() -> None:
    number, whole = (AutomaticLeave.model_validate({"everyone_left_timeout": form}) for form in (40, {"timeout": 40}))
    assert number.echo() == whole.echo()
    assert LeavePolicy.from_config(number.echo()).everyone_left == Timer(40)
