"""`rapporteur demo`: a whole meeting on this machine, recorded by a bot through the public API, and checked.

Three simulated people meet in the built-in room; a bot is sent by one HTTP call, waits at the door, is admitted, records, and
leaves when the host ends the meeting. What came out is measured; nothing is assumed.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console

from rapporteur.cli.demo import keepsake
from rapporteur.cli.demo.checks import Check, Evidence, as_json, check_all
from rapporteur.cli.demo.screen import Screen
from rapporteur.cli.demo.stage import BOT_NAME, Stage, set_up
from rapporteur.cli.demo.visit import keep_open
from rapporteur.domain.timeline import from_iso
from rapporteur.kit.clock import Clock, SystemClock
from rapporteur.kit.tasks import TaskOwner
from rapporteur.settings import from_environment
from rapporteur.simulators.people import Begun, People
from rapporteur.simulators.scenario import DEMO, Person, Scenario
from rapporteur.transcription.choice import engine_name

FILES = {"mixed.mp4": "video_mixed", "mixed.mp3": "audio_mixed", "transcript.json": "transcript",
         "participant_events.json": "participant_events"}
"""What is put beside summary.json, and the shortcut each file is downloaded from."""
STORED = {"video_mixed.mp4": "mixed.mp4", "audio_mixed.mp3": "mixed.mp3", "transcript.json": "transcript.json",
          "participant_events.json": "participant_events.json"}
"""The server's names of those files."""
RECORDS_WITHIN_S = 60.0
DONE_WITHIN_S = 120.0
_STILL_S = 0.6
"""Around a camera that goes off or on, pictures may stand still for a moment."""
_PASSAGE_S = 2.0


def run(*, keep: bool, output: Path) -> int:
    """Hold the demo; 0 if every check holds, 1 otherwise, 130 when interrupted."""
    with tempfile.TemporaryDirectory(prefix="rapporteur-demo-") as folder:
        try:
            return asyncio.run(_run(Path(folder), output, keep=keep))
        except KeyboardInterrupt:
            return 130


async def _run(data_dir: Path, output: Path, *, keep: bool) -> int:
    clock, screen = SystemClock(), Screen(Console())
    output.mkdir(parents=True, exist_ok=True)
    with screen.showing():
        screen.step("Starting the server")
        async with set_up(data_dir, clock) as stage:
            bot, begun = await _meeting(stage, screen, clock)
            screen.step("Fetching and measuring what came out")
            checks = await _examine(stage, bot, begun, output)
            screen.pause()
            page = await keepsake.keep(stage.api, await stage.play_link(bot["id"]), output, STORED)
            _conclude(screen, checks, output, page)
            if keep:
                await keep_open(stage, screen)
    return 0 if all(check.ok for check in checks) else 1


async def _meeting(stage: Stage, screen: Screen, clock: Clock) -> tuple[dict[str, Any], Begun]:
    """Hold it and wait until the bot is done; answers the bot as the API tells it then."""
    screen.step("Three people come to the meeting room")
    room = await stage.open_room("Quarterly review", waiting_room=True)
    cast = People(DEMO, host_url=room["host_url"], guest_url=room["url"], clock=clock)
    async with cast as people, TaskOwner("demo") as tasks:
        await people.enter()
        screen.step("A bot is sent: POST /api/v1/bot/")
        bot = await stage.send_bot(room["url"])
        tasks.start(_follow(stage, screen, bot["id"]), name="events")
        await people.wait_until_waiting(BOT_NAME)
        screen.step("The host admits the bot")
        await people.admit(BOT_NAME)
        await stage.receiver.wait_for("bot.in_call_recording", RECORDS_WITHIN_S)
        screen.step("The meeting takes about forty seconds")
        begun = await people.play()
        screen.step("The meeting has ended; the bot finishes its recording")
        await stage.receiver.wait_for("bot.done", DONE_WITHIN_S)
    return await stage.api.get(f"/api/v1/bot/{bot['id']}/"), begun


async def _follow(stage: Stage, screen: Screen, bot_id: str) -> None:
    async for event in stage.api.events(f"/rapporteur/v1/bots/{bot_id}/events/"):
        screen.event(event)


async def _examine(stage: Stage, bot: dict[str, Any], begun: Begun, output: Path) -> list[Check]:
    shortcuts = bot["recordings"][0]["media_shortcuts"] if bot["recordings"] else {}
    links = {name: ((shortcuts.get(shortcut) or {}).get("data") or {}).get("download_url") for name, shortcut in FILES.items()}
    if missing := [name for name, link in links.items() if link is None]:
        return [Check("artifacts", ", ".join(FILES), f"{', '.join(missing)} failed", ok=False)]
    for name, link in links.items():
        (output / name).write_bytes(await stage.api.read(str(link)))
    checks = await asyncio.to_thread(check_all, _evidence(bot, begun, output, stage, DEMO))
    files = {name: str(output / name) for name in FILES}
    (output / "summary.json").write_text(json.dumps(as_json(checks, files), indent=2) + "\n")
    return checks


def _evidence(bot: dict[str, Any], begun: Begun, output: Path, stage: Stage, scenario: Scenario) -> Evidence:
    at = {change["code"]: from_iso(change["created_at"]) for change in bot["status_changes"]}
    return Evidence(
        mp4=output / "mixed.mp4", mp3=output / "mixed.mp3",
        transcript=json.loads((output / "transcript.json").read_text()),
        events=json.loads((output / "participant_events.json").read_text()),
        received=stage.receiver.accepted,
        recorded_s=(at["call_ended"] - at["in_call_recording"]) / 1000,
        moving=_moving(scenario, (begun.start_ms - at["in_call_recording"]) / 1000),
        spoken={person.name: person.text for person in scenario.people},
        scripted={person.name: _scripted(person) for person in scenario.people},
    )


def _moving(scenario: Scenario, zero_s: float) -> list[tuple[float, float]]:
    """Passages in which every camera is on; the scenario begins at `zero_s` of the recording."""
    off = sorted((span.from_s, span.to_s) for person in scenario.people for span in person.camera_off)
    starts = [0.0, *(to_s for _, to_s in off)]
    ends = [*(from_s for from_s, _ in off), scenario.ends_at_s or 0.0]
    passages = [(start + _STILL_S, end - _STILL_S) for start, end in zip(starts, ends, strict=True)]
    return [(zero_s + start, zero_s + end) for start, end in passages if end - start >= _PASSAGE_S]


def _scripted(person: Person) -> dict[str, int]:
    switched, shared = len(person.camera_off), len(person.screen)
    return dict(Counter(
        join=1, webcam_on=1 + switched, webcam_off=switched, screenshare_on=shared, screenshare_off=shared,
        chat_message=len(person.messages),
    ))


def _conclude(screen: Screen, checks: list[Check], output: Path, page: Path) -> None:
    screen.table(checks)
    failed = [check.name for check in checks if not check.ok]
    screen.say(f"\n{'Not everything holds: ' + ', '.join(failed) if failed else 'Everything holds.'}")
    screen.say(f"The words were recognised by {engine_name(from_environment().whisper_model)}.")
    screen.say(f"Files and summary.json: {output}/")
    screen.say(f"The recording beside its transcript: {page.resolve().as_uri()}")
