"""Webex in the browser, as a guest, on the new pages of web components and on the older ones.

The client runs in a frame of the landing page, which has the bot's devices like any page. Sound comes as one mix; the list of
people marks who speaks, so it is opened.
"""

from __future__ import annotations

from playwright.async_api import Locator

from rapporteur.bot.hand import WITHIN_S, Control, Hand, Switch, by_css
from rapporteur.bot.platform import Capabilities, Notice, Screen, Visitor, address, css, text
from rapporteur.bot.platforms.webex import texts as said
from rapporteur.domain.errors import MeetingFailure
from rapporteur.domain.layout import View
from rapporteur.domain.meeting import VENDOR_PATTERNS
from rapporteur.domain.session import Admitted, HeldAtDoor, JoinFailed, MeetingEnded, RefusedAtDoor, RemovedByHost

SEEN = "2026-08"
LEFT_S = 1.5
MAILBOX = "rapporteur@example.com"
"""Of nobody: some hosts demand an address of every guest, and the bot has none."""
_BUTTON, _DIALOG = "button, [role='button']", "[role='dialog'], [role='alertdialog'], [role='alert']"


def _test(*names: str) -> str:
    return ", ".join(f'[data-test="{name}"]' for name in names)


def _inside(field: str, name: str) -> str:
    """An input that is called so, or lies in a component that is."""
    return f'{field}[data-test="{name}"], [data-test="{name}"] {field}'


_IN_CALL = css(_test("call_controls_wrap", "grid-layout", "leave-button"), SEEN)
_LEAVABLE = css(", ".join(f'[aria-label="{each}" i]' for each in said.LEAVE))
_WAITING = css(_test("call_lobby_content") + ", #remote_stream_placeholder_message", SEEN)
_SAID_ALONE = "h1, h2, h3, h4, p, [role='heading'], [role='status']"
"""Where pages say such things, and lines of the chat do not stand."""

IN_BROWSER = Control("in-browser", (
    by_css("[data-test=join-browser-button], #broadcom-center-right, #push_download_join_by_browser, "
           "#push_download_detect_link", SEEN),
    *said.IN_BROWSER.ways("button", SEEN), *said.IN_BROWSER.ways("link", SEEN)))
FALLBACK = Control("fallback", (
    by_css("#fallBkJoinByBrowser", SEEN), by_css("[role='dialog'] >> role=button[name=/browser|navegador|ブラウザ/i]"),
    *said.IN_BROWSER.ways("button", SEEN)))
NAME = Control("name", (
    by_css(_inside("input", "Name (required)"), SEEN), *said.NAME.ways("textbox", SEEN),
    by_css('input[type="text"], input:not([type])')))
EMAIL = Control("email", (
    by_css(_inside("input", "Email (required)"), SEEN), *said.EMAIL.ways("textbox", SEEN), by_css('input[type="email"]')))
CONTINUE = Control("continue", (
    by_css(_test("auth-crosslaunch-meeting-start-guest-join-button") + ", #guest_next-btn", SEEN),
    *said.CONTINUE.ways("button", SEEN)))
MICROPHONE = Switch(Control("microphone", (
    by_css(_test("microphone-button") + ", #audioControlButton", SEEN),
    *said.MICROPHONE_OFF.ways("button", SEEN), *said.MICROPHONE_ON.ways("button", SEEN))),
    on=(), off=(), on_names=said.MICROPHONE_OFF.all)
CAMERA = Switch(Control("camera", (
    by_css(_test("camera-button") + ', [data-doi^="VIDEO:"]', SEEN),
    *said.CAMERA_OFF.ways("button", SEEN), *said.CAMERA_ON.ways("button", SEEN))),
    on=('[data-doi^="VIDEO:STOP_VIDEO"]',), off=('[data-doi^="VIDEO:START_VIDEO"]',), on_names=said.CAMERA_OFF.all)
JOIN = Control("join", (
    by_css(_test("join-button") + ", #join-button, #interstitial_join_btn, #interstitial_start_btn", SEEN),
    *said.JOIN.ways("button", SEEN)))
PASSWORD = Control("password", (by_css('input[type="password"]', SEEN),))
SUBMIT = Control("submit", (
    by_css(_test("submit-button") + ", #password_validate_btn", SEEN), *said.SUBMIT.ways("button", SEEN),
    by_css('form:has(input[type="password"]) :is(button, [role="button"])')))
