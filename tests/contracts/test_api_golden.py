"""Every object of the Recall dialect against its golden sample in contracts/recall: what clients parse, key for key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rapporteur.api.recall import reads
from rapporteur.api.recall.creation import creation
from rapporteur.api.recall.schemas import CreateBot
from rapporteur.domain.meeting import ROOM_PATTERN, Catalogue
from rapporteur.domain.recording import FILES, Artifact, ArtifactKind, files_of
from rapporteur.services.views import ArtifactView, BotView, LiveEndpointView, Page, RecordingView, Status, StoredFile

pytestmark = pytest.mark.contract

SAMPLES = Path(__file__).parents[2] / "contracts" / "recall"
AT_MS = 1_764_072_000_123.0
BOT_ID = "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1"
RECORDING_ID = "b4a0c4de-52b5-4f0a-8f53-0d8cf6a54f10"
CATALOGUE = Catalogue((ROOM_PATTERN,), frozenset({"room"}))
REQUEST = {
    "meeting_url": "https://meet.example.org/room/weekly-sync", "bot_name": "Notes", "metadata": {"deal": "42"},
    "external_id": "crm-7", "recording_config": {
        "audio_mixed_mp3": {}, "transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}}},
}


def _artifact(kind: ArtifactKind, code: str) -> ArtifactView:
    file_format = next((f.format for f in FILES if f.artifact is kind), None)
    files = tuple(
        StoredFile(f.name, f"w/{kind}/{f.name}", f.role, f.content_type, 1000) for f in files_of(Artifact(kind, file_format)))
    detail: dict[str, Any] = {"title": "Weekly sync"} if kind is ArtifactKind.MEETING_METADATA else {}
    if kind is ArtifactKind.TRANSCRIPT:
        detail = {"provider": {"recallai_streaming": {"language_code": "en"}}, "diarization": None}
    artifact_id = f"e0a5c6a2-33ab-4c43-9c30-00000000000{list(ArtifactKind).index(kind)}"
    return ArtifactView(
        artifact_id, kind, RECORDING_ID, {}, BOT_ID, Status(code, AT_MS), AT_MS, {}, file_format,
        files if code == "done" else (), detail)


def _recording(code: str) -> RecordingView:
    ended = code == "done"
    return RecordingView(
        RECORDING_ID, BOT_ID, {"deal": "42"}, "crm-7", Status(code, AT_MS), AT_MS, AT_MS, AT_MS + 60_000 if ended else None,
        AT_MS + 7 * 86_400_000 if ended else None, {}, tuple(_artifact(kind, code) for kind in ArtifactKind),
        endpoints=(_endpoint(),))


def _endpoint() -> LiveEndpointView:
    return LiveEndpointView(
        "9a1b0f5e-2f14-4a53-9a43-5b1f0c7f1d11", RECORDING_ID, {}, "webhook", "https://example.org/live?token=t",
        ("transcript.data",), Status("running", AT_MS), AT_MS, {"stage": "one"},
        {"transcript.data": 12})


def _bot(states: list[Status], recordings: tuple[RecordingView, ...] = ()) -> BotView:
    new = creation(CreateBot.model_validate(REQUEST), [], CATALOGUE, AT_MS).bot
    return BotView(BOT_ID, new.address.as_json(), new.bot_name, None, new.config, new.metadata, new.external_id,
                   tuple(states), recordings)


def _link(file: StoredFile) -> str:
    return f"https://rapporteur.example.org/media/{file.key}?Expires=1764090000&Signature=abc"


def samples() -> dict[str, Any]:
    ready = Status("ready", AT_MS)
    ended = [ready, Status("call_ended", AT_MS + 61_000, "call_ended_by_host"), Status("done", AT_MS + 65_000)]
    found = {
        "bot.ready": reads.bot(_bot([ready]), _link),
        "bot.in_call_recording": reads.bot(_bot([ready], (_recording("processing"),)), _link),
        "bot.done": reads.bot(_bot(ended, (_recording("done"),)), _link),
        "recording": reads.recording(_recording("done"), _link),
        "realtime_endpoint": reads.realtime_endpoint(_endpoint()),
        "page": reads.page([], Page([], "c", None, 0), lambda cursor: cursor and f"https://rapporteur.example.org/?cursor={cursor}"),
    }
    for kind in ArtifactKind:
        found[str(kind)] = reads.artifact(_artifact(kind, "done"), _recording("done"), _link)
    return found


@pytest.mark.parametrize("name", sorted(samples()))
def test_an_object_is_what_its_sample_says(name: str) -> None:
    sample = json.loads((SAMPLES / f"{name}.json").read_text())
    assert samples()[name] == sample
    assert list(samples()[name]) == list(sample), "the order of keys is part of what people read"


def test_every_sample_belongs_to_an_object() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(samples())
