"""Pages that a bot shows without any browser, and the clock by which they are watched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from rapporteur.bot.presenting import MEASURED_EVERY_S, Presenter
from rapporteur.wire.page import MediaFrame

PICTURE = MediaFrame(2, 2, 1, 0, 0, 0.0, b"picture")


class Watch:
    """A clock on which short waits are over at once, and the time for measuring never comes."""

    def now_ms(self) -> float:
        return 0.0

    def monotonic_s(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await (never() if seconds >= MEASURED_EVERY_S else asyncio.sleep(0))


class StillPage:
    """A page that comes up at once, or not, and shows one picture until it is lost."""

    cpu_s = 1.5

    def __init__(self, refusal: Exception | None = None) -> None:
        self.refusal = refusal
        self.closed = 0
        self.heard: list[MediaFrame] = []
        self.told: list[str] = []
        self._lost = asyncio.get_running_loop().create_future()

    def lose(self) -> None:
        self._lost.set_result("It crashed.")

    async def open(self, url: str) -> None:
        if self.refusal is not None:
            raise self.refusal

    async def lost(self) -> str:
        return await asyncio.shield(self._lost)

    async def batches(self) -> AsyncIterator[list[MediaFrame]]:
        yield [PICTURE]
        await never()

    def hear(self, frames: list[MediaFrame]) -> None:
        self.heard += frames

    def tell(self, text: str) -> None:
        self.told.append(text)

    def measure(self) -> None: ...

    async def close(self) -> None:
        self.closed += 1


def no_pages(stage: Any) -> Presenter:
    """For a bot that is asked for none."""
    return Presenter(stage, Watch(), lambda surface: StillPage(), lambda kind, body: None)


async def never() -> None:
    await asyncio.get_running_loop().create_future()
