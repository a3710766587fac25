"""The media of a stream on its way to the tape: whose it is, when it was, and in what form the house knows it.

Sound comes apart by person, or mixed where Zoom gives no other; of pictures Zoom sends the one of whoever speaks, so everybody
has a track of their own that now and then brings something. Connections and their words are not its business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from rapporteur.bot.rtms.attendance import Attendance
from rapporteur.bot.rtms.protocol import LANGUAGES, RATE
from rapporteur.bot.rtms.timing import Timing
from rapporteur.bot.rtms.voice import CLOCK_RATE, MIME, Encode, Voice
from rapporteur.domain.session import SpeechBegan, SpeechEnded
from rapporteur.kit.clock import Clock
from rapporteur.services.ports import Caption, MeetingListener, TrackSeen
from rapporteur.wire.page import PAGE, VIDEO, MediaFrame
from rapporteur.wire.tape import KEY_FRAME

PICTURE_MIME, PICTURE_RATE = "video/H264", 90_000
_SLICE = re.compile(rb"\x00\x00\x01[\x01\x05\x21\x25\x41\x45\x61\x65]")
_IDR = re.compile(rb"\x00\x00\x01[\x05\x25\x45\x65]")
"""NAL units of pictures, and of those that can be decoded by themselves, whatever their importance."""


class Taking:
    def __init__(self, listener: MeetingListener, attendance: Attendance, clock: Clock,
                 encoder: Callable[[], Encode]) -> None:
        self._listener = listener
        self._attendance = attendance
        self._clock = clock
        self._encoder = encoder
        self._timing = Timing()
        self._tracks: dict[tuple[str | None, str], TrackSeen] = {}
        """By owner and role."""
        self._voices: dict[str | None, Voice] = {}
        self._parameters: dict[int, bytes] = {}
        """Of tracks: what came in front of a picture by itself."""
        self._frames: dict[int, int] = {}
        self._numbered = 0
        self._speaker: str | None = None
        self._complained = False

    # --- what comes -----------------------------------------------------------------------------------------------------

    def sound(self, key: str | None, stamp_ms: float, pcm: bytes) -> None:
        """Bare samples of a person, or of all together, from a moment of Zoom's clock on."""
        pcm, now_ms = pcm[:len(pcm) & ~1], self._clock.now_ms()
        if not pcm:
            return
        self._timing.place(stamp_ms, now_ms, len(pcm) / 2 / RATE * 1000)
        if key is not None:
            self._attendance.heard(key, now_ms)
        voice = self._voices.get(key)
        if voice is None:
            track = self._track(key, "microphone" if key is not None else PAGE, "audio", MIME, CLOCK_RATE)
            voice = self._voices[key] = Voice(track, self._encoder, self._timing.at)
        self._hand_on(voice.take(stamp_ms, now_ms, pcm))

    def picture(self, key: str, stamp_ms: float, data: bytes, *, shared: bool) -> None:
        """A picture of somebody's camera or screen, as H.264 in the form of Annex B."""
        if not data:
            return
        at_ms = self._timing.place(stamp_ms, self._clock.now_ms())
        track = self._track(key, "screenshare" if shared else "webcam", "video", PICTURE_MIME, PICTURE_RATE)
        if _SLICE.search(data) is None:
            self._parameters[track] = data
            return
        payload = self._parameters.pop(track, b"") + data
        number = self._frames[track] = self._frames.get(track, -1) + 1
        flags = KEY_FRAME if _IDR.search(payload) else 0
        rtp = round(stamp_ms * PICTURE_RATE / 1000) & 0xFFFFFFFF
        self._listener.on_media([MediaFrame(track, VIDEO, flags, rtp, number & 0xFFFF, at_ms, payload)])

    def words(self, key: str, text: str, start_ms: float, end_ms: float, language: Any) -> None:
        """A line of Zoom's captions, by Zoom's clock."""
        known = isinstance(language, int) and 0 <= language < len(LANGUAGES)
        start_ms, end_ms = self._timing.at(start_ms), self._timing.at(end_ms)
        self._listener.on_caption(Caption(key, text, start_ms, end_ms, LANGUAGES[language] if known else None))

    def speaks(self, key: str) -> None:
        """Whom Zoom says to speak: it counts where sound is mixed and nothing else tells."""
        if None not in self._voices or key == self._speaker:
            return
        if self._speaker is not None:
            self._listener.on_fact(SpeechEnded(self._speaker))
        self._speaker = key
        self._listener.on_fact(SpeechBegan(key))

    def left(self, keys: Iterable[str]) -> None:
        """Nothing more will come of these people."""
        for key in keys:
            self._voices.pop(key, None)
            for owned in [owned for owned in self._tracks if owned[0] == key]:
                self._listener.on_track(replace(self._tracks.pop(owned), ended=True))

    def look(self) -> None:
        """Hand on what has waited long enough, and see whose microphone is off. Call often."""
        now_ms = self._clock.now_ms()
        for voice in self._voices.values():
            self._hand_on(voice.due(now_ms))
        self._attendance.quiet(now_ms)
        if self._timing.late and not self._complained:
            self._complained = True
            self._listener.on_log("warning", "Some of what Zoom sent came so late that it may be missing in the recording.")

    # --- details --------------------------------------------------------------------------------------------------------

    def _hand_on(self, frames: Iterable[MediaFrame]) -> None:
        if ready := list(frames):
            self._listener.on_media(ready)

    def _track(self, key: str | None, role: str, media: str, mime: str, clock_rate: int) -> int:
        """The number of a track; tracks are announced when they first bring something."""
        seen = self._tracks.get((key, role))
        if seen is None:
            self._numbered += 1
            seen = self._tracks[key, role] = TrackSeen(self._numbered, media, mime, clock_rate, key, role)
            self._listener.on_track(seen)
        return seen.track
