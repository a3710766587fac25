"""The durable engine on its SQLite file, with a lifecycle that writes down what it is asked."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from rapporteur.domain.errors import CaptureFailure, ErrandFailure
from rapporteur.engine.engine import DataDirInUse, DurableEngine
from rapporteur.engine.holder import Services
from rapporteur.kit.clock import SystemClock

pytestmark = [pytest.mark.conformance, pytest.mark.asyncio(loop_scope="module")]


class Scribe:
    """A lifecycle and a redelivery that note every call; what `lost` answers is set per bot."""

    def __init__(self) -> None:
        self.calls: defaultdict[str, list[str]] = defaultdict(list)
        self.generation: defaultdict[str, int] = defaultdict(int)
        self.fates: dict[str, list[str]] = {}
        self.failures: dict[str, list[Exception]] = {}
        self.at: dict[str, float] = {}

    def _note(self, key: str, call: str) -> None:
        self.calls[key].append(call)
        self.at[f"{key} {call}"] = time.time()
        if self.failures.get(key):
            raise self.failures[key].pop(0)

    async def next_generation(self, bot_id: str) -> int | None:
        self._note(bot_id, "next_generation")
        self.generation[bot_id] += 1
        return self.generation[bot_id]

    async def launch(self, bot_id: str, generation: int) -> None:
        self._note(bot_id, f"launch {generation}")

    async def lost(self, bot_id: str, generation: int) -> str:
        self._note(bot_id, f"lost {generation}")
        return self.fates[bot_id].pop(0)

    async def publish(self, bot_id: str) -> None:
        self._note(bot_id, "publish")

    async def redeliver(self, delivery_id: str, attempts: int) -> None:
        self._note(delivery_id, f"attempt {attempts}")

    async def perform(self, kind: str, about: str) -> None:
        self._note(about, f"perform {kind}")

    async def give_up(self, kind: str, about: str, code: str) -> None:
        self._note(about, f"give up {kind} {code}")

    async def until(self, key: str, call: str, timeout_s: float = 30) -> None:
        await until(lambda: call in self.calls[key], timeout_s)


async def until(condition: Callable[[], bool], timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def scribe() -> Scribe:
    return Scribe()


@pytest.fixture(scope="module")
def engine_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(engine_dir: Path, scribe: Scribe) -> AsyncIterator[DurableEngine]:
    engine = DurableEngine(engine_dir, SystemClock())
    await engine.start(Services(scribe, scribe, scribe))
    yield engine
    await engine.stop()


async def test_a_bot_is_launched_once_and_published_when_it_ended(engine: DurableEngine, scribe: Scribe) -> None:
    for _ in range(3):
        await engine.attend("plain", None)
    await scribe.until("plain", "launch 1")
    await engine.tell("plain", 1, "ended")
    await scribe.until("plain", "publish")
    await engine.attend("plain", None)
    await engine.tell("plain", 1, "ended")
    assert scribe.calls["plain"] == ["next_generation", "launch 1", "publish"]


async def test_a_lost_bot_gets_a_generation_that_finishes_and_old_news_is_dropped(
    engine: DurableEngine, scribe: Scribe,
) -> None:
    scribe.fates["lost"] = ["finish"]
    await engine.attend("lost", None)
    await scribe.until("lost", "launch 1")
    await engine.tell("lost", 7, "ended")
    await engine.tell("lost", 1, "lost")
    await engine.tell("lost", 1, "lost")
    await scribe.until("lost", "launch 2")
    await engine.tell("lost", 1, "ended")
    await engine.tell("lost", 2, "ended")
    await scribe.until("lost", "publish")
    assert scribe.calls["lost"] == ["next_generation", "launch 1", "lost 1", "next_generation", "launch 2", "publish"]


async def test_a_bot_that_joins_again_is_one_lifecycle_over_all_its_generations(engine: DurableEngine, scribe: Scribe) -> None:
    scribe.fates["again"] = ["rejoin", "rejoin", "finish"]
    await engine.attend("again", None)
    for generation in (1, 2, 3):
        await scribe.until("again", f"launch {generation}")
        await engine.tell("again", generation, "lost")
    await scribe.until("again", "launch 4")
    await engine.tell("again", 4, "ended")
    await scribe.until("again", "publish")
    assert [call for call in scribe.calls["again"] if "launch" in call or "publish" in call] == [
        "launch 1", "launch 2", "launch 3", "launch 4", "publish"]


@pytest.mark.parametrize("fate", ["give_up", "ended"])
async def test_what_is_not_worth_finishing_is_published_as_it_is(engine: DurableEngine, scribe: Scribe, fate: str) -> None:
    scribe.fates[fate] = [fate]
    await engine.attend(fate, None)
    await scribe.until(fate, "launch 1")
    await engine.tell(fate, 1, "lost")
    await scribe.until(fate, "publish")
    assert scribe.calls[fate] == ["next_generation", "launch 1", "lost 1", "publish"]


async def test_a_process_that_cannot_be_started_is_lost_at_once(engine: DurableEngine, scribe: Scribe) -> None:
    scribe.fates["unlaunchable"] = ["give_up"]
    scribe.generation["unlaunchable"] = 4

    async def launch(bot_id: str, generation: int) -> None:
        scribe.calls[bot_id].append(f"launch {generation}")
        if bot_id == "unlaunchable":
            raise CaptureFailure("no processes left")

    original, scribe.launch = scribe.launch, launch
    await engine.attend("unlaunchable", None)
    await scribe.until("unlaunchable", "publish")
    scribe.launch = original
    assert scribe.calls["unlaunchable"] == ["next_generation", "launch 5", "lost 5", "publish"]


async def test_a_step_that_meets_an_outage_is_taken_again(engine: DurableEngine, scribe: Scribe) -> None:
    scribe.failures["outage"] = [OSError("database is locked")]
    await engine.attend("outage", None)
    await scribe.until("outage", "launch 1")
    assert scribe.calls["outage"] == ["next_generation", "next_generation", "launch 1"]


async def test_a_scheduled_bot_is_launched_at_its_time(engine: DurableEngine, scribe: Scribe) -> None:
    at_s = time.time() + 3
    await engine.attend("scheduled", at_s * 1000)
    await engine.attend("scheduled", at_s * 1000)
    assert scribe.calls["scheduled"] == []
    await scribe.until("scheduled", "launch 1")
    assert -1 <= scribe.at["scheduled launch 1"] - at_s < 2
    assert scribe.calls["scheduled"] == ["next_generation", "launch 1"]


async def test_fifty_bots_of_one_second_are_launched_within_two(engine: DurableEngine, scribe: Scribe) -> None:
    at_s, names = time.time() + 4, [f"together {n}" for n in range(50)]
    for name in names:
        await engine.attend(name, at_s * 1000)
    for name in names:
        await scribe.until(name, "launch 1")
    late_s = sorted(scribe.at[f"{name} launch 1"] - at_s for name in names)
    assert late_s[0] >= -1
    assert late_s[-1] < 2


async def test_a_scheduled_bot_is_launched_at_the_time_it_was_moved_to(engine: DurableEngine, scribe: Scribe) -> None:
    now_s = time.time()
    await engine.attend("sooner", (now_s + 3600) * 1000)
    await engine.attend("later", (now_s + 2) * 1000)
    await engine.reschedule("sooner", (now_s + 3) * 1000)
    await engine.reschedule("later", (now_s + 3600) * 1000)
    await scribe.until("sooner", "launch 1")
    assert -1 <= scribe.at["sooner launch 1"] - (now_s + 3) < 2
    assert scribe.calls["later"] == []
    await engine.reschedule("sooner", (now_s + 3600) * 1000)
    assert scribe.calls["sooner"] == ["next_generation", "launch 1"]


async def test_a_redelivery_comes_after_its_delay_and_once(engine: DurableEngine, scribe: Scribe) -> None:
    begun_s = time.time()
    for _ in range(2):
        await engine.redeliver("d", 1, 1.0)
        await engine.redeliver("d", 2, 0.0)
    await scribe.until("d", "attempt 1")
    await scribe.until("d", "attempt 2")
    assert scribe.at["d attempt 1"] - begun_s >= 1
    assert sorted(scribe.calls["d"]) == ["attempt 1", "attempt 2"]


async def test_an_errand_is_done_once_however_often_it_is_asked_for(engine: DurableEngine, scribe: Scribe) -> None:
    for _ in range(2):
        await engine.errand("transcript", "once")
    await scribe.until("once", "perform transcript")
    await engine.errand("transcript", "once")
    await engine.errand("transcript", "behind it")
    await scribe.until("behind it", "perform transcript")
    assert scribe.calls["once"] == ["perform transcript"]


async def test_an_errand_that_cannot_be_done_is_given_up_by_its_code(engine: DurableEngine, scribe: Scribe) -> None:
    scribe.failures["hopeless"] = [ErrandFailure("no", code="not_playable")]
    await engine.errand("upload", "hopeless")
    await scribe.until("hopeless", "give up upload not_playable")
    assert scribe.calls["hopeless"] == ["perform upload", "give up upload not_playable"]


async def test_an_errand_whose_process_dies_is_tried_again_and_not_for_ever(engine: DurableEngine, scribe: Scribe) -> None:
    scribe.failures["dying"] = [ErrandFailure("died", retryable=True) for _ in range(3)]
    await engine.errand("upload", "dying")
    await scribe.until("dying", "give up upload errand_died")
    assert scribe.calls["dying"] == ["perform upload"] * 3 + ["give up upload errand_died"]


async def test_news_for_nobody_is_no_error(engine: DurableEngine) -> None:
    await engine.tell("nobody", 1, "lost")


async def test_the_engine_knows_whose_lifecycle_never_began(engine: DurableEngine) -> None:
    await engine.attend("known", None)
    assert await engine.without_lifecycle(["unknown", "known"]) == ["unknown"]


async def test_a_broken_lifecycle_is_mended_by_beginning_again(engine: DurableEngine, scribe: Scribe) -> None:
    scribe.failures["broken"] = [CaptureFailure("a mistake of ours")]
    await engine.attend("broken", None)
    await scribe.until("broken", "next_generation")
    deadline = time.monotonic() + 10
    while "launch 1" not in scribe.calls["broken"]:
        assert time.monotonic() < deadline
        await engine.mend(["broken", "nobody"])
        await asyncio.sleep(0.1)


async def test_completed_work_is_forgotten_and_running_work_is_not(engine: DurableEngine, scribe: Scribe) -> None:
    await engine.attend("old", None)
    await scribe.until("old", "launch 1")
    await engine.tell("old", 1, "ended")
    await scribe.until("old", "publish")
    await engine.attend("running", None)
    await scribe.until("running", "launch 1")
    assert await engine.forget((time.time() - 60) * 1000) == 0
    deadline = time.monotonic() + 10
    while await engine.without_lifecycle(["old"]) == []:
        assert time.monotonic() < deadline
        await engine.forget((time.time() + 60) * 1000)
    assert await engine.without_lifecycle(["running"]) == []


async def test_nothing_secret_and_nothing_pickled_is_in_the_engines_tables(engine: DurableEngine, engine_dir: Path) -> None:
    path = engine_dir / "engine.sqlite"
    assert path.stat().st_mode & 0o077 == 0
    text = subprocess.run(
        [sys.executable, "-c", "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("
         "'select distinct serialization, inputs from workflow_status').fetchall())", str(path)],
        capture_output=True, text=True, check=True,
    ).stdout
    assert "portable_json" in text
    assert "py_pickle" not in text


async def test_a_second_server_on_the_same_directory_is_refused(
    engine: DurableEngine, engine_dir: Path, scribe: Scribe,
) -> None:
    second = DurableEngine(engine_dir, SystemClock())
    with pytest.raises(DataDirInUse, match=str(engine_dir)):
        await second.start(Services(scribe, scribe, scribe))
    await second.stop()


# --- servers that are killed ------------------------------------------------------------------------------------------

SERVER = """
import asyncio, json, pathlib, sys
from rapporteur.engine.engine import DurableEngine
from rapporteur.engine.holder import Services
from rapporteur.kit.clock import SystemClock

