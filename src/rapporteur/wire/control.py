"""The control channel: one WebSocket per bot and generation between the bot process and the server.

The bot dials `/internal/bots/{id}/control` with its own token and says Hello; the server answers Welcome, with the job, or
Fenced when a newer generation owns the bot. From then on facts go up as numbered `Fact`s that stay with the bot until they
are acknowledged, and orders come down as numbered `Order`s that the server repeats until they are acknowledged. A dropped
connection changes nothing: both sides resume from the numbers they know.

Every message is a JSON text frame `{"type": …, …}`. A server accepts bots of its own protocol version and of the one before.

Since version 2 a bot asks for what opens each connection to a vendor; before, it was told the vendor's key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

VERSION = 2
ASKS_FOR_PASSES = 2
"""The first version that knows PassWanted."""


@dataclass(frozen=True, slots=True)
class Hello:
    """Up, first. `sent_at_ms` is the bot host's clock, from which the server's answer yields the offset."""

    type: ClassVar[str] = "hello"
    bot_id: str
    generation: int
    sent_at_ms: float
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Welcome:
    """Down, answers Hello. `job` is a Job as JSON; `acknowledged` the highest fact number the server holds."""

    type: ClassVar[str] = "welcome"
    job: dict[str, Any]
    acknowledged: int
    now_ms: float
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Fenced:
    """Down: a newer generation exists, or the bot is finished. Leave at once and report nothing."""

    type: ClassVar[str] = "fenced"


@dataclass(frozen=True, slots=True)
class Fact:
    """Up: something that happened. `kind` is one of the constants below, `body` its JSON."""

    type: ClassVar[str] = "fact"
    number: int
    at_ms: float
    kind: str
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Both ways: every fact (down) or order (up) with this number or a lower one is safe."""

    type: ClassVar[str] = "acknowledge"
    number: int


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Up, every few seconds: proves that media arrives, not merely that the process lives."""

    type: ClassVar[str] = "heartbeat"
    at_ms: float
    media_records: int


@dataclass(frozen=True, slots=True)
class Order:
    """Down: a command of the user: `leave_call`, one of `recording_order`, or one of OUTPUT_ORDERS.

    The body of `start_recording` is {recording_config}: merged, and without artifacts where nothing is kept. That of an output
    order has `until_ms` beside what is said there: the bot does it before then or not at all, and answers with ORDER_DONE.
    """

    type: ClassVar[str] = "order"
    number: int
    name: str
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UploadsWanted:
    """Up: ask for one signed PUT per file. `files` are {recording_id, name} objects; names are those of domain.recording."""

    type: ClassVar[str] = "uploads_wanted"
    request: int
    files: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Uploads:
    """Down, answers UploadsWanted: {recording_id, name, key, url} per file."""

    type: ClassVar[str] = "uploads"
    request: int
    files: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class PassWanted:
    """Up: ask for what opens one connection to a vendor. `account` is one that the bot's recordings need."""

    type: ClassVar[str] = "pass_wanted"
    request: int
    account: str


@dataclass(frozen=True, slots=True)
class PassGranted:
    """Down, answers PassWanted. `secret` is null where none could be had; `status` is then what the vendor answered, null if
    it did not answer. `minted`: a token for one connection, not the account's lasting key."""

    type: ClassVar[str] = "pass_granted"
    request: int
    secret: str | None = field(repr=False)
    minted: bool = False
    status: int | None = None


Message = Hello | Welcome | Fenced | Fact | Acknowledge | Heartbeat | Order | UploadsWanted | Uploads | PassWanted | PassGranted
_TYPES: dict[str, type] = {cls.type: cls for cls in (
    Hello, Welcome, Fenced, Fact, Acknowledge, Heartbeat, Order, UploadsWanted, Uploads, PassWanted, PassGranted,
)}

STATE_CHANGED = "state_changed"
"""{state, sub_code|null, message|null}"""
RECORDING_STARTED = "recording_started"
"""{recording_id, recording_config?}; at_ms is the first video frame. Without a configuration of its own it has the bot's."""
RECORDING_STOPPED = "recording_stopped"
"""{recording_id}"""
RECORDING_COMPLETE = "recording_complete"
"""{recording_id}: it was stopped before the call ended, and all of its artifacts are stored or have failed"""
RECORDING_PAUSED = "recording_paused"
"""{recording_id}"""
RECORDING_RESUMED = "recording_resumed"
"""{recording_id}"""
PARTICIPANT_EVENT = "participant_event"
"""{recording_id|null, action, participant{…}, data{…}|null}"""
UTTERANCE = "utterance"
"""{recording_id, participant{…}, utterance{…}}: Utterance.as_json()"""
ARTIFACT_STORED = "artifact_stored"
"""{recording_id, artifact, format|null, files: [{name, key, size}], report{…}|null}

`artifact` is the kind. `format` tells apart what is made of it in several formats; where it is left out, any is meant."""
ARTIFACT_FAILED = "artifact_failed"
"""{recording_id, artifact, format|null, sub_code}"""
CAPTURE_CHANGED = "capture_changed"
"""{way, why|null}: how the media is taken from now on, and why not as before (domain.capture)"""
MEDIA_FINISHED = "media_finished"
"""{}: nothing more will come of this generation's media, whatever state the bot ended in."""
LIVE_ENDPOINT = "live_endpoint"
"""{endpoint_id, code, error|null, delivered, dropped}: how an endpoint of the live feed stands; again when its counts change.

`code` is running | done | failed, `error` {code, message}. `delivered` and `dropped` count by the name of the event, and from
zero in each generation."""
PAGE_SHOWN = "page_shown"
"""{surface, seconds, cpu_s, restarts}: a web page of the bot's is over; `cpu_s` is the processor time of its browsers."""
ORDER_DONE = "order_done"
"""{number, error|null}: what became of an output order. `error` {code, message}: why it was not done."""
SCREENSHOT_TAKEN = "screenshot_taken"
"""{id[, evidence]}: its file is stored under the name of screenshot_name. With `evidence` it was taken to explain something:
{screen|null, text, console: [line], matched: {alternate: count}, pictured: whether there is a file}"""
LOG = "log"
"""{level, message}: shown to the user; never meeting content"""


