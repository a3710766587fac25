"""Capture over bad networks: real browsers' WebRTC through loss, delay and reordering, measured in the composed files.

The packets go through a relay of ours that counts what it does to them. A packet filter in the kernel would lose the same
datagrams at the same place, between two sockets of browsers, but by chance alone, uncounted, and only for root.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.domain.participants import Participant
from rapporteur.kit.clock import SystemClock
from rapporteur.media import inspection
from rapporteur.media.composition import ComposeConfig, compose
from rapporteur.media.tape import tape_path
from rapporteur.wire.tape import VERSION, Kind, Record, Track, encode, json_record
from tests.fakes.relay import Relay, Weather
from tests.fakes.studio import Recorder, job, studio

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

PEOPLE = {"ann": Participant(100, "Ann"), "bob": Participant(200, "Bob")}
CONFIG = {"video_mixed_mp4": {}, "video_mixed_layout": "gallery_view", "video_separate_mkv": {}}
SYNC_MS = 80.0
"""The page's own flash and beep are up to two pictures apart, and this machine is busy."""


@pytest.fixture
async def attending(tmp_path: Path, chromium: Path) -> PageMeeting:
    return PageMeeting(run_dir=tmp_path, clock=SystemClock(), chromium=chromium)


def taped(recorder: Recorder, folder: Path) -> None:
    """What came, as a bot would have put it on its tape: one recording from the first frame to the last."""
    frames = sorted((f for some in recorder.frames.values() for f in some), key=lambda f: f.arrival_ms)
    first, last = (round(f.arrival_ms * 1000) for f in (frames[0], frames[-1]))
    records = [json_record(Kind.BEGIN, first, {"version": VERSION, "bot_id": "bot", "generation": 1}),
               json_record(Kind.RECORDING, first, {"recording_id": "r1", "action": "start"})]
    for person in PEOPLE.values():
        records += [event(first, "join", person), event(first, "webcam_on", person)]
    for track in recorder.tracks.values():
        role = track.role or ("webcam" if track.media == "video" else "microphone")
        person = PEOPLE.get(track.key or "")
        described = Track(track.track, track.media, role, track.mime, track.clock_rate, person.id if person else None)
        records.append(json_record(Kind.TRACK, first, described.as_json(), source=track.track))
    for f in frames:
        kind = Kind.AUDIO if f.media == 1 else Kind.VIDEO
        records.append(Record(kind, round(f.arrival_ms * 1000), f.payload, f.track, f.flags, f.rtp, f.sequence, f.builds_on))
    records += [json_record(Kind.RECORDING, last, {"recording_id": "r1", "action": "stop"}),
                json_record(Kind.END, last, {"reason": "call_ended"})]
    folder.mkdir()
    tape_path(folder, 1).write_bytes(b"".join(encode(record) for record in records))


def event(at_us: int, action: str, person: Participant) -> Record:
    return json_record(Kind.EVENT, at_us, {
        "recording_id": "r1", "action": action, "participant": person.as_json(), "data": None})


async def recorded(
    attending: PageMeeting, tmp_path: Path, query: str, relay: Relay | None, weather: Callable[[Weather], Any] | None = None,
    seconds: float = 9.0,
) -> tuple[Path, dict[str, Any]]:
    """The mixed MP4 of a meeting of that long, and its report. `weather` is called when a third of it is over."""
    recorder = Recorder()

    def taken_s() -> float:
        arrivals = [f.arrival_ms for some in recorder.frames.values() for f in some[-1:]]
        begun = [some[0].arrival_ms for some in recorder.frames.values()]
        return (max(arrivals) - max(begun)) / 1000 if len(begun) == 4 else 0.0

    async with studio(relay) as url:
        try:
            await attending.join(job(f"{url}?marks=1{query}"), recorder)
            if relay is not None and weather is not None:
                await recorder.until(lambda: taken_s() > seconds / 3)
                weather(relay.weather)
            await recorder.until(lambda: taken_s() > seconds, within_s=seconds + 45)
        finally:
            await attending.leave()
    await asyncio.to_thread(taped, recorder, tmp_path / "tape")
    entries = await asyncio.to_thread(
        compose, tmp_path / "tape", tmp_path / "work", ComposeConfig.from_recording_config(CONFIG))
    assert {entry["failure"] for entry in entries} == {None}
    return Path(entries[0]["files"][0]), entries[0]["report"]


def assert_in_sync(mixed: Path, least: int) -> None:
    offsets = inspection.offsets_ms(inspection.flash_times(mixed, (200, 300, 200, 60)), inspection.beep_times(mixed))
    assert len(offsets) >= least
    assert abs(sorted(offsets)[len(offsets) // 2]) <= SYNC_MS, offsets


@pytest.mark.xfail(reason="now and then pictures are held or no marks are found, and it is not known why", strict=False)
async def test_what_a_network_delays_and_reorders_comes_whole_and_in_sync(attending: PageMeeting, tmp_path: Path) -> None:
    weather = Weather(delay_s=0.04, jitter_s=0.05)
    async with Relay(weather) as relay:
        mixed, report = await recorded(attending, tmp_path, "&relay=1", relay)
    assert weather.overtaken > 100
    assert weather.lost == 0
    # A machine that stands still for seconds makes some packets late. None is lost, but those that the last ones have overtaken
    # are still on their way when the recording ends: two for either person, at packets of 20 ms.
    assert report["late_packets"] <= 20
    assert 0 <= report["lost_packets"] - report["late_packets"] <= 4
    assert report["held_frames"] <= 2
    assert_in_sync(mixed, 3)


async def test_single_losses_are_made_good_and_counted(attending: PageMeeting, tmp_path: Path) -> None:
    """Pictures are sent again, sound is recovered from the next packet or goes on; both are told."""
    weather = Weather(loss=0.04, delay_s=0.02)
    async with Relay(weather) as relay:
        mixed, report = await recorded(attending, tmp_path, "&relay=1&numbered=1", relay)
    assert weather.lost > 30
    assert report["lost_packets"] > 5
    assert report["recovered_packets"] + report["concealed_packets"] >= report["lost_packets"] * 0.8
    assert report["held_frames"] + report["lost_frames"] < 0.1 * report["decoded_frames"]
    assert_in_sync(mixed, 3)


async def test_after_an_outage_pictures_are_sent_again_and_the_missing_sound_is_told(
    attending: PageMeeting, tmp_path: Path,
) -> None:
    def gone(weather: Weather) -> None:
        weather.outage = 150

    weather = Weather(delay_s=0.02)
    async with Relay(weather) as relay:
        mixed, report = await recorded(attending, tmp_path, "&relay=1&numbered=1", relay, gone, seconds=12)
    assert weather.lost == 150
    assert report["lost_packets"] > 20
    assert report["audio_gaps_ms"] > 400
    assert report["lost_frames"] + report["held_frames"] < 60
    assert_in_sync(mixed, 3)