data_dir, name, mode = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]

def note(call):
    with (data_dir / "calls").open("a") as file:
        file.write(f"{name} {call}\\n")

class Lifecycle:
    async def next_generation(self, bot_id):
        path = data_dir / f"generation-{bot_id}"
        generation = int(path.read_text()) + 1 if path.exists() else 1
        path.write_text(str(generation))
        note(f"{bot_id} next_generation")
        return generation

    async def launch(self, bot_id, generation):
        note(f"{bot_id} launch {generation}")
        if mode == "hang":
            await asyncio.Event().wait()

    async def lost(self, bot_id, generation):
        note(f"{bot_id} lost {generation}")
        return "give_up"

    async def publish(self, bot_id):
        note(f"{bot_id} publish")

    async def redeliver(self, delivery_id, attempts):
        note(f"{delivery_id} attempt {attempts}")

async def main():
    engine = DurableEngine(data_dir, SystemClock())
    await engine.start(Services(Lifecycle(), Lifecycle(), Lifecycle()))
    print("started", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        name_, *arguments = json.loads(line)
        if name_ == "stop":
            break
        await getattr(engine, name_)(*arguments)
        print("done", flush=True)
    await engine.stop()
    print("stopped", flush=True)

asyncio.run(main())
"""


class Server:
    """A server process whose engine is driven line by line."""

    def __init__(self, data_dir: Path, name: str, mode: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error::RuntimeWarning", "-c", SERVER, str(data_dir), name, mode],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        assert self._line() == "started"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ask(self, name: str, *arguments: str | float | None) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self.process.stdin.flush()
        return self._line()

    def end(self) -> None:
        with self.process:
            os.kill(self.process.pid, signal.SIGKILL)


@contextmanager
def server(data_dir: Path, name: str, mode: str = "work") -> Iterator[Server]:
    running = Server(data_dir, name, mode)
    try:
        yield running
    finally:
        running.end()


def calls(data_dir: Path) -> list[str]:
    path = data_dir / "calls"
    return path.read_text().splitlines() if path.exists() else []


async def test_work_of_a_killed_server_is_continued_where_it_was(data_dir: Path) -> None:
    with server(data_dir, "first", "hang") as first:
        first.ask("attend", "b", None)
        first.ask("attend", "later", (time.time() + 1) * 1000)
        first.ask("redeliver", "hook", 1, 1.0)
        await until(lambda: "first b launch 1" in calls(data_dir))
    with server(data_dir, "second") as second:
        await until(lambda: "second b launch 1" in calls(data_dir))
        await until(lambda: "second hook attempt 1" in calls(data_dir))
        # The kill may have come between a step and its record: then the step was taken again, and the generation is 2.
        await until(lambda: any(call.startswith("second later launch") for call in calls(data_dir)))
        second.ask("tell", "b", 1, "ended")
        await until(lambda: "second b publish" in calls(data_dir))
    assert [call for call in calls(data_dir) if " b " in call] == [
        "first b next_generation", "first b launch 1", "second b launch 1", "second b publish",
    ]


async def test_a_lifecycle_that_waits_hears_news_after_a_kill_and_after_a_proper_stop(data_dir: Path) -> None:
    with server(data_dir, "first") as first:
        first.ask("attend", "b", None)
        first.ask("attend", "c", None)
        await until(lambda: {"first b launch 1", "first c launch 1"} <= set(calls(data_dir)))
        assert first.ask("stop") == "stopped"
    with server(data_dir, "second") as second:
        second.ask("tell", "b", 1, "lost")
        await until(lambda: "second b publish" in calls(data_dir))
    with server(data_dir, "third") as third:
        third.ask("tell", "c", 1, "ended")
        await until(lambda: "third c publish" in calls(data_dir))
    generations = [call for call in calls(data_dir) if call.endswith("next_generation")]
    assert sorted(generations) == ["first b next_generation", "first c next_generation"]