LEAVE = Control("leave", (by_css(_test("leave-button"), SEEN), *said.LEAVE.ways("button", SEEN)))
LEAVE_MENU = Control("leave-menu", said.LEAVE.ways("menuitem", SEEN))
LAYOUT = Control("layout", (by_css(_test("layout-button"), SEEN), *said.LAYOUT.ways("button", SEEN)))
_CHOICES = ("menuitemradio", "menuitem", "radio", "option", "button")
VIEWS: dict[View, Control] = {
    "speaker": Control("view-speaker", tuple(way for role in _CHOICES for way in said.SPEAKER_VIEW.ways(role, SEEN))),
    "gallery": Control("view-gallery", tuple(way for role in _CHOICES for way in said.GRID_VIEW.ways(role, SEEN))),
}
SHARE = Control("share", (by_css(_test("mc-share"), SEEN), *said.SHARE.ways("button", SEEN)))
SHARE_OFF = Control("share-off", said.SHARE_OFF.ways("button", SEEN))
PEOPLE = Control("people", (by_css(_test("participants-toggle-button"), SEEN), *said.PEOPLE.ways("button", SEEN)))
LISTED = Control("listed", (by_css(_test("participant-name") + ", .participants-list-item", SEEN),))
CHAT = Control("chat", (by_css(_test("in-meeting-chat-toggle-button"), SEEN), *said.CHAT.ways("button", SEEN)))
CHAT_LINE = Control("chat-line", (
    by_css(".ql-editor[contenteditable]", SEEN),
    by_css(", ".join(f'textarea[placeholder^="{each}" i]' for each in said.CHAT_LINE), SEEN),
    *said.CHAT_LINE.ways("textbox", SEEN), by_css('[contenteditable="true"], textarea')))
CHAT_LINES = 'div[class^="style-chat-box"]'
COOKIES = Control("cookies", (
    by_css("#cookieMgmtbanner >> role=button[name=/reject|decline|ablehnen|rechazar|拒否/i]", SEEN),
    by_css("#cookieMgmtbanner button, .cookie-banner-btnContainer button", SEEN), *said.COOKIES.ways("button", SEEN)))
GOT_IT = Control("got-it", said.TIP.ways("button", SEEN))
DISMISS = Control("dismiss", (*said.TIP.ways("button", SEEN), *said.NOT_NOW.ways("button", SEEN)))


