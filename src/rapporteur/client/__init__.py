"""A client of the server's API for Python programs, blocking or on an event loop. It knows the wire and none of our other code.

    from rapporteur.client import Rapporteur

    with Rapporteur("http://127.0.0.1:8000", key) as server:
        bot = server.create_bot("http://127.0.0.1:8000/room/weekly-sync", bot_name="Notes")
        bot = server.wait(bot["id"])
        server.download(bot, "video_mixed", Path("meeting.mp4"), progress=lambda done, size: print(done, size))
"""

from rapporteur.client.blocking import Rapporteur
from rapporteur.client.calls import ApiError, NoSuchMedia, Progress
from rapporteur.client.looping import AsyncRapporteur
from rapporteur.client.shapes import Bot, Event, Recording, Status, Webhook

__all__ = [
    "ApiError", "AsyncRapporteur", "Bot", "Event", "NoSuchMedia", "Progress", "Rapporteur", "Recording", "Status", "Webhook",
]
