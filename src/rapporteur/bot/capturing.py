"""Which way a meeting's media is taken while the bot attends it: the first of its plan, and the next when that brings nothing.

Stands between the bridge and whoever listens to the meeting: passes on tracks and frames of the way that is gone, drops those
of any other, turns to the next way once and says so, and takes the page anew when it was loaded anew or its capture ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog
from playwright.async_api import Page

from rapporteur.bot.bridge import Bridge
from rapporteur.bot.capture import Capture, TabCapture, TracksCapture
from rapporteur.domain.capture import Plan, Way, Why
from rapporteur.domain.errors import CaptureFailure
from rapporteur.domain.participants import Attendee
from rapporteur.domain.session import SpeechBegan, SpeechEnded
from rapporteur.kit.clock import Clock
from rapporteur.services.ports import MeetingListener, TrackSeen
from rapporteur.wire.page import MediaFrame

log = structlog.get_logger()


class Capturing:
    """`page` gives the meeting's page once it is open; `sound_mixed` says that the platform mixes what people say. Call
    `tick` every few seconds; all else as the page says it."""

    def __init__(self, plan: Plan, *, bridge: Bridge, clock: Clock, page: Callable[[], Page],
                 listener: MeetingListener, sound_mixed: bool = False) -> None:
        self._plan = plan
        self._bridge = bridge
        self._clock = clock
        self._page = page
        self._listener = listener
        self._sound_mixed = sound_mixed
        self._tracks = TracksCapture()
        self._capture: Capture = self._tracks if plan.first is Way.TRACKS else TabCapture(bridge, plan.first)
        self._live: dict[int, TrackSeen] = {}
        self._admitted = False
        self._begun = False
        """Whether what the present document shows is being taken."""
        self._beginning = asyncio.Lock()
        self._complained = False
        self._speaking: frozenset[str] = frozenset()

    @property
    def way(self) -> Way:
        return self._capture.way

    def open(self) -> None:
        """Say which way is gone."""
        self._listener.on_capture(self.way, None)

    # --- what comes over the bridge -------------------------------------------------------------------------------------

    def track(self, track: TrackSeen) -> None:
        if not self._capture.owns(track):
            return
        if track.ended:
            if self._live.pop(track.track, None) is None:
                return
            self._begun = self._begun and track.media != "video"
        else:
            self._live[track.track] = track
        self._listener.on_track(track)

    def media(self, frames: list[MediaFrame]) -> None:
        self._tracks.came()
        if taken := [frame for frame in frames if frame.track in self._live]:
            self._listener.on_media(taken)

    # --- what the page says ---------------------------------------------------------------------------------------------

    def loaded(self) -> None:
        """The page began anew, outside of the meeting."""
        self._admitted = self._begun = False
        self.speaking([])

    def present(self, attendees: list[Attendee]) -> None:
        self._tracks.present(attendees if self._admitted else [], self._clock.monotonic_s())

    def hidden(self, why: Why) -> None:
        self._tracks.hidden(why)

    def speaking(self, keys: list[str]) -> None:
        """Whom the page marks: it counts where it is all there is to know about who speaks."""
        heard = self._capture.can.speakers and not self._sound_mixed
        now = frozenset() if heard else frozenset(keys)
        for key in sorted(self._speaking - now):
            self._listener.on_fact(SpeechEnded(key))
        for key in sorted(now - self._speaking):
            self._listener.on_fact(SpeechBegan(key))
        self._speaking = now

    # --- beginning and turning ------------------------------------------------------------------------------------------

    def admitted(self) -> None:
        """The page shows the meeting: `tick` soon."""
        self._admitted = True

    async def tick(self) -> None:
        """Turn to the next way if this one brings nothing, and take what is not yet taken."""
        async with self._beginning:
            if (why := self._capture.failing(self._clock.monotonic_s())) is not None:
                self._turn(why)
            if self._admitted and not self._begun:
                await self._begin()

    def _turn(self, why: Why) -> None:
        if self._plan.then is None:
            self._complain(f"{why.text} The bot was told to take the media in no other way.")
            return
        for track in list(self._live.values()):
            self._listener.on_track(replace(track, ended=True))
        self._live.clear()
        self._capture, self._begun = TabCapture(self._bridge, self._plan.then), False
        log.warning("capture turned", way=self.way, why=why)
        self._listener.on_capture(self.way, why)

    async def _begin(self) -> None:
        try:
            await self._capture.begin(self._page())
            self._begun = True
        except CaptureFailure as failure:
            log.warning("capture not begun", way=self.way)
            self._complain(failure.message)

    def _complain(self, message: str) -> None:
        """Once: what fails is tried again every few seconds."""
        if not self._complained:
            self._complained = True
            self._listener.on_log("error", message)
