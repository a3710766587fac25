"""Slack huddles, in Slack's own client, by a member of the workspace.

Nobody comes in as a guest: the browser is signed in by the workspace's login (domain.logins), and without one the sign-in page
is the end. A huddle that nobody has started is waited for: the bot presses what joins and never what starts. That it is in the
huddle is told by the channel's header alone, up to half a minute after its tiles are there.
"""

from __future__ import annotations

from urllib.parse import urljoin

from rapporteur.bot.hand import WITHIN_S, Control, Hand, Switch, by_css
from rapporteur.bot.phrases import Texts
from rapporteur.bot.platform import Capabilities, Notice, Screen, Sign, Visitor, address, css
from rapporteur.bot.platforms.slack_huddle_observer import texts as said
from rapporteur.domain.meeting import VENDOR_PATTERNS
from rapporteur.domain.session import Admitted, HeldAtDoor, JoinFailed, MeetingEnded, RefusedAtDoor, RemovedByHost

SEEN = "2026-09"
LEFT_S = 1.5
OVER_MS = 3000
"""While the client connects again its header may say for a moment that one is not there."""
_BUTTON, _DIALOG = "button, [role='button']", "[role='dialog'], [role='alertdialog']"


def _qa(*names: str) -> str:
    return ", ".join(f'[data-qa="{name}"]' for name in names)


def _holding(icon: str) -> str:
    """A button's state stands in the icon that it holds."""
    return f":has({_qa(icon)})"


_CHECKED, _UNCHECKED = '[aria-checked="true"]', '[aria-checked="false"]'
_HEADER = "huddle_channel_header_button__"
_GO = _qa("huddle_join_preview_modal_go")
_START = f"{_qa(f'{_HEADER}start_button')}"
_CHANNEL_JOIN = _qa(f"{_HEADER}join_button")
_KNOCK = _qa("huddle_request_access_button")
_IN_HUDDLE = css('[class*="--in_huddle"]', SEEN)
_TILES = css('[data-qa^="huddle_peer_tile_userId_"]', SEEN)
"""Who knocks sees nobody yet."""
_LEAVE = _qa("huddle_toolbar__leave_button", "huddle_mini_player_leave_button")
_AT_HUDDLE = (_IN_HUDDLE, css(_LEAVE, SEEN))
"""What somebody writes in the thread is not what the page says."""


def _preview(texts: Texts, go: str = _GO) -> tuple[Sign, ...]:
    """The dialog's button, by what it says."""
    return (*texts.signs(SEEN, go), *texts.signs(SEEN, f"{_qa('huddle_join_preview_modal')} button"))


IN_BROWSER = Control("in-browser", (
    by_css(_qa("ssb_redirect_open_in_browser"), SEEN), *said.IN_BROWSER.ways("link", SEEN)))
GO = Control("go", (by_css(_GO, SEEN), *said.JOIN.ways("button", SEEN)))
KNOCK = Control("knock", (by_css(_KNOCK, SEEN), *said.KNOCK.ways("button", SEEN)))
CHANNEL_JOIN = Control("channel-join", (
    by_css(_CHANNEL_JOIN, SEEN), by_css('[data-qa^="huddle_channel_header_button"] >> text=/^(join|beitreten|unirse|参加)/i')))
PREVIEW_MICROPHONE = Switch(Control("preview-microphone", (by_css(_qa("huddle_join_preview_mic_button"), SEEN),)))
CLOSE = Control("close-preview", (
    by_css(_qa("huddle_join_preview_modal_close", "huddle_join_preview_modal_cancel")),
    by_css(f"{_qa('huddle_join_preview_modal')} >> role=button[name=/^(close|cancel|schließen|cerrar|閉じる)/i]"),
    *said.CLOSE.ways("button", SEEN)))
MICROPHONE = Switch(Control("microphone", (
    by_css(_qa("segmented-mute-button-main"), SEEN), *said.MICROPHONE.ways("switch", SEEN),
    by_css(_qa("huddle_sidebar_footer_mute_button"), SEEN),
    *said.MUTE.ways("button", SEEN), *said.UNMUTE.ways("button", SEEN))),
    on=(_holding("huddle_mic_icon_unmute"), _CHECKED), off=(_holding("huddle_mic_icon_mute"), _UNCHECKED),
    on_names=said.MUTE.all)
