"""The texts of Microsoft Teams' page.

English as public bots have it (last seen 2026-08); other languages are as they would be put.
"""

from __future__ import annotations

from rapporteur.bot.phrases import Texts

# --- before the call ---------------------------------------------------------------------------------------------------------

IN_BROWSER = Texts(
    ("Continue on this browser", "Join on the web", "Join from browser", "Join meeting from this browser"),
    ("In diesem Browser fortfahren", "Continuar en este explorador", "このブラウザーで続ける"),
)
NAME = Texts(("Type your name",), ("Geben Sie Ihren Namen ein", "Escriba su nombre", "名前を入力"))
JOIN = Texts(("Join now",), ("Jetzt teilnehmen", "Unirse ahora", "今すぐ参加"))
MICROPHONE_OFF = Texts(
    ("Mute mic", "Mute microphone", "Mute"),
    ("Mikrofon stummschalten", "Silenciar micrófono", "ミュート"),
)
MICROPHONE_ON = Texts(
    ("Unmute mic", "Unmute microphone", "Unmute"),
    ("Stummschaltung aufheben", "Activar micrófono", "ミュート解除"),
)
CAMERA_OFF = Texts(
    ("Turn camera off", "Turn off camera"),
    ("Kamera ausschalten", "Desactivar cámara", "カメラをオフにする"),
)
CAMERA_ON = Texts(
    ("Turn camera on", "Turn on camera"),
    ("Kamera einschalten", "Activar cámara", "カメラをオンにする"),
)
NO_DEVICES = Texts(
    ("Are you sure you don't want audio or video",),
    (
        "Möchten Sie wirklich ohne Audio und Video", "¿Está seguro de que no quiere audio ni vídeo",
        "音声やビデオを使用しませんか",
    ),
)
WITHOUT_DEVICES = Texts(
    ("Continue without audio or video",),
    ("Ohne Audio und Video fortfahren", "Continuar sin audio ni vídeo", "音声やビデオなしで続行"),
)

# --- at the door -------------------------------------------------------------------------------------------------------------

LOBBY = Texts(
    (
        "Someone will let you in shortly", "Someone will let you in soon",
        "Someone in the meeting should let you in soon",
        "When the meeting starts, we'll let people know you're waiting", "Waiting to be admitted",
    ),
    (
        "Sie werden in Kürze eingelassen", "Alguien le dejará entrar en breve", "まもなく誰かが参加を許可します",
        "Sobald die Besprechung beginnt, teilen wir mit, dass Sie warten",
        "Cuando empiece la reunión, avisaremos de que espera", "会議が開始されたら、待機中であることを通知します",
    ),
)
DENIED = Texts(
    ("Sorry, but you were denied access to the meeting", "Your request to join was declined"),
    (
        "Der Zugang zur Besprechung wurde Ihnen verweigert", "Se le ha denegado el acceso a la reunión",
        "会議へのアクセスが拒否されました",
    ),
)
LOGIN = Texts(
    (
        "We need to verify your info before you can join", "To join, sign in or use Teams on the web",
        "You need to be signed in to Teams to access this meeting",
        "Sign in to Teams to join, or contact the meeting organizer", "Due to org policy, you need to sign in",
    ),
    (
        "Melden Sie sich bei Teams an, um teilzunehmen", "Inicie sesión en Teams para unirse",
        "参加するには Teams にサインイン",
    ),
)
NOT_FOR_EXTERNAL = Texts(("External participants are not permitted to join before the event begins",))
WRONG_LINK = Texts(
    ("Looks like the meeting URL is incorrect",),
    (
        "Die Besprechungs-URL scheint falsch zu sein", "Parece que la URL de la reunión es incorrecta",
        "会議の URL が正しくないようです",
    ),
)
CAPTCHA = Texts(
    ("Verify you're a real person",),
    (
        "Bestätigen Sie, dass Sie eine echte Person sind", "Verifique que es una persona real",
        "本人であることを確認してください",
    ),
)
NOT_CONNECTED = Texts(
    ("we couldn't connect you",),
    ("Wir konnten Sie nicht verbinden", "No hemos podido conectarle", "接続できませんでした"),
)
LOCKED = Texts(
    (),
    (
        "This meeting is locked", "Diese Besprechung ist gesperrt", "Esta reunión está bloqueada",
        "この会議はロックされています",
    ),
)
FULL = Texts(
    (),
    ("This meeting is full", "Diese Besprechung ist voll", "Esta reunión está completa", "この会議は満員です"),
)

# --- in the call and after it ------------------------------------------------------------------------------------------------

REMOVED = Texts(
    ("You've been removed from this meeting", "Removed from the meeting"),
    (
        "Sie wurden aus dieser Besprechung entfernt", "Se le ha quitado de esta reunión",
        "この会議から削除されました",
    ),
)
ENDED = Texts(
    (),
    (
        "The meeting has ended", "This meeting has ended", "You left the meeting", "Die Besprechung wurde beendet",
        "La reunión ha finalizado", "会議は終了しました",
    ),
)
LEAVE = Texts(("Leave",), ("Verlassen", "Salir", "退出"))
CHAT = Texts(("Chat", "Show conversation"), ("Unterhaltung", "Conversación", "チャット"))
CHAT_LINE = Texts(("Type a message",), ("Nachricht eingeben", "Escriba un mensaje", "メッセージを入力"))
PEOPLE = Texts(("People",), ("Personen", "Personas", "参加者"))
SHARE_ON = Texts(("Share",), ("Teilen", "Compartir", "共有"))
SHARE_OFF = Texts(("Stop sharing",), ("Teilen beenden", "Dejar de compartir", "共有を停止"))
VIEW = Texts((), ("View", "Ansicht", "Vista", "表示"))
SPEAKER_VIEW = Texts((), ("Speaker", "Sprecher", "Orador", "発言者"))
GALLERY_VIEW = Texts((), ("Gallery", "Katalog", "Galería", "ギャラリー"))
MORE = Texts(("More",), ("Mehr", "Más", "その他"))
RECORDED = Texts(
    (
        "Recording and transcription have started", "You're being recorded", "This meeting is being recorded",
        "Transcription has started",
    ),
    (
        "Diese Besprechung wird aufgezeichnet", "Se está grabando esta reunión", "この会議は録音録画されています",
        "Die Transkription wurde gestartet", "La transcripción ha comenzado", "文字起こしが開始されました",
    ),
)
UNMUTE_ASKED = Texts(
    (),
    (
        "asks you to unmute", "bittet Sie, Ihr Mikrofon", "le pide que active el micrófono",
        "ミュート解除を求めています",
    ),
)
DISMISS = Texts(("Dismiss", "Got it", "OK", "Close"), ("Schließen", "Verstanden", "Cerrar", "Entendido", "閉じる"))
