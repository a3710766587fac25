"""Jitsi Meet on any server, as a guest or with the token of its link.

The page keeps its own account of the conference (`APP`), which the page script reads; the page's texts stand in for it. Servers
are configured and translated by whoever runs them, so texts are taken in four languages and whole phrases are avoided.
"""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import quote, urlsplit

from rapporteur.bot.hand import WITHIN_S, Control, Hand, Switch, by_css, by_name, by_role
from rapporteur.bot.platform import Capabilities, Notice, Screen, Sign, Visitor, css, state, text
from rapporteur.domain.errors import MeetingFailure
from rapporteur.domain.layout import View
from rapporteur.domain.meeting import VENDOR_PATTERNS
from rapporteur.domain.session import Admitted, HeldAtDoor, JoinFailed, MeetingEnded, RefusedAtDoor, RemovedByHost

SEEN = "2026-08"
LEFT_S = 1.5
LONGEST_NAME = 50
OPTIONS: dict[str, object] = {
    # The name is typed where people type it.
    "config.prejoinConfig.enabled": True,
    "config.deeplinking.disabled": True,
    "config.disableInitialGUM": True,
    "config.startWithAudioMuted": True,
    "config.startWithVideoMuted": True,
    # With two in the meeting there would be a second connection beside the bridge's.
    "config.p2p.enabled": False,
    "config.analytics.disabled": True,
    "config.defaultLanguage": "en",
}


def _labelled(*texts: str, within: str = "") -> str:
    return ", ".join(f'{within}[aria-label^="{each}" i]' for each in texts)


# --- texts: as seen, then in the languages of whom nobody has told us ---------------------------------------------------

KICKED = (text("You have been kicked", seen=SEEN), text(
    "Sie wurden aus der Konferenz entfernt", "Ha sido expulsado de la reunión", "ミーティングから退出させられました"))
TERMINATED = (text("meeting has been terminated", "Call terminated", seen=SEEN), text(
    "Die Konferenz wurde beendet", "La reunión ha terminado", "ミーティングは終了しました"))
DECLINED = (text("request to join has been declined", "join request has been rejected", seen=SEEN), text(
    "Beitrittsanfrage wurde abgelehnt", "solicitud para unirse ha sido rechazada", "参加リクエストは拒否されました"))
NOT_ALLOWED = (
    text("you're not allowed to join this call", "Authentication failed", "Authentication required", seen=SEEN),
    text("Anmeldung erforderlich", "Autenticación requerida", "認証が必要です"),
)
FULL = (text("maximum number of participants", "Maximum members limit reached", "conference is full", seen=SEEN), text(
    "Die Konferenz ist voll", "alcanzó el máximo de participantes", "ミーティングは満員です"))
LOCKED = (text("This meeting is locked", seen=SEEN), text(
    "Diese Konferenz ist gesperrt", "Esta reunión está bloqueada", "ミーティングはロックされています"))
NOT_FOUND = (text("This meeting does not exist", seen=SEEN), text(
    "Diese Konferenz gibt es nicht", "Esta reunión no existe", "このミーティングは存在しません"))
WRONG_PASSWORD = (text("Incorrect password", "Invalid password", seen=SEEN), text(
    "Falsches Passwort", "Contraseña incorrecta", "パスワードが違います"))
ASKING = (text("Asking to join", "as soon as someone accepts your request", seen=SEEN), text(
    "Beitritt wird angefragt", "Solicitando unirse a la reunión", "参加を依頼中"))
