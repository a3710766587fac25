"""Pages come up, take each other's place, stop at once, and are opened again when they are lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from rapporteur.bot.presenting import RESTARTS, Presenter
from rapporteur.domain.errors import CaptureFailure, DestinationFailure, Unsupported
from rapporteur.wire import control
from rapporteur.wire.page import MediaFrame
from tests.fakes.pages import PICTURE, StillPage, Watch

pytestmark = pytest.mark.unit

URL = "https://example.org/"


class Stage:
    def __init__(self) -> None:
        self.made: list[tuple[Any, ...]] = []
        self.refusal: Exception | None = None

    async def open(self, surface: str) -> None:
        if self.refusal is not None:
            raise self.refusal

    async def stream(self, surface: str, frames: list[MediaFrame]) -> None:
        self.made.append(("stream", surface, frames))

    async def light(self, surface: str) -> None:
        self.made.append(("light", surface))

    async def blank(self, surface: str) -> None:
        self.made.append(("blank", surface))

    async def microphone(self, on: bool) -> None:
        self.made.append(("microphone", on))


class Hall:
    def __init__(self) -> None:
        self.stage = Stage()
        self.pages: list[StillPage] = []
        self.refusals: list[Exception | None] = []
        self.log: list[str] = []
        self.spent: list[dict[str, Any]] = []
        self.given_up: list[str] = []
        self.presenter = Presenter(
            self.stage, Watch(), self._make, self._note)  # type: ignore[arg-type]
        self.presenter.on_given_up = self.given_up.append

    def _note(self, kind: str, body: dict[str, Any]) -> None:
        if kind == control.LOG:
            self.log.append(body["message"])
        else:
            self.spent.append(body)

    def _make(self, surface: str) -> StillPage:
        self.pages.append(StillPage(self.refusals.pop(0) if self.refusals else None))
        return self.pages[-1]

    async def until(self, held: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not held():
                await asyncio.sleep(0)


async def test_what_a_page_shows_is_passed_on_and_what_people_say_goes_in() -> None:
    hall = Hall()
    await hall.presenter.show("camera", URL)
    await hall.until(lambda: ("stream", "camera", [PICTURE]) in hall.stage.made)
    assert {("microphone", True), ("light", "camera")} < {call[:2] for call in hall.stage.made}
    hall.presenter.hear([PICTURE])
    hall.presenter.tell("words")
    assert (hall.pages[0].heard, hall.pages[0].told) == ([PICTURE], ["words"])
    await hall.presenter.stop("camera")
    assert hall.stage.made[-2:] == [("blank", "camera"), ("microphone", False)]
    await hall.presenter.aclose()
    assert hall.pages[0].closed == 1
    assert hall.log == ["The page shown as the bot's camera for 0 s took 1.5 s of processor time."]
    assert hall.spent == [{"surface": "camera", "seconds": 0.0, "cpu_s": 1.5, "restarts": 0}]


async def test_a_page_that_does_not_come_up_leaves_the_one_before() -> None:
    hall = Hall()
    await hall.presenter.show("camera", URL)
    hall.refusals = [DestinationFailure("The page answered 404.")]
    with pytest.raises(DestinationFailure):
        await hall.presenter.show("camera", f"{URL}other")
    assert hall.presenter.addresses == {"camera": URL}
    await hall.presenter.show("camera", f"{URL}third")
    assert hall.presenter.addresses == {"camera": f"{URL}third"}
    await hall.presenter.aclose()
    assert [page.closed for page in hall.pages] == [1, 1, 1]
    assert ("blank", "camera") not in hall.stage.made


async def test_where_nothing_can_be_shown_no_browser_is_started() -> None:
    hall = Hall()
    hall.stage.refusal = Unsupported("camera", "It cannot.")
    with pytest.raises(Unsupported):
        await hall.presenter.show("camera", URL)
    assert hall.pages == []


async def test_the_microphone_stays_on_while_another_page_is_shown() -> None:
    hall = Hall()
    await hall.presenter.show("camera", URL)
    await hall.presenter.show("screenshare", URL)
    await hall.presenter.stop("camera")
    assert ("microphone", False) not in hall.stage.made
    await hall.presenter.stop("camera")
    await hall.presenter.stop("screenshare")
    assert hall.stage.made.count(("microphone", False)) == 1
    await hall.presenter.aclose()


async def test_a_lost_page_is_opened_again_and_given_up_in_the_end() -> None:
    hall = Hall()
    await hall.presenter.show("camera", URL)
    hall.refusals = [CaptureFailure("No browser."), None]
    for seen in range(1, RESTARTS + 1):
        await hall.until(lambda: hall.stage.made.count(("stream", "camera", [PICTURE])) == seen)  # noqa: B023
        hall.pages[-1].lose()
    await hall.until(lambda: hall.given_up == ["camera"])
    assert hall.presenter.addresses == {}
    assert hall.stage.made[-2:] == [("blank", "camera"), ("microphone", False)]
    assert hall.log[0] == "The page shown as the bot's camera was lost: It crashed. It is opened again."
    assert "It is given up." in hall.log[-2]
    await hall.presenter.aclose()
    assert [page.closed for page in hall.pages] == [1] * (RESTARTS + 1)