SEND_CHAT = "send_chat_message"
"""{message, to, pin}"""
OUTPUT_VIDEO, STOP_VIDEO = "output_video", "stop_output_video"
"""{surface: camera|screenshare, b64_data|null, url|null, duration_s|null}; {surface}"""
OUTPUT_AUDIO, STOP_AUDIO = "output_audio", "stop_output_audio"
"""{b64_data|null, url|null}, done when it begins to be heard; {}"""
OUTPUT_MEDIA, STOP_MEDIA = "output_media", "stop_output_media"
"""{pages: {surface: url}}, done when each is seen; {surfaces: [surface]}"""
OUTPUT_ORDERS = frozenset({SEND_CHAT, OUTPUT_VIDEO, STOP_VIDEO, OUTPUT_AUDIO, STOP_AUDIO, OUTPUT_MEDIA, STOP_MEDIA})

STREAM_CHANGED = "stream_changed"
"""An order: what became of a stream. {began: true, …Job.stream} where it is to be had now, or {began: false, reason}."""


def screenshot_name(screenshot_id: str) -> str:
    """The file of a screenshot, asked for with an empty recording_id."""
    return f"screenshot-{screenshot_id}.jpg"


def recording_order(action: str) -> str:
    """The order's name of start | stop | pause | resume."""
    return f"{action}_recording"


@dataclass(frozen=True, slots=True)
class Job:
    """Everything one generation of a bot needs to know; it travels in Welcome and lives in memory only."""

    bot_id: str
    generation: int
    task: str
    """attend: join the meeting. finish: only turn what earlier generations taped into artifacts."""
    platform: str
    meeting_url: str
    meeting_password: str | None
    bot_name: str
    recording_config: dict[str, Any]
    automatic_leave: dict[str, Any]
    metadata: dict[str, Any] = field(default_factory=dict)
    external_id: str | None = None
    outputs: dict[str, Any] = field(default_factory=dict)
    """What the bot shows, says and writes by itself: domain.output.settings_of."""
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    """What opens the providers' accounts that its transcripts need, by their names (domain.providers). A key in whose place the
    bot is to ask for passes is empty."""
    signing_secret: str | None = None
    """Signs what the bot sends to its user's own endpoints; their workspace's."""
    recordings: list[dict[str, Any]] = field(default_factory=list)
    """Those that earlier generations began: {id, started_at_ms, recording_config|null, open, paused, published}.

    Of a published one everything was made that was asked for; its files may be deleted since, and are not to come again."""
    stream: dict[str, Any] | None = None
    """For a bot that receives Zoom's media stream: {meeting_uuid, rtms_stream_id, server_urls, signature}, null if unknown."""
    login: dict[str, Any] | None = None
    """For a bot that goes in signed in: {cookies}, as a browser context takes them. Where that cannot be now, {unavailable,
    message}: the sub_code that it ends with, and why."""
    past: dict[str, Any] | None = None
    """For a generation that joins again: {state, began_at_ms, joined_at_ms|null, lost_at_ms}."""

    def as_json(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Job:
        return cls(**{f.name: body[f.name] for f in fields(cls) if f.name in body})


def encode(message: Message) -> str:
    body = {f.name: getattr(message, f.name) for f in fields(message)}
    return json.dumps({"type": message.type, **body}, separators=(",", ":"), ensure_ascii=False)


def decode(text: str | bytes) -> Message:
    """The message in a frame; unknown keys are ignored. ValueError for what is no message of this channel."""
    body = json.loads(text)
    if not isinstance(body, dict) or body.get("type") not in _TYPES:
        raise ValueError(f"not a control message: {str(body)[:40]!r}")
    cls = _TYPES[body["type"]]
    known = {f.name for f in fields(cls)}
    try:
        return cls(**{k: v for k, v in body.items() if k in known})
    except TypeError as error:
        raise ValueError(f"incomplete {body['type']} message: {error}") from None
