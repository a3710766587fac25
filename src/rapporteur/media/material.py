"""Files that users hand a bot to show or to play, made what goes into a meeting: pictures in its size, samples at its rate.

Whatever is inside is looked at by its content; InvalidRequest says what is wrong with it. Bounded in what it makes of a file,
because a small one may unpack to a large one. Both take a while: to be called beside the event loop.
"""

from __future__ import annotations

import io
import warnings

import av
import numpy as np
from av.error import FFmpegError
from PIL import Image, ImageSequence, UnidentifiedImageError

from rapporteur.domain.errors import InvalidRequest

WIDTH, HEIGHT = 1280, 720
RATE = 48_000
LONGEST_S = 600
MOST_PIXELS = 50_000_000
MOST_FRAMES = 100
"""Of a picture that moves; what comes later is left out."""
QUICKEST_MS = 50
STILL_MS = 1000
_FIELD = "b64_data"


def stills(data: bytes) -> list[tuple[int, bytes]]:
    """(milliseconds, JPEG of 1280x720) per picture of a PNG, JPEG or GIF, in its proportions on black."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "GIF"))
        if image.width * image.height > MOST_PIXELS:
            raise InvalidRequest(_FIELD, f"The picture has over {MOST_PIXELS // 1_000_000} million pixels: make it smaller.")
        frames = []
        for frame in ImageSequence.Iterator(image):
            frames.append((max(QUICKEST_MS, int(frame.info.get("duration") or STILL_MS)), _letterboxed(frame)))
            if len(frames) == MOST_FRAMES:
                break
        return frames
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidRequest(_FIELD, "This is no picture that can be read: send a JPEG, PNG or GIF.") from error


def _letterboxed(frame: Image.Image) -> bytes:
    picture = frame.convert("RGBA")
    picture.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    scale = min(WIDTH / picture.width, HEIGHT / picture.height)
    if scale > 1:
        picture = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    whole = Image.new("RGB", (WIDTH, HEIGHT))
    whole.paste(picture, ((WIDTH - picture.width) // 2, (HEIGHT - picture.height) // 2), picture)
    file = io.BytesIO()
    whole.save(file, "JPEG", quality=92, subsampling=0)
    return file.getvalue()


def samples(data: bytes) -> bytes:
    """48 kHz mono s16le of an MP3, OGG or WAV; what is behind LONGEST_S is left out."""
    out, size, most = [], 0, LONGEST_S * RATE * 2
    try:
        with av.open(io.BytesIO(data), "r", metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise InvalidRequest(_FIELD, "There is no sound in this file: send an MP3, OGG or WAV.")
            resampler = av.AudioResampler("s16", "mono", RATE)
            for packet in container.demux(container.streams.audio[0]):
                for frame in [piece for decoded in packet.decode() for piece in resampler.resample(decoded)]:
                    out.append(frame.to_ndarray().tobytes())
                    size += len(out[-1])
                if size >= most:
                    break
            else:
                out += [frame.to_ndarray().tobytes() for frame in resampler.resample(None)]
    except FFmpegError as error:
        if not out:
            raise InvalidRequest(_FIELD, "This is no sound that can be read: send an MP3, OGG or WAV.") from error
    if not size:
        raise InvalidRequest(_FIELD, "There is no sound in this file: send an MP3, OGG or WAV.")
    return b"".join(out)[:most]


class Resampler:
    """Mono s16le of any rate becomes 48 kHz, portion after portion without a seam."""

    def __init__(self) -> None:
        self._rate = RATE
        self._resampler: av.AudioResampler | None = None

    def __call__(self, pcm: bytes, rate: int) -> bytes:
        if rate != self._rate:
            self._rate, self._resampler = rate, av.AudioResampler("s16", "mono", RATE) if rate != RATE else None
        if self._resampler is None or not pcm:
            return pcm
        frame = av.AudioFrame.from_ndarray(np.frombuffer(pcm, np.int16)[None, :], format="s16", layout="mono")
        frame.sample_rate = rate
        return b"".join(made.to_ndarray().tobytes() for made in self._resampler.resample(frame))


class OpusEncoder:
    """Samples as `samples` makes them, or of another rate that Opus knows, as packets of 20 ms. A rest waits."""

    def __init__(self, rate: int = RATE) -> None:
        self._rate = rate
        self._codec = av.CodecContext.create("libopus", "w")
        self._codec.sample_rate, self._codec.format, self._codec.layout = rate, "s16", "mono"
        self._codec.bit_rate = 48_000
        self._codec.open()
        self._cut = av.AudioFifo()

    def __call__(self, pcm: bytes) -> list[bytes]:
        frame = av.AudioFrame.from_ndarray(np.frombuffer(pcm, np.int16)[None, :], format="s16", layout="mono")
        frame.sample_rate = self._rate
        self._cut.write(frame)
        packets = []
        while (whole := self._cut.read(self._rate // 50)) is not None:
            whole.pts = None
            packets += [bytes(packet) for packet in self._codec.encode(whole)]
        return packets
