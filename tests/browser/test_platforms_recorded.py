"""Whole meetings of three people at the simulators of Zoom, Webex, Slack and GoTo, recorded and measured against the script.

They come with one sound for all or a track for each, with marks on tiles, in a list or in a line of text; what is recorded must
be the same meeting.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.layout import Layout, Show, Stage, arrange
from rapporteur.domain.timeline import from_iso
from rapporteur.domain.transcript import word_error_rate
from rapporteur.media import inspection
from rapporteur.simulators.meetings import ADMIT, End, Meeting, lobby
from rapporteur.simulators.pages import Simulator, simulated
from rapporteur.simulators.scenario import BLUE, GREEN, PLUM, Line, Message, Person, Span
from tests.fakes import measures
from tests.fakes.house import House, open_house
from tests.fakes.recorded import CONFIG, assert_together, beeps_of_each, documents, link
from tests.fakes.visiting import link_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.long]

ADA = Person(
    "Ada Lovelace", BLUE, is_host=True, lines=(Line(6.0, "welcome"), Line(29.4, "goodbye")), marks=(10.3, 11.1, 11.9),
    camera_off=(Span(15.0, 19.0),), messages=(Message(9.6, "The report is in the shared folder."),))
ALAN = Person(
    "Alan Turing", GREEN, lines=(Line(13.5, "project"),), marks=(18.2, 19.0, 19.8), screen=(Span(20.8, 25.6),))
EMIL = Person(
    "Emil Nolde", PLUM, lines=(Line(21.6, "agreed"),), marks=(26.6, 27.4), joins_at_s=12.4, leaves_at_s=28.4)
PEOPLE = (ADA, ALAN, EMIL)
ENDS_AT_S = 33.5
SCREEN = "the screen"
COLOURS = {person.name: person.colour for person in PEOPLE} | {SCREEN: measures.SCREEN}
VIEWS = (
    (8.0, Stage((0, 1), active=0)),
    (16.8, Stage((0, 1, 2), active=1, recent=(1, 0))),
    (23.6, Stage((0, 1, 2), active=2, screen=1)),
    (28.2, Stage((0, 1, 2), active=2, recent=(2, 1, 0))),
    (31.2, Stage((0, 1), active=0, recent=(0, 1))),
)
"""What is to be seen when; people by their place in PEOPLE."""
AT_ONCE_S = 2.0
"""Pages are looked at a few times a second, and tell late themselves; a machine that is busy is later still."""
GAPS_MS = 800
"""Of sound that was never sent."""
APART = {"video_separate_mkv": {}}


@dataclass(frozen=True, slots=True)
class Row:
    end: End
    sub_code: str
    separate_audio: bool = False
    host: bool = True
    chat: bool = True
    quirks: frozenset[str] = frozenset()
    login: Mapping[str, Any] | None = None


REMOVED = Row(End("removed", ENDS_AT_S), "bot_kicked_from_call")
ENDED = Row(End("ended", ENDS_AT_S), "call_ended_by_host")
COOKIE = {"name": "d", "value": "xoxd-0123", "domain": ".slack.com", "path": "/", "secure": True}
ROWS = {
    "zoom": replace(REMOVED, separate_audio=True),
    "webex": ENDED,
    "slack_huddle_observer": replace(
        ENDED, host=False, quirks=frozenset({"needs_cookie"}), login={"slack_huddle_login": {"cookies": json.dumps([COOKIE])}}),
    "goto_meeting": replace(REMOVED, chat=False),
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a bot brought home of a meeting; `zero_s` is where in the recording the script begins."""

    bot: dict[str, Any]
    recording: dict[str, Any]
    began_ms: float
    zero_s: float
    mp4: Path


