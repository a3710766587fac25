"""The canvas: one picture that is kept between ticks, on which only what changed is painted anew.

The painter is told what each tile shows and answers whether anything moved. It owns blending, scaling and rounded corners; who
is shown where comes from domain.layout, what is drawn from lettering.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import av
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

from rapporteur.domain.layout import HEIGHT, MARGIN, WIDTH, Rect, Show, Tile
from rapporteur.media import lettering
from rapporteur.media.planes import Plane, Planes, view

RADIUS = 14
RING = 4
CROP_RATIO = 1.36
"""A picture whose shape differs from its tile's by more than this factor is shown whole, with bars, not cropped."""
LARGE_LABEL, SMALL_LABEL = 17, 13
EMPTY = "Waiting for others to join"


@dataclass(frozen=True, slots=True)
class Cell:
    """One tile and what is to be seen in it."""

    tile: Tile
    name: str
    frame: av.VideoFrame | None
    """The camera's or screen's picture; None shows the avatar."""
    version: tuple[int, int] = (0, 0)
    """Equal versions of one tile are equal pictures."""
    muted: bool = False
    speaking: bool = False

    @property
    def setting(self) -> tuple[object, ...]:
        """Everything but the moving picture."""
        return self.tile, self.name, self.frame is None, self.muted, self.speaking


