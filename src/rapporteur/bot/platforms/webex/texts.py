"""The texts of Webex's pages.

English as public bots have it (last seen 2026-08); what stands under `translated` is from memory, in English too.
"""

from __future__ import annotations

from rapporteur.bot.phrases import Texts

# --- before the call ---------------------------------------------------------------------------------------------------------

IN_BROWSER = Texts(
    ("Join from this browser", "Join from browser", "Join from your browser", "從此瀏覽器加入"),
    ("Über diesen Browser beitreten", "Unirse desde este navegador", "このブラウザから参加"),
)
FALLBACK = Texts(
    ("Problem joining from browser?",),
    (
        "Probleme beim Beitreten über den Browser?", "¿Problemas para unirse desde el navegador?",
        "ブラウザからの参加に問題がありますか?",
    ),
)
NAME = Texts(("Name (required)", "Your name", "Name"), ("Name (erforderlich)", "Nombre (obligatorio)", "名前 (必須)"))
EMAIL = Texts(
    ("Email (required)", "Email address", "Email"),
    ("E-Mail (erforderlich)", "Correo electrónico (obligatorio)", "メール (必須)"),
)
CONTINUE = Texts(
    (), ("Join as a guest", "Continue", "Next", "Als Gast beitreten", "Unirse como invitado", "ゲストとして参加"))
JOIN = Texts(
    ("Join meeting", "Start meeting"), ("Meeting beitreten", "Unirse a la reunión", "ミーティングに参加"))
MICROPHONE_OFF = Texts(("Mute",), ("Stummschalten", "Silenciar", "ミュート"))
MICROPHONE_ON = Texts(("Unmute",), ("Stummschaltung aufheben", "Desactivar silencio", "ミュート解除"))
CAMERA_OFF = Texts(("Stop video",), ("Video stoppen", "Detener vídeo", "ビデオの停止"))
CAMERA_ON = Texts(("Start video",), ("Video starten", "Iniciar vídeo", "ビデオの開始"))
COOKIES = Texts(
    ("Reject", "Accept"), ("Decline", "Ablehnen", "Rechazar", "拒否", "Akzeptieren", "Aceptar", "同意する"))

# --- at the door -------------------------------------------------------------------------------------------------------------

LOBBY = Texts(
    ("Waiting for the host", "You are in the lobby", "The host will let you in"),
    (
        "You're in the lobby", "Warten auf den Gastgeber", "Sie befinden sich in der Lobby", "Esperando al organizador",
        "Está en la sala de espera", "主催者を待っています", "ロビーにいます",
    ),
)
DENIED = Texts((), (
    "The host didn't let you in", "The host declined your request", "Der Gastgeber hat Sie nicht eingelassen",
    "El organizador no le ha dejado entrar", "主催者は参加を許可しませんでした",
))
LOGIN = Texts((), (
    "This meeting requires you to sign in", "Sign in to join this meeting", "Dieses Meeting erfordert eine Anmeldung",
    "Esta reunión requiere iniciar sesión", "このミーティングにはサインインが必要です",
))
CAPTCHA = Texts(("text in the image",), ("Text im Bild", "texto de la imagen", "画像内のテキスト"))
PIN = Texts((), (
    "Enter the host PIN", "Enter your host PIN", "Gastgeber-PIN eingeben", "Introduzca el PIN", "主催者 PIN を入力",
))
UNAVAILABLE = Texts(
    ("Meeting unavailable",), ("Meeting nicht verfügbar", "Reunión no disponible", "ミーティングは利用できません"))
LOCKED = Texts((), (
    "This meeting is locked", "The host locked this meeting", "Dieses Meeting ist gesperrt", "Esta reunión está bloqueada",
    "このミーティングはロックされています",
))
FULL = Texts((), (
    "This meeting is full", "The meeting has reached its capacity", "Dieses Meeting ist voll", "Esta reunión está completa",
    "このミーティングは満員です",
))
WRONG_PASSWORD = Texts((), (
    "The password is incorrect", "Incorrect password", "Das Passwort ist falsch", "La contraseña es incorrecta",
    "パスワードが正しくありません",
))
SUBMIT = Texts((), ("Continue", "OK", "Submit", "Fortfahren", "Continuar", "続行"))

# --- in the call and after it ------------------------------------------------------------------------------------------------

REMOVED = Texts((), (
    "You've been removed from the meeting", "The host removed you from the meeting", "Sie wurden aus dem Meeting entfernt",
    "Se le ha expulsado de la reunión", "ミーティングから退出させられました",
))
ENDED = Texts(
    ("The meeting has ended", "The host ended the meeting", "you have left the meeting"),
    (
        "Das Meeting wurde beendet", "La reunión ha finalizado", "ミーティングは終了しました",
        "Sie haben das Meeting verlassen", "Ha salido de la reunión", "ミーティングから退出しました",
    ),
)
LEAVE = Texts((), ("Leave meeting", "Leave", "Meeting verlassen", "Salir de la reunión", "ミーティングから退出"))
LAYOUT = Texts((), ("Layout", "Diseño", "レイアウト"))
SPEAKER_VIEW = Texts(("Speaker view",), ("Sprecheransicht", "Vista de orador", "発言者ビュー"))
GRID_VIEW = Texts(("Grid view",), ("Rasteransicht", "Vista de cuadrícula", "グリッド ビュー"))
SHARE = Texts((), ("Share content", "Share", "Inhalt teilen", "Compartir contenido", "コンテンツを共有"))
SHARE_OFF = Texts((), ("Stop sharing", "Teilen beenden", "Dejar de compartir", "共有を停止"))
PEOPLE = Texts(("Participants",), ("Teilnehmer", "Participantes", "参加者"))
CHAT = Texts((), ("Chat", "チャット"))
CHAT_LINE = Texts(
    ("Type your message here",), ("Geben Sie hier Ihre Nachricht ein", "Escriba su mensaje aquí", "メッセージを入力"))
TIP = Texts(("Got it",), ("Verstanden", "Entendido", "了解"))
RECORDED = Texts((), (
    "This meeting is being recorded", "is being transcribed", "Dieses Meeting wird aufgezeichnet", "wird transkribiert",
    "Se está grabando esta reunión", "Se está transcribiendo", "このミーティングは録画されています", "文字起こしされています",
))
UNMUTE_ASKED = Texts((), (
    "would like you to unmute", "bittet Sie, Ihr Mikrofon einzuschalten", "le pide que active el micrófono",
    "ミュート解除を求めています",
))
NOT_NOW = Texts((), ("Not now", "Stay muted", "Dismiss", "OK", "Nicht jetzt", "Ahora no", "今はしない"))
