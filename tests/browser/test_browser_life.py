"""How the bot's browser runs and ends: sandboxed, under its own account, and never longer than its bot."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from rapporteur.bot.browser import Browser, account_of
from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.domain.errors import CaptureFailure, MeetingFailure
from rapporteur.domain.session import BrowserLost
from rapporteur.kit.clock import SystemClock
from tests.fakes.processes import watched
from tests.fakes.studio import Recorder, job, studio
from tools.limited import descendants

pytestmark = [pytest.mark.browser, pytest.mark.timeout(60)]

BOT = """
import asyncio, pathlib, sys
from rapporteur.bot.page_meeting import PageMeeting
from rapporteur.kit.clock import SystemClock
from tests.fakes.studio import Recorder, job

async def attend():
    meeting = PageMeeting(run_dir=pathlib.Path(sys.argv[1]), clock=SystemClock(), chromium=pathlib.Path(sys.argv[2]))
    await meeting.join(job(sys.argv[3]), Recorder())
    print("joined", file=sys.stderr, flush=True)
    await asyncio.Event().wait()

asyncio.run(attend())
"""


@pytest.fixture
def meeting(tmp_path: Path, chromium: Path) -> Callable[[], PageMeeting]:
    return lambda: PageMeeting(run_dir=tmp_path, clock=SystemClock(), chromium=chromium)


def status(pid: int, field: str) -> list[str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split()[1:] for line in lines if line.startswith(f"{field}:"))


def command(pid: int) -> list[str]:
    # The zygote writes the titles of its children with blanks.
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").split()


def everything_under(pid: int, run_dir: Path) -> set[int]:
    """The tree, and what has slipped out of it: Chromium's crash reporter is nobody's child."""
    found = set(descendants(pid))
    for folder in Path("/proc").iterdir():
        with suppress(FileNotFoundError):  # ended meanwhile
            if folder.name.isdecimal() and os.geteuid() == 0 and folder.stat().st_uid == account_of(run_dir):
                found.add(int(folder.name))
    return found


def browser_of(pid: int) -> dict[str, list[int]]:
    """The browser's processes under `pid` by type; the type of the main one is `main`."""
    found: dict[str, list[int]] = {}
    for child in descendants(pid):
        words = command(child)
        kind = next((word.removeprefix("--type=") for word in words if word.startswith("--type=")), None)
        if kind is None and any(word.startswith("--user-data-dir=") for word in words):
            kind = "main"
        if kind is not None:
            found.setdefault(kind, []).append(child)
    return found


async def test_the_browser_is_sandboxed_under_an_account_of_its_own(
    meeting: Callable[[], PageMeeting], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAPPORTEUR_TEST_MARK", "1")
    attending, recorder = meeting(), Recorder()
    async with studio() as url:
        try:
            await attending.join(job(url), recorder)
            processes = browser_of(os.getpid())
            everyone = [pid for pids in processes.values() for pid in pids]
            (main,), renderer = processes["main"], processes["renderer"][0]
            switches, environment = command(main), Path(f"/proc/{main}/environ").read_text()
            secret = attending._bridge.parameters["secret"]
            account = status(main, "Uid")
            assert not any("--no-sandbox" in word for pid in everyone for word in command(pid))
            assert status(renderer, "Seccomp") == ["2"]
            assert len(status(renderer, "NSpid")) > 1, "a process namespace of its own"
            assert secret not in environment
            assert not any(secret in word for pid in everyone for word in command(pid))
            async with watched(everything_under(os.getpid(), tmp_path)) as everything:
                await attending.leave()
                assert await everything.end(within_s=3) == []
        finally:
            await attending.leave()
    if os.geteuid() == 0:
        assert account == [str(account_of(tmp_path))] * 4
    assert "RAPPORTEUR_TEST_MARK" not in environment, "nothing of the bot's environment reaches the browser"
    disabled = [word for word in switches if word.startswith("--disable-features=")]
    assert len(disabled) == 1
    assert {"WebRtcHideLocalIpsWithMdns", "MediaRouter"} <= set(disabled[0].partition("=")[2].split(","))


async def test_nothing_outlives_a_bot_that_is_killed(tmp_path: Path, chromium: Path) -> None:
    async with studio() as url:
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-c", BOT, str(tmp_path), str(chromium), url, stderr=asyncio.subprocess.PIPE,
            start_new_session=True, cwd=Path(__file__).resolve().parents[2],
        )
        assert bot.stderr is not None
        assert await bot.stderr.readline() == b"joined\n"
        tree = everything_under(bot.pid, tmp_path)
        kinds = browser_of(bot.pid).keys()
        async with watched(tree) as everything:
            bot.kill()
            await bot.wait()
            assert await everything.end(within_s=5) == []
    assert {"main", "zygote", "renderer"} <= kinds


