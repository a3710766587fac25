"""Google Meet's web client, as a guest or signed in.

What the page says in words stands in `texts`; classes rotate every few weeks and are looked at only where nothing lasts longer.
Its sound comes on three tracks that are given to whoever is loudest; the page script tells the people on them apart, so to
everything behind it each has a source of their own.
"""

from __future__ import annotations

from playwright.async_api import TimeoutError as PlaywrightTimeout

from rapporteur.bot.hand import WITHIN_S, Control, Hand, Switch, by_css, by_name
from rapporteur.bot.phrases import Texts
from rapporteur.bot.platform import Capabilities, Notice, Screen, Visitor, address, css, text
from rapporteur.bot.platforms.google_meet import texts as said
from rapporteur.domain.layout import View
from rapporteur.domain.meeting import VENDOR_PATTERNS
from rapporteur.domain.session import Admitted, HeldAtDoor, JoinFailed, MeetingEnded, RefusedAtDoor, RemovedByHost

SEEN = "2026-08"
LEFT_S, TAKEN_S = 1.5, 3.0
LANGUAGE = "en"
"""A signed-in account's own language still wins, and so does the one of a page that takes no hint."""
_LONGEST_NAME, _ASKS = 60, 3


def _labelled(texts: Texts, within: str = "") -> str:
    """CSS of what has one of the texts as the beginning of its label."""
    return ", ".join(f'{within}[aria-label^="{each}" i]' for each in texts)


_BUTTON = "button, [role='button']"
_IN_CALL = css(f"{_labelled(said.CALL_CONTROLS)}, {_labelled(said.CHAT)}, {_labelled(said.CAPTIONS_ON)}", SEEN)
"""On no page before the call, unlike the buttons to leave and to mute."""
_OTHERS = css('[data-participant-id]:not(:has([aria-label*="effects" i]))', SEEN)
"""Tiles of others: what can be pressed hides itself while nobody moves, and one's own picture is shown before the call, too."""
_CALLING = (_IN_CALL, _OTHERS)
_WAITING = (*said.LOBBY.signs(SEEN), *said.HOST_ABSENT.signs(SEEN))

NAME = Control("name", (
    by_css(_labelled(said.NAME, "input"), SEEN),
    by_css('input[type="text"][jsname], input[placeholder*="name" i]', SEEN),
    *said.NAME.ways("textbox", SEEN),
    by_css('input[type="text"], input:not([type])'),
))
JOIN = Control("join", (
    *said.JOIN.ways("button", SEEN),
    # The one whose text stands in a span and which has no label, as one bot without any language knows it.
    by_css(":is(button, [role='button'])[jsname]:not([aria-label]):not([aria-haspopup]):has(span)", SEEN),
))
MICROPHONE = Switch(
    Control("microphone", (by_css(_labelled(said.MICROPHONE_OFF), SEEN), by_css(_labelled(said.MICROPHONE_ON), SEEN),
                           by_css(f":is({_BUTTON})[data-is-muted] >> nth=0", SEEN))), on_names=said.MICROPHONE_OFF.all)
CAMERA = Switch(
    Control("camera", (by_css(_labelled(said.CAMERA_OFF), SEEN), by_css(_labelled(said.CAMERA_ON), SEEN),
                       by_css(f":is({_BUTTON})[data-is-muted] >> nth=1", SEEN))), on_names=said.CAMERA_OFF.all)
SHARE = Switch(
    Control("share", (by_css(_labelled(said.SHARE_OFF), SEEN), by_css(_labelled(said.SHARE), SEEN),
                      by_css('[jsname="hNGZQc"]'))), on_names=said.SHARE_OFF.all)
LEAVE = Control("leave", (
    by_css(_labelled(said.LEAVE), SEEN), by_css('[jsname="CQylAd"]', SEEN), *said.LEAVE.ways("button", SEEN)))