class Painter:
    def __init__(self) -> None:
        self.frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        """The canvas, always complete."""
        self._canvas = view(self.frame)
        self._empty = lettering.filled(WIDTH, HEIGHT, lettering.BACKGROUND)
        self._ground: Planes = self._empty
        self._shown: list[Cell] | None = None
        self._uncounted = 0
        self._overlapping = False
        self._scalers: dict[Rect, _Scaler] = {}

    def paint(self, cells: Sequence[Cell], uncounted: int = 0) -> bool:
        """Bring the canvas up to date; whether it changed. Cells come from back to front."""
        before, self._shown = self._shown, list(cells)
        same_set = before is not None and uncounted == self._uncounted and [
            c.setting for c in before] == [c.setting for c in cells]
        self._uncounted = uncounted
        if not same_set or before is None:
            self._set_stage(cells)
            stale = list(cells)
        else:
            stale = [now for was, now in zip(before, cells, strict=True) if was.version != now.version]
            if stale and self._overlapping:
                stale = list(cells)
        for cell in stale:
            self._paint_cell(cell)
        if stale and uncounted and cells:
            self._paint_count(cells[-1].tile.rect, uncounted)
        return bool(stale) or not same_set

    def black(self) -> bool:
        """Show nothing, as while the recording is paused; whether that is new."""
        if self._shown == [] and self._ground is _BLACK:
            return False
        self._shown, self._ground = [], _BLACK
        _copy(_BLACK, self._canvas)
        self._uncounted = -1
        return True

    def _set_stage(self, cells: Sequence[Cell]) -> None:
        """The ground below all tiles: background, and a ring around everyone who speaks."""
        y, u, v = (plane.copy() for plane in self._empty)
        self._ground = y, u, v
        rects = [cell.tile.rect for cell in cells]
        self._overlapping = any(cell.tile.square for cell in cells) and len(cells) > 1
        self._scalers = {rect: self._scalers.get(rect) or _Scaler(rect) for rect in rects}
        if not self._overlapping:
            for cell in cells:
                r = cell.tile.rect
                if cell.speaking and cell.tile.show is not Show.SCREEN and len(cells) > 1:
                    lettering.ring(r.width, r.height, RADIUS, RING).blend(self._ground, r.x - RING, r.y - RING)
        if not cells:
            words = lettering.notice(EMPTY, 22)
            words.blend(self._ground, (WIDTH - words.width) // 4 * 2, (HEIGHT - words.height) // 4 * 2)
        _copy(self._ground, self._canvas)

    def _paint_cell(self, cell: Cell) -> None:
        rect = cell.tile.rect
        area = _part(self._canvas, rect)
        # Overlapped tiles are painted from the back, so what shines through a corner is on the canvas already.
        below = area if self._overlapping else _part(self._ground, rect)
        corners = [] if cell.tile.square else [plane.copy() for plane in _corners(below)]
        _copy(self._source(cell), area)
        for plane, kept, seen in zip(_corners(area), corners, _SEEN, strict=False):
            plane[:] = (plane * seen + kept * (256 - seen)) >> 8
        self._paint_label(cell)

    def _source(self, cell: Cell) -> Planes:
        rect = cell.tile.rect
        if cell.frame is None:
            return lettering.avatar(cell.tile.participant_id, cell.name, rect.width, rect.height)
        return self._scalers[rect].scaled(cell.frame, cell.version, crop=cell.tile.show is not Show.SCREEN)

    def _paint_label(self, cell: Cell) -> None:
        rect, text = cell.tile.rect, cell.name
        if cell.tile.show is Show.SCREEN:
            text = f"{text} is presenting" if text else "Presentation"
        if not text and not cell.muted:
            return
        size = LARGE_LABEL if rect.width > WIDTH // 3 else SMALL_LABEL
        inset = size // 4 * 2 + 2 if not cell.tile.square else MARGIN
        pill = lettering.name_pill(text, cell.muted and cell.tile.show is not Show.SCREEN, rect.width - 2 * inset, size)
        pill.blend(self._canvas, rect.x + inset, rect.y + rect.height - inset - pill.height)

    def _paint_count(self, last: Rect, uncounted: int) -> None:
        pill = lettering.name_pill(f"+{uncounted}", False, last.width, LARGE_LABEL)
        pill.blend(self._canvas, last.x + last.width - pill.width - 8, last.y + 8)


class _Scaler:
    """The latest picture of one tile at the tile's size."""

    def __init__(self, rect: Rect) -> None:
        self._rect = rect
        self._reformatter = VideoReformatter()
        self._version: tuple[int, int] | None = None
        self._planes: Planes | None = None

    def scaled(self, frame: av.VideoFrame, version: tuple[int, int], *, crop: bool) -> Planes:
        if self._planes is None or version != self._version:
            self._version, self._planes = version, self._scale(frame, crop)
        return self._planes

    def _scale(self, frame: av.VideoFrame, crop: bool) -> Planes:
        rect = self._rect
        across, down = rect.width / frame.width, rect.height / frame.height
        cover = crop and max(across, down) / min(across, down) <= CROP_RATIO
        # A hair of difference in shape is stretched away: bars or cuts of a pixel or two would only look wrong.
        if max(across, down) / min(across, down) < 1.02:
            width, height = rect.width, rect.height
        else:
            factor = max(across, down) if cover else min(across, down)
            width, height = _even(frame.width * factor), _even(frame.height * factor)
        planes = view(self._resized(frame, width, height))
        if (width, height) == (rect.width, rect.height):
            return planes
        if cover:
            left, top = _even((width - rect.width) / 2), _even((height - rect.height) / 2)
            return _part(planes, Rect(left, top, rect.width, rect.height))
        whole = lettering.filled(rect.width, rect.height, lettering.PANEL if crop else lettering.SCREEN_PANEL)
        left, top = _even((rect.width - width) / 2), _even((rect.height - height) / 2)
        _copy(planes, _part(whole, Rect(left, top, width, height)))
        return whole

    def _resized(self, frame: av.VideoFrame, width: int, height: int) -> av.VideoFrame:
        shrinks = width < frame.width
        return self._reformatter.reformat(
            frame, width, height, "yuv420p", interpolation=Interpolation.AREA if shrinks else Interpolation.BILINEAR,
        )


def _part(planes: Planes, rect: Rect) -> Planes:
    x, y, w, h = rect.x, rect.y, rect.width, rect.height
    half = slice(y // 2, (y + h) // 2), slice(x // 2, (x + w) // 2)
    return planes[0][y:y + h, x:x + w], planes[1][half], planes[2][half]


def _copy(source: Planes, target: Planes) -> None:
    for from_, to in zip(source, target, strict=True):
        to[:] = from_


def _corners(planes: Planes) -> list[Plane]:
    """Views of the four corners of every plane, each turned so that its rounded edge is at the left upper end."""
    out: list[Plane] = []
    for n, plane in enumerate(planes):
        r = RADIUS if n == 0 else RADIUS // 2
        for turned in (plane, plane[:, ::-1], plane[::-1], plane[::-1, ::-1]):
            out.append(turned[:r, :r])
    return out


def _even(number: float) -> int:
    return round(number / 2) * 2


_SEEN = [mask for n in range(3) for mask in [lettering.corner(RADIUS)[min(n, 1)]] * 4]
_BLACK: Planes = (
    np.full((HEIGHT, WIDTH), 16, np.uint8), np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8),
    np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8),
)