CAMERA = Switch(Control("camera", (
    by_css(_qa("huddle_camera_huddle_toolbar"), SEEN), *said.CAMERA.ways("switch", SEEN),
    *said.CAMERA_OFF.ways("button", SEEN), *said.CAMERA_ON.ways("button", SEEN))),
    on=(_holding("huddle_video_icon_camera_on"), _CHECKED), off=(_holding("huddle_video_icon_camera_off"), _UNCHECKED),
    on_names=said.CAMERA_OFF.all)
SHARE = Switch(Control("share", (
    by_css(_qa("huddle_toolbar_screenshare_button", "huddle_screen_share_button", "huddle_share_screen_button"), SEEN),
    *said.SHARE_OFF.ways("button", SEEN), *said.SHARE.ways("button", SEEN))), on_names=said.SHARE_OFF.all)
MORE = Control("more", (by_css(_qa("huddle_toolbar_menu_button"), SEEN), *said.MORE.ways("button", SEEN)))
CAPTIONS = Control("captions", (*said.CAPTIONS.ways("menuitem", SEEN), *said.CAPTIONS.ways("menuitemcheckbox", SEEN)))
CAPTIONED = Control("captioned", (by_css(".p-huddle_closed_captions, [class*='p-huddle_closed_caption_event']", SEEN),))
LEAVE = Control("leave", (by_css(_LEAVE, SEEN), *said.LEAVE.ways("button", SEEN)))
THREAD = Control("thread", said.THREAD.ways("button", SEEN))
CHAT_LINE = Control("chat-line", (
    by_css(f"{_qa('huddle_thread')} .ql-editor[contenteditable='true']", SEEN),
    by_css(f"{_qa('huddle_thread')} [contenteditable='true']")))
SEND = Control("send", (
    by_css(f"{_qa('huddle_thread')} {_qa('texty_send_button')}", SEEN), by_css(_qa("texty_send_button"), SEEN)))
# The member may sit in the huddle on a telephone, which is left alone.
DEVICE = Control("device", (
    by_css(_qa("huddle_multi_device_modal_use_both_device"), SEEN),
    by_css(_qa("huddle_multi_device_modal_switch_device"), SEEN),
    *said.USE_BOTH.ways("button", SEEN), *said.SWITCH.ways("button", SEEN)))
_BUMPS = ("huddle_join_modal", "huddle_in_thread_speed_bump_modal")
_BUMP_GO = _qa(*(f"{bump}_go" for bump in _BUMPS), "huddle_from_link_speed_bump_modal_old_go")
BUMP = Control("speed-bump", (
    by_css(_BUMP_GO, SEEN),
    by_css(f":is({_qa(*_BUMPS)}) >> role=button[name=/^(join|huddle beitreten|unirse|ハドルに参加)/i]")))