@pytest.mark.parametrize("victim", ["main", "renderer"])
async def test_a_browser_that_dies_is_noticed_at_once(meeting: Callable[[], PageMeeting], victim: str) -> None:
    attending, recorder = meeting(), Recorder()
    async with studio() as url:
        try:
            await attending.join(job(url), recorder)
            for pid in browser_of(os.getpid())[victim]:
                os.kill(pid, signal.SIGKILL)
            await recorder.until(lambda: BrowserLost() in recorder.facts, within_s=3)
        finally:
            await attending.leave()
    assert recorder.facts.count(BrowserLost()) == 1


async def test_a_page_that_hangs_does_not_answer_and_still_closes_in_time(tmp_path: Path, chromium: Path) -> None:
    browser = Browser(tmp_path, executable=chromium, on_lost=lambda _: None)
    try:
        page = await browser.open("")
        assert await browser.answers(within_s=5)
        await page.evaluate("setTimeout(() => { for (;;); })")
        assert not await browser.answers(within_s=1)
        async with watched(descendants(os.getpid())) as everything, asyncio.timeout(5):
            await browser.close()
            assert await everything.end(within_s=3) == []
    finally:
        await browser.close()


@pytest.mark.parametrize(("path", "sub_code"), [
    ("http://127.0.0.1:1/room/nobody", "meeting_not_found"),
    ("/no-such-page", "meeting_not_found"),
])
async def test_a_meeting_that_cannot_be_reached_is_not_found(
    meeting: Callable[[], PageMeeting], path: str, sub_code: str,
) -> None:
    attending = meeting()
    async with studio() as url:
        address = path if path.startswith("http") else url.rpartition("/room/")[0] + path
        with pytest.raises(MeetingFailure) as failure:
            await attending.join(job(address), Recorder())
    assert failure.value.sub_code == sub_code
    assert address not in str(failure.value)
    assert browser_of(os.getpid()) == {}


def everybody_may_enter(folder: Path) -> None:
    """The browser's account has to reach what pytest keeps to its own user."""
    for above in (folder, *folder.parents[:2]):
        above.chmod(0o755)


async def test_leaving_before_the_browser_came_up_leaves_nothing(tmp_path: Path) -> None:
    up, never = tmp_path / "up", tmp_path / "never"
    for pipe in (up, never):
        os.mkfifo(pipe)
        pipe.chmod(0o666)
    slow = tmp_path / "chromium"
    slow.write_text(f"#!/bin/sh\necho up > {up}\nread line < {never}\n")
    slow.chmod(0o755)
    everybody_may_enter(tmp_path)
    attending = PageMeeting(run_dir=tmp_path / "run", clock=SystemClock(), chromium=slow)
    async with asyncio.TaskGroup() as tasks:
        joining = tasks.create_task(attending.join(job("http://127.0.0.1:1/room/nobody"), Recorder()))
        assert await asyncio.to_thread(up.read_text) == "up\n"
        async with watched(descendants(os.getpid())) as everything, asyncio.timeout(6):
            await attending.leave()
            assert await everything.end(within_s=3) == []
        await joining


async def test_leaving_at_once_leaves_nothing(meeting: Callable[[], PageMeeting]) -> None:
    attending = meeting()
    await attending.leave()
    await attending.leave()
    assert browser_of(os.getpid()) == {}


async def test_a_machine_without_user_namespaces_is_refused_with_the_remedy(tmp_path: Path) -> None:
    # What Chromium says and does there, without having to take the namespaces from this machine.
    fake = tmp_path / "chromium"
    fake.write_text("#!/bin/sh\necho '[1:1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox!' >&2\nexit 1\n")
    fake.chmod(0o755)
    everybody_may_enter(tmp_path)
    browser = Browser(tmp_path / "run", executable=fake, on_lost=lambda _: None)
    try:
        with pytest.raises(CaptureFailure, match="RAPPORTEUR_SANDBOX=false") as failure:
            await browser.open("")
    finally:
        await browser.close()
    assert failure.value.code == "no_sandbox"
