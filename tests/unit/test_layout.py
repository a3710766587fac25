"""Layouts: everyone is where they belong, nobody overlaps, and the speaker does not flap."""

from __future__ import annotations

from itertools import combinations

import pytest

from rapporteur.domain.layout import (
    GUTTER,
    HEIGHT,
    MARGIN,
    WIDTH,
    ActiveSpeaker,
    Arrangement,
    BesideScreen,
    Layout,
    Rect,
    Show,
    Stage,
    arrange,
)

pytestmark = pytest.mark.unit


def people(count: int) -> tuple[int, ...]:
    return tuple(100 * (n + 1) for n in range(count))


def apart(a: Rect, b: Rect) -> bool:
    return (a.x + a.width + GUTTER <= b.x or b.x + b.width + GUTTER <= a.x
            or a.y + a.height + GUTTER <= b.y or b.y + b.height + GUTTER <= a.y)


def inside(rect: Rect, margin: int) -> bool:
    return (rect.x >= margin and rect.y >= margin and rect.x + rect.width <= WIDTH - margin
            and rect.y + rect.height <= HEIGHT - margin)


def shown(arrangement: Arrangement) -> list[int]:
    return [tile.participant_id for tile in arrangement.tiles]


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("count", range(31))
@pytest.mark.parametrize("screen", [None, 100])
def test_tiles_are_even_16_to_9_inside_the_stage_and_apart(layout: Layout, count: int, screen: int | None):
    stage = Stage(people(count), active=200 if count > 1 else None, screen=screen)
    arrangement = arrange(layout, stage, BesideScreen.BESIDE)
    for tile in arrangement.tiles:
        r = tile.rect
        assert all(n % 2 == 0 for n in (r.x, r.y, r.width, r.height))
        assert inside(r, 0 if tile.square else MARGIN)
        assert abs(r.width / r.height - 16 / 9) < 0.04
    assert all(apart(a.rect, b.rect) for a, b in combinations(arrangement.tiles, 2))
    faces = [tile for tile in arrangement.tiles if tile.show is not Show.SCREEN]
    if layout is not Layout.SPEAKER and screen is None:
        assert len(faces) + arrangement.uncounted == count


def test_the_speaker_is_large_and_the_others_stand_in_a_strip_in_the_order_of_joining():
    arrangement = arrange(Layout.SPEAKER, Stage(people(4), active=300))
    large, *strip = arrangement.tiles
    assert shown(arrangement) == [300, 100, 200, 400]
    assert all(large.rect.width > 4 * tile.rect.width for tile in strip)
    assert [tile.rect.y for tile in strip] == sorted(tile.rect.y for tile in strip)


def test_a_full_strip_ends_level_with_the_large_tile():
    large, *strip = arrange(Layout.SPEAKER, Stage(people(5), active=100)).tiles
    assert strip[0].rect.y == large.rect.y
    assert strip[-1].rect.y + strip[-1].rect.height == large.rect.y + large.rect.height


def test_those_who_spoke_last_are_in_a_strip_that_cannot_hold_everyone():
    arrangement = arrange(Layout.SPEAKER, Stage(people(8), active=100, recent=(100, 800, 700)))
    assert shown(arrangement) == [100, 200, 300, 700, 800]
    assert arrangement.uncounted == 3


def test_one_person_alone_has_the_stage_and_nobody_leaves_it_empty():
    assert arrange(Layout.SPEAKER, Stage(people(1))).tiles[0].rect.width > 1200
    assert arrange(Layout.SPEAKER, Stage(())) == Arrangement()


def test_a_speaker_who_is_gone_gives_way_to_who_is_there():
    assert shown(arrange(Layout.SPEAKER, Stage(people(2), active=999))) == [100, 200]


def test_a_shared_screen_fills_the_stage_with_the_speaker_in_its_corner():
    full, inset = arrange(Layout.SPEAKER, Stage(people(3), active=200, screen=100)).tiles
    assert (full.show, full.participant_id, full.square) == (Show.SCREEN, 100, True)
    assert (inset.show, inset.participant_id) == (Show.PERSON, 200)
    assert inside(inset.rect, MARGIN)


def test_people_can_be_hidden_or_put_beside_a_shared_screen():
    stage = Stage(people(3), active=200, screen=100)
    hidden = arrange(Layout.SPEAKER, stage, BesideScreen.HIDE)
    assert [tile.show for tile in hidden.tiles] == [Show.SCREEN]
    beside = arrange(Layout.GALLERY, stage, BesideScreen.BESIDE)
    assert [tile.show for tile in beside.tiles] == [Show.SCREEN, Show.PERSON, Show.PERSON, Show.PERSON]


def test_the_second_gallery_shows_a_screen_as_one_more_tile():
    tiles = arrange(Layout.GALLERY_V2, Stage(people(3), screen=100)).tiles
    assert len({(t.rect.width, t.rect.height) for t in tiles}) == 1
    assert tiles[0].show is Show.SCREEN


def test_audio_only_shows_neither_cameras_nor_screens():
    tiles = arrange(Layout.AUDIO_ONLY, Stage(people(3), screen=100)).tiles
    assert {t.show for t in tiles} == {Show.AVATAR}


def test_the_first_speaker_is_chosen_at_once_and_stays_after_falling_silent():
    speaker = ActiveSpeaker()
    assert speaker.at(0) is None
    speaker.speech(100, True, 10)
    assert speaker.at(10) == 100
    speaker.speech(100, False, 900)
    assert speaker.at(60_000) == 100


def test_a_short_interjection_changes_nothing_and_a_longer_one_takes_over():
    speaker = ActiveSpeaker()
    speaker.speech(100, True, 0)
    speaker.at(0)
    speaker.speech(200, True, 5_000)
    assert speaker.at(5_700) == 100
    speaker.speech(200, False, 5_700)
    assert speaker.at(6_500) == 100
    speaker.speech(200, True, 7_000)
    assert speaker.at(7_799) == 100
    assert speaker.at(7_800) == 200
    assert speaker.recent == (200, 100)


def test_a_speaker_who_stops_is_followed_at_once_but_nobody_is_replaced_within_the_hold():
    speaker = ActiveSpeaker()
    speaker.speech(100, True, 0)
    speaker.at(0)
    speaker.speech(100, False, 2_000)
    speaker.speech(200, True, 2_100)
    assert speaker.at(2_100) == 200
    speaker.speech(200, False, 2_200)
    speaker.speech(300, True, 2_300)
    assert speaker.at(2_300) == 200
    assert speaker.at(2_900) == 300


def test_one_who_leaves_gives_the_stage_to_who_spoke_before():
    speaker = ActiveSpeaker()
    for n, participant in enumerate((100, 200)):
        speaker.speech(participant, True, n * 2_000)
        speaker.at(n * 2_000 + 900)
    assert speaker.current == 200
    speaker.left(200)
    assert speaker.current == 100
