"""The built-in meeting room. Its page says everything in `data-` attributes, so nothing here depends on wording or language."""

from __future__ import annotations

from playwright.async_api import Page

from rapporteur.bot.platform import Capabilities, Screen, Visitor
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

PRESS_MS = 10_000.0
"""The screen is there when it is answered; only a starved machine needs longer than an instant."""
LEFT_MS = 1500.0


def _shown(screen: str) -> str:
    return f'body[data-screen="{screen}"]'


async def _switch(page: Page, button: str, on: bool) -> None:
    pressed = await page.get_attribute(button, "aria-pressed", timeout=PRESS_MS) == "true"
    if pressed != on:
        await page.click(button, timeout=PRESS_MS)
        await page.wait_for_selector(f'{button}[aria-pressed="{str(on).lower()}"]', timeout=PRESS_MS)


class Room:
    # --- addresses ------------------------------------------------------------------------------------------------------

    addresses = ROOM_PATTERN

    # --- capabilities ---------------------------------------------------------------------------------------------------

    capabilities = Capabilities(
        captures=("tracks", "tab", "display"), separate_media=True, waiting_room=True, reads_chat=True, passwords=True,
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
        Screen("wrong_password", 'body[data-error="wrong_password"]', JoinFailed("meeting_password_incorrect")),
        Screen("password", _shown("password"), asks=True),
        Screen("prejoin", _shown("prejoin"), asks=True),
    )

    # --- actions --------------------------------------------------------------------------------------------------------

    async def answer(self, screen: str, page: Page, visitor: Visitor) -> None:
        match screen:
            case "password":
                if not visitor.password:
                    raise MeetingFailure("meeting_password_incorrect", "The meeting wants a password; the bot was given none.")
                await page.fill("input#password", visitor.password, timeout=PRESS_MS)
                await page.click("button#password-submit", timeout=PRESS_MS)
            case "prejoin":
                # A bot that comes back has its devices already, and the page takes them of its own accord.
                for device in ("microphone", "camera"):
                    await _switch(page, f"button#prejoin-{device}", False)
                await page.fill("input#name", visitor.name, timeout=PRESS_MS)
                await page.click("button#join", timeout=PRESS_MS)

    async def microphone(self, page: Page, on: bool) -> None:
        await _switch(page, "button#microphone", on)

    async def camera(self, page: Page, on: bool) -> None:
        await _switch(page, "button#camera", on)

    async def share(self, page: Page, on: bool) -> None:
        await _switch(page, "button#share", on)

    async def say(self, page: Page, text: str, to: str, pin: bool) -> None:
        if not await page.is_visible("input#chat-input"):
            await page.click("button#chat-toggle", timeout=PRESS_MS)
        own = page.locator("#chat-list li.own")
        before = await own.count()
        # The page has one line for it.
        await page.fill("input#chat-input", " ".join(text.splitlines()), timeout=PRESS_MS)
        await page.press("input#chat-input", "Enter", timeout=PRESS_MS)
        await own.nth(before).wait_for(timeout=PRESS_MS)
        await page.click("button#chat-close", timeout=PRESS_MS)

    async def leave(self, page: Page) -> None:
        await page.click("button#leave", timeout=LEFT_MS)
        await page.wait_for_selector(f"body:not({_shown('call').removeprefix('body')})", timeout=LEFT_MS)

    # --- page script ----------------------------------------------------------------------------------------------------

    page_script = "room"
