"""The ports: what the use cases and the bot need from the outside, as roles. Adapters fulfil them without inheritance."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from rapporteur.domain.capture import Way, Why
from rapporteur.domain.errors import RapporteurError
from rapporteur.domain.output import Line
from rapporteur.domain.providers import Pass
from rapporteur.domain.recording import ArtifactKind
from rapporteur.domain.session import Fact
from rapporteur.domain.transcript import Word
from rapporteur.wire.control import Job
from rapporteur.wire.live import LiveEvent
from rapporteur.wire.page import MediaFrame
from rapporteur.wire.tape import Record

# --- the bot's side -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TrackSeen:
    """A media source of the meeting: first sight, a newly known owner, or its end.

    `track` is the meeting adapter's number and never reused within one generation.
    """

    track: int
    media: str
    """audio | video"""
    mime: str
    clock_rate: int
    key: str | None = None
    """The owner's platform id, None while unknown."""
    role: str | None = None
    """microphone | webcam | screenshare, or page: everything the page shows or plays"""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """A line of the meeting's own captions, as it will stay. UTC milliseconds."""

    key: str
    """Who said it, by the platform's id."""
    text: str
    start_ms: float
    end_ms: float
    language_code: str | None = None


class MeetingListener(Protocol):
    """Where a meeting adapter reports to. Calls come on the event loop and return at once."""

    def on_fact(self, fact: Fact) -> None: ...

    def on_track(self, track: TrackSeen) -> None: ...

    def on_media(self, frames: list[MediaFrame]) -> None: ...

    def on_title(self, title: str | None) -> None:
        """What the meeting is called, as soon as the page tells and whenever it changes."""
        ...

    def on_capture(self, way: Way, why: Why | None) -> None:
        """How the media is taken from now on; `why` it is not as before."""
        ...

    def on_caption(self, caption: Caption) -> None: ...

    def on_log(self, level: str, message: str) -> None: ...


class Meeting(Protocol):
    """One meeting as the bot attends it, by a web page or without one."""

    async def join(self, job: Job, listener: MeetingListener) -> None:
        """Open and ask to be let in. Returns once asked; what the door says arrives as facts.

        Raises MeetingFailure when the meeting cannot be reached, CaptureFailure when the browser cannot start.
        """
        ...

    async def leave(self) -> None:
        """Leave politely within seconds, then close everything. Never raises; may be called twice."""
        ...


class Stage(Protocol):
    """The bot's microphone, camera, screen and chat. Unsupported where the meeting has none, MeetingFailure when it does not
    take what it is given."""

    async def show(self, surface: Literal["camera", "screenshare"], frames: list[tuple[int, bytes]]) -> None:
        """`frames` are (milliseconds, image file); several are repeated. It stays until another or `blank`."""
        ...

    async def blank(self, surface: Literal["camera", "screenshare"]) -> None:
        """Show nothing there; what streams there is over, with its sound, at once."""
        ...

    async def open(self, surface: Literal["camera", "screenshare"]) -> None:
        """Make ready for a stream. It is seen and heard once the surface and the microphone are switched on."""
        ...

    async def stream(self, surface: Literal["camera", "screenshare"], frames: list[MediaFrame]) -> None:
        """H.264 and Opus, to be seen and heard as they come."""
        ...

    async def light(self, surface: Literal["camera", "screenshare"]) -> None:
        """Switch the surface on for what streams there."""
        ...

    async def microphone(self, on: bool) -> None: ...

    async def sound(self, samples: bytes) -> None:
        """48 kHz mono s16le, to be sent as fast as it is to be heard and at most 200 ms ahead."""
        ...

    async def hush(self) -> None:
        """Drop the sound that was sent and not heard yet."""
        ...

    async def write(self, line: Line) -> None: ...


class Answer(Protocol):
    """What becomes of an order."""

    def done(self) -> None: ...

    def superseded(self) -> None:
        """A later order took its place."""
        ...

    def not_done(self, error: RapporteurError) -> None: ...


