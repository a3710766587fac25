"""Callbacks: what a bot tells the `callback_url` of its own request, in the MeetStream dialect's words.

They go through the ledger of webhooks like every other event, to an endpoint that belongs to the bot: written with the change
they tell of, retried, signed, kept. Here is which there are, what each says, and the words for a bot's status.

The dialect has two generations of callbacks that no receiver can tell apart by itself, so a bot's `profile` says which it gets.
`seed` has few events, and the codes 102 while joining and 500 for every stop; `current` has all of them, and 500 only for what
went wrong. In both profiles a body has the keys of both generations.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapporteur.domain.ids import derived_id, new_id
from rapporteur.domain.lifecycle import BEFORE_END, IN_MEETING, BotState
from rapporteur.domain.providers import UNREACHABLE
from rapporteur.domain.recording import ArtifactKind, MediaStatus
from rapporteur.domain.timeline import iso
from rapporteur.services.rows import ArtifactRow, BotRow, DeliveryRow, EndpointRow
from rapporteur.services.store import DELIVERIES_TOPIC, UnitOfWork
from rapporteur.services.views import Status

SEED, CURRENT = PROFILES = ("seed", "current")
PREFIX = "callback."
"""Before a callback's name in the ledger, where it tells these bodies and their signature from those of webhooks."""
RAW = "raw"
HELD_MS = 60_000
"""How long the news of a deletion waits for its end before it goes out by itself."""

# --- the words for a status ---------------------------------------------------------------------------------------------

STATUSES: dict[BotState, str] = {
    BotState.READY: "Joining",
    BotState.JOINING_CALL: "Joining",
    BotState.IN_WAITING_ROOM: "InWaitingRoom",
    BotState.IN_CALL_NOT_RECORDING: "InMeeting",
    BotState.RECORDING_PERMISSION_ALLOWED: "InMeeting",
    BotState.RECORDING_PERMISSION_DENIED: "InMeeting",
    BotState.IN_CALL_RECORDING: "Recording",
    BotState.CALL_ENDED: "Stopped",
    BotState.RECORDING_DONE: "Stopped",
    BotState.DONE: "Done",
    BotState.FATAL: "Error",
    BotState.MEDIA_EXPIRED: "MediaExpired",
}
SCHEDULED = "Scheduled"
LEAVES = "Leaving"
DENIED = frozenset({"bot_kicked_from_waiting_room"})
"""Reasons of a bot that somebody turned away at the door."""
NOT_ALLOWED = frozenset({
    "timeout_exceeded_waiting_room", "call_ended_by_platform_waiting_room_timeout", "meeting_locked",
    "meeting_requires_sign_in", "meeting_requires_registration", "meeting_not_accessible", "meeting_password_incorrect",
})
"""Reasons of a bot that was never let in, by nobody's word."""


def status_word(changes: Sequence[Status], *, scheduled: bool, leaving: bool = False) -> str:
    """A bot's status, from the history of its states. What was never let in keeps saying so when it is done.

    `leaving`: it was told to leave.
    """
    state = BotState(changes[-1].code)
    if leaving and state in BEFORE_END:
        return LEAVES
    if state is BotState.READY:
        return SCHEDULED if scheduled else STATUSES[state]
    if state is BotState.MEDIA_EXPIRED:
        return STATUSES[state]
    end = next((change for change in changes if change.code in (BotState.CALL_ENDED, BotState.FATAL)), None)
    unwelcome = _unwelcome(end.sub_code) if end is not None else None
    return unwelcome or STATUSES[state]


def _unwelcome(sub_code: str | None) -> str | None:
    return "Denied" if sub_code in DENIED else "NotAllowed" if sub_code in NOT_ALLOWED else None


# --- what there is to tell ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Callback:
    event: str
    message: str
    says: dict[str, Any]
    """`status_code`, where there is one, and what this event says beside what every callback says."""
    seed: dict[str, Any] | None = None
    """What it says otherwise in the seed profile; None: it is not sent there."""
    bot_event: str | None = None
    """The narrower name, where `event` has several."""

    def in_profile(self, profile: str) -> dict[str, Any] | None:
        """What it says there beside what every callback says; None if the profile does not have it."""
        if profile == SEED:
            return None if self.seed is None else self.says | self.seed
        return self.says

    def body(self, bot: BotRow, profile: str, event_id: str, at_ms: float) -> dict[str, Any] | None:
        """The body as it is sent; None if the profile does not have it."""
        said = self.in_profile(profile)
        if said is None:
            return None
        says = {key: value for key, value in said.items() if key != "status_code"}
        code = {"status_code": said["status_code"]} if "status_code" in said else {}
        name = {"bot_event": self.bot_event or self.event} if self.event.startswith("bot.") else {}
        return {
            "bot_id": bot.id, **says, "message": self.message, **code, "event": self.event, **name,
            "timestamp": iso(at_ms), "custom_attributes": bot.metadata, "event_id": event_id,
        }


