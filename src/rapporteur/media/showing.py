"""The mixed picture of one recording, tick by tick: who is to be seen is laid out, painted, and handed to the file.

Loaded only for recordings that have one: what paints and draws is most of what a composer takes to start.
"""

from __future__ import annotations

from rapporteur.domain.layout import HEIGHT, WIDTH, Arrangement, BesideScreen, Layout, Rect, Show, Stage, Tile, arrange
from rapporteur.media.encoders import Mp4Writer
from rapporteur.media.picture import Cell, Painter
from rapporteur.media.scene import Scene, Source


class Showing:
    """Raises FFmpegError or OSError when the disk refuses."""

    def __init__(self, video: Mp4Writer, layout: Layout, beside: BesideScreen) -> None:
        self.unique_frames = 0
        self.saw_picture = False
        """Whether anything was ever shown."""
        self._video, self._layout, self._beside = video, layout, beside
        self._painter = Painter()
        self._stage: Stage | None = None
        self._arrangement = Arrangement()

    def show(self, scene: Scene, now_us: float) -> None:
        """Add the picture of a tick, to which the scene has been brought."""
        if self._video.key_is_due:
            scene.settle()
        cells, uncounted = self._cells(scene, now_us)
        self.saw_picture = self.saw_picture or any(cell.frame is not None for cell in cells)
        self._add(changed=self._painter.paint(cells, uncounted))

    def black(self) -> None:
        """Add a picture of nothing."""
        self._add(changed=self._painter.black())

    def _add(self, *, changed: bool) -> None:
        self.unique_frames += changed
        self._video.picture(self._painter.frame, changed=changed)

    def _cells(self, scene: Scene, now_us: float) -> tuple[list[Cell], int]:
        """What is seen, and how many people are not."""
        page = None if self._layout is Layout.AUDIO_ONLY else scene.page()
        if page is not None:  # its layout is its own
            return [Cell(_WHOLE, "", page.footage.frame, (page.track.source, page.footage.version))], 0
        arrangement = self._arranged(scene.stage(now_us))
        return [_cell(scene, tile, now_us) for tile in arrangement.tiles], arrangement.uncounted

    def _arranged(self, stage: Stage) -> Arrangement:
        if stage != self._stage:
            self._stage, self._arrangement = stage, arrange(self._layout, stage, self._beside)
        return self._arrangement


_WHOLE = Tile(Rect(0, 0, WIDTH, HEIGHT), Show.PERSON, 0, square=True)


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
