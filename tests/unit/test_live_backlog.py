"""The bounded memory of what an endpoint is owed."""

from __future__ import annotations

import pytest

from rapporteur.delivery.live.backlog import Backlog, Frame

pytestmark = pytest.mark.unit


def frame(number: int, *, media: bool = False, size: int = 10) -> Frame:
    return Frame(number, f"id-{number}", "sound" if media else "event", "x" * size, media)


async def taken(backlog: Backlog, count: int) -> list[int]:
    numbers = []
    for _ in range(count):
        next_frame = await backlog.next()
        assert next_frame is not None
        backlog.wrote(next_frame)
        numbers.append(next_frame.number)
    return numbers


async def test_what_was_not_confirmed_comes_again_in_its_order():
    backlog = Backlog()
    for number in range(1, 6):
        backlog.add(frame(number))
    assert await taken(backlog, 4) == [1, 2, 3, 4]
    backlog.confirm(2)
    backlog.rewind()
    assert await taken(backlog, 3) == [3, 4, 5]
    backlog.confirm(5)
    backlog.close()
    assert await backlog.next() is None
    assert (len(backlog), backlog.delivered) == (0, {"event": 5})


async def test_media_gives_way_to_events_the_oldest_first():
    backlog = Backlog(room_bytes=50)
    for number in range(1, 5):
        backlog.add(frame(number, media=number % 2 == 0))
    backlog.add(frame(5, media=True))
    backlog.add(frame(6))
    assert await taken(backlog, 5) == [1, 3, 4, 5, 6]
    assert backlog.dropped == {"sound": 1}


async def test_where_there_is_no_media_the_oldest_event_goes():
    backlog = Backlog(room_bytes=30)
    for number in range(1, 6):
        backlog.add(frame(number))
    assert await taken(backlog, 3) == [3, 4, 5]
    assert backlog.dropped == {"event": 2}


def test_one_frame_larger_than_the_room_is_kept():
    backlog = Backlog(room_bytes=5)
    backlog.add(frame(1))
    assert len(backlog) == 1


def test_what_is_given_up_is_counted():
    backlog = Backlog()
    backlog.add(frame(1))
    backlog.add(frame(2, media=True))
    backlog.give_up()
    assert (len(backlog), backlog.dropped) == (0, {"event": 1, "sound": 1})