LEAVE_ALONE = Control("leave-alone", (by_name("Just leave the meeting", "Just leave the call", seen=SEEN),))
CHAT = Control("chat", (by_css(_labelled(said.CHAT), SEEN), *said.CHAT.ways("button", SEEN)))
CHAT_LINE = Control("chat-line", (by_css(_labelled(said.CHAT_LINE, "textarea"), SEEN), by_css("textarea", SEEN)))
MORE = Control("more", (by_css('[jsname="NakZHc"]', SEEN), *said.MORE.ways("button", SEEN)))
LAYOUT = Control("layout", (by_css('[jsname="WZerud"]', SEEN), *said.LAYOUT.ways("menuitem", SEEN)))
VIEWS: dict[View, Control] = {
    "speaker": Control("view-speaker", said.SPOTLIGHT.ways("radio", SEEN)),
    "gallery": Control("view-gallery", said.TILED.ways("radio", SEEN)),
}
CLOSE_LAYOUT = Control("close-layout", (
    by_css(_labelled(said.CLOSE, '[role="dialog"] '), SEEN), *said.CLOSE.ways("button", SEEN)))
CAPTIONS = Switch(
    Control("captions", (by_css(_labelled(said.CAPTIONS_OFF), SEEN), by_css(_labelled(said.CAPTIONS_ON), SEEN),
                         *said.CAPTIONS_ON.ways("button", SEEN))), on_names=said.CAPTIONS_OFF.all)

_AGREE = "|".join(("OK", *said.GOT_IT, *said.JOIN))
# It may be called as the one that joins.
CONSENT_BUTTON = Control("consent", (
    by_css('[role="dialog"] [data-mdc-dialog-action="ok"]', SEEN),
    by_css(f'[role="dialog"] >> role=button[name=/^({_AGREE})/i]', SEEN),
    by_css(f'[aria-modal="true"] >> role=button[name=/^({_AGREE})/i]', SEEN),
))


