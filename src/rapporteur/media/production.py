"""The mixed media of one recording while it is made: one picture and one stretch of sound per tick, from its start on.

Thirty ticks per second; tick n is n/30 s behind the start, and brings 1600 samples. So picture and sound begin together, last
equally, and whatever the tape lacks is a held picture and silence, never a shift.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rapporteur.domain.layout import HEIGHT, WIDTH, BesideScreen, Layout, Show, Tile, arrange
from rapporteur.media.encoders import FRAME_RATE, SAMPLE_RATE, Mp3Writer, Mp4Writer, Sound
from rapporteur.media.mixing import AudioTrack, Mixer, sample_at
from rapporteur.media.picture import Cell, Painter
from rapporteur.media.scene import Scene, Source

SAMPLES = SAMPLE_RATE // FRAME_RATE
AUDIBLE = 0.001
"""A recording whose loudest sample is below this (−60 dB) is silent."""


@dataclass(slots=True)
class Look:
    layout: Layout = Layout.SPEAKER
    beside: BesideScreen = BesideScreen.OVERLAP


@dataclass(slots=True)
class Production:
    """Ask it to `advance` with growing times, then to `close`. Raises FFmpegError or OSError when the disk refuses."""

    start_us: int
    look: Look
    mp4: Path | None
    mp3: Path | None
    paused: bool = False
    unique_frames: int = 0
    ticks: int = 0
    peak: float = 0.0
    saw_picture: bool = False
    _painter: Painter = field(default_factory=Painter)
    _mixer: Mixer = field(default_factory=Mixer)
    _video: Mp4Writer | None = None
    _sound: Mp3Writer | None = None

    def __post_init__(self) -> None:
        self._video = Mp4Writer(self.mp4, WIDTH, HEIGHT) if self.mp4 else None
        self._sound = Mp3Writer(self.mp3) if self.mp3 else None

    @property
    def seconds(self) -> float:
        return self.ticks / FRAME_RATE

    def advance(self, until_us: float, scene: Scene, tracks: Collection[AudioTrack]) -> None:
        """Make every tick that is due before a moment."""
        while (now_us := self._tick_us(self.ticks)) < until_us:
            if self._video is not None:
                scene.advance(now_us)
                self._show(scene, now_us)
            self._hear(self._mixer.mix(tracks, self._sample(), SAMPLES))
            self.ticks += 1

    def leave_empty(self, until_us: float) -> None:
        """Black and silence up to a moment, for a time of which there is no tape."""
        while self._tick_us(self.ticks) < until_us:
            if self._video is not None:
                self.unique_frames += self._painter.black()
                self._video.picture(self._painter.frame)
            self._hear(np.zeros((2, SAMPLES), np.float32))
            self.ticks += 1

    def close(self) -> None:
        if self.ticks == 0:
            self.leave_empty(self._tick_us(1))
        if self._video is not None:
            self._video.close()
        if self._sound is not None:
            self._sound.close()

    def _tick_us(self, tick: int) -> float:
        return self.start_us + tick * 1_000_000 / FRAME_RATE

    def _sample(self) -> int:
        return sample_at(self.start_us) + self.ticks * SAMPLES

    def _show(self, scene: Scene, now_us: float) -> None:
        assert self._video is not None
        if self.paused:
            changed = self._painter.black()
        else:
            arrangement = arrange(self.look.layout, scene.stage(now_us), self.look.beside)
            cells = [_cell(scene, tile, now_us) for tile in arrangement.tiles]
            self.saw_picture = self.saw_picture or any(cell.frame is not None for cell in cells)
            changed = self._painter.paint(cells, arrangement.uncounted)
        self.unique_frames += changed
        self._video.picture(self._painter.frame)

    def _hear(self, block: Sound) -> None:
        if self.paused:
            block = np.zeros_like(block)
        self.peak = max(self.peak, float(np.abs(block).max(initial=0.0)))
        for writer in (self._video, self._sound):
            if writer is not None:
                writer.sound(block)


def _cell(scene: Scene, tile: Tile, now_us: float) -> Cell:
    person = scene.people[tile.participant_id]
    find = {Show.PERSON: scene.camera, Show.SCREEN: scene.screen}.get(tile.show)
    source: Source | None = find(person.id, now_us) if find else None
    return Cell(
        tile, person.name,
        source.footage.frame if source else None,
        (source.track.source, source.footage.version) if source else (0, 0),
        person.muted, person.id in scene.speaker.speaking,
    )
