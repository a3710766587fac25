"""Orders and settings become calls of the stage, lane by lane; every order is answered once."""

from __future__ import annotations

import asyncio
import itertools
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from rapporteur.bot.performing import Performer
from rapporteur.bot.presenting import Presenter
from rapporteur.domain.errors import DestinationFailure, InvalidRequest, MeetingFailure, RapporteurError, Unsupported
from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.output import Cue, Line, Outputs
from rapporteur.domain.participants import Roster
from rapporteur.wire import control
from rapporteur.wire.control import Order
from rapporteur.wire.page import MediaFrame
from tests.fakes.pages import PICTURE, StillPage, Watch

pytestmark = pytest.mark.unit

IDLE = BotState.IN_CALL_NOT_RECORDING
SECOND = bytes(2 * 48_000)


class Steps:
    """A clock that runs by what is slept for."""

    def __init__(self) -> None:
        self.at_s = 1000.0

    def now_ms(self) -> float:
        return self.at_s * 1000

    def monotonic_s(self) -> float:
        return self.at_s

    async def sleep(self, seconds: float) -> None:
        self.at_s += seconds
        await asyncio.sleep(0)


class Calls:
    """A stage that notes what is asked of it, and may refuse."""

    def __init__(self, clock: Steps) -> None:
        self.clock = clock
        self.made: list[tuple[Any, ...]] = []
        self.pieces: list[float] = []
        self.refusal: Exception | None = None
        self.on_piece: Callable[[], None] = lambda: None

    def _note(self, *call: Any) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.made.append(call)

    async def show(self, surface: str, frames: list[tuple[int, bytes]]) -> None:
        self._note("show", surface, frames[0][1])

    async def blank(self, surface: str) -> None:
        self._note("blank", surface)

    async def open(self, surface: str) -> None:
        self._note("open", surface)

    async def stream(self, surface: str, frames: list[MediaFrame]) -> None:
        self._note("stream", surface, frames)

    async def light(self, surface: str) -> None:
        self._note("light", surface)

    async def microphone(self, on: bool) -> None:
        self._note("microphone", on)

    async def sound(self, samples: bytes) -> None:
        self.pieces.append(self.clock.at_s)
        self.on_piece()

    async def hush(self) -> None:
        self._note("hush")

    async def write(self, line: Line) -> None:
        self._note("write", line)


class Bot:
    def __init__(self, **settings: Any) -> None:
        self.clock = Steps()
        self.stage = Calls(self.clock)
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.elsewhere: dict[str, bytes] = {}
        self.page = StillPage()

        def post(kind: str, body: dict[str, Any]) -> None:
            self.told.append((kind, body))

        self.performer = Performer(
            self.stage, Cue(Outputs.from_json(settings)), self.clock, fetch=self._fetch, stills=self._stills,
            pages=Presenter(self.stage, Watch(), lambda surface: self.page, post), samples=lambda data: data, post=post)
        self._number = 0

    async def _fetch(self, url: str) -> bytes:
        if url not in self.elsewhere:
            raise DestinationFailure("the address answered 404")
        return self.elsewhere[url]

    @staticmethod
    def _stills(data: bytes) -> list[tuple[int, bytes]]:
        if data == b"broken":
            raise InvalidRequest("b64_data", "no picture")
        return [(1000, data)]

    def look(self, state: BotState = IDLE, *, present: bool = True) -> None:
        self.performer.look(state, Roster(), self.clock.now_ms(), present=present)

    def order(self, name: str, **body: Any) -> int:
        self._number += 1
        self.performer.order(Order(self._number, name, {"until_ms": self.clock.now_ms() + 5000, **body}))
        return self._number

    async def ended(self) -> None:
        await self.performer._tasks.drain()

    def outcomes(self) -> dict[int, str | None]:
        done = [body for kind, body in self.told if kind == control.ORDER_DONE]
        assert len({body["number"] for body in done}) == len(done), "each once"
        return {body["number"]: body["error"] and body["error"]["code"] for body in done}


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    bot = Bot()
    bot.look()
    yield bot
    await bot.performer.aclose()


def b64(data: bytes) -> str:
    return b64encode(data).decode()


async def test_sound_is_sent_as_fast_as_it_is_heard_and_the_microphone_goes_on_and_off(bot: Bot) -> None:
    bot.order(control.OUTPUT_AUDIO, b64_data=b64(SECOND))
    await bot.ended()
    assert bot.stage.made == [("microphone", True), ("microphone", False)]
    sent = [at - bot.stage.pieces[0] for at in bot.stage.pieces]
    assert len(sent) == 25
    assert all(n * 0.04 - at <= 0.13 for n, at in enumerate(sent)), "never far ahead"
    assert bot.outcomes() == {1: None}


