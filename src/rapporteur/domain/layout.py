"""Who is seen where in the mixed picture: people, the active speaker and a screen share, laid out as rectangles.

Four layouts, named as the create call names them, on a stage of 1280x720. A rectangle is where something is shown; how it is
drawn (corners, names, avatars) is the painter's business. All numbers are even, because chroma has half the resolution.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

WIDTH, HEIGHT = 1280, 720
MARGIN, GUTTER = 16, 12
STRIP = 4
"""People beside the large one."""
# Four strip tiles and their gutters are exactly as high as the large tile beside them, and every tile is 16:9.
STRIP_WIDTH, STRIP_HEIGHT = 234, 132
LARGE_WIDTH, LARGE_HEIGHT = 1002, 564
INSET_WIDTH, INSET_HEIGHT = 288, 162
GALLERY = 25
"""More people than this are counted, not shown."""


class Layout(StrEnum):
    SPEAKER = "speaker_view"
    """The active speaker large, up to four others in a strip at the right."""
    GALLERY = "gallery_view"
    """Everyone alike in a grid; a screen share takes the place of the grid as in the speaker view."""
    GALLERY_V2 = "gallery_view_v2"
    """Everyone alike in a grid, a screen share as one more tile of it."""
    AUDIO_ONLY = "audio_only"
    """Names and avatars only, no camera and no screen."""


class BesideScreen(StrEnum):
    """What becomes of the people while a screen is shared."""

    HIDE = "hide"
    BESIDE = "beside"
    OVERLAP = "overlap"
    """The active speaker, in a corner of the screen."""


class Show(StrEnum):
    PERSON = "person"
    """The camera, or the avatar while there is none."""
    AVATAR = "avatar"
    SCREEN = "screen"


@dataclass(frozen=True, slots=True)
class Rect:
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Tile:
    rect: Rect
    show: Show
    participant_id: int
    square: bool = False
    """Without rounded corners: the tile fills the stage."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    tiles: tuple[Tile, ...] = ()
    """From back to front."""
    uncounted: int = 0
    """How many people are present who are not shown."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything a layout depends on."""

    people: tuple[int, ...]
    """Participant ids in the order of joining."""
    active: int | None = None
    """The active speaker, as ActiveSpeaker tells it."""
    recent: tuple[int, ...] = ()
    """Who has spoken, the latest first."""
    screen: int | None = None
    """Whose screen is shared."""


View = Literal["speaker", "gallery"]
"""A view that a meeting's own page has."""
_VIEWS: dict[str, View] = {Layout.SPEAKER: "speaker", Layout.GALLERY: "gallery", Layout.GALLERY_V2: "gallery"}


def view_of(recording_config: Mapping[str, object]) -> View | None:
    """Which view comes nearest to a recording's layout; None where it shows no people."""
    return _VIEWS.get(str(recording_config.get("video_mixed_layout") or Layout.SPEAKER))


def arrange(layout: Layout, stage: Stage, beside: BesideScreen = BesideScreen.OVERLAP) -> Arrangement:
    """The tiles of the picture."""
    if layout is Layout.AUDIO_ONLY:
        return _grid([(Show.AVATAR, p) for p in stage.people])
    if stage.screen is not None and layout is Layout.GALLERY_V2:
        shown = [] if beside is BesideScreen.HIDE else [(Show.PERSON, p) for p in stage.people]
        return _grid([(Show.SCREEN, stage.screen), *shown])
    if stage.screen is not None:
        return _with_screen(stage, stage.screen, beside)
    if layout is Layout.SPEAKER:
        return _with_strip(stage)
    return _grid([(Show.PERSON, p) for p in stage.people])


def _leader(stage: Stage) -> int | None:
    if stage.active in stage.people:
        return stage.active
    return stage.people[0] if stage.people else None


def _with_strip(stage: Stage) -> Arrangement:
    leader = _leader(stage)
    if leader is None:
        return Arrangement()
    if len(stage.people) == 1:
        return _grid([(Show.PERSON, leader)])
    large = Tile(_LARGE, Show.PERSON, leader)
    return _beside(large, stage, [p for p in stage.people if p != leader])


def _with_screen(stage: Stage, screen: int, beside: BesideScreen) -> Arrangement:
    leader = _leader(stage)
    if beside is BesideScreen.BESIDE and leader is not None:
        return _beside(Tile(_LARGE, Show.SCREEN, screen), stage, list(stage.people))
    full = Tile(Rect(0, 0, WIDTH, HEIGHT), Show.SCREEN, screen, square=True)
    if beside is BesideScreen.HIDE or leader is None:
        return Arrangement((full,))
    inset = Rect(WIDTH - MARGIN - INSET_WIDTH, HEIGHT - MARGIN - INSET_HEIGHT, INSET_WIDTH, INSET_HEIGHT)
    return Arrangement((full, Tile(inset, Show.PERSON, leader)))


