"""From rows to views: what a reader sees of bots, recordings and artifacts, read with few queries however many there are."""

from __future__ import annotations

from collections import defaultdict

from rapporteur.domain.meeting import MeetingAddress
from rapporteur.services.rows import ArtifactRow, BotRow, LiveEndpointRow, RecordingRow, UploadRow
from rapporteur.services.store import UnitOfWork
from rapporteur.services.views import ArtifactView, BotView, LiveEndpointView, RecordingView, UploadView


def bots(tx: UnitOfWork, rows: list[BotRow]) -> list[BotView]:
    ids = [row.id for row in rows]
    statuses = tx.bots.statuses(ids)
    taped: defaultdict[str, list[RecordingView]] = defaultdict(list)
    for view in recordings(tx, tx.recordings.of_bots(ids), {row.id: row for row in rows}):
        if view.bot_id is not None:
            taped[view.bot_id].append(view)
    return [
        BotView(
            id=row.id, meeting_url=_address(row).as_json(), bot_name=row.bot_name, join_at_ms=row.join_at_ms,
            config=row.config, metadata=row.metadata, external_id=row.external_id,
            status_changes=statuses.get(row.id, ()), recordings=tuple(taped[row.id]), url=row.meeting["url"],
            leaving_ms=row.leaving_ms,
        )
        for row in rows
    ]


def recordings(tx: UnitOfWork, rows: list[RecordingRow], owners: dict[str, BotRow] | None = None) -> list[RecordingView]:
    """`owners` are the bots, where the caller has read them already."""
    owners = owners if owners is not None else tx.bots.many([row.bot_id for row in rows])
    brought = [bot.id for bot in owners.values() if bot.is_upload]
    uploads = tx.uploads.many(brought) if brought else {}
    made: defaultdict[str, list[ArtifactView]] = defaultdict(list)
    streaming: defaultdict[str, list[LiveEndpointView]] = defaultdict(list)
    by_id = {row.id: row for row in rows}
    for endpoint in live_endpoints(tx, tx.live_endpoints.of_recordings(list(by_id)), by_id):
        streaming[endpoint.recording_id].append(endpoint)
    for view in artifacts(tx, tx.artifacts.of_recordings(list(by_id)), by_id):
        made[view.recording_id].append(view)
    return [
        RecordingView(
            id=row.id, bot_id=None if row.bot_id in uploads else row.bot_id, bot_metadata=owners[row.bot_id].metadata,
            external_id=owners[row.bot_id].external_id, status=row.status, created_at_ms=row.created_at_ms,
            started_at_ms=row.started_at_ms, completed_at_ms=row.completed_at_ms, expires_at_ms=row.expires_at_ms,
            metadata=row.metadata, artifacts=tuple(made[row.id]), report=row.report,
            endpoints=tuple(streaming[row.id]), upload=upload(uploads[row.bot_id]) if row.bot_id in uploads else None,
        )
        for row in rows
    ]


def artifacts(tx: UnitOfWork, rows: list[ArtifactRow], owners: dict[str, RecordingRow] | None = None) -> list[ArtifactView]:
    """`owners` are the recordings, where the caller has read them already."""
    owners = owners if owners is not None else tx.recordings.many([row.recording_id for row in rows])
    files = tx.artifacts.files([row.id for row in rows])
    return [
        ArtifactView(
            id=row.id, kind=row.kind, recording_id=row.recording_id,
            recording_metadata=owners[row.recording_id].metadata, bot_id=row.bot_id, status=row.status,
            created_at_ms=row.created_at_ms, metadata=row.metadata, format=row.format, files=files.get(row.id, ()),
            detail=row.detail,
        )
        for row in rows
    ]


def live_endpoints(
    tx: UnitOfWork, rows: list[LiveEndpointRow], owners: dict[str, RecordingRow] | None = None,
) -> list[LiveEndpointView]:
    """`owners` are the recordings, where the caller has read them already."""
    owners = owners if owners is not None else tx.recordings.many([row.recording_id for row in rows])
    counted = tx.live_endpoints.counted([row.id for row in rows])
    return [
        LiveEndpointView(
            id=row.id, recording_id=row.recording_id, recording_metadata=owners[row.recording_id].metadata, type=row.type,
            url=row.url, events=row.events, status=row.status, created_at_ms=row.created_at_ms, metadata=row.metadata,
            delivered={event: delivered for event, (delivered, _) in counted.get(row.id, {}).items() if delivered},
            dropped={event: dropped for event, (_, dropped) in counted.get(row.id, {}).items() if dropped},
        )
        for row in rows
    ]


def upload(row: UploadRow, token: str | None = None) -> UploadView:
    return UploadView(row.id, row.status, row.created_at_ms, row.metadata, row.recording_id, token)


def _address(row: BotRow) -> MeetingAddress:
    m = row.meeting
    return MeetingAddress(m["platform"], m["url"], m["meeting_id"], m["password"])
