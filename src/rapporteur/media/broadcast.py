"""The mixed picture and sound as a stream: the recording's own packets, sent on as FLV over RTMP or as a film in fragments.

Nothing is encoded again. Sending has a thread of its own and a bounded line before it, so that a slow or dead server holds up
nobody; what does not fit is left out up to the next key frame. A lost connection is made again, thirty times, three seconds
apart, and the stream begins anew with a key frame.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction

import av
import structlog
from av.container import OutputContainer
from av.error import FFmpegError
from av.stream import Stream

from rapporteur.media import filming

log = structlog.get_logger()

TRIES, PAUSE_S = 30, 3.0
BOTH = 2
LONGEST_LINE = 600
"""Packets: about eight seconds of picture and sound."""


@dataclass(frozen=True, slots=True)
class _Packet:
    picture: bool
    data: bytes
    pts: int
    time_base: Fraction
    is_key: bool

    @property
    def at_s(self) -> Fraction:
        return self.pts * self.time_base


class Broadcast:
    """Fed by the writer of the mixed file. Never raises and never waits."""

    def __init__(self, url: str, from_s: float = 0.0) -> None:
        """`url` is a relay's of the bot. What is older than `from_s`, in seconds of the recording, is not sent: an earlier
        generation has sent it, or it is no longer live."""
        self._url, self._from_s = url, from_s
        self._templates: dict[bool, Stream] = {}
        self._line: deque[_Packet] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._begun = False
        self._lost = False
        """Whether nothing was sent since a connection broke."""
        self.code = "waiting"
        """waiting | running | done | failed"""
        self.left_out = 0
        """Packets that were not sent."""
        self._thread = threading.Thread(target=self._run, name="broadcast", daemon=True)
        self._thread.start()

    def picture(self, stream: Stream, data: bytes, pts: int, time_base: Fraction, *, is_key: bool) -> None:
        self._offer(stream, _Packet(True, data, pts, time_base, is_key))

    def sound(self, stream: Stream, data: bytes, pts: int, time_base: Fraction) -> None:
        self._offer(stream, _Packet(False, data, pts, time_base, False))

    def close(self, within_s: float = 5.0) -> None:
        """Send what is in the line, for so long."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(within_s)

    def _offer(self, stream: Stream, packet: _Packet) -> None:
        if packet.at_s < self._from_s:
            return
        with self._changed:
            self._templates[packet.picture] = stream
            self._line.append(packet)
            if len(self._line) > LONGEST_LINE:
                self._leave_out()
            self._changed.notify()

    def _leave_out(self) -> None:
        """Everything up to the newest key frame; everything if there is none."""
        keys = [position for position, packet in enumerate(self._line) if packet.is_key]
        for _ in range(keys[-1] if keys and keys[-1] > 0 else len(self._line)):
            self._line.popleft()
            self.left_out += 1
        self._begun = False

    # --- the thread -----------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        for attempt in range(TRIES):
            if attempt:
                self._rest()
            try:
                self._send()
            except (FFmpegError, OSError) as error:
                log.warning("broadcast_lost", error=type(error).__name__)
                self._begun, self._lost = False, True
                continue
            self.code = "failed" if self._lost else "done"
            return
        self.code = "failed"
        with self._changed:
            self._closed = True

    def _rest(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, PAUSE_S)

    def _send(self) -> None:
        """Returns when everything was sent after `close`."""
        sink: _Sink | None = None
        with ExitStack() as stack:
            while (packet := self._next()) is not None:
                sink = sink or self._open(packet, stack)
                sink.take(packet)
                self.code, self._lost = "running", False

    def _open(self, first: _Packet, stack: ExitStack) -> _Sink:
        if self._url.startswith(filming.SCHEME):
            film = stack.enter_context(filming.FilmConnection(self._url, self._templates[True], self._templates[False]))
            container, zero_s = film.container, first.at_s
        else:
            container = av.open(self._url, "w", format="flv", options={"flvflags": "no_duration_filesize"})
            zero_s = None
        stack.callback(container.close)
        return _Sink(container, self._templates, zero_s)

    def _next(self) -> _Packet | None:
        """The next packet, once both streams are known, from a key frame on; None when none will come."""
        with self._changed:
            while True:
                self._changed.wait_for(lambda: (self._line and len(self._templates) == BOTH) or self._closed)
                if not self._line or len(self._templates) < BOTH:
                    return None
                packet = self._line.popleft()
                if self._begun or packet.is_key:
                    self._begun = True
                    return packet
                self.left_out += self.code == "running"


class _Sink:
    """`zero_s` is the moment that is its zero; without one, times stay as they are."""

    def __init__(self, container: OutputContainer, templates: dict[bool, Stream], zero_s: Fraction | None) -> None:
        self._container = container
        self._streams = {picture: container.add_stream_from_template(templates[picture]) for picture in (True, False)}
        self._zero_s = zero_s

    def take(self, packet: _Packet) -> None:
        zero_s = self._zero_s
        if zero_s is not None and packet.at_s < zero_s:
            return
        made = av.Packet(packet.data)
        made.stream, made.time_base = self._streams[packet.picture], packet.time_base
        made.pts = made.dts = packet.pts - (0 if zero_s is None else round(zero_s / packet.time_base))
        made.is_keyframe = packet.is_key or not packet.picture
        self._container.mux_one(made)
