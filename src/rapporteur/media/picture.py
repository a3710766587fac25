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
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from rapporteur.domain.layout import HEIGHT, MARGIN, WIDTH, Rect, Show, Tile
from rapporteur.media import lettering
from rapporteur.media.planes import Plane, Planes, view

RADIUS = 14
RING = 4
CROP_RATIO = 1.36
"""A picture whose shape differs from its tile's by more than this factor is shown whole, with bars, not cropped."""
TRIMMED = 1.08
"""A picture that is larger than its tile by no more than this loses its edge: that costs nothing and leaves it sharp."""
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
        self._places: dict[Rect, _Place] = {}
        self._labels: dict[tuple[object, ...], lettering.Placed] = {}

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
        self._places = {rect: _Place(self._canvas, self._ground, rect) for rect in rects}
        self._labels.clear()

    def _paint_cell(self, cell: Cell) -> None:
        place = self._places[cell.tile.rect]
        # Overlapped tiles are painted from the back, so what shines through a corner is on the canvas already.
        shine = _shine(place.corners) if self._overlapping else place.shine
        _copy(self._source(cell), place.area)
        if not cell.tile.square:
            for corners, kept, seen in zip(place.corners, shine, _SEEN, strict=True):
                corners[:] = (corners * seen + kept) >> 8
        label = self._labels.get(cell.setting) or self._labels.setdefault(cell.setting, self._label(cell))
        label.blend()

    def _source(self, cell: Cell) -> Planes:
        rect = cell.tile.rect
        if cell.frame is None:
            return lettering.avatar(cell.tile.participant_id, cell.name, rect.width, rect.height)
        return self._scalers[rect].scaled(cell.frame, cell.version, crop=cell.tile.show is not Show.SCREEN)

    def _label(self, cell: Cell) -> lettering.Placed:
        rect, text = cell.tile.rect, cell.name
        if cell.tile.show is Show.SCREEN:
            text = f"{text} is presenting" if text else "Presentation"
        if not text and not cell.muted:
            return lettering.Placed([])
        size = LARGE_LABEL if rect.width > WIDTH // 3 else SMALL_LABEL
        inset = size // 4 * 2 + 2 if not cell.tile.square else MARGIN
        pill = lettering.name_pill(text, cell.muted and cell.tile.show is not Show.SCREEN, rect.width - 2 * inset, size)
        return pill.placed(self._canvas, rect.x + inset, rect.y + rect.height - inset - pill.height)

    def _paint_count(self, last: Rect, uncounted: int) -> None:
        pill = lettering.name_pill(f"+{uncounted}", False, last.width, LARGE_LABEL)
        pill.blend(self._canvas, last.x + last.width - pill.width - 8, last.y + 8)


class _Place:
    """A tile's part of the canvas, and what shines through behind its rounded corners."""

    def __init__(self, canvas: Planes, ground: Planes, rect: Rect) -> None:
        self.area = _part(canvas, rect)
        self.corners = _corners(self.area)
        self.shine = _shine(_corners(_part(ground, rect)))


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
        if crop and _nearly(rect.width, frame.width) and _nearly(rect.height, frame.height):
            left, top = _even((frame.width - rect.width) / 2), _even((frame.height - rect.height) / 2)
            return _part(view(frame), Rect(left, top, rect.width, rect.height))
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


def _nearly(wanted: int, there: int) -> bool:
    return wanted <= there <= wanted * TRIMMED


def _part(planes: Planes, rect: Rect) -> Planes:
    x, y, w, h = rect.x, rect.y, rect.width, rect.height
    half = slice(y // 2, (y + h) // 2), slice(x // 2, (x + w) // 2)
    return planes[0][y:y + h, x:x + w], planes[1][half], planes[2][half]


def _copy(source: Planes, target: Planes) -> None:
    for from_, to in zip(source, target, strict=True):
        to[:] = from_


def _corners(planes: Planes) -> list[NDArray[np.uint8]]:
    """A view of each plane's four corners: [lower][row][right][column]."""
    return [_plane_corners(plane, radius) for plane, radius in zip(planes, (RADIUS, RADIUS // 2, RADIUS // 2), strict=True)]


def _shine(corners: list[NDArray[np.uint8]]) -> list[NDArray[np.uint16]]:
    return [kept * (256 - seen) for kept, seen in zip(corners, _SEEN, strict=True)]


def _plane_corners(plane: Plane, radius: int) -> NDArray[np.uint8]:
    (rows, columns), (down, across) = plane.shape, plane.strides
    shape = 2, radius, 2, radius
    return as_strided(plane, shape, ((rows - radius) * down, down, (columns - radius) * across, across))


def _seen(mask: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """The mask of a left upper corner for all four, of 256 parts."""
    row = np.stack([mask, mask[:, ::-1]], axis=1)
    return np.stack([row, row[::-1]])


def _even(number: float) -> int:
    return round(number / 2) * 2


_SEEN = [_seen(lettering.corner(RADIUS)[n]) for n in (0, 1, 1)]
_BLACK: Planes = (
    np.full((HEIGHT, WIDTH), 16, np.uint8), np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8),
    np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8),
)
