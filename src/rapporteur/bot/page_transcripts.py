"""The WebSocket by which a page that the bot shows hears the transcript: on loopback, by an address that this page alone knows.

One text frame per utterance, in the vendor's form: `{bot_id, transcript: {speaker, speaker_id, language, is_final, words}}`.
"""

from __future__ import annotations

import json
import logging
import secrets
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.http11 import Request, Response

from rapporteur.wire.live import LiveEvent

# The library's own logger prints request lines, and this address is a secret.
_SILENT = logging.getLogger("rapporteur.page_transcripts.websocket")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


def message(bot_id: str, event: LiveEvent) -> str:
    """The frame of a TRANSCRIPT event. Times are seconds since the epoch."""
    speaker = event.body["participant"]
    words = [
        {"text": text, "start_time": start_ms / 1000, "end_time": end_ms / 1000, "confidence": None}
        for text, start_ms, end_ms in event.body["words"]
    ]
    return json.dumps({"bot_id": bot_id, "transcript": {
        "speaker": speaker["name"], "speaker_id": speaker["id"], "language": event.body["language_code"], "is_final": True,
        "words": words,
    }}, ensure_ascii=False)


class Transcripts:
    """From `start` to `stop`. Who reads too slowly loses the connection, not the bot its memory."""

    def __init__(self) -> None:
        self._path = f"/{secrets.token_urlsafe(16)}"
        self._server: Server | None = None
        self.port = 0

    async def start(self) -> str:
        """Its address."""
        self._server = await serve(
            self._serve, "127.0.0.1", 0, process_request=self._admit, compression=None, max_size=1 << 16, write_limit=1 << 20,
            logger=_SILENT,
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return f"ws://127.0.0.1:{self.port}{self._path}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def tell(self, text: str) -> None:
        if self._server is not None:
            broadcast(self._server.connections, text)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        return None if request.path == self._path else connection.respond(HTTPStatus.NOT_FOUND, "")

    async def _serve(self, connection: ServerConnection) -> None:
        async for _ in connection:
            pass  # nothing is expected of a page
