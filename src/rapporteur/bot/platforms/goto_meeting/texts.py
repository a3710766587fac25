"""The texts of GoTo's pages.

English under `seen` as the vendor's help and one public script have it (last seen 2026-08); what stands under `translated` is
from memory, in English too.
"""

from __future__ import annotations

from rapporteur.bot.phrases import Texts

# --- before the session ------------------------------------------------------------------------------------------------------

COOKIES = Texts(
    ("Save and continue",), ("Reject all", "Speichern und fortfahren", "Guardar y continuar", "保存して続行"))
NAME = Texts((), ("Your name", "Name", "Ihr Name", "Su nombre", "お名前"))
EMAIL = Texts((), ("Email", "Your email", "E-Mail", "Correo electrónico", "メール"))
MICROPHONE = Texts(
    ("Share microphone after join",),
    ("Mikrofon nach dem Beitritt freigeben", "Compartir micrófono al unirse", "参加後にマイクを共有"))
CAMERA = Texts(
    ("Share camera after join",),
    ("Kamera nach dem Beitritt freigeben", "Compartir cámara al unirse", "参加後にカメラを共有"))
JOIN = Texts(("Join when session starts", "Join"), ("Beitreten", "Unirse", "参加", "セッション開始時に参加"))
IN_BROWSER = Texts(
    (), ("Join in browser", "Join from browser", "Continue in browser", "Im Browser beitreten", "Unirse en el navegador"))
NO_AUDIO = Texts(
    (), ("Continue without audio", "Ohne Audio fortfahren", "Continuar sin audio", "オーディオなしで続行"))
SUBMIT = Texts((), ("Continue", "Submit", "OK", "Fortfahren", "Continuar", "続行"))

# --- at the door -------------------------------------------------------------------------------------------------------------

NOT_STARTED = Texts(
    ("Waiting for organizer", "Waiting to view the organizer's screen"),
    ("Warten auf den Organisator", "Esperando al organizador", "主催者を待っています"))
WAITING_ROOM = Texts(
    ("Waiting room",),
    (
        "The meeting is locked", "Warteraum", "Das Meeting ist gesperrt", "Sala de espera", "La reunión está bloqueada",
        "待機室", "会議はロックされています",
    ))
WRONG_PASSWORD = Texts((), (
    "The password is incorrect", "Incorrect password", "Das Kennwort ist falsch", "La contraseña es incorrecta",
    "パスワードが正しくありません",
))
FULL = Texts((), (
    "This session is full", "The session is full", "Diese Sitzung ist voll", "Esta sesión está completa",
    "このセッションは満員です",
))
SIGN_IN = Texts((), (
    "Sign in to join this session", "Melden Sie sich an, um beizutreten", "Inicie sesión para unirse", "サインインして参加",
))
NOT_FOUND = Texts((), (
    "This meeting doesn't exist", "Meeting not found", "Dieses Meeting existiert nicht", "Esta reunión no existe",
    "この会議は存在しません",
))

# --- in the session and after it ---------------------------------------------------------------------------------------------

REMOVED = Texts(
    ("excused from the session", "been excused"),
    (
        "dismissed from the session", "aus der Sitzung entlassen", "Se le ha excusado de la sesión",
        "セッションから退出させられました",
    ))
ENDED = Texts((), (
    "The session has ended", "This session has ended", "The meeting has ended", "You have left the session",
    "Die Sitzung ist beendet", "La sesión ha finalizado", "セッションは終了しました",
))
LEAVE = Texts(("Leave",), ("Verlassen", "Salir", "退出"))
MUTE = Texts((), ("Mute", "Stummschalten", "Silenciar", "ミュート"))
MIC = Texts(("Mic",), (
    "Microphone", "Unmute", "Mikrofon", "Stummschaltung aufheben", "Micrófono", "Activar micrófono", "マイク", "ミュート解除",
))
CAMERA_OFF = Texts((), ("Stop camera", "Turn off camera", "Kamera ausschalten", "Apagar la cámara", "カメラをオフ"))
CAMERA_ON = Texts(("Camera",), ("Start camera", "Turn on camera", "Kamera", "Cámara", "カメラ"))
PEOPLE = Texts((), ("People", "Participants", "Attendees", "Personen", "Personas", "参加者"))
GOT_IT = Texts((), ("Got it", "OK", "Dismiss", "Verstanden", "Entendido", "了解"))
TOLD = Texts((), (
    "This session is being recorded", "asks you to unmute", "Diese Sitzung wird aufgezeichnet", "bittet Sie, Ihr Mikrofon",
    "Esta sesión se está grabando", "le pide que active el micrófono",
    "このセッションは録画されています", "ミュート解除を求めています",
))