async def test_a_stop_is_obeyed_in_the_middle_of_a_sound(bot: Bot) -> None:
    bot.stage.on_piece = lambda: bot.order(control.STOP_AUDIO) if len(bot.stage.pieces) == 5 else None
    bot.order(control.OUTPUT_AUDIO, b64_data=b64(SECOND))
    await bot.ended()
    assert len(bot.stage.pieces) == 5
    assert bot.stage.made == [("microphone", True), ("hush",), ("hush",), ("microphone", False)]
    assert bot.outcomes() == {1: None, 2: None}


async def test_another_sound_takes_the_place_of_the_one_that_plays(bot: Bot) -> None:
    def another() -> None:
        if len(bot.stage.pieces) == 5:
            bot.order(control.OUTPUT_AUDIO, b64_data=b64(SECOND))

    bot.stage.on_piece = another
    bot.order(control.OUTPUT_AUDIO, b64_data=b64(SECOND))
    await bot.ended()
    assert len(bot.stage.pieces) == 30
    assert bot.stage.made == [("microphone", True), ("hush",), ("microphone", True), ("microphone", False)]


async def test_an_order_that_gave_way_before_it_was_done_says_so(bot: Bot) -> None:
    bot.order(control.OUTPUT_VIDEO, surface="camera", b64_data=b64(b"one"))
    bot.order(control.OUTPUT_VIDEO, surface="camera", b64_data=b64(b"two"))
    bot.order(control.OUTPUT_VIDEO, surface="screenshare", b64_data=b64(b"three"))
    await bot.ended()
    assert sorted(bot.stage.made) == [("show", "camera", b"two"), ("show", "screenshare", b"three")]
    assert bot.outcomes() == {1: "superseded", 2: None, 3: None}


async def test_lines_are_written_one_after_the_other(bot: Bot) -> None:
    for text in ("one", "two", "three"):
        bot.order(control.SEND_CHAT, message=text, to="everyone", pin=False)
    await bot.ended()
    assert bot.stage.made == [("write", Line("one")), ("write", Line("two")), ("write", Line("three"))]


@pytest.mark.parametrize(("refusal", "code"), [
    (Unsupported("pin", "It cannot pin."), "not_supported"), (MeetingFailure("output_failed", "Not taken."), "output_failed"),
])
async def test_what_the_meeting_does_not_take_is_the_orders_outcome(bot: Bot, refusal: Exception, code: str) -> None:
    bot.stage.refusal = refusal
    bot.order(control.SEND_CHAT, message="Hello", to="everyone", pin=True)
    await bot.ended()
    assert bot.outcomes() == {1: code}


async def test_what_cannot_be_read_or_fetched_is_the_orders_outcome(bot: Bot) -> None:
    bot.order(control.OUTPUT_VIDEO, surface="camera", b64_data=b64(b"broken"))
    bot.order(control.OUTPUT_VIDEO, surface="screenshare", url="http://127.0.0.1/none.png")
    await bot.ended()
    assert bot.outcomes() == {1: "invalid_media", 2: "destination_failure"}


async def test_orders_that_come_too_late_or_outside_of_the_meeting_are_not_done(bot: Bot) -> None:
    bot.order(control.STOP_AUDIO, until_ms=bot.clock.now_ms() - 1)
    bot.look(present=False)
    bot.order(control.STOP_AUDIO)
    await bot.ended()
    assert (bot.stage.made, bot.outcomes()) == ([], {1: "order_expired", 2: "cannot_command_unstarted_bot"})


async def test_a_picture_by_order_stays_over_states_and_one_for_a_while_does_not() -> None:
    bot = Bot(automatic_video_output={
        "in_call_recording": {"b64_data": b64(b"red")}, "in_call_not_recording": {"b64_data": b64(b"blue")}})
    bot.look()
    await bot.ended()
    bot.order(control.OUTPUT_VIDEO, surface="camera", b64_data=b64(b"green"), duration_s=5)
    await bot.ended()
    bot.order(control.OUTPUT_VIDEO, surface="camera", b64_data=b64(b"green"))
    await bot.ended()
    bot.look(BotState.IN_CALL_RECORDING)
    await bot.ended()
    bot.order(control.STOP_VIDEO, surface="camera")
    bot.look()
    await bot.ended()
    assert [call[-1] for call in bot.stage.made] == [b"blue", b"green", b"blue", b"green", "camera"]


