"""The media of one recording while it is made: one picture and one stretch of sound per tick, from its start on.

Thirty ticks per second; tick n is n/30 s behind the start, and brings 1600 samples. So picture and sound begin together, last
equally, and whatever the tape lacks is a held picture and silence, never a shift. What everybody said and showed apart is
made along the way, of the same sound and pictures at the same moments.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import structlog
from av.error import FFmpegError

from rapporteur.domain.layout import HEIGHT, WIDTH, BesideScreen, Layout
from rapporteur.domain.recording import SEPARATE, Artifact, ArtifactKind, files_of
from rapporteur.media.broadcast import Broadcast
from rapporteur.media.encoders import FRAME_RATE, SAMPLE_RATE, Mp3Writer, Mp4Writer, RawWriter, Sound, SoundWriter
from rapporteur.media.films import Films
from rapporteur.media.mixing import Mixer, sample_at
from rapporteur.media.parts import Parts
from rapporteur.media.scene import Scene
from rapporteur.media.voices import Microphone, Voices
from rapporteur.wire.page import SHARED_ROLES

if TYPE_CHECKING:
    from rapporteur.media.showing import Showing

log = structlog.get_logger()

SAMPLES = SAMPLE_RATE // FRAME_RATE
PORTION = 12
"""Ticks whose sound is made at once: every call has its price, whatever the length of what it is about."""
AUDIBLE = 0.001
"""A recording whose loudest sample is below this (−60 dB) is silent."""


@dataclass(slots=True)
class Look:
    layout: Layout = Layout.SPEAKER
    beside: BesideScreen = BesideScreen.OVERLAP
    constant_bit_rate: bool = False


class Production:
    """Ask it to `advance` with growing times, then to `close`. Raises FFmpegError or OSError when the disk refuses.

    Only what is mixed raises: a separate artifact that cannot be made is in `failed`, and the others go on.
    """

    def __init__(self, start_us: int, look: Look, folder: Path, artifacts: Iterable[Artifact],
                 broadcasts: Sequence[Broadcast] = ()) -> None:
        """`artifacts` that are no media are passed over. `broadcasts` are sent the mixed picture, kept as a file or not."""
        self.start_us = start_us
        self.paused = False
        self.ticks = 0
        self.peak = 0.0
        self.failed: set[ArtifactKind] = set()
        self._mixer = Mixer()
        self._microphones: Collection[Microphone] = ()
        self._sounded = 0
        """Ticks whose sound is made."""
        wanted = [file for artifact in artifacts for file in files_of(artifact)]
        paths = {file.name: folder / file.name for file in wanted}
        self.parts = {
            kind: Parts(folder, lists) for kind in SEPARATE if (lists := [file for file in wanted if file.artifact is kind])
        }
        """Of each separate artifact that is made."""
        mp4 = paths.get("video_mixed.mp4", Path(os.devnull) if broadcasts else None)
        self._video = None if mp4 is None else Mp4Writer(
            mp4, WIDTH, HEIGHT, constant_bit_rate=look.constant_bit_rate, broadcasts=broadcasts)
        self._showing = None if self._video is None else _showing(self._video, look)
        self._broadcasts = broadcasts
        self._sound: list[SoundWriter] = [
            writer(paths[name]) for name, writer in _SOUND_FILES.items() if name in paths]
        voices, films = self.parts.get(ArtifactKind.AUDIO_SEPARATE), self.parts.get(ArtifactKind.VIDEO_SEPARATE)
        self._voices = Voices(voices) if voices else None
        self._films = Films(films, start_us) if films else None

    @property
    def seconds(self) -> float:
        return self.ticks / FRAME_RATE

    @property
    def black(self) -> bool:
        """Whether there is a mixed picture on which nothing was ever shown."""
        return self._showing is not None and not self._showing.saw_picture

    @property
    def unique_frames(self) -> int:
        """Pictures that differ from the one before."""
        return 0 if self._showing is None else self._showing.unique_frames

    def advance(self, until_us: float, scene: Scene, microphones: Collection[Microphone]) -> None:
        """Make every tick that is due before a moment."""
        self._microphones = microphones
        while (now_us := self._tick_us(self.ticks)) < until_us:
            scene.advance(now_us)
            if self._showing is not None and not self.paused:
                self._showing.show(scene, now_us)
            elif self._showing is not None:
                self._showing.black()
            if self._films is not None:
                self._film(self._films, scene, now_us)
            self.ticks += 1
            if self.ticks - self._sounded >= PORTION:
                self.catch_up()

    def catch_up(self) -> None:
        """Make the sound of the ticks whose pictures are made. Needed before anything about the sound is to change."""
        if self.ticks > self._sounded:
            self._hear(self._mixed(self._tick_us(self._sounded), (self.ticks - self._sounded) * SAMPLES))

    def leave_empty(self, until_us: float) -> None:
        """Black and silence up to a moment, for a time of which there is no tape."""
        self.catch_up()
        self._end_parts()
        while self._tick_us(self.ticks) < until_us:
            if self._showing is not None:
                self._showing.black()
            self.ticks += 1
        if self.ticks > self._sounded:
            self._hear(np.zeros((2, (self.ticks - self._sounded) * SAMPLES), np.float32))

    def close(self) -> None:
        if self.ticks == 0:
            self.leave_empty(self._tick_us(1))
        self.catch_up()
        self._end_parts()
        for writer in (self._video, *self._sound):
            if writer is not None:
                writer.close()
        for broadcast in self._broadcasts:
            broadcast.close()

    def _tick_us(self, tick: int) -> float:
        return self.start_us + tick * 1_000_000 / FRAME_RATE

    def _mixed(self, at_us: float, count: int) -> Sound:
        first = sample_at(self.start_us) + self._sounded * SAMPLES
        if self._voices is None:
            return self._mixer.mix((microphone.sound for microphone in self._microphones), first, count)
        blocks: list[Sound] = []
        apart: dict[Microphone, tuple[Sound, float]] = {}
        for microphone in self._microphones:
            block = np.zeros((2, count), np.float32)
            if (heard := microphone.sound.add_to(block, first)) is not None:
                blocks.append(block)
                if microphone.track.role not in SHARED_ROLES and not self.paused:
                    apart[microphone] = block[:, slice(*heard)], at_us + heard[0] * 1e6 / SAMPLE_RATE
        voices = self._voices
        self._apart(ArtifactKind.AUDIO_SEPARATE, lambda: voices.hear(apart, at_us))
        return self._mixer.sum(blocks, count)

    def _hear(self, block: Sound) -> None:
        self._sounded += block.shape[1] // SAMPLES
        if self.paused:
            block = np.zeros_like(block)
        self.peak = max(self.peak, float(block.max(initial=0.0)), -float(block.min(initial=0.0)))
        for writer in (self._video, *self._sound):
            if writer is not None:
                writer.sound(block)

    # --- apart ----------------------------------------------------------------------------------------------------------

    def _film(self, films: Films, scene: Scene, now_us: float) -> None:
        work = (lambda: films.end(now_us)) if self.paused else (lambda: films.show(scene, now_us))
        self._apart(ArtifactKind.VIDEO_SEPARATE, work)

    def _end_parts(self) -> None:
        if self._voices is not None:
            self._apart(ArtifactKind.AUDIO_SEPARATE, self._voices.end)
        if (films := self._films) is not None:
            self._apart(ArtifactKind.VIDEO_SEPARATE, lambda: films.end(self._tick_us(self.ticks)))

    def _apart(self, kind: ArtifactKind, work: Callable[[], None]) -> None:
        if kind in self.failed:
            return
        try:
            work()
        except (FFmpegError, OSError) as error:
            log.error("composition_failed", artifact=kind, error=type(error).__name__, errno=error.errno)
            self.failed.add(kind)


_SOUND_FILES: dict[str, Callable[[Path], SoundWriter]] = {"audio_mixed.mp3": Mp3Writer, "audio_mixed.raw": RawWriter}


def _showing(video: Mp4Writer, look: Look) -> Showing:
    from rapporteur.media.showing import Showing

    return Showing(video, look.layout, look.beside)
