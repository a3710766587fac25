"""Zoom's web client, as a guest.

Its policy is that bots use its media streams instead (bot/stream_meeting.py); a meeting that insists on that says so, and so
does the bot. Newer clients receive a track per person, whose stream names the sender; older ones play through Web Audio and
draw on canvases, and are recorded as seen.
"""

from __future__ import annotations

from urllib.parse import urlencode

from rapporteur.bot.hand import WITHIN_S, Control, Hand, by_css, by_verb
from rapporteur.bot.platform import Capabilities, Notice, Screen, Visitor, address, css
from rapporteur.bot.platforms.zoom import texts as said
from rapporteur.domain.errors import MeetingFailure
from rapporteur.domain.links import Link
from rapporteur.domain.meeting import VENDOR_PATTERNS
from rapporteur.domain.session import Admitted, HeldAtDoor, JoinFailed, MeetingEnded, RefusedAtDoor, RemovedByHost

SEEN = "2026-08"
CLIENT = "https://app.zoom.us/wc"
LEFT_S = 1.5
STRAY_MS = 20_000
"""The client goes to other addresses for a moment while its sound starts."""
_BUTTON = "button, [role='button']"
_NAME = "#input-for-name, #inputname"

NAME = Control("name", (
    by_css(_NAME, SEEN), by_css(", ".join(f'input[placeholder="{each}" i]' for each in said.NAME), SEEN),
    *said.NAME.ways("textbox", SEEN), by_css('input[type="text"]')))
PASSCODE = Control("passcode", (by_css("#input-for-pwd, #inputpasscode", SEEN), by_css('input[type="password"]')))
JOIN = Control("join", (by_css("button.preview-join-button, #joinBtn", SEEN), *said.JOIN.ways("button", SEEN)))
READY = Control("ready", (*NAME.ways[:2], *JOIN.ways))
IN_BROWSER = Control("in-browser", (*said.IN_BROWSER.ways("link", SEEN), *said.IN_BROWSER.ways("button", SEEN)))
PREVIEW_MICROPHONE = by_verb(Control("preview-microphone", (by_css("#preview-audio-control-button", SEEN),)), said.MUTE.all)
PREVIEW_CAMERA = by_verb(Control("preview-camera", (by_css("#preview-video-control-button", SEEN),)), said.STOP_VIDEO.all)
MICROPHONE = by_verb(
    Control("microphone", (*said.UNMUTE.ways("button", SEEN), *said.MUTE.ways("button", SEEN))), said.MUTE.all)
CAMERA = by_verb(
    Control("camera", (*said.START_VIDEO.ways("button", SEEN), *said.STOP_VIDEO.ways("button", SEEN))), said.STOP_VIDEO.all)
SHARE = by_verb(Control("share", (
    by_css(".sharer-button--stop", SEEN), *said.STOP_SHARE.ways("button", SEEN), *said.SHARE.ways("button", SEEN),
)), said.STOP_SHARE.all)
LEAVE = Control("leave", (
    *(by_css(f'.footer [aria-label="{each}" i], [role="toolbar"] [aria-label="{each}" i]', SEEN) for each in said.LEAVE.seen),
    *said.LEAVE.ways("button", SEEN)))
LEAVE_MEETING = Control("leave-meeting", (
    by_css("button.leave-meeting-options__btn--danger", SEEN), *said.LEAVE_MEETING.ways("button", SEEN)))
JOIN_AUDIO = Control("join-audio", (by_css(".join-audio-by-voip__join-btn", SEEN), *said.JOIN_AUDIO.ways("button", SEEN)))
PARTICIPANTS = Control("participants", (*said.PARTICIPANTS.ways("button", SEEN),))
ROWS = Control("participant-rows", (by_css("div.participants-li", SEEN),))
CHAT = Control("chat", (*said.CHAT.ways("button", SEEN),))
CHAT_LINE = Control("chat-line", (
    by_css('.chat-rtf-box__editor-outer [contenteditable="true"], .chat-box__chat-textarea', SEEN),
    by_css('[contenteditable="true"]'), by_css("textarea")))
