"""Janus's VideoRoom on the page of its own demos. The bot registers its name and only watches: it publishes nothing.

Written for `videoroomtest.html` as Debian packages it (Janus 1.1.2), whose later form `videoroom.html` has the same elements.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlencode, urlsplit

from rapporteur.bot.hand import Control, Hand, by_css, by_role
from rapporteur.bot.platform import Capabilities, Notice, Screen, Sign, Visitor, Watching, css, state, text
from rapporteur.domain.meeting import VENDOR_PATTERNS
from rapporteur.domain.session import Admitted, BrowserLost, JoinFailed, MeetingEnded, RemovedByHost

SEEN = "2026-11"
NAMELESS = "Bot"
LEFT_S = 1.5


def _alert(*phrases: str) -> tuple[Sign, ...]:
    return (text(*phrases, within=".bootbox", seen=SEEN),)


START = Control("start_button", (by_css("button#start", SEEN),))
DETAILS = Control("details", (by_css("#details", SEEN),))
NAME = Control("name_field", (by_css("input#username", SEEN), by_role("textbox", "Choose a display name", seen=SEEN)))
JOIN = Control("join", (by_css("button#register", SEEN), by_role("button", "Join the room", seen=SEEN)))
IN_CALL = Control("panels", (by_css("#videos", SEEN),))
ALERT = Control("alert", (by_css(".bootbox .bootbox-accept", SEEN), by_css(".bootbox button.btn-primary", SEEN)))


class Janus(Watching):
    # --- addresses ------------------------------------------------------------------------------------------------------

    addresses = VENDOR_PATTERNS["janus"]

    # --- capabilities ---------------------------------------------------------------------------------------------------

    capabilities = Capabilities(captures=("tracks", "tab", "display"), waiting_room=False, reads_chat=False, passwords=False)

    # --- screens --------------------------------------------------------------------------------------------------------

    screens = (
        # The page itself shows nothing of it, and keeps showing whom it has subscribed to.
        Screen("removed", (state("kicked", SEEN),), RemovedByHost()),
        Screen("ended", _alert("The room has been destroyed"), MeetingEnded()),
        Screen("not_found", _alert("does not exist", "No such room"), JoinFailed("meeting_not_found")),
        # The page has no field for a room's PIN.
        Screen("pin", _alert("(pin)", "wrong pin"), JoinFailed("meeting_password_incorrect")),
        Screen("refused", _alert("Unauthorized"), JoinFailed("meeting_not_accessible")),
        Screen("lost", _alert("Lost connection to the server"), BrowserLost()),
        Screen("unreachable", _alert("Is the server down", "Error connecting"), JoinFailed("meeting_not_accessible")),
        Screen("name", (css("input#username:enabled", SEEN),), asks=True),
        Screen("call", (css("#videos", SEEN),), Admitted(), unless=(css("#registernow", SEEN),), holds_ms=2000),
        Screen("start", (css("#details", SEEN),), asks=True),
    )

    notices: tuple[Notice, ...] = (
        Notice("one_stream_failed", _alert("WebRTC error", "Error attaching plugin"), ALERT),
    )

    # --- actions --------------------------------------------------------------------------------------------------------

    def entrance(self, url: str) -> str:
        """The page, told to publish nothing."""
        parts = urlsplit(url)
        asked = "&".join(filter(None, (parts.query, urlencode({"subscriber-mode": "yes"}))))
        return parts._replace(query=asked).geturl()

    async def answer(self, screen: str, hand: Hand, visitor: Visitor) -> None:
        match screen:
            case "start":
                await hand.press(START)
                await hand.gone(DETAILS)
            case "name":
                await hand.fill(NAME, registered(visitor.name))
                await hand.press(JOIN)

    async def leave(self, hand: Hand) -> None:
        await hand.press(START, LEFT_S)  # it says Stop by now
        await hand.gone(IN_CALL, LEFT_S)

    # --- page script ----------------------------------------------------------------------------------------------------

    page_script = "janus"


def registered(name: str) -> str:
    """The name as this page takes it: ASCII letters and digits, each word with a capital so that it can be read."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    return "".join(word[:1].upper() + word[1:] for word in words) or NAMELESS
