"""`make proof NAME=events`: a scripted meeting yields, per participant, the same events in order, at the times of the script.

    RUNS=2 make proof NAME=events

Three people come, speak, share, write and go by a script; a bot tells a user's WebSocket what they do. Each run has a room and
a bot of its own. Held against the script, by participant: every event but `update`, in order, and each at most 400 ms before
or after the person's page did the step, the host's page showed who came, or the sentence began and ended. Writes
tests/proofs/results/events.json; exits 1 if anything of any run is otherwise. The people need a processor to speak on: where
others use the machine, they are late themselves. The short form is tests/browser/test_live_events.py.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rapporteur.bot.browser import find_browser  # noqa: E402
from rapporteur.domain.timeline import from_iso  # noqa: E402
from rapporteur.kit.clock import SystemClock  # noqa: E402
from rapporteur.media.material import samples  # noqa: E402
from rapporteur.settings import from_environment  # noqa: E402
from rapporteur.simulators.people import People  # noqa: E402
from rapporteur.simulators.scenario import Person, Scenario  # noqa: E402
from rapporteur.simulators.speech import CLIPS, clip_file  # noqa: E402
from rapporteur.wire.live import ACTIONS, PARTICIPANT  # noqa: E402
from tests.fakes.ears import Ears, listening  # noqa: E402
from tests.fakes.house import House, open_house, open_room  # noqa: E402
from tests.fakes.ports import free_port  # noqa: E402
from tests.fakes.results import keep  # noqa: E402

APART_MS = 400
PAUSE_S = 3.0
"""Between steps: that somebody has stopped speaking is known, and told, most of a second later."""
LOUD = 0.02
PEOPLE = Scenario((Person("Ada", is_host=True), Person("Alan", camera=False), Person("Emil", camera=False)))
ADA, ALAN, EMIL = (person.name for person in PEOPLE.people)
TOLD = [f"{PARTICIPANT}.{action}" for action in ACTIONS if action not in {"update", "mute", "unmute"}]
SEEN = """selector => ({at: new Promise((told) => {
    const look = () => document.querySelector(selector) && told(performance.timeOrigin + performance.now());
    new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
})})"""
Event = tuple[str, float]
"""(action, epoch ms)"""
Wanted = tuple[str, float, float]
"""(action, between two moments): a step is done somewhere between being begun and being over."""


@dataclass
class Script:
    """What the people do, and what of it has to be told of each."""

    people: People
    clock: SystemClock
    expected: dict[str, list[Wanted]] = field(default_factory=lambda: {person.name: [] for person in PEOPLE.people})

    async def play(self) -> None:
        people = self.people
        await self._comes(ALAN)
        await self._says(ADA, "welcome")
        await self._does(ALAN, "webcam_on", people.camera(ALAN, True))
        await self._comes(EMIL)
        await self._says(ALAN, "project")
        await self._does(EMIL, "screenshare_on", people.share(EMIL, True))
        await self._does(ADA, "webcam_off", people.camera(ADA, False))
        await self._does(ADA, "webcam_on", people.camera(ADA, True))
        await self._says(EMIL, "customers")
        await self._does(EMIL, "screenshare_off", people.share(EMIL, False))
        await self._does(EMIL, "chat_message", people.chat(EMIL, "The report is in the shared folder."))
        await self._does(ALAN, "webcam_off", people.camera(ALAN, False))
        await self._does(EMIL, "leave", people.leave(EMIL))
        await self._does(ALAN, "leave", people.leave(ALAN))

    async def _comes(self, name: str) -> None:
        """Their own page is busy with coming in, and late to say so; the host's shows them at once."""
        seen = await self.people.page(ADA).evaluate_handle(SEEN, f'[data-participant][data-name="{name}"]')
        await self.people.enter(name)
        at_ms: float = await seen.evaluate("seen => seen.at")
        self.expected[name].append(("join", at_ms, at_ms))
        await self.clock.sleep(PAUSE_S)

    async def _does(self, name: str, action: str, step: Awaitable[None]) -> None:
        begun_ms = self.clock.now_ms()
        await step
        self.expected[name].append((action, begun_ms, self.clock.now_ms()))
        await self.clock.sleep(PAUSE_S)

    async def _says(self, name: str, clip: str) -> None:
        first_s, last_s = voiced_s(clip)
        at_ms = await self.people.say(name, clip)
        for action, s in (("speech_on", first_s), ("speech_off", last_s)):
            self.expected[name].append((action, at_ms + s * 1000, at_ms + s * 1000))
        await self.clock.sleep(CLIPS[clip].duration_s + PAUSE_S)


