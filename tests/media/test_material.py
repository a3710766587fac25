"""Pictures and sounds that users send, as they come into a meeting."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
from PIL import Image

from rapporteur.domain.errors import InvalidRequest
from rapporteur.media.material import HEIGHT, RATE, WIDTH, samples, stills

pytestmark = pytest.mark.media

RED, BLUE, BLACK = (220, 20, 20), (20, 20, 220), (0, 0, 0)


def picture(kind: str, size: tuple[int, int], *colours: tuple[int, int, int]) -> bytes:
    file, (first, *others) = io.BytesIO(), [Image.new("RGB", size, colour) for colour in colours]
    more = {"save_all": True, "append_images": others, "duration": 200} if others else {}
    first.save(file, kind, **more)
    return file.getvalue()


def tone(container: str, codec: str, seconds: float = 1.0) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=44_100 if codec != "libopus" else 48_000, layout="mono")
        rate = stream.rate
        wave = (0.5 * np.sin(2 * np.pi * 1000 * np.arange(int(rate * seconds)) / rate)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray((wave * 32767).astype(np.int16)[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = rate, 0
        for part in [frame, None]:
            pieces = av.AudioResampler(stream.format.name, "mono", rate, frame_size=stream.frame_size or None).resample(part) \
                if part else [None]
            for piece in pieces:
                out.mux(stream.encode(piece))
    return file.getvalue()


def colour(jpeg: bytes, x: int, y: int) -> tuple[int, ...]:
    return Image.open(io.BytesIO(jpeg)).getpixel((x, y))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
@pytest.mark.parametrize(("size", "dark"), [((300, 300), (100, 360)), ((3000, 500), (640, 100))])
def test_pictures_are_fitted_into_the_camera(kind: str, size: tuple[int, int], dark: tuple[int, int]) -> None:
    [(_, jpeg)] = stills(picture(kind, size, RED))
    assert Image.open(io.BytesIO(jpeg)).size == (WIDTH, HEIGHT)
    assert colour(jpeg, WIDTH // 2, HEIGHT // 2) == pytest.approx(RED, abs=8)
    assert colour(jpeg, *dark) == BLACK


def test_a_picture_that_moves_keeps_its_time() -> None:
    frames = stills(picture("GIF", (64, 36), RED, BLUE))
    assert [ms for ms, _ in frames] == [200, 200]
    assert [colour(jpeg, 640, 360)[0] > 128 for _, jpeg in frames] == [True, False]


@pytest.mark.parametrize(("container", "codec"), [("mp3", "libmp3lame"), ("ogg", "libopus"), ("wav", "pcm_s16le")])
def test_sounds_become_samples_of_the_meetings_rate(container: str, codec: str) -> None:
    pcm = np.frombuffer(samples(tone(container, codec)), np.int16)
    assert len(pcm) / RATE == pytest.approx(1.0, abs=0.08)
    middle = pcm[RATE // 4:3 * RATE // 4].astype(float)
    assert np.argmax(abs(np.fft.rfft(middle))) * RATE / len(middle) == pytest.approx(1000, abs=5)
    assert abs(middle).max() / 32768 == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("make", [stills, samples])
@pytest.mark.parametrize("data", [b"", b"nonsense", b"\xff\xd8\xff\xe0cut", b"ID3" + bytes(40), b"RIFF\0\0\0\0WAVEfmt "])
def test_what_cannot_be_read_is_refused_in_words(make: object, data: bytes) -> None:
    with pytest.raises(InvalidRequest, match="send a"):
        make(data)  # type: ignore[operator]


def test_a_picture_that_unpacks_to_a_monster_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="million pixels"):
        stills(picture("PNG", (10_000, 6_000), BLACK))