def _bot(event: str, word: str, message: str, seed: dict[str, Any] | None = None) -> Callback:
    return Callback(event, message, {"bot_status": word, "status_code": 200}, seed)


OF_STATE: dict[BotState, Callback] = {
    BotState.JOINING_CALL: _bot("bot.joining", "Joining", "Bot is joining the meeting",
                                seed={"bot_status": "joining", "status_code": 102}),
    BotState.IN_WAITING_ROOM: _bot("bot.in_waiting_room", "InWaitingRoom", "Bot is in the waiting room"),
    BotState.IN_CALL_NOT_RECORDING: _bot("bot.inmeeting", "InMeeting", "Bot has joined the meeting", seed={}),
    BotState.RECORDING_PERMISSION_ALLOWED: _bot(
        "bot.recording_permission_allowed", "InMeeting", "Bot is allowed to record"),
    BotState.RECORDING_PERMISSION_DENIED: _bot(
        "bot.recording_permission_denied", "InMeeting", "Bot is not allowed to record"),
    BotState.IN_CALL_RECORDING: _bot("bot.recording", "Recording", "Bot is recording the meeting"),
    BotState.DONE: _bot("bot.done", "Done", "Bot is done"),
}
AHEAD = _bot("bot.scheduled", SCHEDULED, "Bot is scheduled to join the meeting")
LEAVING = _bot("bot.leaving", LEAVES, "Bot is leaving the meeting")
TROUBLE = Callback("bot.error", "The provider of the live transcript could not be spoken to", {"bot_status": "InMeeting"})
"""The bot stays where it is; nothing is said of a code."""
BROKEN = Callback("bot.done", "Bot is done, and it failed", {"bot_status": "Done", "status_code": 500})
_NARROWER = {"Denied": "bot.denied", "NotAllowed": "bot.notallowed", "Error": "bot.failed"}

OF_ARTIFACT: dict[ArtifactKind, tuple[str, str]] = {
    ArtifactKind.AUDIO_MIXED: ("audio", "Audio"),
    ArtifactKind.TRANSCRIPT: ("transcription", "Transcript"),
    ArtifactKind.VIDEO_MIXED: ("video", "Video"),
    ArtifactKind.MEETING_METADATA: ("manifest", "Manifest"),
}
_KEYS = {"audio": "audio_status", "transcription": "transcript_status", "video": "video_status", "manifest": "manifest_status"}
_IN_SEED = frozenset({"audio", "transcription"})


def stopped(state: BotState, sub_code: str | None) -> Callback:
    """The end, which is told once. The seed knows one kind of it, with 500; the reason is in its message."""
    word = _unwelcome(sub_code) or STATUSES[state]
    clean = word == "Stopped"
    narrower = "bot.kicked" if sub_code == "bot_kicked_from_call" else _NARROWER.get(word, "bot.stopped")
    message = f"Bot has stopped: {sub_code or 'it left the meeting'}"
    return Callback("bot.stopped", message, {"bot_status": word, "status_code": 200 if clean else 500},
                    seed={"bot_status": "Stopped", "status_code": 500}, bot_event=narrower)


def made(artifact: ArtifactRow) -> Callback | None:
    """What became of a file; None for what the dialect has no callback of."""
    if artifact.kind not in OF_ARTIFACT or artifact.status.code not in (MediaStatus.DONE, MediaStatus.FAILED):
        return None
    return _file(artifact.kind, artifact.status.code, artifact.status.sub_code)


