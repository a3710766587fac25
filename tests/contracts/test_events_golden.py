"""Every webhook against its golden sample in contracts/webhooks: what receivers were promised, byte for byte."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.recording import ArtifactKind
from rapporteur.services.events import (
    EVENT_NAMES,
    EVENTS,
    Announcement,
    artifact_changed,
    bot_changed,
    encoded,
    endpoint_changed,
    recording_changed,
    upload_changed,
)
from rapporteur.services.rows import UPLOAD, ArtifactRow, BotRow, LiveEndpointRow, RecordingRow, UploadRow
from rapporteur.services.views import Status

pytestmark = pytest.mark.contract

SAMPLES = Path(__file__).parents[2] / "contracts" / "webhooks"
AT_MS = 1_764_072_000_123.0
EVENT_ID = "7f8a1c8e-0d54-4be8-9f50-3f7c8b0f2f11"

BOT = BotRow(
    id="3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1", workspace_id="w", state=BotState.READY, state_since_ms=AT_MS, stamped_ms=AT_MS,
    config={}, meeting={}, bot_name="Notes", metadata={"deal": "42"}, external_id="crm-7", join_at_ms=None, created_at_ms=AT_MS,
)
OWNER = replace(BOT, meeting={"platform": UPLOAD})
_WHY = {BotState.CALL_ENDED: "call_ended_by_host", BotState.FATAL: "bot_errored", "failed": "bot_errored"}


def _recording(code: str) -> RecordingRow:
    status = Status(code, AT_MS, _WHY.get(code))
    return RecordingRow("b4a0c4de-52b5-4f0a-8f53-0d8cf6a54f10", "w", BOT.id, status, AT_MS, AT_MS, metadata={"deal": "42"})


def _artifact(kind: ArtifactKind, code: str) -> ArtifactRow:
    status = Status(code, AT_MS, _WHY.get(code))
    return ArtifactRow("e0a5c6a2-33ab-4c43-9c30-7a9c1f0d8b21", "w", _recording("done").id, BOT.id, kind, status, AT_MS)


def _endpoint(code: str) -> LiveEndpointRow:
    status = Status(code, AT_MS, "gave_up" if code == "failed" else None)
    return LiveEndpointRow("9a1b0f5e-2f14-4a53-9a43-5b1f0c7f1d11", "w", _recording("processing").id, BOT.id, "webhook",
                           "https://example.org/live", ("transcript.data",), status, AT_MS, {"stage": "one"})


def _upload(code: str) -> UploadRow:
    status = Status(code, AT_MS, "not_playable" if code == "failed" else None)
    return UploadRow(BOT.id, "w", status, AT_MS, {"deal": "42"}, "", _recording("done").id)


def announcements() -> dict[str, Announcement]:
    found: list[Announcement] = []
    for state in BotState:
        found += bot_changed(BOT, Status(state, AT_MS, _WHY.get(state)))
    found += recording_changed(BOT, _recording("paused"))
    for code in ("processing", "done", "failed", "deleted"):
        found += recording_changed(BOT, _recording(code))
        for kind in ArtifactKind:
            found += artifact_changed(BOT, _recording("processing"), _artifact(kind, code))
    for code in ("running", "done", "failed"):
        found += endpoint_changed(BOT, _recording("processing"), _endpoint(code), "It did not answer.")
    for code in ("uploading", "complete", "failed"):
        found += upload_changed(OWNER, _upload(code), None if code == "uploading" else _recording("done"))
    by_name = {a.event: a for a in found if a.event != "bot.status_change"}
    done = next(a for a in found if a.event == "bot.status_change" and a.data["status"]["code"] == "done")
    return by_name | {"bot.status_change": done}


@pytest.mark.parametrize("event", sorted(EVENT_NAMES))
def test_the_body_is_that_of_the_golden_sample(event: str) -> None:
    sample = json.loads((SAMPLES / f"{event}.json").read_text())
    assert json.loads(encoded(announcements()[event], EVENT_ID)) == sample


def test_there_is_a_sample_of_every_event_and_of_nothing_else() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == EVENT_NAMES == announcements().keys()


@pytest.mark.parametrize("event", sorted(EVENT_NAMES))
def test_every_event_says_which_bot_and_when(event: str) -> None:
    body = json.loads((SAMPLES / f"{event}.json").read_text())
    assert body["event"] == event
    assert body["event_id"] == EVENT_ID
    assert body["data"]["updated_at"] == body["data"]["data"]["updated_at"]
    if event.startswith("sdk_upload."):
        assert (body["data"]["bot_id"], body["data"]["bot"]) == (None, None), "no bot has made it"
    else:
        assert body["data"]["bot_id"] == BOT.id
        assert body["data"]["bot"] == {"id": BOT.id, "metadata": {"deal": "42"}, "external_id": "crm-7"}
    if event != "bot.status_change":
        assert event == f"{event.partition('.')[0]}.{body['data']['data']['code']}"


def test_a_status_change_is_sent_at_every_state_with_a_bare_and_a_prefixed_code() -> None:
    for state in BotState:
        change = bot_changed(BOT, Status(state, AT_MS))[-1]
        assert change.event == "bot.status_change"
        assert change.data["status"]["code"] == state.value
        assert change.data["data"]["code"] == f"bot.{state}"


def test_states_before_and_between_have_no_event_of_their_own() -> None:
    silent = [state for state in BotState if len(bot_changed(BOT, Status(state, AT_MS))) == 1]
    assert silent == [BotState.READY, BotState.RECORDING_DONE, BotState.MEDIA_EXPIRED]


def test_statuses_that_are_not_announced_give_no_event() -> None:
    assert artifact_changed(BOT, _recording("paused"), _artifact(ArtifactKind.TRANSCRIPT, "paused")) == ()


def test_the_catalogue_groups_each_event_under_its_noun() -> None:
    assert all(name.startswith(f"{noun}.") for noun, names in EVENTS.items() for name in names)