class Actor(Protocol):
    """The bot as whoever directs it sees it, beside its own settings and the control plane. Calls return at once."""

    def obey(self, name: str, body: dict[str, Any], answer: Answer) -> None:
        """Do what one of control.OUTPUT_ORDERS asks."""
        ...

    def speak(self, samples: bytes, answer: Answer) -> None:
        """Say this behind what is being said so: 48 kHz mono s16le."""
        ...


class Tape(Protocol):
    records: int
    """Media records written so far."""

    def append(self, *records: Record) -> None:
        """Queue records; they are on disk within a second. Raises CaptureFailure when the disk refuses."""
        ...

    async def close(self, reason: str) -> None:
        """Write END, sync and close."""
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """One stretch of speech of one source, cut where the speaker paused."""

    source: int
    start_ms: float
    end_ms: float
    pcm: bytes
    """16 kHz mono signed 16-bit little-endian."""


class EarListener(Protocol):
    def on_voice(self, source: int, at_ms: float) -> None:
        """The first sign of a voice in the quiet: speech if it lasts, else nothing more is said of it."""
        ...

    def on_speech(self, source: int, speaking: bool, at_ms: float) -> None: ...

    def on_heard(self, heard: Heard) -> None: ...

    def on_sound(self, source: int, at_ms: float, pcm: bytes) -> None:
        """Everything a source brings, speech or not, as it comes: 16 kHz mono s16le, while it is wanted.

        `at_ms` is the first sample's. Portions follow each other without a break unless the source itself paused. What is said
        of speech in the same stretch (`on_speech`, `on_heard`) comes a little later, live, and otherwise before.
        """
        ...


class Ear(Protocol):
    """Decodes the audio tracks as they come, tells who speaks and cuts speech into utterances."""

    def open(self, source: int, mime: str, clock_rate: int) -> None: ...

    def hear(self, source: int, rtp: int, sequence: int, arrival_ms: float, payload: bytes) -> None: ...

    def close(self, source: int) -> None:
        """The source ended: what it was saying is handed out."""
        ...

    async def settle(self) -> None:
        """Returns when everything handed in so far was listened to; speech that goes on stays open."""
        ...

    async def drain(self) -> None:
        """Returns when everything heard so far has been handed to the listener."""
        ...

    async def aclose(self) -> None: ...


class Recogniser(Protocol):
    name: str
    """The engine, for people: "faster-whisper small", "pocketsphinx en-us"."""

    async def recognise(self, pcm: bytes, language_code: str) -> list[Word]:
        """Words of 16 kHz mono s16le audio, in milliseconds from its start. Raises RapporteurError when it cannot."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """What a live recogniser understood of one speaker; UTC milliseconds. What is not final is replaced by what comes next."""

    words: tuple[Word, ...]
    final: bool
    language_code: str | None = None


class WordsListener(Protocol):
    """Where a stream of speech reports to. Calls come on the event loop and return at once."""

    def on_said(self, said: Said) -> None: ...

    def on_provider_data(self, payload: Any) -> None:
        """A provider's message as it came."""
        ...

    def on_lost(self, seconds: float) -> None:
        """So much sound will have no words: the provider was away for longer than sound is kept."""
        ...

    def on_given_up(self, failure: RapporteurError, unheard: list[tuple[float, bytes]]) -> None:
        """No provider is left for this speaker. `unheard` is the sound without words, (at_ms, pcm) each, in order."""
        ...


class SpeechStream(Protocol):
    """One speaker's sound on its way to a provider. Nothing here waits, blocks or raises but `aclose`."""

    def voice(self, at_ms: float) -> None:
        """Somebody may be beginning to speak."""
        ...

    def speech(self, speaking: bool, at_ms: float) -> None: ...

    def sound(self, at_ms: float, pcm: bytes) -> None: ...

    async def aclose(self) -> None:
        """Everything heard so far has its words, or was given up; within a bound."""
        ...

    async def abandon(self) -> None:
        """End at once, whatever is under way."""
        ...


class Transcriber(Protocol):
    """A provider that recognises speech while it is spoken."""

    def open(self, listener: WordsListener, *, partials: bool) -> SpeechStream:
        """For one speaker. `partials`: whether somebody wants words that are not final."""
        ...


OnPicture = Callable[[str, int, float, bytes], None]
"""The live event it is for, whose source, when (UTC milliseconds), and the picture."""