def _file(kind: ArtifactKind, code: str, sub_code: str | None) -> Callback:
    (noun, spoken), done = OF_ARTIFACT[kind], code == MediaStatus.DONE
    says = {
        "status": "success" if done else "error", _KEYS[noun]: "Success" if done else "Failed",
        "status_code": 200 if done else 500,
    }
    well = "completed" if noun == "manifest" else "processed"
    message = f"{spoken} processing completed" if done else f"{spoken} could not be made: {sub_code or 'failed'}"
    return Callback(f"{noun}.{well if done else 'failed'}", message, says, seed={} if noun in _IN_SEED else None)


def deletion(deleted_objects: int, *, well: bool = True) -> Callback:
    message = "The data of the bot has been deleted" if well else (
        "Not all data of the bot could be deleted yet; the server tries again")
    return Callback("data_deletion", message, {
        "status": "success" if well else "failed", "deleted_objects": deleted_objects, "status_code": 200 if well else 500,
    }, seed={})


def every() -> tuple[Callback, ...]:
    """One of each, in the order of a bot's life."""
    done = OF_STATE[BotState.DONE]
    on_the_way = [callback for callback in OF_STATE.values() if callback is not done]
    files = [_file(kind, code, None) for kind in OF_ARTIFACT for code in (MediaStatus.DONE, MediaStatus.FAILED)]
    return (AHEAD, *on_the_way, TROUBLE, LEAVING, stopped(BotState.CALL_ENDED, None), *files, done, deletion(0))


EVENTS: tuple[str, ...] = tuple(PREFIX + callback.event for callback in every())
"""Every callback as the ledger names it."""


# --- who is owed one ----------------------------------------------------------------------------------------------------


def endpoint_id(owner_id: str) -> str:
    """The endpoint that stands for the callback_url of a bot, or of a transcript."""
    return derived_id(owner_id, "callback")


def deletion_id(bot_id: str) -> str:
    """The callback that tells how a bot's deletion went."""
    return derived_id(bot_id, "data_deletion")


def _late_deletion_id(bot_id: str) -> str:
    """The one that tells of its success, where the first had told of a failure."""
    return derived_id(bot_id, "data_deletion", "late")


def endpoint(bot: BotRow, secret: str, now_ms: float) -> EndpointRow | None:
    """The endpoint of a new bot; None if its request named no callback_url."""
    wanted = bot.config.get("callback")
    return None if not wanted else EndpointRow(
        endpoint_id(bot.id), bot.workspace_id, bot.id, wanted["url"], EVENTS, secret, True, "", now_ms)


def state_changed(tx: UnitOfWork, bot: BotRow, status: Status) -> None:
    """Owe what the bot's new state, which is written already, has to tell."""
    if not bot.config.get("callback"):
        return
    if status.code == BotState.MEDIA_EXPIRED:
        # Told when the files are gone. Should the server die on the way, the next one erases them first and tells then.
        _owe(tx, bot, deletion(_stored_objects(tx, bot)), status.updated_at_ms, deletion_id(bot.id), held_ms=HELD_MS)
        return
    seen = [change.code for change in tx.bots.statuses([bot.id]).get(bot.id, ())]
    for callback in _of_state(tx, bot, status, seen):
        _owe(tx, bot, callback, status.updated_at_ms)


def told_to_leave(tx: UnitOfWork, bot: BotRow, at_ms: float) -> None:
    _owe(tx, bot, LEAVING, at_ms)


def artifact_changed(tx: UnitOfWork, bot: BotRow, artifact: ArtifactRow) -> None:
    if artifact.status.sub_code == UNREACHABLE and bot.state in IN_MEETING:
        _owe(tx, bot, TROUBLE, artifact.status.updated_at_ms)
    if (callback := made(artifact)) is None or _told_by_another(bot, artifact):
        return
    if (own := artifact.detail.get("callback")) is None:
        _owe(tx, bot, callback, artifact.status.updated_at_ms)
    else:
        # Of a transcript that was asked for afterwards, with an address of its own.
        told = replace(bot, metadata={}, config={"callback": own})
        _owe(tx, told, callback, artifact.status.updated_at_ms, to=endpoint_id(artifact.id))


def _told_by_another(bot: BotRow, artifact: ArtifactRow) -> bool:
    """The sound is told once, by the format of which get_audio makes its file."""
    if artifact.kind is not ArtifactKind.AUDIO_MIXED or artifact.format == RAW:
        return False
    return (bot.config.get("recording_config") or {}).get("audio_mixed_raw") is not None


