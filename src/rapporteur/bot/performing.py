"""What the bot says, shows and writes: the settings' part by itself, the user's orders when they come.

Five lanes run beside each other: camera, shared screen, sound, chat and pages. What comes later takes the place of what a
lane is at, but for the chat, where it waits. An order is answered with what became of it; what fails by itself is told in the
bot's log.

While a page is shown its surface and the microphone are the page's: what the bot would show and play by itself waits or is left
out, and orders to them are refused.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, Literal

import structlog

from rapporteur.bot.presenting import Presenter
from rapporteur.bot.speech import LONGEST_S, Speech
from rapporteur.domain.errors import InvalidRequest, MeetingFailure, RapporteurError, Refused
from rapporteur.domain.lifecycle import IN_MEETING, BotState
from rapporteur.domain.output import Act, Cue, Line, Material, Open, Page, Play, Show, Sight, Surface, Write
from rapporteur.domain.participants import Roster
from rapporteur.kit.clock import Clock
from rapporteur.kit.tasks import TaskOwner
from rapporteur.services.ports import Answer, Stage
from rapporteur.wire import control
from rapporteur.wire.control import Order
from rapporteur.wire.page import SOUND_RATE, MediaFrame

log = structlog.get_logger()

PIECE_S = 0.04
LEAD_S = 0.12
"""So far ahead sound is sent: enough for a busy machine, and little enough to be quiet at once."""
LINGER_S = 1.0
"""How long the microphone stays on behind the last sound: another may follow."""
Lane = Literal["camera", "screenshare", "sound", "chat", "pages"]
Done = Callable[[], None]
"""Called when an order is obeyed, though its work may go on."""
Work = Callable[[], Awaitable[None]]
FAILED = "output_failed"
"""The code of an order that the meeting did not take."""
_PIECE = round(PIECE_S * SOUND_RATE) * 2


class Performer:
    """`fetch` gets what lies behind a URL, `stills` makes pictures of a file and `samples` sound, both beside the loop."""

    def __init__(self, stage: Stage, cue: Cue, clock: Clock, *, pages: Presenter, fetch: Callable[[str], Awaitable[bytes]],
                 stills: Callable[[bytes], list[tuple[int, bytes]]], samples: Callable[[bytes], bytes],
                 post: Callable[[str, dict[str, Any]], None]) -> None:
        self._stage = stage
        self._cue = cue
        self._clock = clock
        self._pages = pages
        pages.on_seen = self._make_room
        pages.on_given_up = self._without_page
        self._fetch = fetch
        self._stills = stills
        self._samples = samples
        self._post = post
        self.on_said: Callable[[bytes, float], None] = lambda samples, at_ms: None
        """Told what was heard of the bot, and when it began."""
        self.on_passed_on: Callable[[bytes, float], None] = lambda packet, at_ms: None
        """Told what a page was heard playing: a packet of Opus, and when it came."""
        pages.on_sound = lambda packet, at_ms: self.on_passed_on(packet, at_ms)
        self.on_attending: Callable[[bool], None] = lambda attending: None
        """Told when the bot is let into its meeting, and when it is out for good."""
        self._attending = False
        self._tasks = TaskOwner("performing")
        self._lanes: dict[Lane, tuple[asyncio.Task[None], Done | None]] = {}
        """What each is at, and whom to tell when it is given up."""
        self._picture: Sight | None = None
        """What the camera shows by itself."""
        self._own_page = False
        """Whether the page that has the camera is shown by itself."""
        self._ordered = False
        """Whether the camera is under orders; then what it would show by itself waits."""
        self._present = False
        self._speech: Speech | None = None
        """What the bot says while it is made, if that is what sounds."""

    def look(self, state: BotState, roster: Roster, at_ms: float, *, present: bool) -> None:
        """See what is due. `present`: the page is in the meeting."""
        if (attending := state in IN_MEETING) != self._attending:
            self._attending = attending
            self.on_attending(attending)
            if not attending:
                self._tasks.start(self._pages.aclose(), name="pages")
        if self._present and not present:
            self._give_up()
        self._present = present
        if present:
            others = [(a.key, bool(a.is_host)) for a in roster.others] if roster.seen_once else None
            for act in self._cue.look(state, others, at_ms):
                self._act(act)

    def order(self, order: Order) -> None:
        """Obey one of control.OUTPUT_ORDERS."""
        reply = _Reply(self._post, order.number)
        if order.body.get("until_ms", float("inf")) < self._clock.now_ms():
            reply.not_done(Refused("The order came to the bot too late.", code="order_expired"))
        else:
            self.obey(order.name, order.body, reply)

    def obey(self, name: str, body: dict[str, Any], answer: Answer) -> None:
        """Do what one of control.OUTPUT_ORDERS asks, whoever asks it."""
        if not self._present:
            answer.not_done(_outside())
        else:
            if self._in_use(name, body):
                return answer.not_done(_occupied())
            lane, work = self._obeying(name, body, answer.done)
            self._begin(lane, work, answer.not_done, answer.superseded)

    def speak(self, samples: bytes, answer: Answer) -> None:
        """Say this behind what is being said so; 48 kHz mono s16le. Another sound gives way to it."""
        if not self._present or self._pages.addresses:
            answer.not_done(_occupied() if self._present else _outside())
            return
        if (speech := self._speech) is None:
            speech = Speech(_PIECE, pause_s=LEAD_S, patience_s=LINGER_S)
            self._begin("sound", partial(self._talk, speech, answer.done), answer.not_done, answer.superseded)
            self._speech = speech
        if not speech.add(samples):
            answer.not_done(Refused(f"More than {LONGEST_S:.0f} seconds of sound would wait.", code="too_much"))

    def hear(self, frames: list[MediaFrame]) -> None:
        """Opus of people in the meeting, for pages that listen."""
        self._pages.hear(frames)

    def _in_use(self, name: str, body: dict[str, Any]) -> bool:
        """Whether the order is for what belongs to a page now."""
        shown = self._pages.addresses
        if name in (control.OUTPUT_VIDEO, control.STOP_VIDEO):
            return body.get("surface", "camera") in shown
        return name in (control.OUTPUT_AUDIO, control.STOP_AUDIO) and bool(shown)

    def _obeying(self, name: str, body: dict[str, Any], done: Done) -> tuple[Lane, Work]:
        surface: Surface = "screenshare" if body.get("surface") == "screenshare" else "camera"
        material = Material(body.get("b64_data"), body.get("url"))
        match name:
            case control.OUTPUT_VIDEO:
                return surface, partial(self._show_ordered, surface, material, body.get("duration_s"), done)
            case control.STOP_VIDEO:
                return surface, partial(self._blank_ordered, surface, done)
            case control.OUTPUT_AUDIO:
                return "sound", partial(self._play, material, done)
            case control.STOP_AUDIO:
                return "sound", partial(self._quiet, done)
            case control.OUTPUT_MEDIA:
                return "pages", partial(self._open, body["pages"], done, body.get("until_ms"))
            case control.STOP_MEDIA:
                return "pages", partial(self._close, body["surfaces"], done)
            case _:
                return "chat", partial(self._write, Line(body["message"], body["to"], bool(body.get("pin"))), done)

    def _give_up(self) -> None:
        """The bot is out of its meeting: there is nobody to show anything to. Pages go on: it may come back."""
        for task, given_up in self._lanes.values():
            task.cancel()
            if given_up is not None:
                given_up()
        self._lanes.clear()
        self._speech = None

    async def aclose(self) -> None:
        await self._pages.aclose()
        await self._tasks.stop()

    # --- lanes ----------------------------------------------------------------------------------------------------------

    def _act(self, act: Act) -> None:
        def failed(error: RapporteurError) -> None:
            what = {Show: "picture", Play: "sound", Write: "message", Open: "page"}[type(act)]
            self._post(control.LOG, {"level": "warning", "message": f"The bot's {what} could not be sent: {error.message}"})

        match act:
            case Show(picture):
                self._picture = picture
                if not self._ordered and (self._own_page or "camera" not in self._pages.addresses):
                    self._begin("camera", self._show_own, failed)
            case Play(sound):
                giving_way = self._giving_way()
                if giving_way is not None or not self._pages.addresses:
                    self._begin("sound", partial(self._play, sound, _nothing, behind=giving_way), failed)
            case Open(pages):
                self._begin("pages", partial(self._open, pages, _nothing), failed)
            case Write(line):
                self._begin("chat", partial(self._write, line, _nothing), failed)

    def _begin(self, lane: Lane, work: Work, failed: Callable[[RapporteurError], None], superseded: Done | None = None) -> None:
        if lane == "sound":
            self._speech = None
        before, given_up = self._lanes.get(lane, (None, None))
        if before is not None and lane != "chat":
            before.cancel()
            if given_up is not None:
                given_up()
        self._lanes[lane] = self._tasks.start(_after(before, work, failed), name=lane), superseded

    async def _bytes(self, material: Material) -> bytes:
        if material.b64_data is not None:
            return await asyncio.to_thread(b64decode, material.b64_data)
        return await self._fetch(material.url or "")

    # --- pictures -------------------------------------------------------------------------------------------------------

    async def _show(self, surface: Surface, material: Material) -> None:
        data = await self._bytes(material)
        await self._stage.show(surface, await asyncio.to_thread(self._stills, data))

    async def _show_own(self) -> None:
        if isinstance(self._picture, Page):
            return await self._pages.show("camera", self._picture.url)
        if self._own_page:
            self._own_page = False
            await self._pages.stop("camera")
        if self._picture is None:
            await self._stage.blank("camera")
        else:
            await self._show("camera", self._picture)

    async def _show_ordered(self, surface: Surface, material: Material, duration_s: float | None, done: Done) -> None:
        await self._show(surface, material)
        self._ordered = self._ordered or surface == "camera"
        done()
        if duration_s is None:
            return
        await self._clock.sleep(duration_s)
        if surface == "camera":
            self._ordered = False
            await self._show_own()
        else:
            await self._stage.blank(surface)

    async def _blank_ordered(self, surface: Surface, done: Done) -> None:
        self._ordered = self._ordered or surface == "camera"
        await self._stage.blank(surface)
        done()

    # --- pages ----------------------------------------------------------------------------------------------------------

    async def _open(self, pages: Mapping[Surface, str], done: Done, until_ms: float | None = None) -> None:
        patience_s = None if until_ms is None else (until_ms - self._clock.now_ms()) / 1000
        try:
            async with asyncio.timeout(patience_s):
                for surface, url in pages.items():
                    await self._pages.show(surface, url)
        except TimeoutError:
            raise Refused("The page did not come up in time.", code="order_expired") from None
        done()

    async def _close(self, surfaces: Iterable[Surface], done: Done) -> None:
        shown = self._pages.addresses
        for surface in surfaces:
            await self._pages.stop(surface)
        done()
        if "camera" in surfaces and "camera" in shown:
            # What the bot shows by itself would otherwise come again at once.
            self._ordered = self._own_page
            self._without_page("camera")

    def _make_room(self, surface: Surface) -> None:
        """A page came up: what was shown and played gives way."""
        if surface == "camera":
            self._ordered = False
            # The camera's own lane brings a page up only for what the bot shows by itself, and must not end itself here.
            self._own_page = self._lanes.get(surface, (None, None))[0] is asyncio.current_task()
        for lane in ("sound",) if self._own_page and surface == "camera" else ("sound", surface):
            task, given_up = self._lanes.pop(lane, (None, None))
            if task is not None:
                task.cancel()
            if given_up is not None:
                given_up()
        self._speech = None

    def _giving_way(self) -> asyncio.Task[None] | None:
        """Who is about to end the only page that is shown, because its state is over."""
        over = self._own_page and not isinstance(self._picture, Page) and self._pages.addresses.keys() == {"camera"}
        return self._lanes["camera"][0] if over else None

    def _without_page(self, surface: Surface) -> None:
        if surface != "camera":
            return
        own, self._own_page = self._own_page, False
        if self._picture is not None and not own:
            self._act(Show(self._picture))

    # --- sound ----------------------------------------------------------------------------------------------------------

    async def _play(self, material: Material, done: Done, behind: asyncio.Task[None] | None = None) -> None:
        if behind is not None:
            await asyncio.wait({behind})
        data = await self._bytes(material)
        samples = await asyncio.to_thread(self._samples, data)
        await self._stage.microphone(True)
        done()
        await self._pace(_cut(samples))
        await self._clock.sleep(LINGER_S)
        await self._stage.microphone(False)

    async def _talk(self, speech: Speech, done: Done) -> None:
        await self._stage.microphone(True)
        done()
        await self._pace(speech.pieces())
        if self._speech is speech:
            self._speech = None
        await self._stage.microphone(False)

    async def _pace(self, pieces: AsyncIterator[bytes]) -> None:
        """Send as fast as it is heard, and nothing more once it is to stop."""
        try:
            await self._send(pieces)
        except asyncio.CancelledError:
            await self._stage.hush()
            raise

    async def _send(self, pieces: AsyncIterator[bytes]) -> None:
        """After a standstill it goes on where it was."""
        began_s, began_ms, sent_s = self._clock.monotonic_s(), self._clock.now_ms(), 0.0
        sent: deque[tuple[bytes, float]] = deque()
        async for piece in pieces:
            if piece:
                await self._stage.sound(piece)
                sent.append((piece, began_ms + sent_s * 1000))
            sent_s += len(piece) / 2 / SOUND_RATE
            ahead_s = began_s + sent_s - self._clock.monotonic_s()
            if ahead_s < 0:
                began_s, began_ms = began_s - ahead_s, began_ms - ahead_s * 1000
            elif ahead_s > LEAD_S:
                await self._clock.sleep(ahead_s - LEAD_S)
            while sent and sent[0][1] <= self._clock.now_ms():
                self.on_said(*sent.popleft())
        await self._clock.sleep(LEAD_S)
        for said in sent:
            self.on_said(*said)

    async def _quiet(self, done: Done) -> None:
        await self._stage.hush()
        done()
        await self._stage.microphone(False)

    # --- chat -----------------------------------------------------------------------------------------------------------

    async def _write(self, line: Line, done: Done) -> None:
        await self._stage.write(line)
        done()


class _Reply:
    """What becomes of an order, told once."""

    def __init__(self, post: Callable[[str, dict[str, Any]], None], number: int) -> None:
        self._post, self._number, self._told = post, number, False

    def done(self) -> None:
        self._tell(None)

    def superseded(self) -> None:
        self._tell({"code": "superseded", "message": "A later order took its place."})

    def not_done(self, error: RapporteurError) -> None:
        match error:
            case InvalidRequest():
                code = "invalid_media"
            case MeetingFailure():
                code = FAILED
            case _:
                code = error.code
        self._tell({"code": code, "message": error.message})

    def _tell(self, error: dict[str, str] | None) -> None:
        if not self._told:
            self._told = True
            self._post(control.ORDER_DONE, {"number": self._number, "error": error})


async def _after(before: asyncio.Task[None] | None, work: Work, failed: Callable[[RapporteurError], None]) -> None:
    if before is not None:
        await asyncio.wait({before})
    try:
        await work()
    except RapporteurError as error:
        failed(error)


async def _cut(samples: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(samples), _PIECE):
        yield samples[at:at + _PIECE]


def _outside() -> Refused:
    return Refused("The bot is not in its meeting.", code="cannot_command_unstarted_bot")


def _occupied() -> Refused:
    return Refused("A page is shown there; stop it with DELETE of output_media first.", code="output_media_running")


def _nothing() -> None:
    pass
