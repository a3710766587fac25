"""Microsoft Teams' web client, of work and personal accounts, as a guest.

Sound comes as one mix that the server makes; who speaks is told by its contributing sources where the page's own data say
whose they are, else by the mark around a tile. A page that is given no microphone gives no sound either, so it finds one.
"""

from __future__ import annotations

from rapporteur.bot.hand import WITHIN_S, Control, Hand, Switch, by_css, by_verb
from rapporteur.bot.platform import Capabilities, Notice, Screen, Visitor, address, css, text
from rapporteur.bot.platforms.microsoft_teams import texts as said
from rapporteur.domain.layout import View
from rapporteur.domain.meeting import VENDOR_PATTERNS
from rapporteur.domain.session import Admitted, HeldAtDoor, JoinFailed, MeetingEnded, RefusedAtDoor, RemovedByHost

SEEN = "2026-08"
LEFT_S = 1.5
_BUTTON, _DIALOG = "button, [role='button']", "[role='dialog'], [role='alertdialog'], [role='alert']"


def _tid(*names: str) -> str:
    return ", ".join(f'[data-tid="{name}"]' for name in names)


_IN_CALL = css("#callingButtons-showMoreBtn, #hangup-button, [data-tid='hangup-main-btn'], "
               "[data-cid='calling-raisehands-button'], [data-stream-type], [data-test-segment-type='central']", SEEN)
"""Buttons of the call, and its tiles, because the bar hides itself. A lobby may have some of them as well."""
_WAITING = said.LOBBY.signs(SEEN)

IN_BROWSER = Control("in-browser", (
    by_css(_tid("joinOnWeb"), SEEN), *said.IN_BROWSER.ways("button", SEEN), *said.IN_BROWSER.ways("link", SEEN)))
NAME = Control("name", (
    by_css(_tid("prejoin-display-name-input"), SEEN),
    by_css(", ".join(f'input[placeholder^="{each}" i]' for each in said.NAME), SEEN),
    *said.NAME.ways("textbox", SEEN), by_css('input[type="text"], input:not([type])')))
JOIN = Control("join", (
    by_css("#prejoin-join-button, [data-tid='prejoin-join-button']", SEEN), *said.JOIN.ways("button", SEEN)))
READY = Control("ready", (*NAME.ways, *JOIN.ways))
"""Whoever has no name yet cannot join, and a member is asked for none."""
PREJOIN_MICROPHONE = Switch(Control("prejoin-microphone", (
    by_css(_tid("toggle-mute"), SEEN), *said.MICROPHONE_OFF.ways("switch", SEEN), *said.MICROPHONE_ON.ways("switch", SEEN))))
PREJOIN_CAMERA = Switch(Control("prejoin-camera", (
    by_css(_tid("toggle-video"), SEEN), *said.CAMERA_OFF.ways("switch", SEEN), *said.CAMERA_ON.ways("switch", SEEN))))
MICROPHONE = by_verb(Control("microphone", (
    by_css("#microphone-button", SEEN), *said.MICROPHONE_ON.ways("button", SEEN), *said.MICROPHONE_OFF.ways("button", SEEN))),
    said.MICROPHONE_OFF.all)
CAMERA = by_verb(Control("camera", (
    by_css("#video-button", SEEN), *said.CAMERA_ON.ways("button", SEEN), *said.CAMERA_OFF.ways("button", SEEN))),
    said.CAMERA_OFF.all)
SHARE = by_verb(Control("share", (
    by_css("#screenshare-button, #share-button", SEEN),
    *said.SHARE_OFF.ways("button", SEEN), *said.SHARE_ON.ways("button", SEEN))),
    said.SHARE_OFF.all)
LEAVE = Control("leave", (
    by_css("#hangup-button, [data-tid='hangup-main-btn']", SEEN), *said.LEAVE.ways("button", SEEN)))
LEAVE_MENU = Control("leave-menu", said.LEAVE.ways("menuitem", SEEN))
CHAT = Control("chat", (by_css("#chat-button", SEEN), *said.CHAT.ways("button", SEEN)))
CHAT_LINE = Control("chat-line", (
    by_css(", ".join(f'[contenteditable][aria-label^="{each}" i], [contenteditable][data-placeholder^="{each}" i]'
                     for each in said.CHAT_LINE), SEEN),
    *said.CHAT_LINE.ways("textbox", SEEN), by_css('[contenteditable="true"]')))
VIEW = Control("view", (by_css("#view-mode-button, #custom-view-button", SEEN), *said.VIEW.ways("button", SEEN)))
VIEWS: dict[View, Control] = {
    "speaker": Control("view-speaker", (
        by_css("#custom-view-button-SpeakerViewButton, #SpeakerView-button", SEEN),
        *said.SPEAKER_VIEW.ways("menuitemradio", SEEN), *said.SPEAKER_VIEW.ways("menuitem", SEEN))),
    "gallery": Control("view-gallery", (
        by_css("#MixedGridView-button", SEEN), *said.GALLERY_VIEW.ways("menuitemradio", SEEN),
        *said.GALLERY_VIEW.ways("menuitem", SEEN))),
}
MORE = Control("more", (by_css("#callingButtons-showMoreBtn", SEEN), *said.MORE.ways("button", SEEN)))
LANGUAGE_MENU = Control("language-menu", (by_css("#LanguageSpeechMenuControl-id", SEEN),))
CAPTIONS = Control("captions", (by_css("#closed-captions-button", SEEN),))
CAPTION_LINES = Control("caption-lines", (
    by_css(_tid("closed-caption-renderer-wrapper", "closed-caption-v2-window-wrapper"), SEEN),))