def voiced_s(clip: str) -> tuple[float, float]:
    """Where in a clip somebody is heard first and last."""
    sound = np.frombuffer(samples(clip_file(clip).read_bytes()), np.int16).astype(np.float32) / 32768
    loud = np.flatnonzero(np.abs(sound[:len(sound) // 480 * 480].reshape(-1, 480)).max(axis=1) > LOUD)
    return float(loud[0]) / 100, float(loud[-1] + 1) / 100


async def meet(house: House, ears: Ears, chromium: Path) -> tuple[dict[str, list[Wanted]], dict[str, list[Event]]]:
    """What was expected and what was told, by name, of one meeting."""
    clock, room = SystemClock(), await open_room(house)
    ears.heard.clear()
    async with People(PEOPLE, host_url=room["host_url"], executable=chromium) as people:
        await people.enter(ADA)
        bot_id = await house.send_bot(room["url"], recording_config={
            "transcript": None, "video_mixed_mp4": None, "audio_mixed_mp3": {},
            "realtime_endpoints": [{"type": "websocket", "url": f"ws://127.0.0.1:{ears.port}/", "events": TOLD}]})
        bot = await house.until(bot_id, "in_call_recording", "fatal")
        script = Script(people, clock)
        began_ms = from_iso(next(s for s in bot["status_changes"] if s["code"] == "in_call_recording")["created_at"])
        # Who was there is told with the recording's beginning.
        script.expected[ADA] += [(action, began_ms, began_ms) for action in ("join", "webcam_on")]
        await clock.sleep(PAUSE_S)
        await script.play()
        await house.post(f"/api/v1/bot/{bot_id}/leave_call/")
        await house.until(bot_id, "done", "fatal")
    told: dict[str, list[Event]] = {name: [] for name in script.expected}
    for event in ears.heard:
        said = event["data"]["data"]
        told.setdefault(said["participant"]["name"], []).append(
            (event["event"].removeprefix(f"{PARTICIPANT}."), from_iso(said["timestamp"]["absolute"])))
    return script.expected, told


def compared(expected: list[Wanted], told: list[Event]) -> tuple[bool, int, list[dict[str, Any]]]:
    """Whether all is as it should be, the largest distance in ms, and the rows."""
    same = [action for action, *_ in expected] == [action for action, _ in told]
    rows = [
        {"expected": wanted and wanted[0], "told": got and got[0],
         "apart_ms": _apart_ms(wanted, got) if wanted and got and wanted[0] == got[0] else None}
        for wanted, got in zip_longest(expected, told)
    ]
    apart_ms = max((abs(row["apart_ms"]) for row in rows if row["apart_ms"] is not None), default=0)
    return same and apart_ms <= APART_MS, apart_ms, rows


def _apart_ms(wanted: Wanted, got: Event) -> int:
    _, from_ms, until_ms = wanted
    return round(got[1] - min(max(got[1], from_ms), until_ms))


async def runs(count: int) -> list[dict[str, Any]]:
    chromium = find_browser(from_environment().chromium)
    done: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="rapporteur-events-") as folder:
        async with listening() as ears, open_house(Path(folder), free_port()) as house:
            for number in range(1, count + 1):
                expected, told = await meet(house, ears, chromium)
                people: dict[str, Any] = {}
                for name in sorted(told):
                    good, apart, rows = compared(expected.get(name, []), told[name])
                    people[name] = {"good": good, "events": len(rows), "largest_apart_ms": apart, "rows": rows}
                    print(f"run {number}  {name:6} {'as scripted' if good else 'OTHERWISE':12} {len(rows):3} events, "
                          f"at most {apart} ms apart", flush=True)
                    for row in () if good else rows:
                        print(f"         {row['expected']!s:16} {row['told']!s:16} {row['apart_ms']}")
                done.append(people)
    return done


def main() -> int:
    count = int(os.environ.get("RUNS", "5"))
    done = asyncio.run(runs(count))
    good = sum(all(person["good"] for person in people.values()) for people in done)
    path = keep("events", {"within_ms": APART_MS, "runs_as_scripted": good, "runs": done}, RUNS=count)
    print(f"{good} of {count} runs as scripted; {path}")
    return 0 if good == count else 1


if __name__ == "__main__":
    sys.exit(main())
