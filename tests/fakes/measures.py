"""Measures of a recorded meeting of simulated people: who is seen where, which sentence is heard when, who spoke when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import mode
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rapporteur.domain.timeline import from_iso
from rapporteur.media import inspection
from rapporteur.simulators.scenario import Person
from rapporteur.simulators.speech import clip_file
from tests.fakes.house import House
from tests.fakes.recorded import documents

RATE_HZ = 16_000
ALIKE = 40.0
"""Two colours that encoders may have made of the same one are not farther apart, as lengths in RGB."""
SCREEN = "#f4f1ea"
"""The background of a simulated screen (page/src/people/drawing.ts)."""

Span = tuple[float, float]


def colour_at(path: Path, where: inspection.Rectangle, at_s: float, colours: Mapping[str, str]) -> str | None:
    """Whose background the left edge of a tile has; None where it is nobody's. Neither faces nor labels lie there."""
    left, top, width, height = where
    patch = (left + round(width * 0.025), top + round(height * 0.35), max(2, round(width * 0.03)), round(height * 0.2))
    seen = np.array(inspection.mean_colour(path, patch, at_s), float)
    far = {name: float(np.linalg.norm(seen - _rgb(colour))) for name, colour in colours.items()}
    nearest = min(far, key=lambda name: far[name])
    return nearest if far[nearest] <= ALIKE else None


async def pictures_of_each(
    house: House, artifact: dict[str, Any], colours: Mapping[str, str], folder: Path,
) -> set[tuple[str, str, str | None]]:
    """What is in the files of a recording's separate pictures: whose they are said to be, as what, and who is on them."""
    found = set()
    for number, part in enumerate(await documents(artifact["data"]["download_url"])):
        file = await house.download(part["download_url"], folder / f"picture-{number}.mkv")
        [video] = [stream for stream in inspection.streams(file) if stream.media == "video"]
        # At one of these moments somebody may flash, and be as white as a screen.
        moments = [part["duration"] * share for share in (0.25, 0.4, 0.55)]
        shown = mode(colour_at(file, (0, 0, video.width, video.height), at_s, colours) for at_s in moments)
        found.add((part["participant"]["name"], part["type"], shown))
    return found


def _rgb(colour: str) -> NDArray[np.float64]:
    return np.array([int(colour[n:n + 2], 16) for n in (1, 3, 5)], float)


def heard(sound: NDArray[np.float32], clip: str) -> tuple[float, float]:
    """Where in the sound, in seconds, a sentence is most likely to begin, and how alike both are there: 1 is the same wave."""
    known = inspection.sound(clip_file(clip), RATE_HZ).astype(float)
    size = 1 << (len(sound) + len(known)).bit_length()
    product = np.fft.rfft(sound.astype(float), size) * np.conj(np.fft.rfft(known, size))
    match = np.fft.irfft(product, size)[:max(1, len(sound) - len(known) + 1)]
    power = np.concatenate([[0.0], np.cumsum(np.square(sound, dtype=float))])
    own = power[len(known):len(known) + len(match)] - power[:len(match)]
    alike = match / (np.linalg.norm(known) * np.sqrt(np.maximum(own, 1e-3)))
    best = int(np.argmax(alike))
    return best / RATE_HZ, float(alike[best])


def turns(timeline: Iterable[dict[str, Any]], zero_ms: float) -> dict[str, list[Span]]:
    """When each participant spoke, in seconds from the zero, as a speaker timeline tells it."""
    spoke: dict[str, list[Span]] = {}
    for turn in timeline:
        began, ended = (
            (from_iso(turn[f"{edge}_timestamp"]["absolute"]) - zero_ms) / 1000 for edge in ("start", "end"))
        spoke.setdefault(turn["participant"]["name"], []).append((began, ended))
    return spoke


def covered(spans: Iterable[Span], from_s: float, to_s: float) -> float:
    """How much of a stretch of time the spans cover: 0 to 1."""
    return sum(max(0.0, min(ended, to_s) - max(began, from_s)) for began, ended in spans) / (to_s - from_s)


def scripted(people: Iterable[Person], *, chat: bool) -> list[tuple[float, str, str]]:
    """The events of a meeting in their order: second of the scenario, name and action."""
    return sorted((event for person in people for event in _scripted(person, chat)), key=lambda event: event[0])


def _scripted(person: Person, chat: bool) -> Iterable[tuple[float, str, str]]:
    yield person.joins_at_s, person.name, "join"
    yield person.joins_at_s, person.name, "webcam_on"
    for span in person.camera_off:
        yield span.from_s, person.name, "webcam_off"
        yield span.to_s, person.name, "webcam_on"
    for span in person.screen:
        yield span.from_s, person.name, "screenshare_on"
        yield span.to_s, person.name, "screenshare_off"
    for message in person.messages if chat else ():
        yield message.at_s, person.name, "chat_message"
    if person.leaves_at_s is not None:
        yield person.leaves_at_s, person.name, "webcam_off"
        yield person.leaves_at_s, person.name, "leave"