WITHOUT_DEVICES = Control("without-devices", said.WITHOUT_DEVICES.ways("button", SEEN))
DISMISS = Control("dismiss", said.DISMISS.ways("button", SEEN))


class MicrosoftTeams:
    # --- addresses ------------------------------------------------------------------------------------------------------

    addresses = VENDOR_PATTERNS["microsoft_teams"]

    # --- capabilities ---------------------------------------------------------------------------------------------------

    capabilities = Capabilities(
        captures=("tracks", "tab", "display"), waiting_room=True, reads_chat=True, passwords=False, separate_audio=False,
        speaks=True, shows=True, shares=True, writes_to=("everyone",), needs_devices=True,
    )

    # --- screens --------------------------------------------------------------------------------------------------------

    screens = (
        Screen("removed", (text(*said.REMOVED.all, within="#calling-retry-screen-title", seen=SEEN), *said.REMOVED.signs(SEEN)),
               RemovedByHost(), unless=(_IN_CALL,)),
        Screen("denied", said.DENIED.signs(SEEN), RefusedAtDoor(), unless=(_IN_CALL,)),
        Screen("login", (
            address(r"^https://login\.(?:microsoftonline\.(?:com|us)|live\.com|microsoft\.com)/", SEEN),
            css('input[name="loginfmt"]', SEEN), *said.LOGIN.signs(SEEN),
        ), JoinFailed("meeting_requires_sign_in"), unless=(_IN_CALL,)),
        Screen("not_for_external", said.NOT_FOR_EXTERNAL.signs(SEEN),
               JoinFailed("microsoft_teams_event_not_started_for_external"), unless=(_IN_CALL,)),
        Screen("wrong_link", said.WRONG_LINK.signs(SEEN), JoinFailed("meeting_link_invalid"), unless=(_IN_CALL,)),
        Screen("captcha", said.CAPTCHA.signs(SEEN), JoinFailed("microsoft_teams_captcha_detected"), unless=(_IN_CALL,)),
        Screen("encrypted", (css(_tid("calling-e2ee-end-screen"), SEEN),), JoinFailed("microsoft_teams_internal_error")),
        Screen("locked", said.LOCKED.signs(SEEN), JoinFailed("meeting_locked"), unless=(_IN_CALL,)),
        Screen("full", said.FULL.signs(SEEN), JoinFailed("meeting_full"), unless=(_IN_CALL,)),
        # It comes up for a moment while the client tries again by itself.
        Screen("not_connected", said.NOT_CONNECTED.signs(SEEN), JoinFailed("microsoft_teams_call_dropped"), unless=(_IN_CALL,),
               holds_ms=15_000),
        Screen("ended", said.ENDED.signs(SEEN), MeetingEnded(), unless=(_IN_CALL,)),
        Screen("call", (_IN_CALL, *said.LEAVE.signs(SEEN, _BUTTON)), Admitted(), holds_ms=2000, unless=(
            *_WAITING, css(_tid("prejoin-join-button"), SEEN), *said.JOIN.signs(SEEN, _BUTTON))),
        Screen("lobby", _WAITING, HeldAtDoor()),
        Screen("prejoin", (
            css(_tid("prejoin-display-name-input", "prejoin-join-button"), SEEN), *said.JOIN.signs(SEEN, _BUTTON),
        ), asks=True),
        Screen("launcher", (
            css(_tid("joinOnWeb"), SEEN), *said.IN_BROWSER.signs(SEEN, "a, button, [role='button'], [role='link']"),
        ), asks=True),
    )

    notices = (
        Notice("no_devices", said.NO_DEVICES.signs(SEEN), WITHOUT_DEVICES),
        Notice("recorded", said.RECORDED.signs(SEEN, _DIALOG), DISMISS),
        Notice("unmute", said.UNMUTE_ASKED.signs(SEEN, _DIALOG), DISMISS),
    )

    # --- actions --------------------------------------------------------------------------------------------------------

    def entrance(self, url: str) -> str:
        return url

    async def answer(self, screen: str, hand: Hand, visitor: Visitor) -> None:
        if screen == "launcher":
            return await hand.press(IN_BROWSER)
        await hand.find(READY)
        for device in (PREJOIN_MICROPHONE, PREJOIN_CAMERA):
            if await hand.shows(device.control):
                await hand.turn(device, False)
        # A visitor who is signed in has a name already.
        if await hand.shows(NAME):
            await hand.fill(NAME, visitor.name)
        await hand.press(JOIN)

    async def prepare(self, hand: Hand) -> None:
        """Lines are in the page once the pane was opened."""
        await hand.wake()
        if not await hand.shows(CHAT_LINE):
            await hand.press(CHAT)

    async def arrange(self, hand: Hand, view: View) -> None:
        await hand.wake()
        await hand.press(VIEW)
        await hand.press(VIEWS[view])

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
        lines = hand.page.locator(_tid("chat-pane-item"))
        before = await lines.count()
        await hand.type(CHAT_LINE, " ".join(text.splitlines()))
        await (await hand.find(CHAT_LINE)).press("Enter")
        await lines.nth(before).wait_for(state="attached", timeout=WITHIN_S * 1000)

    async def captions(self, hand: Hand) -> None:
        await hand.wake()
        if await hand.shows(CAPTION_LINES):
            return
        await hand.press(MORE)
        await hand.press_if_there(LANGUAGE_MENU)
        await hand.press(CAPTIONS)

    async def leave(self, hand: Hand) -> None:
        await hand.wake()
        await hand.press(LEAVE, LEFT_S)
        await hand.press_if_there(LEAVE_MENU)
        await hand.gone(LEAVE, LEFT_S)

    # --- page script ----------------------------------------------------------------------------------------------------

    page_script = "microsoft_teams"
