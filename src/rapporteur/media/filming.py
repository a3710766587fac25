"""Where a broadcast's packets become a film in fragments, handed to the bot on loopback (delivery.live.film says what passes).

Owns the connection. A film begins at zero with its first key frame; what was said before that is not part of it.
"""

from __future__ import annotations

import json
import socket
from types import TracebackType
from typing import Self, cast
from urllib.parse import urlsplit

import av
from av.container import OutputContainer
from av.stream import Stream

SCHEME = "film:"
PATIENCE_S = 20.0
"""For as long the bot may dial, and for as long a fragment may wait; more than the bot's own patience."""
_FRAGMENTS = {
    "movflags": "empty_moov+default_base_moof+frag_keyframe",
    "frag_duration": "400000",
    "flush_packets": "1",
}


class FilmConnection:
    """A connected film. Raises OSError when there is nobody to take it, as does every write."""

    def __init__(self, url: str, picture: Stream, sound: Stream) -> None:
        target = urlsplit(url)
        self._socket = socket.create_connection((target.hostname or "", target.port or 0), PATIENCE_S)
        try:
            self._socket.sendall(json.dumps({"token": target.path.strip("/"), **_described(picture, sound)}).encode() + b"\n")
            if not self._socket.recv(1):
                raise ConnectionAbortedError("nobody takes the film")
            self.container: OutputContainer = av.open(self, "w", format="mp4", options=_FRAGMENTS)
        except BaseException:
            self._socket.close()
            raise

    def write(self, data: bytes) -> int:
        self._socket.sendall(data)
        return len(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._socket.close()


def _described(picture: Stream, sound: Stream) -> dict[str, object]:
    video, audio = cast(av.VideoStream, picture).codec_context, cast(av.AudioStream, sound).codec_context
    return {
        "codec": "h264", "audio_codec": "aac", "container": "fmp4", "width": video.width, "height": video.height,
        "framerate": round(1 / video.time_base) if video.time_base else None, "audio_sample_rate": audio.sample_rate,
        "audio_bitrate": f"{(audio.bit_rate or 0) // 1000}k",
    }
