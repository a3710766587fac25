"""What the facts that bots report mean for the rows. Pure use of a transaction: no clocks, no blobs, no engine.

A fact that cannot be applied (a state that may not follow, an unknown recording) is a bug of ours. It is told in the bot's log
and passed over: the facts behind it, the recording's files among them, must not wait for ever on one that will never fit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from rapporteur.domain.capture import SEPARATE_UNAVAILABLE, UNAVAILABLE_TEXT, Way, Why
from rapporteur.domain.errors import IllegalTransition, InvalidRequest
from rapporteur.domain.ids import derived_id, is_uuid
from rapporteur.domain.lifecycle import BotEvent, BotState, event_between
from rapporteur.domain.providers import transcribes_after
from rapporteur.domain.recording import Artifact, ArtifactKind, MediaFile, MediaStatus, artifacts_of, find_file, options_of
from rapporteur.domain.retention import keeps_nothing, kept
from rapporteur.services import screenshots
from rapporteur.services.course import Course
from rapporteur.services.rows import ArtifactRow, LiveEndpointRow, RecordingRow, ScreenshotRow
from rapporteur.services.transcripts import AFTER_CALL
from rapporteur.services.views import Status, StoredFile
from rapporteur.wire import control
from rapporteur.wire.control import Fact

log = structlog.get_logger()

MAX_EVENT_NAME = 64
_LOG_LEVELS = frozenset({"debug", "info", "warning", "error"})


def apply(course: Course, fact: Fact, missing: frozenset[str]) -> None:
    """Do what one fact means. `missing` are keys of files that facts claim to be stored and that are not there."""
    try:
        if fact.kind == control.ARTIFACT_STORED:
            _artifact_stored(course, fact, missing)
        elif fact.kind in _MEANINGS:
            _MEANINGS[fact.kind](course, fact)
        else:
            _passed_over(course, fact, f"of an unknown kind: {fact.kind[:40]}")
    except (IllegalTransition, InvalidRequest) as error:
        _passed_over(course, fact, error.message)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # The body is not as the wire says; its words stay out of the log, they may be the meeting's.
        _passed_over(course, fact, f"malformed ({type(error).__name__})")


def keys_claimed(workspace_id: str, facts: list[Fact]) -> frozenset[str]:
    """Keys of the files that the facts say were stored, as far as they can be read."""
    stored = [fact.body for fact in facts if fact.kind == control.ARTIFACT_STORED]
    claims = [(str(body.get("recording_id")), str(file.get("name"))) for body in stored for file in body.get("files", ())]
    return frozenset(
        key_of(workspace_id, recording_id, file)
        for recording_id, name in claims if (file := find_file(name)) is not None and is_uuid(recording_id)
    )


def key_of(workspace_id: str, recording_id: str, file: MediaFile) -> str:
    return f"w/{workspace_id}/recordings/{recording_id}/{file.artifact}/{file.name}"


def upload_key(course: Course, recording_id: str, name: str) -> str:
    """Where a file that the bot wants to store belongs; InvalidRequest for one that it may not store."""
    if not recording_id and is_uuid(screenshot_id := name.removeprefix("screenshot-").removesuffix(".jpg")):
        return screenshots.key_of(course.bot, screenshot_id)
    return key_of(course.bot.workspace_id, recording_of(course, recording_id).id, file_named(name))


def file_named(name: str) -> MediaFile:
    """The kind of file a bot may store under this name; InvalidRequest for any other."""
    file = find_file(name)
    if file is None:
        raise InvalidRequest("name", "not a file of any artifact")
    return file


def recording_of(course: Course, recording_id: str) -> RecordingRow:
    """The bot's recording; InvalidRequest when it has none of this id."""
    recording = course.tx.recordings.get(recording_id)
    if recording is None or recording.bot_id != course.bot.id:
        raise InvalidRequest("recording_id", "about a recording that this bot has not begun")
    return recording


def _passed_over(course: Course, fact: Fact, why: str) -> None:
    log.error("fact_passed_over", bot_id=course.bot.id, kind=fact.kind[:40], number=fact.number, why=why)
    course.log("error", f"internal: a report of the bot was passed over, {why}", fact.at_ms)


# --- the bot ------------------------------------------------------------------------------------------------------------