class Viewer(Protocol):
    """Makes pictures of everybody's video while it comes, for live endpoints; see media.viewer."""

    def feed(self, record: Record) -> None:
        """Take one TRACK or VIDEO record, in the order of the tape. Never waits."""
        ...

    async def aclose(self) -> None: ...


class FileTranscriber(Protocol):
    """A provider that recognises what is recorded."""

    async def transcribe(self, path: Path) -> list[Word]:
        """The words of a file of sound or film, in milliseconds from its start. RecognitionFailure when it cannot."""
        ...


class LiveFeed(Protocol):
    """Tells the user's endpoints what happens, while it happens. Nothing here waits, blocks or raises but `aclose`."""

    def wants(self, name: str) -> bool:
        """Whether anybody asked for an event: what nobody wants need not be made."""
        ...

    def recording_started(self, recording_id: str, recording_config: dict[str, Any], at_ms: float) -> None:
        """Open the recording's endpoints; `at_ms` is the zero of its `relative` times."""
        ...

    def recording_stopped(self, recording_id: str) -> None: ...

    def publish(self, event: LiveEvent) -> None: ...

    async def aclose(self) -> None:
        """Deliver what is owed, within bounds, and end."""
        ...


@dataclass(frozen=True, slots=True)
class ComposedArtifact:
    recording_id: str
    artifact: ArtifactKind
    files: tuple[Path, ...]
    failure: str | None = None
    """The sub_code when the artifact could not be made; then there are no files."""
    report: dict[str, Any] | None = None
    format: str | None = None
    """Which of the artifacts of this kind, where it is made in several formats."""


class Composer(Protocol):
    """Turns the tape into artifacts, in a process of its own that follows the tape while it grows."""

    async def start(self) -> None: ...

    async def completed(self, recording_id: str) -> list[ComposedArtifact]:
        """The artifacts of a recording that the tape says is complete, while others may follow."""
        ...

    async def finish(self) -> list[ComposedArtifact]:
        """Wait until it has read the tape's end. A composer that died is started again, from the tape."""
        ...


# --- the server's side --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a new bot process is told, through its standard input and nowhere else."""

    control_url: str
    token: str


class Launcher(Protocol):
    async def launch(self, bot_id: str, generation: int, credentials: Credentials) -> None:
        """Start the process of this pair, or adopt the one that lives. Idempotent."""
        ...

    def alive(self, bot_id: str, generation: int) -> bool: ...

    def launched(self, bot_id: str, generation: int) -> bool:
        """Whether the process was ever started: if it was and is not alive, it died."""
        ...

    def end(self, bot_id: str, generation: int) -> None:
        """End the process by force, if it lives: for one that is fenced out and does not hear it."""
        ...


class BlobStore(Protocol):
    """Whole objects under slash-separated keys."""

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> int:
        """Store an object atomically; answer its size. A put of an existing key replaces it."""
        ...

    async def size(self, key: str) -> int | None:
        """None if there is no such object."""
        ...

    def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`."""
        ...

    async def delete(self, key: str) -> None: ...


class Minter(Protocol):
    """Where vendors give short-lived tokens for lasting keys."""

    async def mint(self, account: str, secrets: Mapping[str, str]) -> Pass:
        """For one connection. The lasting key itself where the vendor makes no tokens for it.

        Raises DestinationFailure, with the status if the vendor refused, and BlockedAddress.
        """
        ...


class Engine(Protocol):
    """Durable work. Every call may be repeated; the same arguments start the same work once."""

    async def attend(self, bot_id: str, at_ms: float | None) -> None:
        """Begin the bot's lifecycle now (None) or at a time."""
        ...

    async def reschedule(self, bot_id: str, at_ms: float) -> None:
        """Move the beginning of a lifecycle that waits for its time; nothing for one that has begun."""
        ...

    async def tell(self, bot_id: str, generation: int, news: str) -> None:
        """ended | lost: what the lifecycle waits for."""
        ...

    async def errand(self, kind: str, about: str) -> None:
        """Do an errand of this kind, about the object of this id, as soon as there is room for it."""
        ...

    async def redeliver(self, delivery_id: str, attempt: int, delay_s: float) -> None: ...
