"""GoTo Meeting in the browser, as a guest. Experimental: little is known of its page, and nobody watched this one work live.

So it goes by roles and by words that the vendor's help uses, reads nothing of the page's own data, and takes the sound as one
mix. Whoever comes after a lock waits until the organizer opens the meeting for all; that is this platform's waiting room.
"""

from __future__ import annotations

from rapporteur.bot.hand import Control, Hand, Switch, by_css
from rapporteur.bot.platform import Capabilities, Notice, Screen, Visitor, Watching, address, css
from rapporteur.bot.platforms.goto_meeting import texts as said
from rapporteur.domain.errors import MeetingFailure
from rapporteur.domain.meeting import VENDOR_PATTERNS
from rapporteur.domain.session import Admitted, HeldAtDoor, JoinFailed, MeetingEnded, RemovedByHost

SEEN = "2026-08"
LEFT_S = 1.5
MAILBOX = "rapporteur@example.com"
"""Of nobody: some sessions demand an address of every guest, and the bot has none."""
_BUTTON, _DIALOG = "button, [role='button']", "[role='dialog'], [role='alertdialog'], [role='alert']"
_ONBOARDING = '[data-automation-id="onboarding-continue-no-audio"]'
_NAME = '#attendee-name, [id$="change-name-and-email-dialog__edit-name"]'
_RENAMED = '[id$="change-name-and-email-dialog__submit"]'

NAME = Control("name", (by_css(_NAME, SEEN), *said.NAME.ways("textbox", SEEN)))
EMAIL = Control("email", (by_css('input[type="email"]'), *said.EMAIL.ways("textbox", SEEN)))
RENAME = Control("rename", (by_css(_RENAMED, SEEN),))
JOIN = Control("join", said.JOIN.ways("button", SEEN))
IN_BROWSER = Control("in-browser", (*said.IN_BROWSER.ways("button", SEEN), *said.IN_BROWSER.ways("link", SEEN)))
PASSWORD = Control("password", (by_css('input[type="password"]', SEEN),))
SUBMIT = Control("submit", said.SUBMIT.ways("button", SEEN))
PREVIEW = (
    Switch(Control("preview-microphone", (
        *said.MICROPHONE.ways("switch", SEEN), *said.MICROPHONE.ways("checkbox", SEEN),
        *said.MICROPHONE.ways("button", SEEN)))),
    Switch(Control("preview-camera", (
        *said.CAMERA.ways("switch", SEEN), *said.CAMERA.ways("checkbox", SEEN), *said.CAMERA.ways("button", SEEN)))),
)
MICROPHONE = Switch(Control("microphone", tuple(
    way for role in ("button", "switch") for texts in (said.MIC, said.MUTE) for way in texts.ways(role, SEEN))),
    on_names=said.MUTE.all)
CAMERA = Switch(Control("camera", tuple(
    way for role in ("button", "switch") for texts in (said.CAMERA_ON, said.CAMERA_OFF) for way in texts.ways(role, SEEN))),
    on_names=said.CAMERA_OFF.all)
PEOPLE = Control("people", said.PEOPLE.ways("button", SEEN))
LISTED = Control("listed", (by_css('aside li, [role="listitem"], [role="treeitem"]'),))
LEAVE = Control("leave", (by_css('button[aria-label="Leave" i]', SEEN), *said.LEAVE.ways("button", SEEN)))
LEAVE_CONFIRM = Control("leave-confirm", (
    by_css('[data-automation-id="attendee-leave-confirm"]', SEEN), by_css('[role="dialog"] button:last-of-type')))

_WAITS = (*said.NOT_STARTED.signs(SEEN), *said.WAITING_ROOM.signs(SEEN))
_IN_SESSION = said.LEAVE.signs(SEEN, _BUTTON)
_CALL = (*_IN_SESSION, css('button[aria-label="Leave" i]', SEEN))


