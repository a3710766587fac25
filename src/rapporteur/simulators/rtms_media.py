"""What Zoom's stream of a scenario brings, made beforehand: everybody's bare sound, and the pictures of whoever speaks.

Sound is one stretch of samples per person, silence included. Pictures are H.264 in the form of Annex B, a stretch per time that
somebody is the one to be seen, each beginning with a key frame: Zoom sends one camera at a time. Times are scenario seconds.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import av
import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

from rapporteur.simulators.scenario import MARK_S, Person, Scenario, Span
from rapporteur.simulators.speech import clip_file

RATE = 16_000
WIDTH, HEIGHT, FPS = 320, 180, 15
SHARED_COLOUR = "#c8a415"
"""Of everybody's shared screen."""
BEEP_HZ, BEEP_S = 1_000, 0.1
TAIL_S = 1.0
"""So long a scenario without an end of its own lasts behind the last thing in it."""
Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Frame:
    at_s: float
    name: str
    shared: bool
    data: bytes


def lasts_s(scenario: Scenario) -> float:
    """When the last thing that is scripted is over."""
    ends = [s.to_s for p in scenario.people for s in (*p.screen, *p.camera_off)]
    ends += [line.end_s for p in scenario.people for line in p.lines]
    ends += [mark + MARK_S for p in scenario.people for mark in p.marks]
    return scenario.ends_at_s if scenario.ends_at_s is not None else max(ends, default=0.0) + TAIL_S


def sound_of(person: Person, length_s: float) -> Samples:
    """Everything the person says, and a beep with the picture that shows each mark."""
    out = np.zeros(round(length_s * RATE), np.int32)
    tone = np.sin(2 * np.pi * BEEP_HZ * np.arange(round(BEEP_S * RATE)) / RATE) * 16_000
    pieces = [(line.at_s, _decoded(line.clip)) for line in person.lines]
    pieces += [(_first(mark) / FPS, tone.astype(np.int16)) for mark in person.marks]
    for at_s, piece in pieces:
        at = round(at_s * RATE)
        part = out[at:at + len(piece)]
        part += piece[:len(part)]
    return np.clip(out, -32768, 32767).astype(np.int16)


def _decoded(clip: str) -> Samples:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(clip_file(clip))) as container:
        frames = [*container.decode(audio=0), None]
        return np.concatenate([out.to_ndarray()[0] for frame in frames for out in resampler.resample(frame)])


# --- pictures -----------------------------------------------------------------------------------------------------------


def speakers(scenario: Scenario) -> list[tuple[float, Person]]:
    """Who is the one to be seen from when on: whoever began to speak, or made a mark, last; at first the first of all."""
    begun = [(line.at_s, person) for person in scenario.people for line in person.lines]
    begun += [(mark, person) for person in scenario.people for mark in person.marks]
    out: list[tuple[float, Person]] = [(0.0, scenario.people[0])]
    for at_s, person in sorted(begun, key=lambda pair: pair[0]):
        if person is not out[-1][1]:
            out.append((at_s, person))
    return out


def film(scenario: Scenario) -> list[Frame]:
    """All pictures, in order."""
    end_s, seen = lasts_s(scenario), speakers(scenario)
    frames: list[Frame] = []
    for (from_s, person), to_s in zip(seen, [*(at_s for at_s, _ in seen[1:]), end_s], strict=True):
        for span in _on(person, from_s, to_s):
            frames += _encoded(person, span, person.colour, shared=False)
    for person in scenario.people:
        for span in person.screen:
            frames += _encoded(person, span, SHARED_COLOUR, shared=True)
    return sorted(frames, key=lambda frame: frame.at_s)


def _on(person: Person, from_s: float, to_s: float) -> Iterator[Span]:
    """The parts of a time in which the person's camera is on."""
    if not person.camera:
        return
    for off in sorted(person.camera_off, key=lambda span: span.from_s):
        if off.to_s > from_s and off.from_s < to_s:
            if off.from_s > from_s:
                yield Span(from_s, off.from_s)
            from_s = off.to_s
    if from_s < to_s:
        yield Span(from_s, to_s)


def _encoded(person: Person, span: Span, colour: str, *, shared: bool) -> Iterator[Frame]:
    times = [n / FPS for n in range(_first(span.from_s), _first(span.to_s))]
    for at_s, data in zip(times, encoded(_picture(person, at_s, colour, shared) for at_s in times), strict=True):
        yield Frame(at_s, person.name, shared, data)


def _first(at_s: float) -> int:
    return int(np.ceil(at_s * FPS - 1e-9))


def _picture(person: Person, at_s: float, colour: str, shared: bool) -> NDArray[np.uint8]:
    """A plain colour with a bar that moves, and white while a mark lasts."""
    picture = np.full((HEIGHT, WIDTH, 3), ImageColor.getrgb(colour)[:3], np.uint8)
    if not shared and any(mark - 1e-9 <= at_s < mark + MARK_S for mark in person.marks):
        picture[:] = 255
    at = round(at_s * 60) % (WIDTH - 16)
    picture[-12:, at:at + 16] = 220
    return picture


def encoded(pictures: Iterable[NDArray[np.uint8]]) -> Iterator[bytes]:
    """One access unit per picture, the first of them a key frame with its parameters."""
    codec = cast(av.VideoCodecContext, av.CodecContext.create("libx264", "w"))
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    codec.time_base = Fraction(1, FPS)
    codec.options = {"preset": "ultrafast", "tune": "zerolatency", "g": str(4 * FPS), "threads": "1"}
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
        frame.pts = number
        unit = io.BytesIO()
        for packet in codec.encode(frame):
            unit.write(bytes(packet))
        yield unit.getvalue()
