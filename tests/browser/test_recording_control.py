"""A real meeting whose recording is paused, resumed and replaced by order: what is in the files, and what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.timeline import from_iso
from rapporteur.domain.transcript import word_error_rate
from rapporteur.kit.clock import SystemClock
from rapporteur.media import inspection
from rapporteur.simulators.people import People
from rapporteur.simulators.scenario import COUPLE
from rapporteur.simulators.speech import CLIPS
from tests.fakes.house import CONFIG, House, open_house, open_room

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SPEAKER = COUPLE.people[1].name
FIRST, SECRET, THIRD, FOURTH = "welcome", "numbers", "agreed", "project"
CENTRE = (560, 320, 160, 80)


class Told:
    """What a recording's files say, with times relative to its beginning."""

    def __init__(self, recording: dict[str, Any], documents: dict[str, Any], video: Path) -> None:
        self.recording, self.documents, self.video = recording, documents, video
        self.started_ms, self.completed_ms = from_iso(recording["started_at"]), from_iso(recording["completed_at"])

    def relative_s(self, at_ms: float) -> float:
        return (at_ms - self.started_ms) / 1000

    def words(self, from_s: float = 0, to_s: float = 1e9) -> str:
        said = [w for entry in self.documents["transcript"] for w in entry["words"]]
        return " ".join(w["text"] for w in said if from_s <= w["start_timestamp"]["relative"] < to_s)

    def events_s(self) -> list[float]:
        return [event["timestamp"]["relative"] for event in self.documents["participant_events"]]


async def told(house: House, recording: dict[str, Any], folder: Path) -> Told:
    shortcuts = {name: s for name, s in recording["media_shortcuts"].items() if s}
    assert {s["status"]["code"] for s in shortcuts.values()} == {"done"}
    documents = {
        name: await house.get(shortcuts[name]["data"]["download_url"].partition(str(house.port))[2])
        for name in ("transcript", "participant_events")
    }
    video = await house.download(shortcuts["video_mixed"]["data"]["download_url"], folder / f"{recording['id']}.mp4")
    return Told(recording, documents, video)


async def test_a_recording_is_paused_resumed_and_followed_by_another(
    data_dir: Path, free_port: int, chromium: Path, tmp_path: Path,
):
    clock = SystemClock()
    async with open_house(data_dir, free_port) as house:
        room = await open_room(house)
        async with People(COUPLE, host_url=room["host_url"], executable=chromium) as people:
            await people.enter()
            bot_id = await house.send_bot(room["url"])
            await house.until(bot_id, "in_call_recording", within_s=60)

            async def say(clip: str) -> None:
                await people.say(SPEAKER, clip)
                await clock.sleep(CLIPS[clip].duration_s + 1.0)

            async def order(command: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
                bot = await house.post(f"/api/v1/bot/{bot_id}/{command}/", body)
                return {"at_ms": clock.now_ms(), "state": bot["status_changes"][-1]["code"], "bot": bot}

            await say(FIRST)
            paused = await order("pause_recording")
            assert (paused["state"], paused["bot"]["recordings"][0]["status"]["code"]) == ("in_call_not_recording", "paused")
            await say(SECRET)
            resumed = await order("resume_recording")
            assert resumed["state"] == "in_call_recording"
            await say(THIRD)
            second = await order("start_recording", {"transcript": CONFIG["transcript"]})
            assert (second["state"], len(second["bot"]["recordings"])) == ("in_call_recording", 2)
            await say(FOURTH)
            stopped = await order("stop_recording")
            assert stopped["state"] == "in_call_not_recording"
            await say(SECRET)
            early = await house.until_media(bot_id)
            assert early["status_changes"][-1]["code"] == "in_call_not_recording", "published while the bot is in the call"
            await house.post(f"/api/v1/bot/{bot_id}/leave_call/")
            bot = await house.until(bot_id, "done", "fatal")

        assert [change["code"] for change in bot["status_changes"]] == [
            "ready", "joining_call", "in_call_not_recording", "in_call_recording", "in_call_not_recording",
            "in_call_recording", "in_call_not_recording", "in_call_recording", "in_call_not_recording", "call_ended",
            "recording_done", "done",
        ]
        one, two = [await told(house, recording, tmp_path) for recording in bot["recordings"]]
        assert bot["recordings"][0]["media_shortcuts"]["audio_mixed"]
        assert bot["recordings"][1]["media_shortcuts"]["audio_mixed"] is None, "it has a configuration of its own"
        assert house.receiver.events("recording.") == [
            "recording.processing", "recording.paused", "recording.processing", "recording.processing", "recording.done",
            "recording.done",
        ]

    for made in (one, two):
        assert inspection.duration_s(made.video) == pytest.approx((made.completed_ms - made.started_ms) / 1000, abs=0.15)
    assert one.completed_ms <= two.started_ms + 1

    gap = one.relative_s(paused["at_ms"]), one.relative_s(resumed["at_ms"])
    # What the orders' answers took belongs to either side.
    inner = gap[0] + 0.2, gap[1] - 0.7
    assert inspection.loudness_db(one.video, *inner) < -90
    assert inspection.mean_colour(one.video, CENTRE, sum(inner) / 2) == (0, 0, 0)
    assert max(inspection.mean_colour(one.video, CENTRE, gap[0] - 1.0)) > 30
    assert max(inspection.mean_colour(one.video, CENTRE, gap[1] + 1.0)) > 30
    assert inspection.loudness_db(one.video, 0, gap[0]) > -60
    assert inspection.loudness_db(one.video, gap[1], inspection.duration_s(one.video)) > -60
    assert not [at_s for at_s in one.events_s() if inner[0] < at_s < inner[1]]

    assert word_error_rate(CLIPS[FIRST].text, one.words(to_s=gap[0])) < 0.5
    assert one.words(*inner) == ""
    assert word_error_rate(CLIPS[THIRD].text, one.words(from_s=inner[1])) < 0.7
    assert word_error_rate(CLIPS[FOURTH].text, two.words()) < 0.5