MORE = Control("more", said.MORE.ways("button", SEEN))
CAPTIONS = Control("captions", (*said.CAPTIONS.ways("menuitem", SEEN), *said.CAPTIONS.ways("button", SEEN)))
TRANSCRIPT = Control("transcript", (*said.TRANSCRIPT.ways("menuitem", SEEN), *said.TRANSCRIPT.ways("button", SEEN)))
AGREE = Control("agree", (*said.AGREE.ways("button", SEEN),))

_IN_CALL = css('.footer [aria-label="Leave" i], [aria-label*="my microphone" i], [aria-label*="participants list" i], '
               "video-player[node-id], .speaker-active-container__video-frame, .gallery-video-container", SEEN)
"""Of the footer, which hides itself, and of the tiles."""
_WAITING = (*said.NOT_STARTED.signs(SEEN), *said.WAITING_ROOM.signs(SEEN))
_DIALOG = ".zm-modal, [role='dialog']"


class Zoom:
    # --- addresses ------------------------------------------------------------------------------------------------------

    addresses = VENDOR_PATTERNS["zoom"]

    # --- capabilities ---------------------------------------------------------------------------------------------------

    capabilities = Capabilities(
        captures=("tracks", "tab", "display"), waiting_room=True, reads_chat=True, passwords=True,
        speaks=True, shows=True, shares=True, writes_to=("everyone",), longest_line=1024, needs_devices=True,
    )

    # --- screens --------------------------------------------------------------------------------------------------------

    screens = (
        Screen("removed", said.REMOVED.signs(SEEN, _DIALOG), RemovedByHost()),
        Screen("ended", (*said.ENDED.signs(SEEN, _DIALOG), css('[aria-label="Meeting is end now" i]', SEEN)), MeetingEnded()),
        Screen("left", (
            address(r"/wc/leave|[?&]ref_from=|web_join_post_meeting", "2026-09"),
        ), MeetingEnded(), unless=(_IN_CALL,), holds_ms=STRAY_MS),
        Screen("bot_wall", said.BOT_WALL.signs(SEEN), JoinFailed("zoom_bot_blocked"), unless=(_IN_CALL,)),
        Screen("sign_in", (*said.SIGN_IN.signs(SEEN), css(".login-btn-zoom", SEEN)), JoinFailed("meeting_requires_sign_in"),
               unless=(_IN_CALL,)),
        Screen("captcha", said.CAPTCHA.signs(SEEN, _BUTTON), JoinFailed("zoom_captcha_required"), unless=(_IN_CALL,)),
        Screen("web_disallowed", said.WEB_DISALLOWED.signs(SEEN), JoinFailed("zoom_web_disallowed"), unless=(_IN_CALL,)),
        Screen("invalid", said.INVALID.signs(SEEN), JoinFailed("meeting_link_invalid"), unless=(_IN_CALL,)),
        Screen("wrong_passcode", said.WRONG_PASSCODE.signs(SEEN), JoinFailed("meeting_password_incorrect"), unless=(_IN_CALL,)),
        Screen("locked", said.LOCKED.signs(SEEN), JoinFailed("meeting_locked"), unless=(_IN_CALL,)),
        Screen("full", said.FULL.signs(SEEN), JoinFailed("meeting_full"), unless=(_IN_CALL,)),
        Screen("denied", said.DENIED.signs(SEEN), RefusedAtDoor(), unless=(_IN_CALL,)),
        Screen("call", (_IN_CALL, *said.LEAVE.signs(SEEN, _BUTTON)), Admitted(), holds_ms=2000, unless=(
            *_WAITING, css(_NAME, SEEN), *said.IN_BROWSER.signs(SEEN, "a, button"))),
        Screen("not_started", said.NOT_STARTED.signs(SEEN), HeldAtDoor()),
        Screen("waiting_room", said.WAITING_ROOM.signs(SEEN), HeldAtDoor()),
        Screen("preview", (css(f"{_NAME}, .preview-join-button, #joinBtn", SEEN), *said.JOIN.signs(SEEN, _BUTTON)), asks=True,
               unless=said.IN_BROWSER.signs(SEEN, "a, button")),
        Screen("landing", said.IN_BROWSER.signs(SEEN, "a, button"), asks=True),
    )

    notices = (
        Notice("cookies", (css("#onetrust-banner-sdk", SEEN), *said.COOKIES.signs(SEEN, _BUTTON)), Control("cookies", (
            by_css("#onetrust-reject-all-handler", SEEN), by_css("#onetrust-accept-btn-handler", SEEN),
            *said.COOKIES.ways("button", SEEN)))),
        Notice("terms", said.TERMS.signs(SEEN, _BUTTON), Control("terms", said.TERMS.ways("button", SEEN))),
        Notice("devices", said.DEVICES.signs(SEEN), Control("allow", said.ALLOW.ways("button", SEEN))),
        Notice("no_device", said.NO_DEVICE.signs(SEEN), Control("no-device-close", (
            by_css(".zm-notification [aria-label='close' i], .zm-modal [aria-label='close' i]", SEEN),))),
        # Without it there is no sound.
        Notice("audio", said.JOIN_AUDIO.signs(SEEN, _BUTTON), JOIN_AUDIO),
        Notice("told", said.NOTICES.signs(SEEN, f"{_DIALOG}, .relative-tooltip, .settings-feature-tips"), AGREE),
    )

    # --- actions --------------------------------------------------------------------------------------------------------

    def entrance(self, url: str) -> str:
        """Straight to the web client, where the link has a number; other links lead to a page that offers it."""
        place = self.addresses.place(url)
        link = Link.parse(url)
        if place is None or link is None or not place.meeting_id.isdecimal():
            return url
        query = {name: value for name in ("pwd", "tk") if (value := link.query.get(name))}
        return f"{CLIENT}/{place.meeting_id}/join{f'?{urlencode(query)}' if query else ''}"

    async def answer(self, screen: str, hand: Hand, visitor: Visitor) -> None:
        if screen == "landing":
            return await hand.press(IN_BROWSER)
        await hand.find(READY)
        for device in (PREVIEW_MICROPHONE, PREVIEW_CAMERA):
            if await hand.shows(device.control):
                await hand.turn(device, False)
        # The button wakes up for keys, not for what stands in the field.
        if await hand.shows(NAME):
            await hand.type(NAME, visitor.name)
        if await hand.shows(PASSCODE):
            if not visitor.password:
                raise MeetingFailure("meeting_password_incorrect", "The meeting wants a passcode; the bot was given none.")
            await hand.type(PASSCODE, visitor.password)
        await hand.press(JOIN)

    async def prepare(self, hand: Hand) -> None:
        """The list of people is in the page while its panel is open."""
        await hand.wake()
        if not await hand.shows(ROWS):
            await hand.press(PARTICIPANTS)

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
        lines = hand.page.locator(".new-chat-message__container")
        before = await lines.count()
        await hand.type(CHAT_LINE, " ".join(text.splitlines()))
        await (await hand.find(CHAT_LINE)).press("Enter")
        await lines.nth(before).wait_for(state="attached", timeout=WITHIN_S * 1000)

    async def captions(self, hand: Hand) -> None:
        await hand.wake()
        await hand.press(MORE)
        await hand.press(CAPTIONS)
        await hand.press(TRANSCRIPT)

    async def leave(self, hand: Hand) -> None:
        await hand.wake()
        await hand.press(LEAVE, LEFT_S)
        await hand.press(LEAVE_MEETING, LEFT_S)
        await hand.gone(LEAVE, LEFT_S)

    # --- page script ----------------------------------------------------------------------------------------------------

    page_script = "zoom"
