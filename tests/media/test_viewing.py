"""Everybody's pictures for live endpoints: the right ones, of the right size, at the right times, as asked."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator

import av
import numpy as np
import pytest
from PIL import Image

from rapporteur.media.viewer import PNG, ViewerProcess
from rapporteur.media.viewing import Seen, Viewing
from rapporteur.wire.live import VIDEO_PNG
from rapporteur.wire.tape import Record
from rapporteur.wiring.composing import VIEW_COMMAND
from tests.media import synthetic
from tests.media.synthetic import BLUE, RED

pytestmark = pytest.mark.media

SECONDS, FPS = 3.0, 15
VIEW = VIEW_COMMAND


def meeting() -> Iterator[Record]:
    yield synthetic.track(0, 1, "video", "webcam", 100)
    yield synthetic.track(0, 2, "video", "webcam", 200)
    records = [*synthetic.camera(1, RED, 0, SECONDS, fps=FPS), *synthetic.camera(2, BLUE, 0, SECONDS, fps=FPS)]
    yield from sorted((r for r in synthetic.Network().carry(records) if isinstance(r, Record)), key=lambda r: r.at_us)


def seen(**asked: bool) -> list[Seen]:
    viewing = Viewing(**{"png": False, "h264": False, **asked})
    return [each for record in meeting() for each in viewing.take(record)]


def test_a_picture_of_everybody_comes_twice_a_second_whole_and_small():
    pictures = seen(png=True)
    assert {each.what for each in pictures} == {PNG}
    for source, channel in ((1, 0), (2, 2)):
        own = [each for each in pictures if each.source == source]
        steps = np.diff([each.at_us for each in own]) / 1e6
        assert len(own) in (5, 6)
        assert np.allclose(steps, 0.5, atol=0.05)
        image = np.asarray(Image.open(io.BytesIO(own[-1].payload)).convert("RGB"))
        assert image.shape == (360, 640, 3)
        assert image[180, 320].argmax() == channel


def test_h264_can_be_decoded_from_its_first_picture_on():
    frames = [each for each in seen(h264=True) if each.source == 1]
    decoder = av.CodecContext.create("h264", "r")
    pictures = [picture for each in frames for picture in decoder.decode(av.Packet(each.payload))]
    assert len(frames) >= 0.9 * FPS * SECONDS
    assert len(pictures) >= len(frames) - 2
    assert np.diff([each.at_us for each in frames]).min() > 0


async def test_the_process_hands_back_pictures_and_ends_with_its_input():
    got: asyncio.Queue[tuple[str, int, float, bytes]] = asyncio.Queue()
    viewer = ViewerProcess(lambda *picture: got.put_nowait(picture), command=VIEW, png=True, h264=False)
    for record in meeting():
        viewer.feed(record)
    async with asyncio.timeout(30):
        name, source, at_ms, picture = await got.get()
    await viewer.aclose()
    assert (name, source in (1, 2), picture[:4]) == (VIDEO_PNG, True, b"\x89PNG")
    assert at_ms * 1000 >= synthetic.at_us(0)
