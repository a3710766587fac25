"""FFmpeg as an RTMP server: what a stream brings, decoded."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field

import av
from av.error import FFmpegError


def _unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class RtmpServer:
    """FFmpeg, listening for one stream and decoding what comes."""

    port: int = field(default_factory=_unused_port)
    pictures: int = 0
    samples: int = 0
    colour: tuple[int, ...] = ()
    size: tuple[int, int] = (0, 0)
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"rtmp://127.0.0.1:{self.port}/live/key?token=t"

    def _listen(self) -> None:
        with av.open(self.url, options={"listen": "1", "timeout": "60"}) as stream:
            try:
                for frame in stream.decode():
                    self._take(frame)
            except FFmpegError:
                pass  # FFmpeg's server ends every stream so

    def _take(self, frame: object) -> None:
        if isinstance(frame, av.VideoFrame):
            self.pictures += 1
            self.size = frame.width, frame.height
            self.colour = tuple(frame.to_ndarray(format="rgb24")[frame.height // 2, frame.width // 2].tolist())
        elif isinstance(frame, av.AudioFrame):
            self.samples += frame.samples
