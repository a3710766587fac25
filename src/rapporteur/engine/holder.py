"""Where workflows find the use cases they call.

The engine registers its functions at import, long before anything is built. So they reach their services through this one
holder, which is filled before the engine starts, and run them on the server's own event loop, where those services live.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from rapporteur.kit.tasks import on_loop

T = TypeVar("T")


class Lifecycle(Protocol):
    """The steps of a bot's lifecycle, as services.lifecycle offers them."""

    async def next_generation(self, bot_id: str) -> int | None: ...

    async def launch(self, bot_id: str, generation: int) -> None: ...

    async def lost(self, bot_id: str, generation: int) -> str: ...

    async def publish(self, bot_id: str) -> None: ...


class Redelivery(Protocol):
    async def redeliver(self, delivery_id: str, attempts: int) -> None:
        """Make the attempt of a webhook that follows this many, if it is still owed."""
        ...


class Errands(Protocol):
    """Work on stored media, as services.errands offers it."""

    async def perform(self, kind: str, about: str) -> None: ...

    async def give_up(self, kind: str, about: str, code: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Services:
    lifecycle: Lifecycle
    redelivery: Redelivery
    errands: Errands


_held: tuple[Services, asyncio.AbstractEventLoop] | None = None


def fill(services: Services) -> None:
    """Called on the event loop that the services live on."""
    global _held
    _held = services, asyncio.get_running_loop()


def empty() -> None:
    global _held
    _held = None


async def call(use: Callable[[Services], Coroutine[Any, Any, T]]) -> T:
    """Use a service on its own loop, from whichever loop a workflow runs on."""
    assert _held is not None, "the engine was started with an empty holder"
    services, loop = _held
    return await on_loop(loop, use(services))
