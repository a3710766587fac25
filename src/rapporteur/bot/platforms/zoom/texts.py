"""The texts of Zoom's web client.

English as public bots have it (last seen 2026-08); other languages are as they would be put.
"""

from __future__ import annotations

from rapporteur.bot.phrases import Texts

# --- before the call --------------------------------------------------------------------------------------------------------

IN_BROWSER = Texts(
    ("Join from your browser", "Join from Your Browser"),
    ("Treten Sie über Ihren Browser bei", "Únase desde su navegador", "ブラウザから参加"),
)
COOKIES = Texts(("Accept Cookies", "Reject All"), ("Alle ablehnen", "Rechazar todas", "すべて拒否"))
TERMS = Texts(("I Agree",), ("Ich stimme zu", "Acepto", "同意します"))
DEVICES = Texts(
    ("Do you want people to hear you in the meeting", "Do you want people to see you in the meeting"),
    ("Möchten Sie, dass andere Sie im Meeting", "¿Quiere que le oigan en la reunión", "ミーティングで"),
)
ALLOW = Texts(
    ("Allow", "Use microphone and camera", "Continue without microphone and camera"),
    ("Zulassen", "Permitir", "許可"),
)
NO_DEVICE = Texts(
    ("Cannot detect your camera", "Cannot detect your microphone"),
    ("Ihre Kamera wurde nicht erkannt", "No se detecta su cámara", "カメラを検出できません"),
)
NAME = Texts(("Your Name",), ("Ihr Name", "Su nombre", "名前"))
PASSCODE = Texts(
    ("Meeting Passcode", "Passcode"),
    ("Meeting-Kenncode", "Código de acceso", "ミーティング パスコード"),
)
JOIN = Texts(("Join",), ("Beitreten", "Entrar", "参加"))
MUTE = Texts(("mute my microphone", "Mute"), ("Stummschalten", "Silenciar", "ミュート"))
UNMUTE = Texts(("unmute my microphone", "Unmute"), ("Stummschaltung aufheben", "Reactivar audio", "ミュート解除"))
STOP_VIDEO = Texts(("stop my video", "Stop Video"), ("Video beenden", "Detener vídeo", "ビデオの停止"))
START_VIDEO = Texts(("start my video", "Start Video"), ("Video starten", "Iniciar vídeo", "ビデオの開始"))

# --- at the door ------------------------------------------------------------------------------------------------------------

NOT_STARTED = Texts(
    ("Waiting for the host to start this meeting", "Waiting for the host to start the meeting"),
    (
        "Warten Sie, bis der Host dieses Meeting startet", "Esperando a que el anfitrión inicie",
        "ホストがこのミーティングを開始するのを待っています",
    ),
)
WAITING_ROOM = Texts(
    (
        "Please wait, the meeting host will let you in soon", "Host has joined. We've let them know you're here",
        "The host will admit you when they're ready",
    ),
    (
        "Bitte warten Sie, der Host lässt Sie in Kürze", "Espere, el anfitrión de la reunión",
        "ミーティングのホストがまもなく",
    ),
)
WRONG_PASSCODE = Texts(
    ("Passcode wrong", "incorrect password"),
    ("Falscher Kenncode", "Código de acceso incorrecto", "パスコードが違います"),
)
INVALID = Texts(
    ("This meeting link is invalid", "Invalid meeting ID"),
    (
        "Dieser Meeting-Link ist ungültig", "Este enlace de reunión no es válido",
        "このミーティング リンクは無効です",
    ),
)
SIGN_IN = Texts(
    (
        "sign in to join this meeting", "only authenticated users can join",
        "The host requires authentication on the commercial Zoom platform",
    ),
    (
        "Melden Sie sich an, um diesem Meeting", "Inicie sesión para unirse a esta reunión",
        "このミーティングに参加するにはサインイン",
    ),
)
BOT_WALL = Texts(
    ("We detected you may be a bot", "Automated bots aren't allowed", "must use Zoom RTMS"),
    (
        "Wir haben erkannt, dass Sie möglicherweise ein Bot", "Hemos detectado que puede ser un bot",
        "ボットの可能性があります",
    ),
)
CAPTCHA = Texts(("Check Captcha",), ("Captcha prüfen", "Comprobar Captcha", "Captcha を確認"))
WEB_DISALLOWED = Texts(("your organization has disabled access to Zoom from the browser",))
LOCKED = Texts(
    (),
    (
        "This meeting has been locked by the host", "Der Host hat dieses Meeting gesperrt",
        "El anfitrión ha bloqueado", "ホストがこのミーティングをロック",
    ),
)
FULL = Texts(
    (),
    (
        "Meeting capacity has been reached", "Die Meeting-Kapazität wurde erreicht",
        "Se ha alcanzado la capacidad", "ミーティングの定員に達しました",
    ),
)

# --- in the call and after it -----------------------------------------------------------------------------------------------

LEAVE = Texts(("Leave",), ("Verlassen", "Salir", "退出"))
LEAVE_MEETING = Texts(("Leave Meeting",), ("Meeting verlassen", "Salir de la reunión", "ミーティングを退出"))
JOIN_AUDIO = Texts(
    ("Join Audio by Computer", "Join Audio"),
    ("Mit Computeraudio teilnehmen", "Entrar al audio por computadora", "コンピューター オーディオに参加"),
)
ENDED = Texts(
    ("This meeting has been ended by host", "Meeting is end now"),
    (
        "Dieses Meeting wurde vom Host beendet", "El anfitrión ha finalizado esta reunión",
        "ホストによりこのミーティングは終了しました",
    ),
)
REMOVED = Texts(("You have been removed",), ("Sie wurden entfernt", "Se le ha eliminado", "あなたは削除されました"))
DENIED = Texts(
    (),
    (
        "The host has removed you from the waiting room", "You have been denied entry",
        "Ihnen wurde der Zutritt verweigert", "Se le ha denegado la entrada", "参加が拒否されました",
    ),
)
NOTICES = Texts(
    ("This meeting is being recorded", "AI Companion", "host muted you", "host would like you to unmute"),
    (
        "Dieses Meeting wird aufgezeichnet", "Der Host bittet Sie, die Stummschaltung",
        "Esta reunión se está grabando", "El anfitrión quiere que reactive", "このミーティングは録画されています",
        "ホストがミュート解除を求めています", "This meeting is being transcribed",
        "Dieses Meeting wird transkribiert", "Esta reunión se está transcribiendo",
        "このミーティングは文字起こしされています",
    ),
)
AGREE = Texts(("Got it", "OK"), ("Verstanden", "Entendido", "了解"))
PARTICIPANTS = Texts(
    ("open the participants list", "participants"),
    ("Teilnehmerliste öffnen", "abrir la lista de participantes", "参加者リストを開く"),
)
CHAT = Texts(
    ("open the chat panel", "chat"),
    ("Chat-Bereich öffnen", "abrir el panel de chat", "チャット パネルを開く"),
)
SHARE = Texts(("Share Screen",), ("Bildschirm freigeben", "Compartir pantalla", "画面を共有"))
STOP_SHARE = Texts(("Stop Share",), ("Freigabe beenden", "Dejar de compartir", "共有の停止"))
MORE = Texts(("More meeting control", "More"), ("Mehr", "Más", "詳細"))
CAPTIONS = Texts(("Captions",), ("Untertitel", "Subtítulos", "字幕"))
TRANSCRIPT = Texts(
    ("View full transcript",),
    ("Vollständiges Transkript anzeigen", "Ver la transcripción completa", "全文字起こしを表示"),
)
