"""A bot that speaks and is seen at a simulated platform, and what the simulator says it heard and saw of that."""

from __future__ import annotations

from typing import Any

import numpy as np

from rapporteur.bot.stage import PageStage
from rapporteur.kit.clock import SystemClock
from rapporteur.media.material import stills
from rapporteur.simulators.pages import Simulator
from tests.fakes.material import file_of

RED, BLUE = (200, 30, 30), (30, 40, 200)
LOUD = 0.2
RATE, PIECE_S, PIECES = 48_000, 0.1, 200
TONE = (16_000 * np.sin(2 * np.pi * 880 * np.arange(int(RATE * PIECE_S)) / RATE)).astype("<i2").tobytes()


async def appear(stage: PageStage, simulator: Simulator, *, screen: bool = True) -> None:
    """Show one colour, say a tone and share another colour, all received by the meeting, and end all of it again."""
    shown = [("camera", RED), *([("screenshare", BLUE)] if screen else [])]
    for surface, colour in shown:
        await stage.show(surface, stills(file_of(colour)))  # type: ignore[arg-type]
        part = "screen" if surface == "screenshare" else surface
        await simulator.until(lambda report, part=part, colour=colour: _shows(report, part, colour))
    await stage.microphone(True)
    clock = SystemClock()
    for _ in range(PIECES):
        await stage.sound(TONE)
        await clock.sleep(PIECE_S)
        if any(heard["level"] > LOUD for heard in simulator.said("heard")):
            break
    await simulator.until(lambda report: report["kind"] == "heard" and report["level"] > LOUD)
    await stage.microphone(False)
    for surface, _ in shown:
        await stage.blank(surface)  # type: ignore[arg-type]
    for part in ("microphone", "camera", *(["screen"] if screen else [])):
        await simulator.until(lambda _, part=part: _was_on(simulator, part))


def _was_on(simulator: Simulator, part: str) -> bool:
    reports = [report["on"] for report in simulator.said(part)]
    return True in reports and not reports[-1]


def _shows(report: dict[str, Any], part: str, colour: tuple[int, int, int]) -> bool:
    near = zip(report.get("colour", ()), colour, strict=False)
    return report["kind"] == "seen" and report["part"] == part and all(abs(seen - wanted) < 40 for seen, wanted in near)