@pytest.mark.parametrize("platform", ROWS)
async def test_a_meeting_is_recorded_as_it_was_played(
    platform: str, data_dir: Path, free_port: int, chromium: Path, tmp_path: Path, record_property: Any,
) -> None:
    row = ROWS[platform]
    meeting = Meeting(PEOPLE, (lobby(2), ADMIT), end=row.end, quirks=row.quirks)
    async with (
        simulated(platform, meeting, speed=3) as simulator,
        open_house(data_dir, free_port, RAPPORTEUR_BROWSER_SWITCHES=shlex.join(simulator.switches)) as house,
    ):
        for account, secrets in (row.login or {}).items():
            await house.put(f"/rapporteur/v1/providers/{account}/", {"secrets": secrets})
        bot_id = await house.send_bot(link_of(platform), recording_config=CONFIG | APART)
        bot = await house.until(bot_id, "done", "fatal", within_s=200)
        [end] = [c["sub_code"] for c in bot["status_changes"] if c["code"] in {"call_ended", "fatal"}]
        assert end == row.sub_code
        assert simulator.said("fault") == []
        seen = await fetch(house, simulator, bot, tmp_path)

        record_property("mp4", {"duration_s": inspection.duration_s(seen.mp4), "of_s": length_s(bot)})
        assert inspection.duration_s(seen.mp4) == pytest.approx(length_s(bot), abs=1.5)
        record_property("files", await check_files(house, seen, row, tmp_path))
        offsets = inspection.offsets_ms(inspection.flash_times(seen.mp4), inspection.beep_times(seen.mp4))
        record_property("offsets_ms", [round(offset) for offset in offsets])
        # What follows is of no worth where people were not drawn and played when they were due.
        record_property("report", await check_report(house, seen))
        assert_together(seen.mp4, between_s=(seen.zero_s + 2, seen.zero_s + 14))
        record_property("events", await check_events(seen, row))
        record_property("pictures", check_pictures(seen.mp4, seen.zero_s))
        record_property("turns", await check_turns(seen))
        record_property("sound", check_sound(seen.mp4, seen.zero_s))
        record_property("words", await check_words(seen))


async def fetch(house: House, simulator: Simulator, bot: dict[str, Any], folder: Path) -> Recorded:
    [recording] = bot["recordings"]
    began_ms = (await simulator.until("began"))["start"]
    zero_s = (began_ms - from_iso(recording["started_at"])) / 1000
    mp4 = await house.download(link(recording, "video_mixed"), folder / "mixed.mp4")
    return Recorded(bot, recording, began_ms, zero_s, mp4)


def length_s(bot: dict[str, Any]) -> float:
    at = {change["code"]: from_iso(change["created_at"]) for change in bot["status_changes"]}
    return (at["call_ended"] - at["in_call_recording"]) / 1000


async def check_report(house: House, seen: Recorded) -> dict[str, int]:
    """Nothing that was sent is lost. Sound that is missing though nothing was lost was never sent."""
    quality = await house.get(f"/rapporteur/v1/recordings/{seen.recording['id']}/quality/")
    report = quality["artifacts"]["video_mixed"]
    told = {key: report[key] for key in ("lost_packets", "lost_frames", "audio_gaps_ms", "composer_lag_ms")}
    assert told["lost_packets"] == told["lost_frames"] == 0, told
    if told["audio_gaps_ms"] > GAPS_MS:
        pytest.skip("this machine was too busy to send people's sound")
    return told


async def check_events(seen: Recorded, row: Row) -> dict[str, float]:
    """Everything that people did, in order and in time; answers how late the latest of it was told."""
    links = seen.recording["media_shortcuts"]["participant_events"]["data"]
    there = [(who["name"], who["is_host"]) for who in await documents(links["participants_download_url"])]
    assert there == [(person.name, person.is_host and row.host) for person in PEOPLE]
    events = await documents(links["participant_events_download_url"])
    wanted = measures.scripted(PEOPLE, chat=row.chat)
    actions = {action for _, _, action in wanted}
    told = [((from_iso(e["timestamp"]["absolute"]) - seen.began_ms) / 1000, e["participant"]["name"], e["action"])
            for e in events if e["action"] in actions]
    present = sum(at_s <= 0 for at_s, _, _ in wanted)
    assert sorted(event[1:] for event in told[:present]) == sorted(event[1:] for event in wanted[:present])
    assert [event[1:] for event in told[present:]] == [event[1:] for event in wanted[present:]]
    late = [at_s - due_s for (at_s, _, _), (due_s, _, _) in zip(told[present:], wanted[present:], strict=True)]
    assert all(-0.3 <= seconds <= AT_ONCE_S for seconds in late), late
    return {"latest_s": round(max(late), 2)}


