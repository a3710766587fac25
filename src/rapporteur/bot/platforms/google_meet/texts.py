"""The texts of Google Meet's page: those that somebody has seen, and what they are likely to be in other languages.

English, and German and Japanese in part, are as public bots have them (last seen 2026-08). What stands under `translated` was
never seen by anybody we know of: it is how the texts would be put, and helps only where it happens to be right.
"""

from __future__ import annotations

from rapporteur.bot.phrases import Texts

# --- before the call --------------------------------------------------------------------------------------------------------

NAME = Texts(("Your name",), ("Ihr Name", "Tu nombre", "名前"))
JOIN = Texts(
    (
        "Ask to join",
        "Join now",
        "Join the call now",
        "Join anyway",
        "Ask to join anyway",
        "Join here too",
        "Switch here",
        "Join meeting",
        "Teilnahme erbitten",
        "Jetzt teilnehmen",
        "Trotzdem teilnehmen",
        "今すぐ参加",
        "参加をリクエスト",
    ),
    ("Teilnahme anfragen", "Solicitar unirse", "Unirse ahora", "Unirme ahora"),
)
DEVICES = Texts(
    ("Do you want people to hear you", "Do you want people to see you"),
    ("Sollen andere Sie in der Videokonferenz", "¿Quieres que te oigan", "¿Quieres que te vean", "会議中に自分の"),
)
WITHOUT_DEVICES = Texts(
    (
        "Continue without microphone and camera",
        "Ohne Mikrofon und Kamera fortfahren",
        "Continue without microphone",
        "Continue without camera",
    ),
    ("Continuar sin micrófono", "マイクとカメラを使用せずに続行"),
)
ACCOUNT = Texts(("Use without an account",), ("Ohne Konto verwenden", "Usar sin una cuenta", "アカウントなしで使用"))
GOT_IT = Texts(("Got it", "Dismiss"), ("OK, verstanden", "Verstanden", "Entendido", "OK、閉じる", "閉じる"))
CONSENT = Texts(
    (
        "This video call is being recorded",
        "This video call is being transcribed",
        "Others may see your video differently",
        "Gemini is taking notes",
        "asks you to unmute",
    ),
    (
        "Dieser Videoanruf wird aufgezeichnet",
        "Dieser Videoanruf wird transkribiert",
        "Andere sehen Ihr Video möglicherweise anders",
        "Gemini macht Notizen",
        "bittet Sie, Ihr Mikrofon",
        "Se está grabando esta videollamada",
        "Se está transcribiendo esta videollamada",
        "Otros pueden ver tu vídeo",
        "Gemini está tomando notas",
        "te pide que actives el micrófono",
        "このビデオ通話は録画されています",
        "このビデオ通話は文字起こしされています",
        "動画が異なって見える",
        "Gemini がメモを作成",
        "ミュート解除を求めています",
    ),
)
"""The prompt to let Gemini take notes is not among them: to agree to that is a person's to decide."""

# --- at the door ------------------------------------------------------------------------------------------------------------

