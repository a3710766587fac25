"""Any web page that plays a conference, on the hosts that the settings name; recorded as it plays.

Nothing is known of the page: its meeting is there as long as something plays, and whoever speaks there has no name. Of its
buttons only those are pressed that everybody presses who wants to see what it shows; no form is filled in.
"""

from __future__ import annotations

from rapporteur.bot.hand import Control, Hand, by_css, by_name
from rapporteur.bot.platform import Capabilities, Notice, Screen, Visitor, Watching, state, text
from rapporteur.domain.meeting import VENDOR_PATTERNS
from rapporteur.domain.session import Admitted, HeldAtDoor, MeetingEnded

PLAY = Control("play_button", (
    by_name("Play", "Watch", "Join", "Start", "Enter", "Listen", "Click to play", "Tap to unmute"),
    by_name("Abspielen", "Ansehen", "Teilnehmen", "Reproducir", "Ver", "Unirse", "再生", "視聴", "参加"),
    by_css("[aria-label*='play' i]:is(button, [role='button'])"),
))
COOKIES = ("Reject all", "Only necessary", "Alle ablehnen", "Nur notwendige", "Rechazar todo", "すべて拒否")
AGREED = ("Accept all", "Accept cookies", "Alle akzeptieren", "Aceptar todo", "すべて受け入れる")
_CORNER = {"x": 2, "y": 2}


class Generic(Watching):
    # --- addresses ------------------------------------------------------------------------------------------------------

    addresses = VENDOR_PATTERNS["generic"]

    # --- capabilities ---------------------------------------------------------------------------------------------------

    capabilities = Capabilities(captures=("tracks", "tab", "display"), waiting_room=False, reads_chat=False, passwords=False)

    # --- screens --------------------------------------------------------------------------------------------------------

    screens = (
        Screen("over", (state("over"),), MeetingEnded()),
        Screen("call", (state("playing"),), Admitted(), holds_ms=2000),
        Screen("waiting", (state("waiting"),), HeldAtDoor()),
        Screen("still", (state("still"),), asks=True),
    )

    notices: tuple[Notice, ...] = (
        Notice("cookies", (text(*COOKIES, *AGREED, within="button, [role='button']"),),
               Control("cookies_button", (by_name(*COOKIES), by_name(*AGREED)))),
    )

    # --- actions --------------------------------------------------------------------------------------------------------

    def entrance(self, url: str) -> str:
        return url

    async def answer(self, screen: str, hand: Hand, visitor: Visitor) -> None:
        """Some pages play only to whom they saw touch them."""
        await hand.page.mouse.click(_CORNER["x"], _CORNER["y"])
        await hand.press_if_there(PLAY)

    async def leave(self, hand: Hand) -> None:
        """There is nothing to press; the page is closed."""

    # --- page script ----------------------------------------------------------------------------------------------------

    page_script = "generic"
