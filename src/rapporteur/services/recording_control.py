"""Orders about a bot's recordings: which may be given when, and how one sees that an order was obeyed.

What is known here is what the bot has reported. It may have changed since, so the bot judges an order again when it comes.
"""

from __future__ import annotations

from typing import Any

from rapporteur.domain.errors import InvalidRequest, Refused
from rapporteur.domain.lifecycle import BEFORE_END, IN_MEETING, BotState
from rapporteur.domain.output import without_outputs
from rapporteur.domain.recording import MediaStatus
from rapporteur.domain.retention import kept
from rapporteur.domain.session import RecordingAction
from rapporteur.services.course import Course
from rapporteur.services.rows import BotRow, RecordingRow
from rapporteur.services.store import UnitOfWork
from rapporteur.services.webhooks import subscribe_recording
from rapporteur.wire.control import recording_order
from rapporteur.wire.live import VIDEO_H264, VIDEO_PNG

PICTURES = frozenset({VIDEO_PNG, VIDEO_H264})


def order(course: Course, action: RecordingAction, config: dict[str, Any] | None = None) -> None:
    """Give the order. `config` is the merged recording_config of the recording to start; None: the bot's. Its
    endpoints are told what befalls the bot from now on.

    Refused with cannot_command_unstarted_bot, cannot_command_completed_bot, not_recording, recording_already_paused or
    recording_not_paused. InvalidRequest for an endpoint that would be told nothing.
    """
    bot = course.bot
    commandable(bot)
    _check(action, open_recording(course.tx, bot))
    if config is not None:
        _check_endpoints(config, course.config_of(None))
    course.order(recording_order(action), {} if config is None else {"recording_config": without_outputs(kept(config))})
    if config is not None:
        subscribe_recording(course.tx, bot, config, bot.stamped_ms, course.bot.order_number)


def commandable(bot: BotRow) -> None:
    """Refused unless the bot is in its meeting: cannot_command_unstarted_bot, cannot_command_completed_bot."""
    if bot.state not in BEFORE_END:
        raise Refused("This bot has left its meeting and takes no more commands.", code="cannot_command_completed_bot")
    if bot.state not in IN_MEETING:
        raise Refused("This bot is not in its meeting yet.", code="cannot_command_unstarted_bot")


def open_recording(tx: UnitOfWork, bot: BotRow) -> RecordingRow | None:
    """The recording that runs or is paused."""
    return next((r for r in tx.recordings.of_bots([bot.id]) if r.completed_at_ms is None), None)


def obeyed(tx: UnitOfWork, bot: BotRow, action: RecordingAction, before: RecordingRow | None) -> bool:
    """Whether the bot has done it, or never will. `before` was open when the order was given."""
    if bot.state not in IN_MEETING:
        return True
    now, records = open_recording(tx, bot), bot.state is BotState.IN_CALL_RECORDING
    match action:
        case RecordingAction.START:
            return records and now is not None and (before is None or now.id != before.id)
        case RecordingAction.STOP:
            return not records and now is None
        case RecordingAction.PAUSE:
            return not records and _paused(now)
        case RecordingAction.RESUME:
            return records and not _paused(now)


def _check(action: RecordingAction, recording: RecordingRow | None) -> None:
    if action is RecordingAction.START:
        return
    if recording is None:
        raise Refused("This bot is not recording.", code="not_recording")
    if action is RecordingAction.PAUSE and _paused(recording):
        raise Refused("The recording is paused already.", code="recording_already_paused")
    if action is RecordingAction.RESUME and not _paused(recording):
        raise Refused("The recording is not paused.", code="recording_not_paused")


def _check_endpoints(config: dict[str, Any], own: dict[str, Any]) -> None:
    """What makes pictures for live endpoints, and what dials a stream, is there from a bot's beginning or not at all."""
    asked = {name for endpoint in own.get("realtime_endpoints") or [] for name in endpoint["events"]}
    for number, endpoint in enumerate(config.get("realtime_endpoints") or []):
        if endpoint["type"] == "rtmp":
            raise InvalidRequest(
                f"realtime_endpoints.{number}.type",
                "The picture is streamed only of a recording that follows the bot's own recording_config.")
        if missing := [name for name in endpoint["events"] if name in PICTURES and name not in asked]:
            raise InvalidRequest(
                f"realtime_endpoints.{number}.events",
                f"{', '.join(missing)}: a bot makes live pictures only if its own recording_config asks for them.")


def _paused(recording: RecordingRow | None) -> bool:
    return recording is not None and recording.status.code == MediaStatus.PAUSED
