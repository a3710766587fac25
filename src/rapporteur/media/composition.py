"""The composer's work: reads a tape once, from its beginning, and makes every artifact of every recording on it.

It follows the tape at a distance of `LAG_US`, so that what arrives late still finds its place, and drains at the end. All
times are the tape's: running it again over the same tape gives the same files. It knows no process, no clock and no priority;
those are composer's.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import structlog
from av.error import FFmpegError

from rapporteur.domain.capture import ABILITIES, SEPARATE_UNAVAILABLE, Way
from rapporteur.domain.layout import BesideScreen, Layout
from rapporteur.domain.recording import SEPARATE, Artifact, ArtifactKind, artifacts_of, files_of, options_of
from rapporteur.media.broadcast import Broadcast
from rapporteur.media.documents import DOCUMENTED, Documents, dumps
from rapporteur.media.encoders import SAMPLE_RATE
from rapporteur.media.footage import PictureReport, VideoTrack
from rapporteur.media.mixing import AudioTrack, SoundReport, sample_at
from rapporteur.media.production import AUDIBLE, Look, Production
from rapporteur.media.scene import Scene, Source
from rapporteur.media.tape import TapeReader
from rapporteur.media.voices import Microphone
from rapporteur.wire.page import MIX
from rapporteur.wire.tape import Kind, Record, Track

log = structlog.get_logger()

E = TypeVar("E", bound=StrEnum)
Progress = Callable[[float, bool], None]
Complete = Callable[[str, list[dict[str, Any]]], None]
Broadcasts = Callable[[str, int], Sequence[Broadcast]]
"""Where the mixed picture of a recording that begins at a moment of the tape is sent."""

LAG_US = 2_000_000
"""What comes later than this after its moment is lost: longer than a starved machine stands still, and than networks delay."""
STEP_US = 5_000_000
"""At most so much is composed in one go, so that a sign of life is given also across an hour in which nothing happened."""
COMPOSITION_FAILED = "composition_failed"
"""The sub_code of an artifact that could not be made."""
_TIMELESS = frozenset({Kind.BEGIN, Kind.UTTERANCE})
"""Their time does not tell how far the meeting is: an utterance is of speech long past, or of an earlier generation."""
MIXED_MP4 = Artifact(ArtifactKind.VIDEO_MIXED, "mp4")
_MIXED = frozenset({ArtifactKind.VIDEO_MIXED, ArtifactKind.AUDIO_MIXED})
_MEDIA = _MIXED | SEPARATE
_OF_PICTURES = frozenset({ArtifactKind.VIDEO_MIXED, ArtifactKind.VIDEO_SEPARATE})


@dataclass(frozen=True, slots=True)
class ComposeConfig:
    artifacts: tuple[Artifact, ...]
    look: Look
    streamed: bool = False
    """Whether the mixed picture is sent somewhere, kept or not."""

    @property
    def pictured(self) -> bool:
        """Whether anything of it is made of pictures."""
        return self.streamed or any(artifact.kind in _OF_PICTURES for artifact in self.artifacts)

    @classmethod
    def from_recording_config(cls, config: dict[str, Any]) -> ComposeConfig:
        """From a merged `recording_config`; what it leaves out, or says wrongly, is the default."""
        layout = _one_of(Layout, config.get("video_mixed_layout"), Layout.SPEAKER)
        beside = _one_of(BesideScreen, config.get("video_mixed_participant_video_when_screenshare"), BesideScreen.OVERLAP)
        constant = options_of(config, MIXED_MP4).get("constant_bit_rate") is True
        return cls(artifacts_of(config), Look(layout, beside, constant))


def _one_of(kind: type[E], name: Any, default: E) -> E:
    return kind(name) if name in {member.value for member in kind} else default


def compose(
    tape_dir: Path, out_dir: Path, config: ComposeConfig, *, follow: bool = False,
    writer_alive: Callable[[], bool] = lambda: True, progress: Progress = lambda position_us, waiting: None,
    complete: Complete = lambda recording_id, entries: None, broadcasts: Broadcasts = lambda recording_id, start_us: (),
) -> list[dict[str, Any]]:
    """Make `out_dir/RECORDING_ID/NAME` for every artifact; answer one object per recording and artifact.

    `config` is that of every recording whose start names no other.
    Each has the keys of services.ports.ComposedArtifact, `files` being paths as text. `progress` hears, often, up to which
    moment of the tape (UTC microseconds, 0 before the first) the work is done, and whether it waits for more of the tape; what
    it raises ends the work. `complete` hears of every recording that is complete before the tape ends. `broadcasts` are asked
    for where `config` is streamed. A disk that refuses fails the artifact, not the call.
    """
    composition = _Composition(tape_dir, out_dir, config, progress, complete, broadcasts)
    reader = TapeReader(tape_dir, follow=follow, writer_alive=writer_alive, idle=composition.wait)
    for record in reader:
        composition.take(record)
    return composition.finish(reader.skipped_bytes)


@dataclass(frozen=True, slots=True)
class Capture:
    """How media was taken, and why not as before."""

    way: str = Way.TRACKS
    why: str | None = None

    @property
    def mixed(self) -> bool:
        return not ABILITIES[Way(self.way)].separate_audio


@dataclass(slots=True)
class _Take:
    """One recording in the making."""

    recording_id: str
    config: ComposeConfig
    folder: Path
    production: Production | None
    start_us: int
    end_us: int
    pictures_before: PictureReport
    sound_before: SoundReport
    capture: Capture
    """How its media was taken last."""
    mixed: bool
    """Whether any of it was taken as a mix."""
    running: bool = True
    rejoins: int = 0
    gap_us: int = 0
    """Between the generations that recorded it."""
    failure: str | None = None
    report: dict[str, Any] | None = None
    """Set when the take is closed."""


class _Composition:
    def __init__(
        self, tape_dir: Path, out_dir: Path, config: ComposeConfig, progress: Progress, complete: Complete,
        broadcasts: Broadcasts,
    ) -> None:
        self._complete = complete
        self._broadcasts = broadcasts
        self._tape_dir = tape_dir
        self._out_dir = out_dir
        self._config = config
        self._pictured = config.pictured
        """Whether pictures are decoded: from the beginning, or since the first recording that wants them."""
        self._taken = 0
        self._progress = progress
        self._scene = Scene()
        self._audio: dict[int, Microphone] = {}
        self._sound_mixed = False
        """Whether the platform gave sound that is several people's."""
        self._pictures, self._sound = PictureReport(), SoundReport()
        self._agenda: list[tuple[int, int, Record]] = []
        self._due = 0
        self._documents: dict[str, Documents] = {}
        self._open: set[str] = set()
        """Recordings that have begun on the tape and not ended."""
        self._titles: list[Record] = []
        """Documents that begin later begin with these."""
        self._takes: dict[str, _Take] = {}
        self._current: _Take | None = None
        self._capture = Capture()
        self._doers = {Kind.EVENT: self._event, Kind.RECORDING: self._recording, Kind.TRACK: self._track,
                       Kind.CAPTURE: self._taken_by}
        self._newest_us = 0
        self._position_us = 0.0

    def wait(self) -> None:
        self._progress(self._position_us, True)

    def take(self, record: Record) -> None:
        self._taken += 1
        match record.kind:
            case Kind.BEGIN:
                self._break()
            case Kind.TRACK if not record.body["ended"]:
                self._track(record)  # at once: whose media this is was true before it was known
            case Kind.VIDEO if record.source in self._scene.sources:
                self._scene.sources[record.source].footage.observe(record)
            case Kind.AUDIO if record.source in self._audio:
                self._audio[record.source].sound.observe(record)
            case Kind.EVENT | Kind.RECORDING | Kind.TRACK | Kind.CAPTURE:
                self._due += 1
                heapq.heappush(self._agenda, (record.at_us, self._due, record))
        if record.kind is Kind.RECORDING:
            self._border(record)
        if record.kind in DOCUMENTED:
            self._document(record)
        if record.kind not in _TIMELESS:
            self._newest_us = max(self._newest_us, record.at_us)
            self._advance(self._newest_us - LAG_US)

    def _border(self, record: Record) -> None:
        recording_id, action = record.body["recording_id"], record.body["action"]
        if action == "start":
            self._open.add(recording_id)
            self._begin_documents(recording_id, record.at_us)
        elif action == "stop":
            self._open.discard(recording_id)
        elif action == "complete" and not self._open:
            self._advance(record.at_us)  # nothing that comes late belongs to anything, and perhaps nothing comes

    def _begin_documents(self, recording_id: str, at_us: int) -> None:
        if recording_id not in self._documents:
            documents = self._documents[recording_id] = Documents(recording_id, at_us)
            for title in self._titles:
                documents.take(title)

    def _document(self, record: Record) -> None:
        if record.kind is Kind.MEETING:
            self._titles.append(record)
            for documents in self._documents.values():
                documents.take(record)
        elif (documents := self._documents.get(record.body["recording_id"])) is not None:
            documents.take(record)

    def finish(self, skipped_bytes: int) -> list[dict[str, Any]]:
        self._advance(self._newest_us)
        for take in self._takes.values():
            self._close(take)
        return [entry for take in self._takes.values() for entry in self._entries(take, skipped_bytes)]

    # --- the tape's time ------------------------------------------------------------------------------------------------

    def _break(self) -> None:
        """A generation begins: sources and clocks of the one before are void, its people and recordings may go on."""
        self._advance(self._newest_us)
        self._scene.break_off()
        self._audio = {}
        if self._current is not None:
            self._current.running = False

    def _advance(self, until_us: float) -> None:
        while self._agenda and self._agenda[0][0] <= until_us:
            at_us, _, record = heapq.heappop(self._agenda)
            self._roll(at_us)
            self._doers[record.kind](record)
        self._roll(until_us)

    def _roll(self, until_us: float) -> None:
        while self._position_us < until_us:
            take = self._current
            if take is not None and take.running:
                self._position_us = now_us = min(until_us, self._position_us + STEP_US)
                take.end_us = max(take.end_us, int(now_us))
                self._guarded(take, lambda p, now_us=now_us: p.advance(now_us, self._scene, self._audio.values()))
            else:
                self._position_us = until_us
            if take is None or not take.running or take.production is None or take.failure is not None:
                self._pass_over(self._position_us)
            self._progress(self._position_us, False)

    def _pass_over(self, until_us: float) -> None:
        """Nobody takes pictures and sound up to a moment."""
        self._scene.advance(until_us)
        for microphone in self._audio.values():
            microphone.sound.skip(sample_at(until_us))

    def _guarded(self, take: _Take, work: Callable[[Production], None]) -> None:
        try:
            if take.production is not None and take.failure is None:
                work(take.production)
        except (FFmpegError, OSError) as error:
            log.error("composition_failed", recording_id=take.recording_id, error=type(error).__name__, errno=error.errno)
            take.failure = COMPOSITION_FAILED

    # --- what the tape tells --------------------------------------------------------------------------------------------

    def _track(self, record: Record) -> None:
        track = Track(**{f.name: record.body[f.name] for f in fields(Track)})
        self._sound_mixed |= track.role == MIX
        try:
            if (known := self._audio.get(track.source) or self._scene.sources.get(track.source)) is not None:
                known.track = track
            elif track.media == "audio":
                self._audio[track.source] = Microphone(track, AudioTrack(track.mime, track.clock_rate, self._sound))
            elif track.media == "video" and self._pictured:
                footage = VideoTrack(track.mime, track.clock_rate, self._pictures)
                self._scene.sources[track.source] = Source(track, footage, record.at_us)
        except ValueError:
            log.warning("track_not_decodable", source=track.source, mime=track.mime)

    def _event(self, record: Record) -> None:
        body = record.body
        self._scene.event(body["action"], body["participant"], record.at_us)

    def _taken_by(self, record: Record) -> None:
        self._capture = Capture(record.body["way"], record.body["why"])
        if (take := self._current) is not None:
            take.capture, take.mixed = self._capture, take.mixed or self._capture.mixed

    def _recording(self, record: Record) -> None:
        recording_id, action = record.body["recording_id"], record.body["action"]
        take = self._takes.get(recording_id)
        if self._current is not None:
            self._guarded(self._current, lambda p: p.catch_up())
        for microphone in self._audio.values():
            microphone.sound.rest()
        if action == "start":
            own = record.body.get("recording_config")
            self._start(recording_id, record.at_us,
                        self._config if own is None else ComposeConfig.from_recording_config(own))
        elif take is not None and action == "complete":
            self._close(take)
            self._complete(recording_id, self._entries(take, 0))
        elif take is not None and take is self._current:
            if action == "stop":
                self._current, take.running = None, False
                take.end_us = record.at_us
                self._close(take)
            elif take.production is not None:
                take.production.paused = action == "pause"

    def _start(self, recording_id: str, at_us: int, config: ComposeConfig) -> None:
        take = self._takes.get(recording_id)
        if self._current is not None and self._current is not take:
            self._close(self._current)
        if take is None:
            if config.pictured and not self._pictured:
                self._look_back(at_us)
            self._scene.forget_people()
            take = self._takes[recording_id] = self._new_take(recording_id, at_us, config)
        elif not take.running:  # the next generation goes on with it
            take.rejoins += 1
            take.gap_us += max(0, at_us - take.end_us)
            for now_us in (*range(take.end_us, at_us, STEP_US), at_us):
                self._guarded(take, lambda p, now_us=now_us: p.leave_empty(now_us))
                self._progress(now_us, False)
        self._current, take.running = take, True

    def _look_back(self, until_us: int) -> None:
        """Take the pictures that were passed over: those that are wanted from now on build on them."""
        self._pictured = True
        for record in islice(TapeReader(self._tape_dir), self._taken):
            if record.kind is Kind.BEGIN:
                self._scene.sources.clear()
            elif record.kind is Kind.TRACK:
                self._track(record)
            elif record.kind is Kind.VIDEO and record.source in self._scene.sources:
                footage = self._scene.sources[record.source].footage
                footage.observe(record)
                footage.advance(min(until_us, record.at_us - LAG_US))
                self._progress(self._position_us, False)

    def _new_take(self, recording_id: str, at_us: int, config: ComposeConfig) -> _Take:
        folder = self._out_dir / recording_id
        folder.mkdir(parents=True, exist_ok=True)
        take = _Take(recording_id, config, folder, None, at_us, at_us, replace(self._pictures), replace(self._sound),
                     self._capture, self._capture.mixed)
        if config.streamed or any(artifact.kind in _MEDIA for artifact in config.artifacts):
            try:
                streams = self._broadcasts(recording_id, at_us) if config.streamed else ()
                take.production = Production(at_us, config.look, folder, config.artifacts, streams)
            except (FFmpegError, OSError) as error:
                log.error("composition_failed", recording_id=recording_id, error=type(error).__name__, errno=error.errno)
                take.failure = COMPOSITION_FAILED
        return take

    # --- the end --------------------------------------------------------------------------------------------------------

    def _close(self, take: _Take) -> None:
        if take.report is not None:
            return
        take.running = False
        if self._current is take:
            self._current = None
        self._guarded(take, lambda p: p.close())
        take.report = self._report(take)

    def _report(self, take: _Take) -> dict[str, Any]:
        pictures, sound, made = self._pictures, self._sound, take.production
        return {
            "way": take.capture.way,
            "why": take.capture.why,
            "seconds": round((take.end_us - take.start_us) / 1e6, 3),
            "video_frames": made.ticks if made else 0,
            "unique_frames": made.unique_frames if made else 0,
            "decoded_frames": pictures.decoded_frames - take.pictures_before.decoded_frames,
            "lost_frames": pictures.lost_frames - take.pictures_before.lost_frames,
            "late_frames": pictures.late_frames - take.pictures_before.late_frames,
            "held_frames": pictures.held_frames - take.pictures_before.held_frames,
            "audio_gaps_ms": round((sound.gap_samples - take.sound_before.gap_samples) * 1000 / SAMPLE_RATE),
            "lost_packets": sound.lost_packets - take.sound_before.lost_packets,
            "late_packets": sound.late_packets - take.sound_before.late_packets,
            "recovered_packets": sound.recovered_packets - take.sound_before.recovered_packets,
            "concealed_packets": sound.concealed_packets - take.sound_before.concealed_packets,
            "av_offset_ms": sound.offset_ms(take.sound_before),
            "rejoins": take.rejoins,
            "rejoin_gap_s": round(take.gap_us / 1e6, 3),
            "silent": made is None or made.peak < AUDIBLE,
            "black": made is None or made.black,
        }

    def _entries(self, take: _Take, skipped_bytes: int) -> list[dict[str, Any]]:
        documents = self._documents[take.recording_id]
        ready = documents.files(take.end_us)
        return [self._entry(take, artifact, documents, ready, skipped_bytes) for artifact in take.config.artifacts]

    def _entry(
        self, take: _Take, artifact: Artifact, documents: Documents, ready: dict[str, str], skipped_bytes: int,
    ) -> dict[str, Any]:
        paths, failure = [take.folder / file.name for file in files_of(artifact)], self._failure(take, artifact)
        try:
            if failure is None and artifact.kind in SEPARATE:
                paths += _write_parts(take, artifact, documents)
            elif failure is None and artifact.kind not in _MIXED:
                for path in paths:
                    _write_whole(path, ready[path.name])
        except OSError as error:
            log.error("document_failed", recording_id=take.recording_id, errno=error.errno)
            failure = COMPOSITION_FAILED
        mixed = {**(take.report or {}), "skipped_bytes": skipped_bytes} if artifact.kind in _MEDIA else None
        return {
            "recording_id": take.recording_id,
            "artifact": artifact.kind.value,
            "format": artifact.format,
            "files": [] if failure else [str(path) for path in paths],
            "failure": failure,
            "report": mixed or documents.report(artifact.kind),
        }

    def _failure(self, take: _Take, artifact: Artifact) -> str | None:
        kind = artifact.kind
        # A mix in which nothing is to be heard hides nobody.
        heard = take.production is not None and take.production.peak >= AUDIBLE
        mixed = take.mixed or (self._sound_mixed and heard and kind is ArtifactKind.AUDIO_SEPARATE)
        if kind in SEPARATE and mixed and not _has_parts(take, artifact):
            return SEPARATE_UNAVAILABLE
        if kind in SEPARATE and take.production is not None and kind in take.production.failed:
            return COMPOSITION_FAILED
        return take.failure if kind in _MEDIA else None


def _has_parts(take: _Take, artifact: Artifact) -> bool:
    [listed], production = files_of(artifact), take.production
    return production is not None and bool(production.parts[artifact.kind].paths(listed))


def _write_parts(take: _Take, artifact: Artifact, documents: Documents) -> list[Path]:
    """Write the list of parts; answers the files it lists."""
    assert take.production is not None
    [listed], parts = files_of(artifact), take.production.parts[artifact.kind]
    write_json(take.folder / listed.name, parts.listing(listed, take.recording_id, take.start_us, documents.participant))
    return parts.paths(listed)


def write_json(path: Path, body: Any) -> None:
    """Whole or not at all."""
    _write_whole(path, dumps(body))


def _write_whole(path: Path, text: str) -> None:
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(text)
    unfinished.replace(path)