def _state_changed(course: Course, fact: Fact) -> None:
    state = BotState(fact.body["state"])
    if state is BotState.RECORDING_DONE:
        course.change(media_finished=True)
        if course.bot.state is BotState.FATAL:
            return  # its media is whole, but what the bot came to stays
    if state is course.bot.state:
        return  # a further generation says again where it stands
    event = event_between(course.bot.state, state)
    if event is BotEvent.PUBLISHED:
        raise IllegalTransition("a bot cannot publish itself")
    course.move(event, fact.at_ms, sub_code=fact.body.get("sub_code"), message=fact.body.get("message"))


def _order_done(course: Course, fact: Fact) -> None:
    """Shown to whoever waits for it. What the order carried, a picture for one, need be kept no longer."""
    error = fact.body.get("error")
    course.show(fact.kind, {"number": int(fact.body["number"]), "error": error}, fact.at_ms)
    course.tx.history.forget_orders(course.bot.id)


def _log(course: Course, fact: Fact) -> None:
    level = str(fact.body["level"])
    course.log(level if level in _LOG_LEVELS else "info", str(fact.body["message"]), fact.at_ms)


def _media_finished(course: Course, fact: Fact) -> None:
    course.change(media_finished=True)


def _capture_changed(course: Course, fact: Fact) -> None:
    """Kept with what runs; a recording that begins later is told of by itself."""
    capture = {"way": str(Way(fact.body["way"])), "why": str(Why(fact.body["why"])) if fact.body["why"] else None}
    log.info("capture", bot_id=course.bot.id, **capture)
    for recording in course.tx.recordings.of_bots([course.bot.id]):
        if recording.completed_at_ms is None:
            course.tx.recordings.update(recording.id, report=(recording.report or {}) | {"capture": capture})


def _page_shown(course: Course, fact: Fact) -> None:
    """Kept with what runs: it shared the machine."""
    page = {"surface": str(fact.body["surface"]), "restarts": int(fact.body["restarts"]),
            **{key: float(fact.body[key]) for key in ("seconds", "cpu_s")}}
    for recording in course.tx.recordings.of_bots([course.bot.id]):
        if recording.completed_at_ms is None:
            report = recording.report or {}
            course.tx.recordings.update(recording.id, report=report | {"pages": [*report.get("pages", []), page]})


def _screenshot_taken(course: Course, fact: Fact) -> None:
    screenshot_id = str(fact.body["id"])
    known = course.tx.screenshots.find(course.bot.id, screenshot_id)
    if is_uuid(screenshot_id) and known is None and not keeps_nothing(course.config_of(None)):
        evidence = fact.body.get("evidence")
        pictured = evidence is None or evidence["pictured"]
        key = screenshots.key_of(course.bot, screenshot_id) if pictured else None
        course.tx.screenshots.add(
            ScreenshotRow(screenshot_id, course.bot.workspace_id, course.bot.id, fact.at_ms, key, evidence))


def _content(course: Course, fact: Fact) -> None:
    """What people said and did: for the live view, unless nothing may be kept."""
    recording = course.tx.recordings.get(str(fact.body.get("recording_id")))
    if not keeps_nothing(course.config_of(recording)):
        course.show(fact.kind, fact.body, fact.at_ms)


# --- recordings ---------------------------------------------------------------------------------------------------------


def _recording_started(course: Course, fact: Fact) -> None:
    recording_id = str(fact.body["recording_id"])
    if not is_uuid(recording_id):
        raise InvalidRequest("recording_id", "about a recording without a proper id")
    if course.tx.recordings.get(recording_id) is not None:
        recording_of(course, recording_id)  # a later generation reports it again; another bot's would be an error
        return
    own, bot = fact.body.get("recording_config"), course.bot
    config = course.config_of(None) if own is None else dict(own)
    status = Status(MediaStatus.PROCESSING.value, course.moment(fact.at_ms))
    recording = RecordingRow(
        recording_id, bot.workspace_id, bot.id, status, created_at_ms=status.updated_at_ms, started_at_ms=fact.at_ms,
        metadata=config.get("metadata") or {}, config=own,
    )
    course.recording_began(recording)
    begin_artifacts(course, recording, config)
    _begin_endpoints(course, recording, config)
    course.show(fact.kind, {"recording_id": recording_id}, fact.at_ms)


def begin_artifacts(course: Course, recording: RecordingRow, config: dict[str, Any]) -> None:
    """In each kind the format that stands for it is begun last, because lists are read newest first."""
    begun: set[ArtifactKind] = set()
    for artifact in reversed(artifacts_of(kept(config))):
        # Events of one name are told apart by their moments, so a second format of a kind needs one of its own.
        at_ms = course.moment(recording.created_at_ms) if artifact.kind in begun else recording.created_at_ms
        course.artifact_began(recording, _new_artifact(recording, artifact, config, at_ms))
        begun.add(artifact.kind)