NOT_STARTED = (
    text("has not yet started", "Waiting for a moderator", "Waiting for the host", "for an authenticated user", seen=SEEN),
    text("hat noch nicht begonnen", "aún no ha comenzado", "会議はまだ始まっていません"),
)
COVERING = (
    "is being recorded", "is being transcribed", "asks you to unmute", "Recording in progress", "wird aufgezeichnet",
    "wird transkribiert", "bittet Sie, das Mikrofon", "Se está grabando", "Se está transcribiendo", "pide activar su micrófono",
    "録画されています", "文字起こしされています", "ミュート解除を求めています",
)
JOIN_TEXTS = ("Join meeting", "Join now"), ("Konferenz beitreten", "Entrar a la reunión", "ミーティングに参加")
NAME_TEXTS = ("Enter your name",), ("Namen hier eingeben", "Ingrese su nombre", "名前を入力")
LEAVE_TEXTS = ("Leave the meeting", "Leave the call"), ("Konferenz verlassen", "Salir de la reunión", "ミーティングから退出")
CHAT_TEXTS = ("Open chat", "Toggle chat window", "Open / Close chat"), ("Chat öffnen", "Abrir chat", "チャットを開く")
MUTE = ("Mute microphone", "Toggle mute audio", "Mikrofon stummschalten", "Silenciar micrófono", "マイクをミュート")
UNMUTE = ("Unmute microphone", "Stummschaltung aufheben", "Activar micrófono", "マイクのミュートを解除")
STOP_CAMERA = ("Stop camera", "Toggle mute video", "Kamera ausschalten", "Detener cámara", "カメラを停止")
START_CAMERA = ("Start camera", "Kamera einschalten", "Iniciar cámara", "カメラを開始")
STOP_SHARE = ("Stop screen sharing", "Stop sharing", "Bildschirmfreigabe beenden", "Dejar de compartir", "画面共有を停止")
EXIT_TILES = ("Exit tile view", "Kachelansicht ausschalten", "Salir de la vista en mosaico", "タイルビューを終了")
ENTER_TILES = (
    "Enter tile view", "Toggle tile view", "Kachelansicht einschalten", "Entrar en la vista en mosaico", "タイルビューを開始",
)
SHARE_TEXTS = (
    "Start screen sharing", "Share your screen", "Toggle screenshare", "Bildschirmfreigabe starten", "Compartir pantalla",
    "画面共有を開始",
)

# --- controls -----------------------------------------------------------------------------------------------------------

NAME = Control("name_field", (
    by_css('#premeeting-name-input, #lobby-name-field, [data-testid="lobby.nameField"]', SEEN),
    by_role("textbox", *NAME_TEXTS[0], seen=SEEN), by_role("textbox", *NAME_TEXTS[1]),
    by_css('.premeeting-screen input:not([type="password"])', SEEN),
))
JOIN = Control("join_button", (
    by_css('[data-testid="prejoin.joinMeeting"], [data-testid="lobby.knockButton"]', SEEN),
    by_name(*JOIN_TEXTS[0], "Ask to Join", seen=SEEN), by_name(*JOIN_TEXTS[1]),
    by_css(".premeeting-screen .action-btn.primary", SEEN),
))
PASSWORD = Control("password_field", (by_css('input[name="lockKey"]', SEEN), by_css('input[type="password"]', SEEN)))
CONFIRM = Control("confirm_button", (
    by_css("#modal-dialog-ok-button", SEEN), by_css('[role="dialog"] button[type="submit"]'),
    by_css('[role="dialog"] >> role=button[name=/^(OK|I understand|Got it)/i]'),
    by_css('[role="dialog"] :is(button, [role="button"])'),
))
LEAVE = Control("leave_button", (
    by_css('[data-testid="toolbox.hangup"], .hangup-button', SEEN), by_name(*LEAVE_TEXTS[0], seen=SEEN),
    by_name(*LEAVE_TEXTS[1]),
))
IN_CALL = Control("video_area", (by_css('#largeVideoContainer, [data-testid="toolbox.hangup"]', SEEN),))
CHAT = Control("chat_button", (by_name(*CHAT_TEXTS[0], seen=SEEN), by_name(*CHAT_TEXTS[1])))
CHAT_LINE = Control("chat_line", (
    by_css("#chat-input-messagebox, #usermsg", SEEN), by_css('#sideToolbarContainer textarea, .chat-panel textarea', SEEN),
    by_css("textarea")))
CHAT_LINES = '#chatconversation, [role="log"]'


def _switch(name: str, on: tuple[str, ...], off: tuple[str, ...], *, pressed_is_on: bool = False) -> Switch:
    """The page's `pressed` means muted, except of the screen and of tiles."""
    pressed, released = ('[aria-pressed="true"]',), ('[aria-pressed="false"]',)
    control = Control(name, (by_css(_labelled(*on, *off), SEEN), by_name(*on, *off)))
    return Switch(control, on=pressed if pressed_is_on else released, off=released if pressed_is_on else pressed, on_names=on)


MICROPHONE, CAMERA = _switch("microphone", MUTE, UNMUTE), _switch("camera", STOP_CAMERA, START_CAMERA)
SHARE = _switch("share", STOP_SHARE, SHARE_TEXTS, pressed_is_on=True)
TILES = _switch("tiles", EXIT_TILES, ENTER_TILES, pressed_is_on=True)

_JOINED = state("joined", SEEN)
_HANGUP = css(f'[data-testid="toolbox.hangup"], .hangup-button, {_labelled(*LEAVE_TEXTS[0], *LEAVE_TEXTS[1])}', SEEN)
_DIALOG = '[role="dialog"]'


