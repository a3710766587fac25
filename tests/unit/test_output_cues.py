"""What a bot shows, says and writes by itself, played through without a meeting."""

from __future__ import annotations

from typing import Any

import pytest

from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.output import (
    Cue,
    Line,
    Material,
    Outputs,
    Page,
    Play,
    Replay,
    Replays,
    Show,
    Write,
    picture_type,
    settings_of,
    sound_type,
    without_outputs,
)

pytestmark = pytest.mark.unit

IDLE, RECORDS = BotState.IN_CALL_NOT_RECORDING, BotState.IN_CALL_RECORDING
ONE, TWO = {"kind": "jpeg", "b64_data": "T05F"}, {"kind": "png", "b64_data": "VFdP"}
BEEP = {"data": {"kind": "mp3", "b64_data": "QkVFUA=="}}
ADA, BOB = ("ada", True), ("bob", False)


def outputs(**settings: Any) -> Outputs:
    return Outputs.from_json(settings_of(settings))


def video(**pictures: Any) -> Outputs:
    return outputs(automatic_video_output=pictures)


def shown(told: Outputs, state: BotState) -> str | None:
    picture = told.picture(state)
    return picture and (picture.b64_data or picture.url)


def test_each_state_has_its_picture() -> None:
    told = video(in_call_recording=ONE, in_call_not_recording=TWO)
    assert (shown(told, IDLE), shown(told, RECORDS), shown(told, BotState.CALL_ENDED)) == ("VFdP", "T05F", None)


def test_the_picture_of_a_recording_stands_in_outside_of_it_and_not_the_other_way_round() -> None:
    assert shown(video(in_call_recording=ONE), IDLE) == "T05F"
    assert shown(video(in_call_not_recording=TWO), RECORDS) is None


def test_a_page_stands_in_a_pictures_place() -> None:
    told = video(in_call_recording={"webpage": {"url": "https://example.org/on-air"}})
    assert told.picture(IDLE) == told.picture(RECORDS) == Page("https://example.org/on-air")
    assert Cue(told).look(RECORDS, None, 0) == [Show(Page("https://example.org/on-air"))]


def test_the_avatar_shows_where_no_picture_is_set() -> None:
    told = outputs(bot_avatar_url="https://example.org/a.png", automatic_video_output={"in_call_not_recording": TWO})
    assert (shown(told, IDLE), shown(told, RECORDS)) == ("VFdP", "https://example.org/a.png")


def test_settings_may_stand_inside_recording_config_and_top_level_wins() -> None:
    nested = {"recording_config": {"automatic_video_output": {"in_call_recording": {"image_url": "https://example.org/b"}}}}
    assert shown(outputs(**nested), RECORDS) == "https://example.org/b"
    assert shown(outputs(**nested, automatic_video_output={"in_call_recording": ONE}), RECORDS) == "T05F"
    assert outputs(**nested, automatic_video_output={}) == Outputs(), "an empty object is off"
    assert without_outputs({"automatic_video_output": {}, "transcript": None}) == {"transcript": None}


def test_a_bot_shows_greets_and_plays_once() -> None:
    cue = Cue(outputs(
        automatic_video_output={"in_call_recording": ONE}, automatic_audio_output={"in_call_recording": BEEP},
        chat={"on_bot_join": {"send_to": "host", "message": "Hello", "pin": True}},
    ))
    assert cue.look(BotState.JOINING_CALL, None, 0) == []
    assert cue.look(IDLE, None, 1) == [Show(Material("T05F")), Write(Line("Hello", "host", pin=True))]
    assert cue.look(RECORDS, [ADA], 2) == [Play(Material("QkVFUA=="))]
    assert [*cue.look(IDLE, [ADA], 3), *cue.look(RECORDS, [ADA, BOB], 4)] == []


def test_a_bot_that_comes_back_shows_its_picture_and_keeps_quiet() -> None:
    cue = Cue(outputs(
        automatic_video_output={"in_call_recording": ONE}, automatic_audio_output={"in_call_recording": BEEP},
        chat={"on_bot_join": {"message": "Hello"}},
    ), returns=True)
    assert cue.look(RECORDS, [ADA], 0) == [Show(Material("T05F"))]


@pytest.mark.parametrize(("exclude", "newcomer", "written"), [
    (True, ADA, 0), (True, BOB, 1), (False, ADA, 1),
])
def test_whoever_joins_later_is_welcomed(exclude: bool, newcomer: tuple[str, bool], written: int) -> None:
    cue = Cue(outputs(chat={"on_participant_join": {"message": "Welcome", "exclude_host": exclude}}))
    assert cue.look(IDLE, [("cy", False)], 0) == []
    assert cue.look(IDLE, [("cy", False), newcomer], 1) == [Write(Line("Welcome"))] * written
    assert cue.look(IDLE, [("cy", False), newcomer], 2) == []


def played(replay: Replay, joins_s: list[float], until_s: int = 100) -> list[int]:
    replays, out = Replays(replay, 0.0), []
    for at_s in range(until_s):
        for join_s in joins_s:
            if join_s == at_s:
                replays.joined(at_s * 1000)
        if replays.due(at_s * 1000):
            out.append(at_s)
    return out


@pytest.mark.parametrize(("leading", "disable_after_s", "moments"), [
    (True, None, [10, 21, 60]),
    (False, None, [31, 70]),
    (True, 30, [10, 21]),
    (False, 25, [31]),
    (False, 15, [22]),
])
def test_a_sound_is_played_again_for_newcomers(leading: bool, disable_after_s: float | None, moments: list[int]) -> None:
    assert played(Replay(leading, 10, disable_after_s), [10, 12, 21, 60]) == moments


def test_replays_follow_the_first_playing() -> None:
    again = {**BEEP, "replay_on_participant_join": {"debounce_interval": 5}}
    cue = Cue(outputs(automatic_audio_output={"in_call_recording": again}))
    beep = [Play(Material("QkVFUA=="))]
    assert cue.look(RECORDS, [ADA], 0) == beep
    assert cue.look(RECORDS, [ADA, BOB], 1000) == []
    assert cue.look(RECORDS, [ADA, BOB], 5999) == []
    assert cue.look(RECORDS, [ADA, BOB], 6000) == beep


def test_what_was_sent_is_known_by_its_first_bytes() -> None:
    pictures = [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n..", b"GIF89a", b"RIFF....WEBP", b""]
    assert [picture_type(p) for p in pictures] == ["image/jpeg", "image/png", "image/gif", None, None]
    sounds = [b"ID3\x04", b"\xff\xfb\x90", b"OggS", b"RIFF\0\0\0\0WAVE", b"\xff\xd8\xff", b"\xff"]
    assert [sound_type(s) for s in sounds] == ["audio/mpeg", "audio/mpeg", "audio/ogg", "audio/wav", None, None]