class SlackHuddle:
    # --- addresses ------------------------------------------------------------------------------------------------------

    addresses = VENDOR_PATTERNS["slack_huddle_observer"]

    # --- capabilities ---------------------------------------------------------------------------------------------------

    capabilities = Capabilities(
        captures=("tracks", "tab", "display"), waiting_room=True, reads_chat=True, passwords=False, separate_audio=False,
        speaks=True, shows=True, shares=True, writes_to=("everyone",), needs_login=True,
    )

    # --- screens --------------------------------------------------------------------------------------------------------

    screens = (
        Screen("login", (
            address(r"//[\w.-]*slack\.com/(?:(?:ssb/)?signin|workspace-signin|sign_in_with_password|\?redir=)", SEEN),
            css(_qa("signin_domain_input", "sign_in_password_link", "login_email", "signin_button", "confirmation_code_input")
                + ", #signin_btn", SEEN),
            *said.SIGN_IN.signs(SEEN),
        ), JoinFailed("meeting_requires_sign_in"), unless=_AT_HUDDLE),
        Screen("removed", (
            *said.REMOVED.signs(SEEN), Sign(css=_CHANNEL_JOIN, state="was_in", seen=SEEN),
        ), RemovedByHost(), unless=_AT_HUDDLE, holds_ms=OVER_MS),
        Screen("ended", (Sign(css=_START, state="was_in", seen=SEEN),), MeetingEnded(), unless=_AT_HUDDLE, holds_ms=OVER_MS),
        Screen("not_found", said.NOT_FOUND.signs(SEEN), JoinFailed("meeting_not_found"), unless=_AT_HUDDLE),
        Screen("full", said.FULL.signs(SEEN), JoinFailed("meeting_full"), unless=_AT_HUDDLE),
        Screen("denied", said.DENIED.signs(SEEN), RefusedAtDoor(), unless=_AT_HUDDLE),
        Screen("call", (_IN_HUDDLE, _TILES), Admitted(), holds_ms=2000, unless=(css(_KNOCK, SEEN),)),
        Screen("lobby", said.LOBBY.signs(SEEN), HeldAtDoor(), unless=(_IN_HUDDLE,)),
        Screen("redirect", (
            css(_qa("ssb_redirect_open_in_browser"), SEEN), *said.IN_BROWSER.signs(SEEN, "a"),
        ), asks=True),
        Screen("knock", (css(_KNOCK, SEEN), *said.KNOCK.signs(SEEN, _BUTTON)), asks=True, unless=_AT_HUDDLE),
        Screen("preview", _preview(said.JOIN), asks=True, unless=_AT_HUDDLE),
        Screen("not_started", (css(_START, SEEN), *_preview(said.START), *said.START.signs(SEEN, _BUTTON)), HeldAtDoor(),
               unless=_AT_HUDDLE),
        Screen("channel", (css(_CHANNEL_JOIN, SEEN),), asks=True, unless=_AT_HUDDLE),
    )

    notices = (
        Notice("device", (
            css(_qa("huddle_multi_device_modal_use_both_device", "huddle_multi_device_modal_switch_device"), SEEN),
        ), DEVICE),
        Notice("speed_bump", (css(_BUMP_GO, SEEN), *said.JOIN.signs(SEEN, f":is({_qa(*_BUMPS)}) button")), BUMP),
        # It goes on offering to start what somebody else has started meanwhile; the channel's header knows.
        Notice("starting", _preview(said.START), CLOSE),
        Notice("told", said.TOLD.signs(SEEN, _DIALOG), Control("told", said.GOT_IT.ways("button", SEEN))),
    )

    # --- actions --------------------------------------------------------------------------------------------------------

    def entrance(self, url: str) -> str:
        return url

    async def answer(self, screen: str, hand: Hand, visitor: Visitor) -> None:
        match screen:
            case "redirect":
                await self._stay_in_browser(hand)
            case "channel":
                await hand.press(CHANNEL_JOIN)
            case _:
                if await hand.shows(PREVIEW_MICROPHONE.control):
                    await hand.turn(PREVIEW_MICROPHONE, False)
                await hand.press(KNOCK if screen == "knock" else GO)

    async def _stay_in_browser(self, hand: Hand) -> None:
        """Its address is followed: pressed, it opens another window."""
        link = await hand.find(IN_BROWSER)
        leads_to = await link.get_attribute("href")
        if leads_to:
            await hand.page.goto(urljoin(hand.page.url, leads_to), wait_until="commit")
        else:
            await link.click()

    async def prepare(self, hand: Hand) -> None:
        """The huddle's thread, where it is not open."""
        if not await hand.shows(CHAT_LINE):
            await hand.wake()
            await hand.press_if_there(THREAD)

    async def microphone(self, hand: Hand, on: bool) -> None:
        await hand.wake()
        await hand.turn(MICROPHONE, on)

    async def camera(self, hand: Hand, on: bool) -> None:
        await hand.wake()
        await hand.turn(CAMERA, on)

    async def share(self, hand: Hand, on: bool) -> None:
        await hand.wake()
        await hand.turn(SHARE, on)

    async def captions(self, hand: Hand) -> None:
        """Some members' preferences show them from the beginning."""
        if await hand.shows(CAPTIONED):
            return
        await hand.wake()
        await hand.press(MORE)
        await hand.press(CAPTIONS)

    async def say(self, hand: Hand, text: str, to: str, pin: bool) -> None:
        await self.prepare(hand)
        lines = hand.page.locator(f"{_qa('huddle_thread')} {_qa('message_container')}")
        before = await lines.count()
        await hand.type(CHAT_LINE, " ".join(text.splitlines()))
        await hand.press(SEND)
        await lines.nth(before).wait_for(state="attached", timeout=WITHIN_S * 1000)

    async def leave(self, hand: Hand) -> None:
        await hand.wake()
        await hand.press(LEAVE, LEFT_S)
        await hand.gone(LEAVE, LEFT_S)

    # --- page script ----------------------------------------------------------------------------------------------------

    page_script = "slack_huddle_observer"