def _begin_endpoints(course: Course, recording: RecordingRow, config: dict[str, Any]) -> None:
    """From here on the recording streams to each of its configuration's `realtime_endpoints`."""
    for position, wanted in enumerate(config.get("realtime_endpoints") or ()):
        status = Status("running", course.moment(recording.created_at_ms))
        course.endpoint_began(recording, LiveEndpointRow(
            derived_id(recording.id, "realtime_endpoint", str(position)), recording.workspace_id, recording.id,
            recording.bot_id, wanted["type"], wanted["url"], tuple(wanted["events"]), status, status.updated_at_ms,
            wanted.get("metadata") or {},
        ))


def _endpoint_changed(course: Course, fact: Fact) -> None:
    """How an endpoint stands, as the bot that dials it sees it."""
    endpoint = course.tx.live_endpoints.find(course.bot.workspace_id, str(fact.body["endpoint_id"]))
    if endpoint is None or endpoint.bot_id != course.bot.id:
        raise InvalidRequest("endpoint_id", "about an endpoint that the bot does not have")
    code, error = str(fact.body["code"]), fact.body.get("error") or {}
    _events_counted(course, fact, endpoint, over=code in ("done", "failed"))
    if endpoint.status.code == "running" and code in ("done", "failed"):
        recording = recording_of(course, endpoint.recording_id)
        course.endpoint_became(
            recording, endpoint, code, fact.at_ms, sub_code=error.get("code"), message=error.get("message"))


def _events_counted(course: Course, fact: Fact, endpoint: LiveEndpointRow, *, over: bool) -> None:
    """Keep what has arrived and what was given up; the bot's log hears of losses when they begin, and of all at the end."""
    delivered, dropped = (fact.body.get(key) for key in ("delivered", "dropped"))
    # Bots of earlier versions tell of what arrived in one number.
    delivered, dropped = (counts if isinstance(counts, dict) else {} for counts in (delivered, dropped))
    before = course.tx.live_endpoints.counted([endpoint.id]).get(endpoint.id, {})
    counts = {str(event)[:MAX_EVENT_NAME]: (int(delivered.get(event, 0)), int(dropped.get(event, 0)))
              for event in {*delivered, *dropped}}
    course.tx.live_endpoints.count(endpoint.id, course.bot.generation, counts)
    lost = sum(count for _, count in counts.values())
    if lost and over:
        course.log("warning", f"{lost} events could not be delivered to a live endpoint.", fact.at_ms)
    elif lost and not any(count for _, count in before.values()):
        course.log("warning", "A live endpoint does not keep up, and events for it are given up.", fact.at_ms)


def _new_artifact(recording: RecordingRow, artifact: Artifact, config: dict[str, Any], at_ms: float) -> ArtifactRow:
    options = options_of(config, artifact)
    detail: dict[str, Any] = {"provider": options.get("provider"), "diarization": options.get("diarization")}
    if transcribes_after(options):
        detail[AFTER_CALL] = True
    return ArtifactRow(
        derived_id(recording.id, artifact.kind, artifact.format or ""), recording.workspace_id, recording.id,
        recording.bot_id, artifact.kind, Status(MediaStatus.PROCESSING.value, at_ms), at_ms,
        metadata=options.get("metadata") or {}, format=artifact.format,
        detail=detail if artifact.kind is ArtifactKind.TRANSCRIPT else {},
    )


def _recording_stopped(course: Course, fact: Fact) -> None:
    recording = recording_of(course, fact.body["recording_id"])
    if recording.completed_at_ms is None:
        course.tx.recordings.update(recording.id, completed_at_ms=fact.at_ms)
        _becomes(course, recording, MediaStatus.PAUSED, MediaStatus.PROCESSING, fact)
        course.show(fact.kind, {"recording_id": recording.id}, fact.at_ms)


def _recording_paused(course: Course, fact: Fact) -> None:
    recording = recording_of(course, fact.body["recording_id"])
    if _becomes(course, recording, MediaStatus.PROCESSING, MediaStatus.PAUSED, fact):
        course.show(fact.kind, {"recording_id": recording.id}, fact.at_ms)


def _recording_resumed(course: Course, fact: Fact) -> None:
    recording = recording_of(course, fact.body["recording_id"])
    if _becomes(course, recording, MediaStatus.PAUSED, MediaStatus.PROCESSING, fact):
        course.show(fact.kind, {"recording_id": recording.id}, fact.at_ms)