LOBBY = Texts(
    (
        "Asking to be let in",
        "You'll join the call when someone lets you in",
        "Please wait until a meeting host brings you into the call",
    ),
    (
        "Es wird um Zulassung gebeten",
        "Sie nehmen teil, sobald Sie jemand einlässt",
        "Solicitando permiso para entrar",
        "Te unirás a la llamada cuando alguien te deje entrar",
        "参加の許可をリクエストしています",
        "承諾されると通話に参加できます",
    ),
)
HOST_ABSENT = Texts(
    ("Waiting for the host to join",),
    ("Warten auf den Organisator", "Esperando a que se una el anfitrión", "主催者の参加を待っています"),
)
DENIED = Texts(
    (
        "Someone in the call denied your request to join",
        "weren't allowed to join",
        "You can't join this call",
        "Ask to join again",
    ),
    (
        "Jemand hat Ihre Teilnahmeanfrage abgelehnt",
        "Alguien de la llamada ha rechazado tu solicitud",
        "参加リクエストが拒否されました",
    ),
)
NO_ANSWER = Texts(
    ("No one responded to your request to join the call", "Niemand hat auf Ihre Teilnahmeanfrage geantwortet"),
    ("Nadie ha respondido a tu solicitud", "参加リクエストへの応答がありませんでした"),
)
BLOCKED = Texts(
    ("You can't join this video call", "There is a problem connecting to this video call"),
    (
        "Sie können an diesem Videoanruf nicht teilnehmen",
        "No puedes unirte a esta videollamada",
        "このビデオ通話に参加できません",
    ),
)
KNOCKING_DISABLED = Texts(
    ("No one can join a meeting unless invited or admitted by the host",),
    (
        "Nur wer eingeladen oder vom Organisator zugelassen ist",
        "Nadie puede unirse a una reunión si no lo invita",
        "主催者の招待または許可がなければ",
    ),
)
FULL = Texts(("This meeting is full",), ("Diese Videokonferenz ist voll", "Esta reunión está completa", "この会議は満員です"))
EXPIRED = Texts(
    ("Your meeting code has expired",),
    ("Ihr Besprechungscode ist abgelaufen", "El código de la reunión ha caducado", "会議コードの有効期限が切れています"),
)
NOT_FOUND = Texts(
    ("Check your meeting code", "Invalid video call name", "The meeting code you entered doesn't work"),
    ("Prüfen Sie den Besprechungscode", "Comprueba el código de la reunión", "会議コードを確認してください"),
)
LOGIN = Texts(
    ("to continue to Google Meet with your Google Account",),
    ("mit Ihrem Google-Konto, um fortzufahren", "con tu cuenta de Google para continuar", "Google アカウントで続行"),
)

# --- in the call and after it -----------------------------------------------------------------------------------------------

CALL_CONTROLS = Texts(("Call controls",), ("Anrufsteuerung", "Controles de llamada", "通話の操作"))
MICROPHONE_OFF = Texts(("Turn off microphone",), ("Mikrofon deaktivieren", "Desactivar micrófono", "マイクをオフにする"))
MICROPHONE_ON = Texts(("Turn on microphone",), ("Mikrofon aktivieren", "Activar micrófono", "マイクをオンにする"))
CAMERA_OFF = Texts(("Turn off camera",), ("Kamera deaktivieren", "Desactivar cámara", "カメラをオフにする"))
CAMERA_ON = Texts(("Turn on camera",), ("Kamera aktivieren", "Activar cámara", "カメラをオンにする"))
CAPTIONS_ON = Texts(("Turn on captions",), ("Untertitel aktivieren", "Activar subtítulos", "字幕をオンにする"))
CAPTIONS_OFF = Texts(("Turn off captions",), ("Untertitel deaktivieren", "Desactivar subtítulos", "字幕をオフにする"))
MORE = Texts(("More options",), ("Weitere Optionen", "Más opciones", "その他のオプション"))
LAYOUT = Texts(("Change layout", "Adjust view"), ("Layout ändern", "Cambiar diseño", "レイアウトを変更"))
SPOTLIGHT = Texts(("Spotlight",), ("Spotlight", "Destacado", "スポットライト"))
TILED = Texts(("Tiled",), ("Kacheln", "Mosaico", "タイル表示"))
CLOSE = Texts(("Close",), ("Schließen", "Cerrar", "閉じる"))
SHARE = Texts(
    ("Share screen", "Present now"),
    ("Bildschirm teilen", "Jetzt präsentieren", "Compartir pantalla", "Presentar ahora", "画面を共有"),
)
SHARE_OFF = Texts(("Stop presenting", "Stop sharing"), ("Präsentation beenden", "Dejar de presentar", "画面共有を停止"))
CHAT = Texts(("Chat with everyone", "In-call messages"), ("Mit allen chatten", "Chatear con todos", "全員とチャット"))
CHAT_LINE = Texts(("Send a message",), ("Nachricht senden", "Enviar un mensaje", "メッセージを送信"))
LEAVE = Texts(("Leave call",), ("Anruf verlassen", "Salir de la llamada", "通話から退出"))
REMOVED = Texts(
    ("You've been removed from the meeting",),
    ("Sie wurden aus der Videokonferenz entfernt", "Se te ha quitado de la reunión", "会議から削除されました"),
)
ENDED = Texts(
    ("Your host ended the meeting for everyone", "The call ended", "You've left the call", "You left the meeting"),
    (
        "Der Organisator hat die Videokonferenz für alle beendet",
        "El anfitrión ha finalizado la reunión para todos",
        "主催者が全員の会議を終了しました",
    ),
)
