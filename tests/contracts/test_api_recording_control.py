"""Starting, stopping, pausing and resuming recordings through the Recall dialect, with a bot at the other end that obeys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from rapporteur.domain.errors import InvalidRequest
from rapporteur.domain.ids import derived_id
from rapporteur.settings import Settings, from_environment
from rapporteur.wire import control
from rapporteur.wire.control import Acknowledge, Order
from tests.fakes.api_server import ROOM, Answer, ApiServer, BotSide, attending, serving
from tests.fakes.core import Reporting

pytestmark = pytest.mark.contract

COMMANDS = ("start_recording", "stop_recording", "pause_recording", "resume_recording")
TRANSCRIBED = {"transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}}}


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


class Obeying:
    """The least a bot does: it reports what it was ordered to do."""

    def __init__(self, api: ApiServer, bot_id: str, generation: int, report: Reporting) -> None:
        self.api, self.bot_id, self.generation, self.report = api, bot_id, generation, report
        self.recordings = 1
        self.orders: list[Order] = []

    @property
    def recording_id(self) -> str:
        return derived_id(self.bot_id, "recording", str(self.recordings))

    async def serve(self, side: BotSide) -> None:
        while True:
            if isinstance(order := await side.hear(), Order):
                self.orders.append(order)
                await side.say(Acknowledge(order.number), *self._facts(order))

    def _facts(self, order: Order) -> list[control.Fact]:
        fact, state = self.report.fact, self.report.state
        match order.name:
            case "pause_recording":
                return [fact(control.RECORDING_PAUSED, recording_id=self.recording_id), state("in_call_not_recording")]
            case "resume_recording":
                return [fact(control.RECORDING_RESUMED, recording_id=self.recording_id), state("in_call_recording")]
            case "stop_recording":
                return [fact(control.RECORDING_STOPPED, recording_id=self.recording_id), state("in_call_not_recording")]
        halted = [fact(control.RECORDING_STOPPED, recording_id=self.recording_id), state("in_call_not_recording")]
        self.recordings += 1
        config = order.body["recording_config"]
        began = fact(control.RECORDING_STARTED, recording_id=self.recording_id, recording_config=config)
        return [*halted, began, state("in_call_recording")]


@asynccontextmanager
async def recording(api: ApiServer, **body: Any) -> AsyncIterator[Obeying]:
    """A bot that is in its meeting, records and obeys."""
    bot_id, generation = await api.core.next((await api.create(**body))["id"])
    report = Reporting(bot_id)
    bot = Obeying(api, bot_id, generation, report)
    async with attending(api, bot_id, generation) as side:
        await side.hear()
        facts = [*report.joined(), *report.recording(bot.recording_id)]
        await side.say(*facts)
        await side.acknowledged(len(facts))
        serving = asyncio.create_task(bot.serve(side))
        try:
            yield bot
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving


async def command(api: ApiServer, bot_id: str, name: str, body: Any = None) -> Answer:
    return await api.call("POST", f"/api/v1/bot/{bot_id}/{name}/", json=body)


def last(bot: dict[str, Any]) -> str:
    return bot["status_changes"][-1]["code"]


async def test_a_pause_is_seen_in_its_answer_and_ended_by_a_resume(api: ApiServer) -> None:
    async with recording(api) as bot:
        paused = await command(api, bot.bot_id, "pause_recording")
        assert paused.status == 200
        assert (last(paused.json), paused.json["recordings"][0]["status"]["code"]) == ("in_call_not_recording", "paused")
        assert (await command(api, bot.bot_id, "pause_recording")).json["code"] == "recording_already_paused"
        resumed = (await api.call("POST", f"/api/v1/bot/{bot.bot_id}/resume_recording")).json  # without the last slash
        assert (last(resumed), resumed["recordings"][0]["status"]["code"]) == ("in_call_recording", "processing")
        refused = await command(api, bot.bot_id, "resume_recording")
        assert (refused.status, refused.json["code"]) == (400, "recording_not_paused")
        assert len(resumed["recordings"]) == 1
        assert [order.name for order in bot.orders] == ["pause_recording", "resume_recording"]


async def test_a_stopped_recording_is_an_entry_of_its_own(api: ApiServer) -> None:
    async with recording(api) as bot:
        stopped = (await command(api, bot.bot_id, "stop_recording")).json
        assert last(stopped) == "in_call_not_recording"
        assert stopped["recordings"][0]["completed_at"] is not None
        for name in ("stop_recording", "pause_recording", "resume_recording"):
            refused = await command(api, bot.bot_id, name)
            assert (refused.status, refused.json["code"]) == (400, "not_recording")
            assert refused.json["detail"]


async def test_a_started_recording_has_the_defaults_of_the_api_and_not_those_of_the_bot(api: ApiServer) -> None:
    config = {**TRANSCRIBED, "audio_mixed_mp3": {}, "video_mixed_layout": "gallery_view", "retention": {"type": "forever"}}
    async with recording(api, recording_config=config) as bot:
        body = {"audio_mixed_mp3": {"metadata": {"part": "two"}}, "metadata": {"take": "2"}, "audio_mixed": {}}
        started = await command(api, bot.bot_id, "start_recording", body)
        assert started.status == 200
        assert started.headers["X-Rapporteur-Unknown-Keys"] == "audio_mixed"
        first, second = started.json["recordings"]
        assert last(started.json) == "in_call_recording"
        assert first["completed_at"] is not None
        assert second["completed_at"] is None
        assert second["metadata"] == {"take": "2"}
        made = {kind for kind, shortcut in second["media_shortcuts"].items() if shortcut}
        assert made == {"video_mixed", "audio_mixed", "participant_events", "meeting_metadata"}
        assert second["media_shortcuts"]["audio_mixed"]["metadata"] == {"part": "two"}
        sent = bot.orders[0].body["recording_config"]
        assert (sent["transcript"], sent["video_mixed_layout"]) == (None, "speaker_view")
        assert sent["retention"] == {"type": "timed", "hours": 168}
        assert started.json["recording_config"]["video_mixed_layout"] == "gallery_view", "the bot's own stays"


async def test_what_a_started_recordings_endpoints_ask_for_is_sent_once(api: ApiServer) -> None:
    first, second = ({"type": "webhook", "url": f"http://127.0.0.1:9/{name}", "events": ["bot.done", "transcript.data"]}
                     for name in ("first", "second"))
    async with recording(api, recording_config={"realtime_endpoints": [first]}) as bot:
        for _ in range(2):
            answer = await command(api, bot.bot_id, "start_recording", {"realtime_endpoints": [first, second]})
            assert answer.status == 200
        rows = await api.core.store.read(lambda tx: tx.webhooks.endpoints(api.core.workspace_id))
        assert [(row.url, row.events) for row in rows if row.bot_id == bot.bot_id] == [
            (first["url"], ("bot.done",)), (second["url"], ("bot.done",))]


WORDS = {"type": "websocket", "url": "wss://example.org/live", "events": ["transcript.data"]}
PICTURED = WORDS | {"events": ["video_separate_png.data", "transcript.data"]}


@pytest.mark.parametrize(("sent", "field"), [
    ({"automatic_video_output": {"in_call_recording": {"image_url": "https://example.org/a.png"}}}, ["automatic_video_output"]),
    ({"automatic_audio_output": {"in_call_recording": {"audio_url": "https://example.org/a.mp3"}}}, ["automatic_audio_output"]),
    ({"output_media": {"camera": {"kind": "webpage", "config": {"url": "https://example.org/"}}}}, ["output_media"]),
    ({"realtime_endpoints": [{"type": "rtmp", "url": "rtmp://example.org/live", "events": ["video_mixed_flv.data"]}]},
     ["realtime_endpoints", "0", "type"]),
    ({"realtime_endpoints": [WORDS, PICTURED]}, ["realtime_endpoints", "1", "events"]),
    ({"realtime_endpoints": [{"type": "websocket", "config": {"url": WORDS["url"], "events": ["video_separate_h264.data"]}}]},
     ["realtime_endpoints", "0", "events"]),
])
async def test_what_a_started_recording_could_not_do_is_refused_by_name(
    api: ApiServer, sent: dict[str, Any], field: list[str],
) -> None:
    async with recording(api, recording_config={"realtime_endpoints": [WORDS]}) as bot:
        answer = await command(api, bot.bot_id, "start_recording", sent)
        assert answer.status == 400
        said = answer.json
        for name in field:
            assert list(said) == [name]
            said = said[name]
        assert said[0].endswith(".")
        assert bot.orders == [], "nothing of it is begun"


async def test_a_started_recording_streams_words_sound_and_the_pictures_that_its_bot_makes(api: ApiServer) -> None:
    sounding = {"type": "webhook", "url": "https://example.org/sound", "events": ["audio_mixed_raw.data"]}
    async with recording(api, recording_config={"realtime_endpoints": [PICTURED]}) as bot:
        answer = await command(api, bot.bot_id, "start_recording", {"realtime_endpoints": [sounding, PICTURED]})
        assert answer.status == 200
        ordered = bot.orders[0].body["recording_config"]
        assert [each["events"] for each in ordered["realtime_endpoints"]] == [sounding["events"], PICTURED["events"]]
        assert ordered["transcript"], "what the words are made of is on"
        begun = (await api.get("/api/v1/realtime_endpoint/"))["results"]
        of_second = [each["url"] for each in begun if each["recording"]["id"] == bot.recording_id]
        assert sorted(of_second) == sorted([sounding["url"], PICTURED["url"]])


async def test_what_has_no_meaning_in_a_started_recording_is_told(api: ApiServer) -> None:
    async with recording(api) as bot:
        sent = {"start_recording_on": "participant_speak", "variant": {"zoom": "web_4_core"}, "automatic_video_output": None}
        assert (await command(api, bot.bot_id, "start_recording", sent)).status == 200
        told = [line["message"] for line in await api.get(f"/api/v1/bot/{bot.bot_id}/logs/")]
        assert "start_recording_on of start_recording: a recording that is started by order begins at once" in told
        assert any(line.startswith("variant: ") for line in told)


async def test_commands_and_changes_are_taken_as_forms(api: ApiServer) -> None:
    async with recording(api) as bot:
        form = aiohttp.FormData({"audio_mixed_mp3": "{}", "metadata": '{"take": "2"}'}, default_to_multipart=True)
        started = await api.call("POST", f"/api/v1/bot/{bot.bot_id}/start_recording/", data=form)
        assert started.status == 200, started.raw
        assert started.json["recordings"][1]["metadata"] == {"take": "2"}
    ahead = await api.create(join_at="2040-01-31T15:04:05Z")
    form = aiohttp.FormData({"bot_name": "Form", "metadata": '{"a": "b"}'}, default_to_multipart=True)
    changed = await api.call("PATCH", f"/api/v1/bot/{ahead['id']}/", data=form)
    assert (changed.status, changed.json["bot_name"], changed.json["metadata"]) == (200, "Form", {"a": "b"}), changed.raw


@pytest.mark.parametrize(("hours", "kept"), [(24, {"type": "timed", "hours": 24}), ("forever", {"type": "forever"})])
async def test_what_is_kept_how_long_is_the_operators_choice_where_nobody_says_it(
    tmp_path: Path, hours: Any, kept: dict[str, Any],
) -> None:
    async with serving(tmp_path, Settings(retention_hours=hours)) as api:
        assert (await api.create())["recording_config"]["retention"] == kept
        assert (await api.create(recording_config=None))["recording_config"]["retention"] == kept
        assert (await api.create(recording_config={"retention": None}))["recording_config"]["retention"] is None
        sent = {"type": "timed", "hours": 5}
        assert (await api.create(recording_config={"retention": sent}))["recording_config"]["retention"] == sent
        other = await api.call("POST", "/api/v1/bots/create_bot", json={"meeting_link": ROOM})
        view = await api.core.bots.get(api.core.workspace_id, other.json["bot_id"])
        assert view.config["recording_config"]["retention"] == kept


def test_the_operators_choice_is_some_hours_or_for_ever() -> None:
    assert from_environment({"RAPPORTEUR_RETENTION_HOURS": "48"}).retention_hours == 48
    assert from_environment({"RAPPORTEUR_RETENTION_HOURS": "forever"}).retention_hours == "forever"
    with pytest.raises(InvalidRequest, match="RAPPORTEUR_RETENTION_HOURS"):
        from_environment({"RAPPORTEUR_RETENTION_HOURS": "a week"})


async def test_a_recording_that_may_keep_nothing_is_ordered_without_artifacts(api: ApiServer) -> None:
    async with recording(api) as bot:
        started = (await command(api, bot.bot_id, "start_recording", {"retention": None, **TRANSCRIBED})).json
        assert not any(started["recordings"][1]["media_shortcuts"].values())
        assert bot.orders[0].body["recording_config"]["transcript"] is None


async def test_a_body_that_is_wrong_is_refused_field_by_field(api: ApiServer) -> None:
    async with recording(api) as bot:
        answer = await command(api, bot.bot_id, "start_recording", {"video_mixed_layout": "cinema", "transcript": {}})
        assert answer.status == 400
        assert answer.json.keys() == {"video_mixed_layout", "transcript"}
        assert bot.orders == []


@pytest.mark.parametrize("name", COMMANDS)
async def test_before_and_after_the_call_there_is_nothing_to_command(api: ApiServer, name: str) -> None:
    bot_id = (await api.create())["id"]
    early = await command(api, bot_id, name)
    assert (early.status, early.json["code"]) == (400, "cannot_command_unstarted_bot")
    await command(api, bot_id, "leave_call")
    late = await command(api, bot_id, name)
    assert (late.status, late.json["code"]) == (400, "cannot_command_completed_bot")
    assert (await command(api, "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1", name)).status == 404


async def test_an_order_that_finds_no_bot_stands_until_one_comes(api: ApiServer) -> None:
    bot_id, generation = await api.core.next((await api.create())["id"])
    await api.core.attendance.take(bot_id, generation, Reporting(bot_id).joined())
    answer = await command(api, bot_id, "start_recording")
    assert (answer.status, last(answer.json)) == (200, "in_call_not_recording")
    [order] = await api.core.attendance.orders(bot_id, 0)
    assert order.name == "start_recording"


async def test_permission_is_asked_for_where_somebody_can_give_it(api: ApiServer) -> None:
    bot_id = (await api.create())["id"]
    address = f"/api/v1/bot/{bot_id}/request_recording_permission/"
    refused = await api.call("POST", address)
    assert (refused.status, refused.json["code"]) == (400, "cannot_command_unstarted_bot")
    _, generation = await api.core.next(bot_id)
    report = Reporting(bot_id)
    await api.core.attendance.take(bot_id, generation, report.joined())
    refused = await api.call("POST", address)
    assert (refused.status, refused.json["code"]) == (400, "not_supported")
    await api.core.attendance.take(bot_id, generation, [report.state("call_ended", "call_ended_by_host")])
    assert (await api.call("POST", address)).json["code"] == "cannot_command_completed_bot"