def awaited(tx: UnitOfWork, artifact: ArtifactRow, secret: str, at_ms: float) -> None:
    """Open the address that is told what becomes of one transcript: `callback` of its detail, {url, profile}."""
    tx.webhooks.add_endpoint(EndpointRow(
        endpoint_id(artifact.id), artifact.workspace_id, artifact.bot_id, artifact.detail["callback"]["url"],
        tuple(f"{PREFIX}transcription.{end}" for end in ("processed", "failed")), secret, True, "", at_ms,
    ))


def deleted(tx: UnitOfWork, bot_id: str) -> None:
    """Let go of the callback that waits for the good end of a deletion."""
    for waiting in (deletion_id(bot_id), _late_deletion_id(bot_id)):
        if (held := _held(tx, waiting)) is not None:
            _let_go(tx, held)


def deletion_failed(tx: UnitOfWork, bot_id: str, at_ms: float) -> None:
    """Tell of the failure instead, once; that it went well after all is told by another callback, which waits for that."""
    held, bot = _held(tx, deletion_id(bot_id)), tx.bots.get(bot_id)
    if held is None or bot is None:
        return
    said = json.loads(held.body)
    there_were = said["deleted_objects"]
    bad = deletion(there_were - _stored_objects(tx, bot), well=False)
    _let_go(tx, held, body=_encoded(said | bad.says | {"message": bad.message}))
    _owe(tx, bot, deletion(there_were), at_ms, _late_deletion_id(bot_id), held_ms=math.inf)


def _held(tx: UnitOfWork, delivery_id: str) -> DeliveryRow | None:
    """A callback that waits to be let go, and was not sent by itself meanwhile."""
    held = tx.webhooks.get_delivery(delivery_id)
    return held if held is not None and held.state == "retrying" and not held.attempts else None


def _let_go(tx: UnitOfWork, held: DeliveryRow, **changes: Any) -> None:
    tx.webhooks.update_delivery(held.id, state="pending", next_at_ms=None, **changes)
    tx.notify(DELIVERIES_TOPIC)


def concluded(tx: UnitOfWork, bot: BotRow, at_ms: float) -> None:
    """Nothing more will come of a bot that failed; the others say so by their state."""
    if bot.state is BotState.FATAL:
        _owe(tx, bot, BROKEN, at_ms)


def _of_state(tx: UnitOfWork, bot: BotRow, status: Status, seen: list[str]) -> list[Callback]:
    state = BotState(status.code)
    match state:
        case BotState.READY:
            return [] if bot.join_at_ms is None else [AHEAD]
        case BotState.CALL_ENDED:
            untold = BotState.IN_CALL_NOT_RECORDING in seen and bot.leaving_ms is None
            return [*([LEAVING] if untold else []), stopped(state, status.sub_code)]
        case BotState.FATAL:
            return [] if BotState.CALL_ENDED in seen else [stopped(state, status.sub_code)]
    # A pause leads out of a state and back into it; that is told once.
    return [OF_STATE[state]] if state in OF_STATE and seen.count(state) == 1 else []


def _stored_objects(tx: UnitOfWork, bot: BotRow) -> int:
    artifacts = tx.artifacts.of_recordings([recording.id for recording in tx.recordings.of_bots([bot.id])])
    return sum(len(files) for files in tx.artifacts.files([artifact.id for artifact in artifacts]).values())


def _owe(
    tx: UnitOfWork, bot: BotRow, callback: Callback, at_ms: float, delivery_id: str | None = None, *, to: str | None = None,
    held_ms: float = 0,
) -> None:
    """Owe it to the bot's own address, or to the endpoint of id `to`; held back for a while, until somebody lets it go; for
    ever if that is what it takes."""
    wanted = bot.config.get("callback")
    address = tx.webhooks.endpoint(bot.workspace_id, to or endpoint_id(bot.id)) if wanted else None
    if wanted is None or address is None or not address.enabled:
        return
    event_id = delivery_id or new_id()
    body = callback.body(bot, wanted["profile"], event_id, at_ms)
    if body is not None:
        tx.webhooks.add_delivery(DeliveryRow(
            event_id, bot.workspace_id, address.id, PREFIX + callback.event, bot.id, _encoded(body), at_ms,
            state="retrying" if held_ms else "pending", next_at_ms=at_ms + held_ms if 0 < held_ms < math.inf else None,
        ))
        tx.notify(DELIVERIES_TOPIC)


def _encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
