"""One visit of a bot to a simulated meeting: the real page engine in a real browser, and the real session that decides.

What the visit comes to is what a bot would report: its states, its end and the one reason. For whole recordings there is the
house (tests/fakes/house.py); this is for the many ways in which a meeting does not come about, or ends.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapporteur.bot.evidence import Evidence
from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.bot.platforms import PLATFORMS
from rapporteur.domain.capture import AUTO, Setting
from rapporteur.domain.errors import MeetingFailure
from rapporteur.domain.leaving import LeavePolicy
from rapporteur.domain.lifecycle import BEFORE_END, IN_MEETING
from rapporteur.domain.participants import Attendee
from rapporteur.domain.session import Begun, Fact, JoinFailed, LeaveOrdered, RosterSeen, Session, Tick
from rapporteur.domain.session.effects import Effect, Report
from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.meetings import Meeting
from rapporteur.simulators.pages import Simulator
from rapporteur.wire.control import Job
from tests.fakes.studio import Recorder

BOT = "Notetaker"
TICK_S = 0.25
POLICY = LeavePolicy(waiting_room_timeout_s=12, noone_joined_timeout_s=30)


@dataclass
class Visit(Recorder):
    """What happened, as a listener of the meeting heard it and as the session saw it."""

    session: Session = field(default_factory=lambda: Session("5f0c9c0e-0000-4000-8000-000000000001", POLICY))
    reports: list[Report] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._clock = SystemClock()

    def on_fact(self, fact: Fact) -> None:
        super().on_fact(fact)
        self.tell(fact)

    def tell(self, fact: Fact) -> list[Effect]:
        effects = self.session.handle(fact, self._clock.now_ms())
        self.reports += [effect for effect in effects if isinstance(effect, Report)]
        return effects

    async def keep(self, evidence: Evidence) -> None:
        self.evidence.append(evidence)

    @property
    def over(self) -> bool:
        return self.session.state not in BEFORE_END

    @property
    def in_call(self) -> bool:
        return self.session.state in IN_MEETING

    @property
    def end(self) -> tuple[str, str | None]:
        """The state in which it ended, and why."""
        report = self.reports[-1]
        return report.state.value, report.sub_code

    @property
    def states(self) -> list[str]:
        return [report.state.value for report in self.reports]

    @property
    def people(self) -> dict[str, Attendee]:
        """Everybody who was ever there, by name, as last seen."""
        seen = [attendee for fact in self.of(RosterSeen) if isinstance(fact, RosterSeen) for attendee in fact.attendees]
        return {attendee.name or "": attendee for attendee in seen}


def link_of(platform: str) -> str:
    return PLATFORMS[platform].addresses.examples[0]


async def visit(
    simulator: Simulator, meeting: Meeting, *, run_dir: Path, chromium: Path, stays_s: float = 3.0, within_s: float = 45.0,
    url: str | None = None, headed: bool = False, alternates: int | None = None, capture: Setting = AUTO,
    recording_config: dict[str, Any] | None = None,
) -> Visit:
    """Send a bot; a call that nobody ends is left by its user's order after a while. TimeoutError if it comes to no end."""
    simulator.play(meeting)
    stays_s = stays_s if meeting.end is None else math.inf
    platform, clock = simulator.platform, SystemClock()
    password = next((step.text for step in meeting.door if step.kind == "password"), None)
    wrong = "guess" if any(step.kind == "wrong_password" for step in meeting.door) else None
    job = Job(
        bot_id="5f0c9c0e-0000-4000-8000-000000000001", generation=1, task="attend", platform=platform,
        meeting_url=url or link_of(platform), meeting_password=password or wrong, bot_name=BOT,
        recording_config=recording_config or {},
        automatic_leave={},
    )
    seen = Visit()
    attending = PageMeeting(
        run_dir=run_dir, clock=clock, chromium=chromium, switches=simulator.switches, capture=capture,
        headed=frozenset({platform} if headed else ()), keep=seen.keep, alternates=alternates)
    seen.tell(Begun())
    try:
        async with asyncio.timeout(within_s):
            try:
                await attending.join(job, seen)
            except MeetingFailure as failure:
                seen.on_log("error", failure.message)
                seen.tell(JoinFailed(failure.sub_code))
            until_s: float | None = None
            while not seen.over:
                await clock.sleep(TICK_S)
                seen.tell(Tick())
                if until_s is None and seen.in_call:
                    until_s = clock.monotonic_s() + stays_s
                if until_s is not None and clock.monotonic_s() >= until_s:
                    seen.tell(LeaveOrdered())
    finally:
        await attending.leave()
    return seen
