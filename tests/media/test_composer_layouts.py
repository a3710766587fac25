"""One scripted meeting of four in every layout: who is where and when, by what name, with which marks; flashes and beeps.

Ana speaks first, then Ben. Chiara is muted and shares a screen for two seconds. David comes late, at first without a camera.
Ana leaves before the end. What is seen is read off the decoded pictures; where it belongs is domain.layout's to say.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from synthetic import BLUE, GREEN, RED, SPEED, YELLOW, camera, event, microphone, person, recording, tape, track, write

from rapporteur.domain.layout import MARGIN, WIDTH, Arrangement, BesideScreen, Layout, Rect, Show, Stage, Tile, arrange
from rapporteur.media import inspection, lettering
from rapporteur.media.composition import ComposeConfig, compose
from rapporteur.media.picture import LARGE_LABEL, RING, SMALL_LABEL

pytestmark = pytest.mark.media

NAMES = {100: "Ana Lindqvist", 200: "Ben Okafor", 300: "Chiara de Santis", 400: "David Nguyen"}
ANA, BEN, CHIARA, DAVID = (person(number, name) for number, name in NAMES.items())
CAMERAS = {100: RED, 200: GREEN, 300: BLUE, 400: YELLOW}
SCREEN = (30, 190, 190)
SECONDS = 6.6
MARKS = {100: (1.0,), 200: (2.6, 4.2)}


@dataclass(frozen=True)
class Moment:
    at_s: float
    people: tuple[int, ...]
    active: int
    recent: tuple[int, ...]
    screen: int | None = None
    without_camera: tuple[int, ...] = ()

    def arranged(self, layout: Layout, beside: BesideScreen) -> Arrangement:
        return arrange(layout, Stage(self.people, self.active, self.recent, self.screen), beside)


MOMENTS = (
    Moment(0.8, (100, 200, 300), 100, (100,)),
    Moment(1.9, (100, 200, 300, 400), 100, (100,), without_camera=(400,)),
    Moment(2.9, (100, 200, 300, 400), 200, (200, 100), without_camera=(400,)),
    Moment(4.7, (100, 200, 300, 400), 200, (200, 100), screen=300),
    Moment(6.3, (200, 300, 400), 200, (200,)),
)
MADE = [
    (Layout.SPEAKER, BesideScreen.OVERLAP), (Layout.SPEAKER, BesideScreen.BESIDE), (Layout.GALLERY, BesideScreen.HIDE),
    (Layout.GALLERY_V2, BesideScreen.OVERLAP), (Layout.GALLERY_V2, BesideScreen.HIDE),
    (Layout.AUDIO_ONLY, BesideScreen.OVERLAP),
]


def meeting() -> bytes:
    return tape(
        recording(0, "start"),
        *(event(0, "join", who) for who in (ANA, BEN, CHIARA)), *(event(0, "webcam_on", who) for who in (ANA, BEN, CHIARA)),
        event(0, "mute", CHIARA), event(0.2, "speech_on", ANA), event(2.1, "speech_off", ANA), event(2.1, "speech_on", BEN),
        event(1.4, "join", DAVID), event(3.2, "webcam_on", DAVID),
        event(3.6, "screenshare_on", CHIARA), event(5.6, "screenshare_off", CHIARA), event(5.8, "leave", ANA),
        *(track(0, n, "video", "webcam", n * 100) for n in (1, 2, 3)), track(3.2, 4, "video", "webcam", 400),
        *(SPEED.carry(camera(n, CAMERAS[n * 100], 0, 5.8 if n == 1 else SECONDS, MARKS.get(n * 100, ()))) for n in (1, 2, 3)),
        SPEED.carry(camera(4, YELLOW, 3.2, SECONDS)),
        track(3.6, 5, "video", "screenshare", 300),
        SPEED.carry(camera(5, SCREEN, 3.6, 5.6, size=(640, 360), fps=5, still=True)),
        *(track(0, n + 10, "audio", "microphone", n * 100) for n in (1, 2)),
        *(SPEED.carry(microphone(n + 10, 0, SECONDS, MARKS[n * 100])) for n in (1, 2)),
        recording(SECONDS, "stop"), ended_s=SECONDS,
    )


@dataclass(frozen=True)
class Made:
    layout: Layout
    beside: BesideScreen
    mp4: Path

    def tiles(self, moment: Moment) -> tuple[Tile, ...]:
        return moment.arranged(self.layout, self.beside).tiles


@pytest.fixture(scope="module", params=MADE, ids=lambda made: "-".join(made))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    layout, beside = request.param
    folder = tmp_path_factory.mktemp("layout")
    write(folder / "tape", meeting())
    config: dict[str, Any] = {
        "video_mixed_mp4": {}, "video_mixed_layout": layout, "video_mixed_participant_video_when_screenshare": beside,
    }
    [entry] = compose(folder / "tape", folder / "work", ComposeConfig.from_recording_config(config))
    return Made(layout, beside, Path(entry["files"][0]))


Picture = np.ndarray[Any, np.dtype[np.uint8]]


def seen(picture: Picture, rect: Rect, across: tuple[float, float], down: tuple[float, float]) -> tuple[float, float, float]:
    """The mean colour of a part of a rectangle, given in shares of its sides."""
    top, bottom = (round(rect.y + share * rect.height) for share in down)
    left, right = (round(rect.x + share * rect.width) for share in across)
    red, green, blue = picture[top:bottom, left:right].reshape(-1, 3).mean(axis=0)
    return float(red), float(green), float(blue)


def near(one: tuple[float, ...], other: tuple[float, ...], tolerance: float = 18) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def shows(picture: Picture, tile: Tile, moment: Moment) -> bool:
    """Whether there is in a tile what belongs there."""
    below = seen(picture, tile.rect, (0.3, 0.7), (0.62, 0.74))
    if tile.show is Show.SCREEN:
        return near(below, SCREEN)
    if tile.show is Show.PERSON and tile.participant_id not in moment.without_camera:
        return near(below, CAMERAS[tile.participant_id])
    disc = seen(picture, tile.rect, (0.44, 0.56), (0.27, 0.31))
    corner = seen(picture, tile.rect, (0.08, 0.2), (0.15, 0.3))
    return near(disc, lettering.person_colour(tile.participant_id)) and max(corner) < 80


def label(picture: Picture, tile: Tile) -> tuple[str, bool]:
    """The name on a tile and whether it is struck out: of all that could be there the one that looks most like it."""
    rect = tile.rect
    size = LARGE_LABEL if rect.width > WIDTH // 3 else SMALL_LABEL
    inset = MARGIN if tile.square else size // 4 * 2 + 2
    luma = lettering.to_yuv(picture.astype(np.float32))[..., 0]
    candidates = [(name, muted) for name in NAMES.values() for muted in (False, True)]
    candidates += [(f"{name} is presenting", False) for name in NAMES.values()]

    def difference(candidate: tuple[str, bool]) -> float:
        pill = lettering.name_pill(*candidate, rect.width - 2 * inset, size)
        x, y, width = rect.x + inset, rect.y + rect.height - inset - pill.height, min(220, rect.width - 2 * inset)
        ground = np.zeros((pill.height, max(width, pill.width) // 2 * 2 + 2), np.uint8)
        ground[:, :width] = luma[y - 4, x:x + width]  # as it is right above
        chroma = np.zeros((pill.height // 2, ground.shape[1] // 2), np.uint8)
        pill.blend((ground, chroma, chroma.copy()), 0, 0)
        return float(np.abs(luma[y:y + pill.height, x:x + width] - ground[:, :width]).mean())

    return min(candidates, key=difference)


def inner(rect: Rect) -> inspection.Rectangle:
    return rect.x + rect.width // 4, rect.y + rect.height * 6 // 10, rect.width // 2, rect.height // 8


def test_everyone_is_where_the_layout_puts_them_at_every_moment(made: Made):
    for moment in MOMENTS:
        picture = inspection.picture(made.mp4, moment.at_s)
        tiles = made.tiles(moment)
        wrong = [tile for tile in tiles if not shows(picture, tile, moment)]
        assert not wrong, (moment.at_s, wrong)
        around = np.ones(picture.shape[:2], bool)
        for tile in tiles:
            r = tile.rect
            around[max(0, r.y - 8):r.y + r.height + 8, max(0, r.x - 8):r.x + r.width + 8] = False
        if around.any():
            assert near(tuple(picture[around].mean(axis=0)), lettering.BACKGROUND, 8), moment.at_s
            assert picture[around].max() < 70, "nothing is seen beside the tiles"


def test_every_tile_has_its_name_and_the_muted_are_marked(made: Made):
    for moment in MOMENTS:
        picture = inspection.picture(made.mp4, moment.at_s)
        for tile in made.tiles(moment):
            name = NAMES[tile.participant_id]
            expected = (f"{name} is presenting", False) if tile.show is Show.SCREEN else (name, tile.participant_id == 300)
            assert label(picture, tile) == expected, (moment.at_s, tile)


def test_a_ring_is_around_whoever_speaks_and_nobody_else(made: Made):
    for moment in MOMENTS:
        tiles = made.tiles(moment)
        if any(tile.square for tile in tiles):
            continue
        picture = inspection.picture(made.mp4, moment.at_s)
        ringed = [
            tile.participant_id for tile in tiles
            if near(seen(picture, Rect(tile.rect.x - RING, tile.rect.y, RING, tile.rect.height), (0.25, 0.75), (0.4, 0.6)),
                    lettering.ACCENT, 45)
        ]
        people = [tile.participant_id for tile in tiles if tile.show is not Show.SCREEN]
        assert ringed == [number for number in people if number == moment.active], moment.at_s


def test_flashes_are_seen_where_and_when_their_people_are_and_beeps_are_heard_with_them(made: Made):
    every = sorted(mark for marks in MARKS.values() for mark in marks)
    beeps = inspection.beep_times(made.mp4)
    assert beeps == pytest.approx(every, abs=0.06)
    offsets: list[float] = []
    for number, mark, moment in ((100, 1.0, MOMENTS[0]), (200, 2.6, MOMENTS[2]), (200, 4.2, MOMENTS[3])):
        during = inspection.picture(made.mp4, mark + 0.05)
        for tile in made.tiles(moment):
            if tile.show is not Show.PERSON or tile.participant_id != number:
                assert shows(during, tile, moment), (mark, tile)
                continue
            flashes = [at for at in inspection.flash_times(made.mp4, inner(tile.rect)) if abs(at - mark) < 0.25]
            assert flashes == pytest.approx([mark], abs=0.06), (mark, tile)
            offsets += inspection.offsets_ms(flashes, beeps)
    assert len(offsets) >= 2 or made.layout is Layout.AUDIO_ONLY
    assert not offsets or abs(statistics.median(offsets)) <= 40


def test_pictures_come_thirty_times_a_second_and_cameras_move_as_they_were_sent(made: Made):
    times = inspection.frame_times(made.mp4)
    assert len(times) == round(SECONDS * 30)
    assert all(later - earlier == pytest.approx(1 / 30, abs=1e-4) for earlier, later in pairwise(times))
    ben = next((tile for tile in made.tiles(MOMENTS[2]) if tile.participant_id == 200), None)
    assert ben is not None
    where = ben.rect.x, ben.rect.y + ben.rect.height // 4, ben.rect.width, ben.rect.height // 3
    moving = inspection.unique_frames_per_second(made.mp4, 2.7, 3.5, where)
    assert moving <= 2 if made.layout is Layout.AUDIO_ONLY else 13 <= moving <= 18