async def test_what_fails_by_itself_is_told_in_the_log_and_the_rest_goes_on() -> None:
    bot = Bot(automatic_video_output={"in_call_recording": {"image_url": "http://127.0.0.1/none.png"}},
              chat={"on_bot_join": {"message": "Hello"}})
    bot.look()
    await bot.ended()
    assert bot.stage.made == [("write", Line("Hello"))]
    assert [body["level"] for kind, body in bot.told if kind == control.LOG] == ["warning"]


async def test_what_was_heard_is_told_in_whole_with_its_moments(bot: Bot) -> None:
    said: list[tuple[int, float]] = []
    bot.performer.on_said = lambda samples, at_ms: said.append((len(samples), at_ms))
    bot.order(control.OUTPUT_AUDIO, b64_data=b64(SECOND))
    await bot.ended()
    assert sum(length for length, _ in said) == len(SECOND)
    assert {round(b - a) for (_, a), (_, b) in itertools.pairwise(said)} == {40}


class Note:
    """An answer that is noted."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def done(self) -> None:
        self.told.append("done")

    def superseded(self) -> None:
        self.told.append("superseded")

    def not_done(self, error: RapporteurError) -> None:
        self.told.append(error.code)


async def test_what_is_said_while_it_is_made_is_heard_as_one_speech(bot: Bot) -> None:
    def more() -> None:
        if len(bot.stage.pieces) == 20:
            bot.performer.speak(SECOND, answer)

    answer, bot.stage.on_piece = Note(), more
    bot.performer.speak(SECOND[:len(SECOND) // 2], answer)
    bot.performer.speak(SECOND[:len(SECOND) // 2], answer)
    await bot.ended()
    assert len(bot.stage.pieces) == 2 * 25, "pieces go across portions"
    assert bot.stage.made == [("microphone", True), ("microphone", False)]
    assert answer.told == ["done"]


async def test_a_stop_drops_what_was_to_be_said_and_what_comes_later_is_said_again(bot: Bot) -> None:
    def stop() -> None:
        if len(bot.stage.pieces) == 5:
            bot.performer.obey(control.STOP_AUDIO, {}, Note())

    bot.stage.on_piece = stop
    bot.performer.speak(10 * SECOND, Note())
    await bot.ended()
    assert len(bot.stage.pieces) == 5
    assert bot.stage.made == [("microphone", True), ("hush",), ("hush",), ("microphone", False)]
    bot.performer.speak(SECOND, later := Note())
    await bot.ended()
    assert (len(bot.stage.pieces), later.told) == (30, ["done"])


async def test_more_than_can_wait_is_refused_and_so_is_speech_outside_of_the_meeting(bot: Bot) -> None:
    bot.performer.speak(200 * SECOND, too_long := Note())
    bot.look(present=False)
    bot.performer.speak(SECOND, outside := Note())
    await bot.ended()
    assert (too_long.told[0], outside.told) == ("too_much", ["cannot_command_unstarted_bot"])
    assert not bot.stage.pieces


async def test_it_is_told_when_the_bot_is_let_in_and_when_it_is_out_for_good() -> None:
    bot, told = Bot(), list[bool]()
    bot.performer.on_attending = told.append
    bot.look(BotState.IN_WAITING_ROOM, present=False)
    bot.look()
    bot.look(BotState.IN_CALL_RECORDING, present=False)
    bot.look(BotState.IN_CALL_RECORDING)
    bot.look(BotState.CALL_ENDED, present=False)
    assert told == [True, False]
    await bot.performer.aclose()


PAGE = "https://example.org/"


async def shown(bot: Bot, **pages: str) -> None:
    bot.order(control.OUTPUT_MEDIA, pages=pages or {"camera": PAGE})
    await until(bot, lambda: bool(bot.outcomes()))


async def until(bot: Bot, held: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not held():
            await bot.clock.sleep(0)


async def test_a_page_takes_the_camera_and_the_microphone_and_gives_them_back() -> None:
    bot = Bot(bot_avatar_url="avatar")
    bot.elsewhere["avatar"] = b"face"
    bot.look()
    await bot.ended()
    await shown(bot)
    made = [call for call in bot.stage.made if call[0] != "stream"]
    assert made[1:] == [("open", "camera"), ("microphone", True), ("light", "camera")]
    await until(bot, lambda: ("stream", "camera", [PICTURE]) in bot.stage.made)
    bot.order(control.STOP_MEDIA, surfaces=["camera"])
    await until(bot, lambda: bot.stage.made[-1] == ("show", "camera", b"face"))
    assert ("blank", "camera") in bot.stage.made
    assert bot.outcomes() == {1: None, 2: None}
    await bot.performer.aclose()
    assert bot.page.closed == 1


async def test_what_a_page_has_is_refused_to_others(bot: Bot) -> None:
    await shown(bot)
    bot.order(control.OUTPUT_VIDEO, surface="camera", b64_data=b64(b"face"))
    bot.order(control.OUTPUT_AUDIO, b64_data=b64(SECOND))
    bot.order(control.OUTPUT_VIDEO, surface="screenshare", b64_data=b64(b"slide"))
    await until(bot, lambda: len(bot.outcomes()) == 4)
    assert bot.outcomes() == {1: None, 2: "output_media_running", 3: "output_media_running", 4: None}


async def test_a_page_that_does_not_come_up_changes_nothing(bot: Bot) -> None:
    bot.page.refusal = DestinationFailure("The page answered 404.")
    await shown(bot)
    assert bot.outcomes() == {1: "destination_failure"}
    assert bot.stage.made == [("open", "camera")]
    await bot.performer.aclose()
    assert bot.page.closed == 1


async def test_pages_of_the_settings_come_up_with_the_bot_and_end_with_its_meeting() -> None:
    bot = Bot(output_media={"screenshare": {"kind": "webpage", "config": {"url": PAGE}}})
    bot.look()
    await until(bot, lambda: ("light", "screenshare") in bot.stage.made)
    bot.look(present=False)
    bot.look()
    assert bot.page.closed == 0
    bot.look(BotState.CALL_ENDED, present=False)
    await until(bot, lambda: bot.page.closed == 1)
    await bot.performer.aclose()


async def test_a_page_in_a_pictures_place_is_shown_while_its_state_lasts() -> None:
    bot = Bot(automatic_video_output={
        "in_call_recording": {"webpage": {"url": PAGE}}, "in_call_not_recording": {"b64_data": b64(b"blue")}})
    bot.look()
    await bot.ended()
    bot.look(BotState.IN_CALL_RECORDING)
    await until(bot, lambda: ("light", "camera") in bot.stage.made)
    bot.order(control.OUTPUT_VIDEO, surface="camera", b64_data=b64(b"green"))
    bot.look()
    await until(bot, lambda: bot.page.closed == 1 and bot.stage.made[-1] == ("show", "camera", b"blue"))
    assert [call[-1] for call in bot.stage.made if call[0] == "show"] == [b"blue", b"blue"]
    assert bot.outcomes() == {1: "output_media_running"}
    await bot.performer.aclose()


async def test_a_sound_is_heard_though_its_state_begins_as_the_one_of_a_page_ends() -> None:
    bot = Bot(automatic_video_output={
        "in_call_recording": {"b64_data": b64(b"red")}, "in_call_not_recording": {"webpage": {"url": PAGE}}},
        automatic_audio_output={"in_call_recording": {"data": {"b64_data": b64(SECOND)}}})
    bot.look()
    await until(bot, lambda: ("light", "camera") in bot.stage.made)
    bot.look(BotState.IN_CALL_RECORDING)
    await until(bot, lambda: len(bot.stage.pieces) == 25)
    switched = [call[1] for call in bot.stage.made if call[0] == "microphone"]
    assert switched[:3] == [True, False, True], "the page's end does not silence what follows it"
    await bot.performer.aclose()


async def test_a_page_by_order_stands_before_the_one_that_is_shown_by_itself_and_gives_it_back() -> None:
    bot = Bot(automatic_video_output={"in_call_recording": {"webpage": {"url": PAGE}}})
    bot.look()
    await until(bot, lambda: bot.stage.made.count(("light", "camera")) == 1)
    await shown(bot)
    bot.order(control.STOP_MEDIA, surfaces=["camera"])
    await until(bot, lambda: bot.stage.made.count(("light", "camera")) == 3)
    bot.order(control.STOP_MEDIA, surfaces=["camera"])
    await until(bot, lambda: bot.page.closed == 3)
    bot.look(BotState.IN_CALL_RECORDING)
    assert bot.stage.made.count(("light", "camera")) == 3, "what was stopped by order does not come again"
    assert bot.performer._pages.addresses == {}
    await bot.performer.aclose()