class GoogleMeet:
    # --- addresses ------------------------------------------------------------------------------------------------------

    addresses = VENDOR_PATTERNS["google_meet"]

    # --- capabilities ---------------------------------------------------------------------------------------------------

    capabilities = Capabilities(
        captures=("tracks", "tab", "display"), waiting_room=True, reads_chat=True, passwords=False,
        speaks=True, shows=True, shares=True, writes_to=("everyone",), longest_line=500,
    )

    # --- screens --------------------------------------------------------------------------------------------------------

    screens = (
        # Somebody may write any of these texts into the chat.
        Screen("removed", (text(*said.REMOVED.all, within=".roSPhc", seen=SEEN), *said.REMOVED.signs(SEEN)), RemovedByHost(),
               unless=_CALLING),
        Screen("ended", (text(*said.ENDED.all, within=".roSPhc", seen=SEEN), *said.ENDED.signs(SEEN)), MeetingEnded(),
               unless=_CALLING),
        Screen("no_answer", said.NO_ANSWER.signs(SEEN), RefusedAtDoor("call_ended_by_platform_waiting_room_timeout"),
               unless=_CALLING),
        Screen("denied", said.DENIED.signs(SEEN), RefusedAtDoor(), unless=_CALLING),
        Screen("login", (address(r"^https://accounts\.google\.com/", SEEN), *said.LOGIN.signs(SEEN)),
               JoinFailed("meeting_requires_sign_in"), unless=_CALLING),
        # One is always there and not to be seen; it is the challenge that stops a visitor.
        Screen("captcha", (css('iframe[src*="recaptcha" i][src*="bframe"], iframe[title*="recaptcha challenge" i]', SEEN),),
               JoinFailed("google_meet_bot_blocked"), unless=_CALLING),
        Screen("knocking_disabled", said.KNOCKING_DISABLED.signs(SEEN), JoinFailed("google_meet_knocking_disabled"),
               unless=_CALLING),
        # Policy of the account or suspicion of a bot: the page tells the same of both.
        Screen("blocked", said.BLOCKED.signs(SEEN), JoinFailed("google_meet_bot_blocked"), unless=_CALLING),
        Screen("full", said.FULL.signs(SEEN), JoinFailed("meeting_full"), unless=_CALLING),
        Screen("expired", said.EXPIRED.signs(SEEN), JoinFailed("meeting_link_expired"), unless=_CALLING),
        Screen("not_found", said.NOT_FOUND.signs(SEEN), JoinFailed("meeting_not_found"), unless=_CALLING),
        Screen("call", (
            css(_labelled(said.CALL_CONTROLS, '[role="region"]'), SEEN), _IN_CALL, _OTHERS, css(".notranslate", SEEN),
        ), Admitted(), unless=_WAITING, holds_ms=2000),
        Screen("host_absent", said.HOST_ABSENT.signs(SEEN), HeldAtDoor()),
        Screen("lobby", said.LOBBY.signs(SEEN), HeldAtDoor()),
        Screen("green_room", (
            css(_labelled(said.NAME, "input"), SEEN), *said.JOIN.signs(SEEN, _BUTTON), css('input[type="text"][jsname]', SEEN),
        ), asks=True),
    )

    notices = (
        Notice("devices", said.DEVICES.signs(SEEN), Control("without-devices", (
            *said.WITHOUT_DEVICES.ways("button", SEEN), by_css('[role="dialog"] button:last-of-type')))),
        Notice("account", said.ACCOUNT.signs(SEEN, _BUTTON), Control("without-account", said.ACCOUNT.ways("button", SEEN))),
        Notice("consent", said.CONSENT.signs(SEEN, '[role="dialog"], [aria-modal="true"]'), CONSENT_BUTTON),
        Notice("tip", said.GOT_IT.signs(SEEN, _BUTTON), Control("got-it", said.GOT_IT.ways("button", SEEN))),
    )

    # --- actions --------------------------------------------------------------------------------------------------------

    def entrance(self, url: str) -> str:
        return f"{url}?hl={LANGUAGE}"

    async def answer(self, screen: str, hand: Hand, visitor: Visitor) -> None:
        await hand.find(JOIN)
        for device in (MICROPHONE, CAMERA):
            if await hand.shows(device.control):
                await hand.turn(device, False)
        for _ in range(_ASKS):
            # A visitor who is signed in has a name already; the field of all others may come later than the button.
            if await hand.shows(NAME):
                await hand.fill(NAME, visitor.name[:_LONGEST_NAME])
            await hand.press(JOIN)
            try:
                return await hand.gone(JOIN, TAKEN_S)
            except PlaywrightTimeout:
                # Elsewhere than at the door the button is another: who was denied does not ask again by itself.
                if not await hand.shows(NAME):
                    return

    async def arrange(self, hand: Hand, view: View) -> None:
        await hand.wake()
        await hand.press(MORE)
        await hand.press(LAYOUT)
        await hand.press(VIEWS[view])
        await hand.press(CLOSE_LAYOUT)

    async def microphone(self, hand: Hand, on: bool) -> None:
        await hand.wake()
        await hand.turn(MICROPHONE, on)

    async def camera(self, hand: Hand, on: bool) -> None:
        await hand.wake()
        await hand.turn(CAMERA, on)

    async def share(self, hand: Hand, on: bool) -> None:
        await hand.wake()
        await hand.turn(SHARE, on)

    async def say(self, hand: Hand, text: str, to: str, pin: bool) -> None:
        if not await hand.shows(CHAT_LINE):
            await hand.wake()
            await hand.press(CHAT)
        lines = hand.page.locator("[data-message-id], [jsname='dTKtvb']")
        before = await lines.count()
        await hand.fill(CHAT_LINE, text)
        await (await hand.find(CHAT_LINE)).press("Enter")
        await lines.nth(before).wait_for(state="attached", timeout=WITHIN_S * 1000)

    async def captions(self, hand: Hand) -> None:
        await hand.wake()
        await hand.turn(CAPTIONS, True)

    async def leave(self, hand: Hand) -> None:
        await hand.wake()
        await hand.press(LEAVE, LEFT_S)
        await hand.press_if_there(LEAVE_ALONE)
        await hand.gone(LEAVE, LEFT_S)

    # --- page script ----------------------------------------------------------------------------------------------------

    page_script = "google_meet"