class GoToMeeting(Watching):
    # --- addresses ------------------------------------------------------------------------------------------------------

    addresses = VENDOR_PATTERNS["goto_meeting"]

    # --- capabilities ---------------------------------------------------------------------------------------------------

    capabilities = Capabilities(
        captures=("tracks", "tab", "display"), waiting_room=True, reads_chat=False, passwords=True, separate_audio=False,
        speaks=True, shows=True,
    )

    # --- screens --------------------------------------------------------------------------------------------------------

    screens = (
        Screen("removed", said.REMOVED.signs(SEEN), RemovedByHost(), unless=_CALL),
        Screen("ended", said.ENDED.signs(SEEN), MeetingEnded(), unless=_CALL),
        Screen("sign_in", (address(r"//authentication\.(?:logmeininc|goto)\.com/", SEEN), *said.SIGN_IN.signs(SEEN)),
               JoinFailed("meeting_requires_sign_in"), unless=_CALL),
        Screen("not_found", said.NOT_FOUND.signs(SEEN), JoinFailed("meeting_not_found"), unless=_CALL),
        Screen("full", said.FULL.signs(SEEN), JoinFailed("meeting_full"), unless=_CALL),
        Screen("wrong_password", said.WRONG_PASSWORD.signs(SEEN), JoinFailed("meeting_password_incorrect"), unless=_CALL),
        Screen("password", (css('input[type="password"]', SEEN),), asks=True, unless=_CALL),
        Screen("rename", (css(_RENAMED, SEEN),), asks=True),
        Screen("waiting_room", said.WAITING_ROOM.signs(SEEN), HeldAtDoor(), unless=said.JOIN.signs(SEEN, _BUTTON)),
        Screen("not_started", said.NOT_STARTED.signs(SEEN), HeldAtDoor(), unless=said.JOIN.signs(SEEN, _BUTTON)),
        Screen("call", _CALL, Admitted(), holds_ms=2000, unless=(
            *_WAITS, *said.MICROPHONE.signs(SEEN), css(_NAME, SEEN))),
        Screen("preview", (*said.JOIN.signs(SEEN, _BUTTON), css(_NAME, SEEN)), asks=True,
               unless=said.IN_BROWSER.signs(SEEN, "a, button")),
        Screen("landing", said.IN_BROWSER.signs(SEEN, "a, button"), asks=True),
    )

    notices = (
        Notice("cookies", (css("#truste-consent-button", SEEN), *said.COOKIES.signs(SEEN, _BUTTON)), Control("cookies", (
            by_css("#truste-consent-required", SEEN), by_css("#truste-consent-button", SEEN),
            *said.COOKIES.ways("button", SEEN)))),
        Notice("onboarding", (css(_ONBOARDING, SEEN),), Control("no-audio", (
            by_css(_ONBOARDING, SEEN), *said.NO_AUDIO.ways("button", SEEN)))),
        Notice("told", said.TOLD.signs(SEEN, _DIALOG), Control("told", said.GOT_IT.ways("button", SEEN))),
    )

    # --- actions --------------------------------------------------------------------------------------------------------

    def entrance(self, url: str) -> str:
        return url

    async def answer(self, screen: str, hand: Hand, visitor: Visitor) -> None:
        match screen:
            case "landing":
                await hand.press(IN_BROWSER)
            case "password":
                await self._give_password(hand, visitor)
            case "rename":
                await self._introduce(hand, visitor)
                await hand.press(RENAME)
            case _:
                await self._introduce(hand, visitor)
                for device in PREVIEW:
                    if await hand.shows(device.control):
                        await hand.turn(device, False)
                await hand.press(JOIN)

    async def _introduce(self, hand: Hand, visitor: Visitor) -> None:
        """Some pages ask before the session, some in it, and some know a name already."""
        if await hand.shows(NAME):
            await hand.fill(NAME, visitor.name)
        if await hand.shows(EMAIL):
            await hand.fill(EMAIL, MAILBOX)

    async def _give_password(self, hand: Hand, visitor: Visitor) -> None:
        if visitor.password is None:
            raise MeetingFailure("meeting_password_incorrect", "The meeting asks for a password, and the bot was given none.")
        await hand.fill(PASSWORD, visitor.password)
        await hand.press(SUBMIT)

    async def prepare(self, hand: Hand) -> None:
        """The list of people, where it is not open."""
        await hand.wake()
        if not await hand.shows(LISTED):
            await hand.press_if_there(PEOPLE)

    async def microphone(self, hand: Hand, on: bool) -> None:
        await hand.wake()
        await hand.turn(MICROPHONE, on)

    async def camera(self, hand: Hand, on: bool) -> None:
        await hand.wake()
        await hand.turn(CAMERA, on)

    async def leave(self, hand: Hand) -> None:
        await hand.wake()
        await hand.press(LEAVE, LEFT_S)
        await hand.press(LEAVE_CONFIRM, LEFT_S)
        await hand.gone(LEAVE, LEFT_S)

    # --- page script ----------------------------------------------------------------------------------------------------

    page_script = "goto_meeting"
