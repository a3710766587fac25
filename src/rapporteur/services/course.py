"""One bot's course within one transaction: every change of it, its recordings and artifacts is checked, dated and announced.

All moments that are announced about one bot are at least a millisecond apart where the event could have the same name, and grow
in the order in which they were written: receivers tell events apart, and order them, by their moment alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from rapporteur.domain.lifecycle import BotEvent, BotState, advance
from rapporteur.domain.recording import MediaStatus
from rapporteur.services import callbacks, events
from rapporteur.services.rows import ArtifactRow, BotRow, LiveEndpointRow, RecordingRow
from rapporteur.services.store import UnitOfWork, events_topic, orders_topic
from rapporteur.services.views import LiveEvent, LogLine, Status
from rapporteur.wire import control

MIN_STEP_MS = 1.0


class Course:
    """Made by `following`, which writes the bot's row once at the end, however much happened to it."""

    def __init__(self, tx: UnitOfWork, bot: BotRow) -> None:
        self.tx = tx
        self.bot = bot
        self._changes: dict[str, Any] = {}
        self._shown: list[LiveEvent] = []

    def change(self, **changes: Any) -> None:
        self.bot = replace(self.bot, **changes)
        self._changes |= changes

    def save(self) -> None:
        if self._shown:
            self.tx.history.add_events(self.bot.workspace_id, self.bot.id, self._shown)
            self.tx.notify(events_topic(self.bot.id))
        if self._changes:
            self.tx.bots.update(self.bot.id, **self._changes)

    def moment(self, at_ms: float) -> float:
        """`at_ms`, or as much later as the bot's earlier moments demand."""
        stamped_ms = max(at_ms, self.bot.stamped_ms + MIN_STEP_MS)
        self.change(stamped_ms=stamped_ms)
        return stamped_ms

    # --- the bot --------------------------------------------------------------------------------------------------------

    def begin(self, at_ms: float) -> None:
        """Enter the first state of a new bot."""
        self._enter(BotState.READY, at_ms, None, None)

    def move(self, event: BotEvent, at_ms: float, *, sub_code: str | None = None, message: str | None = None) -> None:
        """Take the step of the lifecycle's table; IllegalTransition, with nothing written, when it has none."""
        self._enter(advance(self.bot.state, event), at_ms, sub_code, message)

    def _enter(self, state: BotState, at_ms: float, sub_code: str | None, message: str | None) -> None:
        status = Status(state.value, self.moment(at_ms), sub_code, message)
        self.change(state=state, state_since_ms=status.updated_at_ms)
        if sub_code is not None and state in (BotState.CALL_ENDED, BotState.FATAL):
            self.change(sub_code=sub_code)
        self.tx.bots.add_status(self.bot.id, status)
        self.show(control.STATE_CHANGED, {"state": state.value, "sub_code": sub_code, "message": message}, status.updated_at_ms)
        events.announce(self.tx, self.bot.workspace_id, events.bot_changed(self.bot, status))
        callbacks.state_changed(self.tx, self.bot, status)

    def leaves(self, at_ms: float) -> None:
        """Remember when the bot was told to leave, and tell it, the first time."""
        if self.bot.leaving_ms is None:
            told_ms = self.moment(at_ms)
            self.change(leaving_ms=told_ms)
            callbacks.told_to_leave(self.tx, self.bot, told_ms)

    def show(self, kind: str, body: dict[str, Any], at_ms: float) -> None:
        """Append to the bot's event log, which live views read."""
        number = self.bot.event_number + 1
        self._shown.append(LiveEvent(number, at_ms, kind, body))
        self.change(event_number=number)

    def log(self, level: str, message: str, at_ms: float) -> None:
        """Append to the bot's log, which users read."""
        self.tx.history.add_log(self.bot.workspace_id, self.bot.id, LogLine(at_ms, level, message))

    def order(self, name: str, body: dict[str, Any] | None = None) -> None:
        number = self.bot.order_number + 1
        self.tx.history.add_order(self.bot.workspace_id, self.bot.id, control.Order(number, name, body or {}))
        self.change(order_number=number)
        self.tx.notify(orders_topic(self.bot.id))

    def config_of(self, recording: RecordingRow | None) -> dict[str, Any]:
        """The merged recording_config that a recording follows: its own, or the bot's."""
        if recording is not None and recording.config is not None:
            return recording.config
        return self.bot.config.get("recording_config") or {}

    # --- its media ------------------------------------------------------------------------------------------------------

    def recording_began(self, recording: RecordingRow) -> None:
        self.tx.recordings.add(recording)
        events.announce(self.tx, self.bot.workspace_id, events.recording_changed(self.bot, recording))

    def recording_became(self, recording: RecordingRow, code: MediaStatus, at_ms: float, **changes: Any) -> RecordingRow:
        recording = replace(recording, status=Status(code.value, self.moment(at_ms)), **changes)
        self.tx.recordings.update(recording.id, status=recording.status, **changes)
        events.announce(self.tx, self.bot.workspace_id, events.recording_changed(self.bot, recording))
        return recording

    def artifact_began(self, recording: RecordingRow, artifact: ArtifactRow) -> None:
        self.tx.artifacts.add(artifact)
        events.announce(self.tx, self.bot.workspace_id, events.artifact_changed(self.bot, recording, artifact))

    def artifact_became(
        self, recording: RecordingRow, artifact: ArtifactRow, code: MediaStatus, at_ms: float,
        *, sub_code: str | None = None, **changes: Any,
    ) -> ArtifactRow:
        artifact = replace(artifact, status=Status(code.value, self.moment(at_ms), sub_code), **changes)
        self.tx.artifacts.update(artifact.id, status=artifact.status, **changes)
        events.announce(self.tx, self.bot.workspace_id, events.artifact_changed(self.bot, recording, artifact))
        callbacks.artifact_changed(self.tx, self.bot, artifact)
        return artifact

    def endpoint_began(self, recording: RecordingRow, endpoint: LiveEndpointRow) -> None:
        self.tx.live_endpoints.add(endpoint)
        events.announce(self.tx, self.bot.workspace_id, events.endpoint_changed(self.bot, recording, endpoint))

    def endpoint_became(
        self, recording: RecordingRow, endpoint: LiveEndpointRow, code: str, at_ms: float,
        *, sub_code: str | None = None, message: str | None = None,
    ) -> LiveEndpointRow:
        """`code` is done | failed | deleted; `message` says why it failed."""
        endpoint = replace(endpoint, status=Status(code, self.moment(at_ms), sub_code))
        self.tx.live_endpoints.update(endpoint.id, status=endpoint.status)
        events.announce(self.tx, self.bot.workspace_id, events.endpoint_changed(self.bot, recording, endpoint, message))
        return endpoint

    def endpoints_become(self, recording: RecordingRow, before: str, after: str, at_ms: float) -> None:
        """Every live endpoint of the recording that is `before` becomes `after`."""
        for endpoint in self.tx.live_endpoints.of_recordings([recording.id]):
            if endpoint.status.code == before:
                self.endpoint_became(recording, endpoint, after, at_ms)


@contextmanager
def following(tx: UnitOfWork, bot: BotRow) -> Iterator[Course]:
    """The bot's course in this transaction; what it became is written when the block ends without an error."""
    course = Course(tx, bot)
    yield course
    course.save()