def check_pictures(mp4: Path, zero_s: float) -> list[list[str | None]]:
    """Whoever is due is seen where they are due."""
    shown: list[list[str | None]] = []
    for at_s, stage in VIEWS:
        tiles = arrange(Layout.SPEAKER, stage).tiles
        wanted = [SCREEN if tile.show is Show.SCREEN else _camera(PEOPLE[tile.participant_id], at_s) for tile in tiles]
        places = [(tile.rect.x, tile.rect.y, tile.rect.width, tile.rect.height) for tile in tiles]
        found = [measures.colour_at(mp4, place, zero_s + at_s, COLOURS) for place in places]
        assert found == wanted, at_s
        shown.append(found)
    return shown


def _camera(person: Person, at_s: float) -> str | None:
    return None if any(span.from_s <= at_s <= span.to_s for span in person.camera_off) else person.name


async def check_turns(seen: Recorded) -> dict[str, list[float]]:
    """The timeline names who says a sentence while it is said, and hardly anybody else."""
    events = seen.recording["media_shortcuts"]["participant_events"]["data"]
    spoke = measures.turns(await documents(events["speaker_timeline_download_url"]), seen.began_ms)
    shares: dict[str, list[float]] = {}
    for person in PEOPLE:
        for line in person.lines:
            by = {name: measures.covered(spans, line.at_s, line.end_s) for name, spans in spoke.items()}
            others = max((share for name, share in by.items() if name != person.name), default=0.0)
            shares[line.clip] = [round(by.get(person.name, 0.0), 2), round(others, 2)]
            assert by.get(person.name, 0.0) >= 0.75, (line, spoke)
            assert others <= 0.15, (line, spoke)
    return shares


def check_sound(mp4: Path, zero_s: float) -> dict[str, tuple[float, float]]:
    """Every sentence is heard in its turn: seconds beside its time, and how alike."""
    sound, found = inspection.sound(mp4, measures.RATE_HZ), {}
    for line in (line for person in PEOPLE for line in person.lines):
        at_s, alike = measures.heard(sound, line.clip)
        found[line.clip] = round(at_s - zero_s - line.at_s, 3), round(alike, 2)
    assert all(abs(beside_s) <= 0.5 and alike >= 0.5 for beside_s, alike in found.values()), found
    return found


async def check_words(seen: Recorded) -> dict[str, float]:
    said: dict[str, str] = {}
    for utterance in await documents(link(seen.recording, "transcript")):
        name = utterance["participant"]["name"]
        said[name] = " ".join([*said.get(name, "").split(), *(word["text"] for word in utterance["words"])])
    wrong = {person.name: round(word_error_rate(person.text, said.get(person.name, "")), 2) for person in PEOPLE}
    assert all(rate <= 0.35 for rate in wrong.values()), said
    assert said.keys() == wrong.keys(), said
    return wrong


async def check_files(house: House, seen: Recorded, row: Row, folder: Path) -> set[tuple[str, str, str | None]]:
    """Everybody's camera and screen apart, and their sound where it comes apart."""
    pictures = await house.get(f"/api/v1/video_separate/{seen.recording['video_separate']['id']}/")
    whose = await measures.pictures_of_each(house, pictures, COLOURS, folder)
    cameras = {(person.name, "webcam", person.name) for person in PEOPLE}
    assert whose == cameras | {(ALAN.name, "screenshare", SCREEN)}
    apart = (await house.get(f"/api/v1/audio_separate/{seen.recording['audio_separate']['id']}/"))["status"]
    if row.separate_audio:
        beeps = await beeps_of_each(house, seen.recording, folder)
        # A starved machine tears a beep in two, or plays none.
        assert {name: bool(count) for name, count in beeps.items()} == {person.name: True for person in PEOPLE}
    else:
        assert (apart["code"], apart["sub_code"]) == ("failed", "separate_media_unavailable")
    return whose