_LARGE = Rect(MARGIN, (HEIGHT - LARGE_HEIGHT) // 2, LARGE_WIDTH, LARGE_HEIGHT)


def _beside(large: Tile, stage: Stage, others: Sequence[int]) -> Arrangement:
    """The strip: those who spoke last are in it, in the order of joining, so that nobody changes places needlessly."""
    shown = set(sorted(others, key=lambda p: _rank(stage.recent, p))[:STRIP])
    strip = [p for p in others if p in shown]
    x = MARGIN + LARGE_WIDTH + GUTTER
    height = len(strip) * (STRIP_HEIGHT + GUTTER) - GUTTER
    top = _even((HEIGHT - height) / 2)
    tiles = [
        Tile(Rect(x, top + n * (STRIP_HEIGHT + GUTTER), STRIP_WIDTH, STRIP_HEIGHT), Show.PERSON, p)
        for n, p in enumerate(strip)
    ]
    return Arrangement((large, *tiles), len(others) - len(strip))


def _rank(recent: Sequence[int], participant: int) -> int:
    return recent.index(participant) if participant in recent else len(recent)


def _grid(shown: Sequence[tuple[Show, int]]) -> Arrangement:
    """The largest 16:9 tiles that fit, rows filled evenly and centred."""
    cells = shown[:GALLERY]
    if not cells:
        return Arrangement()
    columns = max(range(1, len(cells) + 1), key=lambda c: (_tile_width(len(cells), c), -c))
    rows = -(-len(cells) // columns)
    width = _even(_tile_width(len(cells), columns))
    height = _even(width * 9 / 16)
    top = _even((HEIGHT - rows * height - (rows - 1) * GUTTER) / 2)
    tiles: list[Tile] = []
    for row in range(rows):
        line = cells[row * columns:(row + 1) * columns]
        left = _even((WIDTH - len(line) * width - (len(line) - 1) * GUTTER) / 2)
        for n, (show, participant) in enumerate(line):
            rect = Rect(left + n * (width + GUTTER), top + row * (height + GUTTER), width, height)
            tiles.append(Tile(rect, show, participant))
    return Arrangement(tuple(tiles), len(shown) - len(cells))


def _tile_width(count: int, columns: int) -> float:
    rows = -(-count // columns)
    across = (WIDTH - 2 * MARGIN - (columns - 1) * GUTTER) / columns
    down = (HEIGHT - 2 * MARGIN - (rows - 1) * GUTTER) / rows
    return min(across, down * 16 / 9)


def _even(number: float) -> int:
    return int(number) // 2 * 2


class ActiveSpeaker:
    """Whose turn it is: the one who began to speak last, without flapping. The last speaker stays until another comes.

    Who interrupts a speaker must hold out for `HOLD_MS`; nobody is replaced sooner than that after having been chosen.
    """

    HOLD_MS = 800.0

    def __init__(self) -> None:
        self.current: int | None = None
        self.recent: tuple[int, ...] = ()
        """Everyone who was active, the latest first."""
        self._since: dict[int, float] = {}
        self._chosen_ms = float("-inf")

    @property
    def speaking(self) -> Collection[int]:
        return self._since.keys()

    def speech(self, participant: int, on: bool, at_ms: float) -> None:
        if on:
            self._since.setdefault(participant, at_ms)
        else:
            self._since.pop(participant, None)

    def left(self, participant: int) -> None:
        self._since.pop(participant, None)
        self.recent = tuple(p for p in self.recent if p != participant)
        if self.current == participant:
            self.current = next(iter(self.recent), None)
            self._chosen_ms = float("-inf")

    def at(self, now_ms: float) -> int | None:
        """The active speaker now. Ask with growing times."""
        latest = max(self._since, key=lambda p: self._since[p], default=None)
        if latest is not None and latest != self.current and self._may_replace(latest, now_ms):
            self.current, self._chosen_ms = latest, now_ms
            self.recent = (latest, *(p for p in self.recent if p != latest))
        return self.current

    def _may_replace(self, candidate: int, now_ms: float) -> bool:
        if now_ms - self._chosen_ms < self.HOLD_MS:
            return False
        if self.current not in self._since:
            return True
        began_later = self._since[candidate] > self._since[self.current]
        return began_later and now_ms - self._since[candidate] >= self.HOLD_MS