def _door(name: str, signs: tuple[Sign, ...], fact: JoinFailed | RefusedAtDoor | HeldAtDoor) -> Screen:
    """Not while the conference is there: anybody may write such a text into its chat."""
    return Screen(name, signs, fact, unless=(_JOINED,))


class Jitsi:
    # --- addresses ------------------------------------------------------------------------------------------------------

    addresses = VENDOR_PATTERNS["jitsi"]

    # --- capabilities ---------------------------------------------------------------------------------------------------

    capabilities = Capabilities(
        captures=("tracks", "tab", "display"), waiting_room=True, reads_chat=True, passwords=True,
        speaks=True, shows=True, shares=True, writes_to=("everyone",),
    )

    # --- screens --------------------------------------------------------------------------------------------------------

    screens = (
        Screen("removed", KICKED, RemovedByHost(), unless=(_JOINED,)),
        Screen("ended", TERMINATED, MeetingEnded(), unless=(_JOINED,)),
        _door("denied", DECLINED, RefusedAtDoor()),
        _door("not_allowed", NOT_ALLOWED, JoinFailed("meeting_requires_sign_in")),
        _door("full", FULL, JoinFailed("meeting_full")),
        _door("locked", LOCKED, JoinFailed("meeting_locked")),
        _door("not_found", NOT_FOUND, JoinFailed("meeting_not_found")),
        # The field stays up beside the error.
        _door("wrong_password", WRONG_PASSWORD, JoinFailed("meeting_password_incorrect")),
        Screen("password", (css('input[name="lockKey"]', SEEN), css(f'{_DIALOG} input[type="password"]', SEEN)), asks=True),
        Screen("call", (_JOINED, replace(css("#largeVideoContainer", SEEN), state="untold"), replace(_HANGUP, state="untold")),
               Admitted(), unless=(state("waiting", SEEN), state("knocking", SEEN), css(".premeeting-screen", SEEN)),
               holds_ms=2000),
        Screen("prejoin", (
            css('#premeeting-name-input, [data-testid="prejoin.joinMeeting"], [data-testid="lobby.knockButton"]', SEEN),
            text(*JOIN_TEXTS[0], *JOIN_TEXTS[1], within='[role="button"], button', seen=SEEN),
        ), asks=True, unless=(*ASKING, *NOT_STARTED)),
        _door("lobby", (state("knocking", SEEN), *ASKING), HeldAtDoor()),
        _door("not_started", (*NOT_STARTED, state("waiting", SEEN)), HeldAtDoor()),
    )

    notices = (
        Notice("as_guest", (text("Continue as guest", "Join without an account", within="button, a", seen=SEEN),),
               Control("guest_button", (by_name("Continue as guest", "Join without an account", seen=SEEN),))),
        Notice("covering", (text(*COVERING, within=_DIALOG),), CONFIRM),
    )

    # --- actions --------------------------------------------------------------------------------------------------------

    def entrance(self, url: str) -> str:
        """The link with what its page shall do differently for a bot, which rides in the fragment as JSON."""
        options = "&".join(f"{name}={quote(json.dumps(value))}" for name, value in OPTIONS.items())
        return urlsplit(url)._replace(fragment=options).geturl()

    async def answer(self, screen: str, hand: Hand, visitor: Visitor) -> None:
        match screen:
            case "password":
                if not visitor.password:
                    raise MeetingFailure("meeting_password_incorrect", "The meeting wants a password; the bot was given none.")
                await hand.fill(PASSWORD, visitor.password)
                await (await hand.find(PASSWORD)).press("Enter")
            case "prejoin":
                await hand.find(JOIN)
                if await hand.shows(NAME):  # not for who is signed in
                    await hand.fill(NAME, visitor.name[:LONGEST_NAME])
                await hand.press(JOIN)

    async def arrange(self, hand: Hand, view: View) -> None:
        await hand.wake()
        await hand.turn(TILES, view == "gallery")

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
        said = hand.page.locator(CHAT_LINES).get_by_text(text)
        before = await said.count()
        await hand.fill(CHAT_LINE, text)
        await (await hand.find(CHAT_LINE)).press("Enter")
        await said.nth(before).wait_for(timeout=WITHIN_S * 1000)

    async def leave(self, hand: Hand) -> None:
        await hand.wake()
        await hand.press(LEAVE, LEFT_S)
        await hand.gone(IN_CALL, LEFT_S)

    # --- page script ----------------------------------------------------------------------------------------------------

    page_script = "jitsi"
