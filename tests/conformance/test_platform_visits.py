"""Every platform at its simulator: what each scenario must come to. A simulator proves our logic, not the platform's page.

The table is the whole of it; here a few rows per platform run, and `make proof NAME=platforms` runs them all. A few pages that
changed are visited here, and all by `make proof NAME=mutations`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rapporteur.bot.platforms import PLATFORMS
from rapporteur.simulators.meetings import CATALOGUE
from rapporteur.simulators.mutations import mutated
from rapporteur.simulators.pages import Simulator, simulated
from tests.fakes.outcomes import ALL, HOST, IDENTITY, MAIL, SHORT, expected
from tests.fakes.visiting import BOT, Visit, visit

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(120)]

SPEED = 3.0


def check(platform: str, scenario: str, seen: Visit, simulator: Simulator) -> None:
    """Whether a visit came to what the table says. AssertionError names the platform and the scenario."""
    about = f"{platform}: {scenario}: {seen.states} {seen.logs}"
    assert seen.end == expected(platform, scenario), about
    assert simulator.said("fault") == [], about
    if seen.end[0] == "fatal" or "kicked" in str(seen.end[1]):
        assert any(found.picture and found.text and found.screen for found in seen.evidence), about
    if seen.in_call or "in_call_not_recording" in seen.states:
        [*_, joined] = simulator.said("join")
        known = CATALOGUE[scenario].signed_in or PLATFORMS[platform].capabilities.needs_login
        assert known or joined["name"] == BOT, about
        present = {person.name for person in CATALOGUE[scenario].people if person.joins_at_s == 0}
        assert present <= set(seen.people), about
        assert [a.name for a in seen.people.values() if a.is_self], about
        host = seen.people[HOST]
        assert (host.extra_data, host.email) == (IDENTITY.get(platform, {}), MAIL.get(platform)), about


@pytest.mark.parametrize("platform", SHORT)
async def test_a_platforms_visits_come_to_what_they_must(platform: str, tmp_path: Path, chromium: Path) -> None:
    async with simulated(platform, CATALOGUE["admitted"], speed=SPEED) as simulator:
        for scenario in SHORT[platform]:
            seen = await visit(simulator, CATALOGUE[scenario], run_dir=tmp_path / scenario, chromium=chromium)
            check(platform, scenario, seen, simulator)


CHANGED = (("zoom", "drop aria-label"), ("google_meet", "rename"), ("microsoft_teams", "swap_buttons"))


@pytest.mark.parametrize(("platform", "operator"), CHANGED)
async def test_a_page_that_changed_without_warning_is_still_entered(
    platform: str, operator: str, tmp_path: Path, chromium: Path,
) -> None:
    meeting = mutated(replace(CATALOGUE["lobby_then_admitted"], people=CATALOGUE["denied"].people), operator, seed=1)
    async with simulated(platform, meeting, speed=SPEED) as simulator:
        seen = await visit(simulator, meeting, run_dir=tmp_path, chromium=chromium, stays_s=1.0)
    assert seen.states[-3:-1] in (["in_waiting_room", "in_call_not_recording"], ["in_call_not_recording", "in_call_recording"])
    assert seen.end == ("call_ended", "bot_received_leave_call")


@pytest.mark.long
@pytest.mark.parametrize(("platform", "layout", "view"), [
    ("google_meet", "gallery_view_v2", "gallery"), ("microsoft_teams", "speaker_view", "speaker"),
    ("webex", "speaker_view", "speaker"), ("jitsi", "gallery_view", "gallery"),
])
async def test_a_page_that_is_recorded_as_shown_has_the_view_that_was_asked_for(
    platform: str, layout: str, view: str, tmp_path: Path, chromium: Path,
) -> None:
    async with simulated(platform, CATALOGUE["admitted"], speed=SPEED) as simulator:
        seen = await visit(
            simulator, CATALOGUE["admitted"], run_dir=tmp_path, chromium=chromium, stays_s=8.0, capture="tab",
            recording_config={"video_mixed_layout": layout})
    assert [report["view"] for report in simulator.said("layout")] == [view], seen.logs
    assert seen.logs == simulator.said("fault") == []


def test_every_platform_says_what_every_meeting_comes_to() -> None:
    assert all(set(rows) <= set(CATALOGUE) for rows in ALL.values())
    assert all(set(SHORT[platform]) <= set(ALL[platform]) for platform in SHORT)
