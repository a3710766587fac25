"""The texts of Slack's client about huddles.

English under `seen` as a public bot has it (last seen 2026-09); what stands under `translated` is from memory, in English too.
"""

from __future__ import annotations

from rapporteur.bot.phrases import Texts

# --- before the huddle -------------------------------------------------------------------------------------------------------

IN_BROWSER = Texts((), (
    "Open Slack in your browser", "Use Slack in your browser", "Slack im Browser öffnen", "Abre Slack en tu navegador",
    "ブラウザで Slack を開く",
))
JOIN = Texts(("Join Huddle",), ("Huddle beitreten", "Unirse a la junta", "ハドルに参加する"))
START = Texts(("Start huddle",), ("Huddle starten", "Iniciar una junta", "ハドルを開始する"))
KNOCK = Texts(("Request to join",), ("Beitritt anfragen", "Solicitar unirse", "参加をリクエストする"))
LOBBY = Texts(("to let you in",), ("dich einlässt", "te deje entrar", "の許可を待っています"))
USE_BOTH = Texts((), ("Use both", "Beide Geräte verwenden", "Usar ambos dispositivos", "両方のデバイスを使用する"))
SWITCH = Texts((), (
    "Switch to this device", "Zu diesem Gerät wechseln", "Cambiar a este dispositivo", "このデバイスに切り替える",
))
CLOSE = Texts(("Close",), ("Cancel", "Schließen", "Cerrar", "閉じる"))
SIGN_IN = Texts((), (
    "Sign in to your workspace", "Sign in to Slack", "Bei deinem Workspace anmelden", "Inicia sesión en tu espacio de trabajo",
    "ワークスペースにサインインする",
))

# --- what comes to nothing ---------------------------------------------------------------------------------------------------

DENIED = Texts((), (
    "Your request to join was declined", "Your request was declined", "Deine Anfrage wurde abgelehnt",
    "Se ha rechazado tu solicitud", "参加リクエストは拒否されました",
))
FULL = Texts((), (
    "This huddle is full", "The huddle is full", "Dieser Huddle ist voll", "Esta junta está completa", "このハドルは満員です",
))
NOT_FOUND = Texts((), (
    "This channel can't be found", "This channel doesn't exist", "You don't have access to this channel",
    "Dieser Channel wurde nicht gefunden", "No se encuentra este canal", "このチャンネルは見つかりません",
))

# --- in the huddle and after it ----------------------------------------------------------------------------------------------

REMOVED = Texts((), (
    "You were removed from the huddle", "removed you from the huddle", "Du wurdest aus dem Huddle entfernt",
    "Te han quitado de la junta", "ハドルから削除されました",
))
MICROPHONE = Texts(("Microphone",), ("Mikrofon", "Micrófono", "マイク"))
CAMERA = Texts(("Camera",), ("Kamera", "Cámara", "カメラ"))
MUTE = Texts((), ("Mute microphone", "Mute", "Mikrofon stummschalten", "Silenciar micrófono", "マイクをミュートする"))
UNMUTE = Texts((), (
    "Unmute microphone", "Unmute", "Stummschaltung des Mikrofons aufheben", "Activar micrófono", "マイクのミュートを解除する",
))
CAMERA_OFF = Texts(("Turn off camera",), ("Kamera ausschalten", "Apagar la cámara", "カメラをオフにする"))
CAMERA_ON = Texts(("Turn on camera",), ("Kamera einschalten", "Encender la cámara", "カメラをオンにする"))
SHARE = Texts(("Share your screen", "Share screen"), (
    "Deinen Bildschirm teilen", "Bildschirm teilen", "Compartir tu pantalla", "Compartir pantalla", "画面を共有する",
))
SHARE_OFF = Texts(("Stop sharing screen",), (
    "Stop sharing", "Bildschirmfreigabe beenden", "Dejar de compartir la pantalla", "画面の共有を停止する",
))
MORE = Texts(("More actions",), ("Weitere Aktionen", "Más acciones", "その他のアクション"))
CAPTIONS = Texts(("Show captions",), ("Untertitel anzeigen", "Mostrar subtítulos", "字幕を表示する"))
LEAVE = Texts((), ("Leave huddle", "Leave", "Huddle verlassen", "Salir de la junta", "ハドルから退出する"))
THREAD = Texts((), ("Thread", "Show thread", "Hilo", "スレッド"))
GOT_IT = Texts((), ("Got it", "OK", "Dismiss", "Verstanden", "Entendido", "了解"))
TOLD = Texts((), (
    "This huddle is being transcribed", "This huddle is being recorded", "AI huddle notes", "asks you to unmute",
    "Dieser Huddle wird transkribiert", "bittet dich, dein Mikrofon", "Esta junta se está transcribiendo",
    "te pide que actives el micrófono", "このハドルは文字起こしされています", "ミュート解除を求められています",
))