class Webex:
    # --- addresses ------------------------------------------------------------------------------------------------------

    addresses = VENDOR_PATTERNS["webex"]

    # --- capabilities ---------------------------------------------------------------------------------------------------

    capabilities = Capabilities(
        captures=("tracks", "tab", "display"), waiting_room=True, reads_chat=True, passwords=True, separate_audio=False,
        speaks=True, shows=True, shares=True, writes_to=("everyone",),
    )

    # --- screens --------------------------------------------------------------------------------------------------------

    screens = (
        Screen("removed", said.REMOVED.signs(SEEN), RemovedByHost(), unless=(_IN_CALL,)),
        Screen("denied", said.DENIED.signs(SEEN), RefusedAtDoor(), unless=(_IN_CALL,)),
        Screen("login", (address(r"^https://idbroker[\w-]*\.webex\.com/", SEEN), *said.LOGIN.signs(SEEN)),
               JoinFailed("meeting_requires_sign_in"), unless=(_IN_CALL,)),
        Screen("captcha", (css('img[alt="Captcha image" i], #verificationImage', SEEN), *said.CAPTCHA.signs(SEEN)),
               JoinFailed("meeting_not_accessible"), unless=(_IN_CALL,)),
        Screen("pin", said.PIN.signs(SEEN), JoinFailed("webex_pin_required"), unless=(_IN_CALL,)),
        Screen("unavailable", said.UNAVAILABLE.signs(SEEN), JoinFailed("webex_join_meeting_error"), unless=(_IN_CALL,)),
        Screen("locked", said.LOCKED.signs(SEEN), JoinFailed("meeting_locked"), unless=(_IN_CALL,)),
        Screen("full", said.FULL.signs(SEEN), JoinFailed("meeting_full"), unless=(_IN_CALL,)),
        Screen("ended", said.ENDED.signs(SEEN), MeetingEnded(), unless=(_IN_CALL,)),
        Screen("wrong_password", (
            css('input[type="password"][aria-invalid="true"]'), *said.WRONG_PASSWORD.signs(SEEN),
        ), JoinFailed("meeting_password_incorrect"), unless=(_IN_CALL,)),
        Screen("password", (css('input[type="password"]', SEEN),), asks=True, unless=(_IN_CALL,)),
        Screen("call", (_IN_CALL, _LEAVABLE), Admitted(), holds_ms=2000,
               unless=(_WAITING, *said.LOBBY.signs(SEEN, _SAID_ALONE))),
        Screen("lobby", (_WAITING, *said.LOBBY.signs(SEEN)), HeldAtDoor()),
        Screen("preview", (
            css(_test("join-button") + ", #join-button, #interstitial_join_btn, #interstitial_start_btn", SEEN),
            *said.JOIN.signs(SEEN, _BUTTON),
        ), asks=True),
        Screen("guest", (
            css(_test("Name (required)", "auth-crosslaunch-meeting-start-guest-join-button") + ", #guest_next-btn", SEEN),
            css(", ".join(f'input[placeholder="{each}" i]' for each in said.NAME)),
        ), asks=True),
        Screen("fallback", (css("#fallBkJoinByBrowser", SEEN), *said.FALLBACK.signs(SEEN, _DIALOG)), asks=True),
        Screen("landing", (
            css("[data-test=join-browser-button], #broadcom-center-right, #push_download_join_by_browser, "
                "#push_download_detect_link", SEEN),
            *said.IN_BROWSER.signs(SEEN, "a, button, [role='button'], [role='link']"),
        ), asks=True),
    )

    notices = (
        Notice("cookies", (css("#cookieMgmtbanner, .cookie-banner-btnContainer", SEEN),), COOKIES),
        Notice("recorded", said.RECORDED.signs(SEEN, _DIALOG), DISMISS),
        Notice("unmute", said.UNMUTE_ASKED.signs(SEEN, _DIALOG), DISMISS),
        Notice("tip", (text(*said.TIP.all, within=_BUTTON, seen=SEEN),), GOT_IT),
    )

    # --- actions --------------------------------------------------------------------------------------------------------

    def entrance(self, url: str) -> str:
        """Whoever is sent to the installed client finds no page."""
        return url.replace("launchApp=true&", "").removesuffix("&launchApp=true").removesuffix("?launchApp=true")

    async def answer(self, screen: str, hand: Hand, visitor: Visitor) -> None:
        match screen:
            case "landing":
                await hand.press(IN_BROWSER)
            case "fallback":
                await hand.press(FALLBACK)
            case "guest":
                await self._introduce(hand, visitor)
            case "password":
                await self._give_password(hand, visitor)
            case _:
                await self._join(hand)

    async def _introduce(self, hand: Hand, visitor: Visitor) -> None:
        await hand.fill(NAME, visitor.name)
        if await hand.shows(EMAIL):
            await hand.fill(EMAIL, MAILBOX)
        await hand.press(CONTINUE)

    async def _give_password(self, hand: Hand, visitor: Visitor) -> None:
        if visitor.password is None:
            raise MeetingFailure("webex_password_required", "The meeting asks for a password, and the bot was given none.")
        await hand.fill(PASSWORD, visitor.password)
        await hand.press(SUBMIT)

    async def _join(self, hand: Hand) -> None:
        await hand.find(JOIN)
        for device in (MICROPHONE, CAMERA):
            if await hand.shows(device.control):
                await hand.turn(device, False)
        await hand.press(JOIN)

    async def prepare(self, hand: Hand) -> None:
        """The list of people and the chat; where there is room for one of them, the people, of whom the speakers are known."""
        await hand.wake()
        if not await hand.shows(CHAT_LINE):
            await hand.press_if_there(CHAT)
        await self._list(hand)

    async def _list(self, hand: Hand) -> None:
        if not await hand.shows(LISTED):
            await hand.wake()
            await hand.press(PEOPLE)

    async def arrange(self, hand: Hand, view: View) -> None:
        await hand.wake()
        await hand.press(LAYOUT)
        await hand.press(VIEWS[view])

    async def microphone(self, hand: Hand, on: bool) -> None:
        await hand.wake()
        await hand.turn(MICROPHONE, on)

    async def camera(self, hand: Hand, on: bool) -> None:
        await hand.wake()
        await hand.turn(CAMERA, on)

    async def share(self, hand: Hand, on: bool) -> None:
        """What shares stays as it is; that one shares is told by what stops it."""
        if await hand.shows(SHARE_OFF) == on:
            return
        await hand.wake()
        await hand.press(SHARE if on else SHARE_OFF)
        await (hand.find(SHARE_OFF) if on else hand.gone(SHARE_OFF))

    async def say(self, hand: Hand, text: str, to: str, pin: bool) -> None:
        if not await hand.shows(CHAT_LINE):
            await hand.wake()
            await hand.press(CHAT)
        lines = await _beside(await hand.find(CHAT_LINE), CHAT_LINES)
        before = await lines.count()
        await hand.type(CHAT_LINE, " ".join(text.splitlines()))
        await (await hand.find(CHAT_LINE)).press("Enter")
        await lines.nth(before).wait_for(state="attached", timeout=WITHIN_S * 1000)
        await self._list(hand)

    async def leave(self, hand: Hand) -> None:
        await hand.wake()
        await hand.press(LEAVE, LEFT_S)
        await hand.press_if_there(LEAVE_MENU)
        await hand.gone(LEAVE, LEFT_S)

    # --- page script ----------------------------------------------------------------------------------------------------

    page_script = "webex"


async def _beside(found: Locator, selector: str) -> Locator:
    """What matches in the same frame."""
    element = await found.element_handle()
    frame = await element.owner_frame()
    return frame.locator(selector) if frame is not None else found.page.locator(selector)
