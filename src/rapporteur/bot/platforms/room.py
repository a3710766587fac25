"""The built-in meeting room. Its page says everything in `data-` attributes, so nothing here depends on wording or language."""

from __future__ import annotations

from rapporteur.bot.hand import WITHIN_S, Control, Hand, Switch, by_css
from rapporteur.bot.platform import Capabilities, Notice, Screen, Sign, Visitor, css
from rapporteur.domain.errors import MeetingFailure
from rapporteur.domain.meeting import ROOM_PATTERN
from rapporteur.domain.session import (
    Admitted,
    BrowserLost,
    HeldAtDoor,
    JoinFailed,
    MeetingEnded,
    RefusedAtDoor,
    RemovedByHost,
)

LEFT_S = 1.5


def _shown(screen: str) -> tuple[Sign, ...]:
    return (css(f'body[data-screen="{screen}"]'),)


def _button(name: str) -> Control:
    return Control(name, (by_css(f"button#{name}"),))


NAME, PASSWORD = Control("name", (by_css("input#name"),)), Control("password", (by_css("input#password"),))
CHAT_LINE = Control("chat-input", (by_css("input#chat-input"),))
IN_CALL = Control("call", (by_css('body[data-screen="call"]'),))
MICROPHONE, CAMERA, SHARE = Switch(_button("microphone")), Switch(_button("camera")), Switch(_button("share"))
PREJOIN = Switch(_button("prejoin-microphone")), Switch(_button("prejoin-camera"))


class Room:
    # --- addresses ------------------------------------------------------------------------------------------------------

    addresses = ROOM_PATTERN

    # --- capabilities ---------------------------------------------------------------------------------------------------

    capabilities = Capabilities(
        captures=("tracks", "tab", "display"), waiting_room=True, reads_chat=True, passwords=True,
        speaks=True, shows=True, shares=True, writes_to=("everyone",), longest_line=4000,
    )

    # --- screens --------------------------------------------------------------------------------------------------------

    screens = (
        Screen("removed", _shown("removed"), RemovedByHost()),
        Screen("ended", _shown("ended"), MeetingEnded()),
        Screen("denied", _shown("denied"), RefusedAtDoor()),
        # The page keeps the call for a while without its server, and shows this when it gives up.
        Screen("lost", _shown("lost"), BrowserLost()),
        Screen("full", _shown("full"), JoinFailed("meeting_full")),
        Screen("call", _shown("call"), Admitted()),
        Screen("lobby", _shown("lobby"), HeldAtDoor()),
        # The password screen stays up beside the error, so the error has to be looked for first.
        Screen("wrong_password", (css('body[data-error="wrong_password"]'),), JoinFailed("meeting_password_incorrect")),
        Screen("password", _shown("password"), asks=True),
        Screen("prejoin", _shown("prejoin"), asks=True),
    )

    notices: tuple[Notice, ...] = ()

    # --- actions --------------------------------------------------------------------------------------------------------

    def entrance(self, url: str) -> str:
        return url

    async def answer(self, screen: str, hand: Hand, visitor: Visitor) -> None:
        match screen:
            case "password":
                if not visitor.password:
                    raise MeetingFailure("meeting_password_incorrect", "The meeting wants a password; the bot was given none.")
                await hand.fill(PASSWORD, visitor.password)
                await hand.press(_button("password-submit"))
            case "prejoin":
                # A bot that comes back has its devices already, and the page takes them of its own accord.
                for device in PREJOIN:
                    await hand.turn(device, False)
                await hand.fill(NAME, visitor.name)
                await hand.press(_button("join"))

    async def microphone(self, hand: Hand, on: bool) -> None:
        await hand.turn(MICROPHONE, on)

    async def camera(self, hand: Hand, on: bool) -> None:
        await hand.turn(CAMERA, on)

    async def share(self, hand: Hand, on: bool) -> None:
        await hand.turn(SHARE, on)

    async def say(self, hand: Hand, text: str, to: str, pin: bool) -> None:
        if not await hand.shows(CHAT_LINE):
            await hand.press(_button("chat-toggle"))
        own = hand.page.locator("#chat-list li.own")
        before = await own.count()
        # The page has one line for it.
        await hand.fill(CHAT_LINE, " ".join(text.splitlines()))
        await (await hand.find(CHAT_LINE)).press("Enter")
        await own.nth(before).wait_for(timeout=WITHIN_S * 1000)
        await hand.press(_button("chat-close"))

    async def leave(self, hand: Hand) -> None:
        await hand.press(_button("leave"), LEFT_S)
        await hand.gone(IN_CALL, LEFT_S)

    # --- page script ----------------------------------------------------------------------------------------------------

    page_script = "room"