def _becomes(course: Course, recording: RecordingRow, before: MediaStatus, after: MediaStatus, fact: Fact) -> bool:
    if recording.status.code == before:
        course.recording_became(recording, after, fact.at_ms)
    return recording.status.code == before


# --- artifacts ----------------------------------------------------------------------------------------------------------


def _artifact_stored(course: Course, fact: Fact, missing: frozenset[str]) -> None:
    recording, artifact = _artifact_of(course, fact)
    if artifact.detail.get(AFTER_CALL):
        return  # a provider makes it when the call is over, whatever a bot of an older version sends
    files = [_stored_file(recording, artifact, file) for file in fact.body["files"]]
    if not files or any(file.key in missing for file in files):
        _failed(course, fact, recording, artifact, "file_missing")
        return
    course.tx.artifacts.set_files(artifact, files)
    report = fact.body.get("report") or {}
    detail = artifact.detail
    if artifact.kind is ArtifactKind.MEETING_METADATA:
        detail = detail | {"title": report.get("title")}
    elif report:
        course.tx.recordings.update(recording.id, report=(recording.report or {}) | {artifact.kind.value: report})
    if artifact.status.code == MediaStatus.DONE:
        return  # a later generation made it again: the files are new, the news is not
    course.artifact_became(recording, artifact, MediaStatus.DONE, fact.at_ms, detail=detail)
    course.show(fact.kind, {"recording_id": recording.id, "artifact": artifact.kind.value}, fact.at_ms)


def _artifact_failed(course: Course, fact: Fact) -> None:
    _failed(course, fact, *_artifact_of(course, fact), str(fact.body.get("sub_code") or "failed"))


def _failed(course: Course, fact: Fact, recording: RecordingRow, artifact: ArtifactRow, sub_code: str) -> None:
    if artifact.status.code != MediaStatus.PROCESSING:
        return  # done is kept: an earlier generation stored it
    course.artifact_became(recording, artifact, MediaStatus.FAILED, fact.at_ms, sub_code=sub_code)
    why = f"{sub_code}: {UNAVAILABLE_TEXT}" if sub_code == SEPARATE_UNAVAILABLE else sub_code
    course.log("error", f"{called(artifact)} could not be made: {why}", fact.at_ms)
    body = {"recording_id": recording.id, "artifact": artifact.kind.value, "sub_code": sub_code}
    course.show(control.ARTIFACT_FAILED, body, fact.at_ms)


def _artifact_of(course: Course, fact: Fact) -> tuple[RecordingRow, ArtifactRow]:
    recording, kind = recording_of(course, fact.body["recording_id"]), ArtifactKind(fact.body["artifact"])
    meant = [
        artifact for artifact in course.tx.artifacts.of_recordings([recording.id])
        if artifact.kind is kind and fact.body.get("format") in (None, artifact.format)
    ]
    if not meant:
        raise InvalidRequest("artifact", "about an artifact that was not asked for")
    return recording, meant[0]


def called(artifact: ArtifactRow) -> str:
    """An artifact's name, for people: its kind, and its format if it has one."""
    return f"{artifact.kind} ({artifact.format})" if artifact.format else artifact.kind.value


def _stored_file(recording: RecordingRow, artifact: ArtifactRow, claim: dict[str, Any]) -> StoredFile:
    """The key is ours to say: a bot names a file of its artifact, never a place in the store."""
    file = file_named(claim["name"])
    if (file.artifact, file.format) != (artifact.kind, artifact.format):
        raise InvalidRequest("name", "about a file of another artifact")
    return StoredFile(file.name, key_of(recording.workspace_id, recording.id, file), file.role, file.content_type,
                      int(claim["size"]))


_MEANINGS: dict[str, Callable[[Course, Fact], None]] = {
    control.STATE_CHANGED: _state_changed,
    control.RECORDING_STARTED: _recording_started,
    control.RECORDING_STOPPED: _recording_stopped,
    control.RECORDING_PAUSED: _recording_paused,
    control.RECORDING_RESUMED: _recording_resumed,
    control.PARTICIPANT_EVENT: _content,
    control.UTTERANCE: _content,
    control.ARTIFACT_FAILED: _artifact_failed,
    control.CAPTURE_CHANGED: _capture_changed,
    control.MEDIA_FINISHED: _media_finished,
    control.LIVE_ENDPOINT: _endpoint_changed,
    control.PAGE_SHOWN: _page_shown,
    control.SCREENSHOT_TAKEN: _screenshot_taken,
    control.ORDER_DONE: _order_done,
    control.LOG: _log,
}
