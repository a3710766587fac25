"""Documents of a meeting's page that have the bot's devices, one after the other: each is given what is shown."""

from __future__ import annotations

from typing import cast

import pytest

from rapporteur.bot.bridge import Bridge
from rapporteur.bot.hand import Hand
from rapporteur.bot.platforms.webex import Webex
from rapporteur.bot.stage import PageStage
from rapporteur.wire import page as wire

pytestmark = pytest.mark.unit


class Wire:
    """Of the bridge, what the stage says."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.stage: PageStage | None = None

    async def send(self, data: bytes) -> None:
        self.sent.append(data)

    async def order(self, order: str) -> None:
        assert order == wire.STAGE
        assert self.stage is not None
        assert not self.stage.staged(), "the first is none further"


class Pressed(Webex):
    """A page whose camera is on as soon as it is asked for."""

    async def camera(self, hand: Hand, on: bool) -> None: ...


async def test_a_frame_that_gets_its_devices_later_is_given_what_is_shown() -> None:
    told = Wire()
    told.stage = stage = PageStage(cast(Bridge, told), platform=Pressed, hand=lambda: cast(Hand, None))
    await stage.open("camera")
    frames = [wire.MediaFrame(1, wire.VIDEO, 1, 0, 0, 0.0, b"key")]
    await stage.stream("camera", frames)
    await stage.light("camera")
    assert stage.staged(), "a further document"
    await stage.refresh()
    assert told.sent == [wire.stream("camera", frames), wire.stream("camera", [])]
    stage.loaded()
    assert not stage.staged(), "a page that began anew is the first again"
