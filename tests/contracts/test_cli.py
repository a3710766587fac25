"""The command line against the real API on loopback, as a person at a terminal and as a script."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.api_server import ROOM, ApiServer, serving

pytestmark = pytest.mark.contract

NOBODY = "3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11"


@dataclass
class Ended:
    status: int
    out: str
    err: str


Run = Callable[..., Awaitable[Ended]]


async def rapporteur(*arguments: str, stdin: str = "", **environment: str) -> Ended:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rapporteur", *arguments, env=os.environ | environment | {"COLUMNS": "200"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = await asyncio.wait_for(process.communicate(stdin.encode()), 30)
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


@pytest.fixture
def run(server: ApiServer) -> Run:
    """Run a command with the server's address and key in its environment."""
    return lambda *arguments, **options: rapporteur(
        *arguments, RAPPORTEUR_URL=server.url, RAPPORTEUR_API_KEY=server.key, **options)


async def test_bot_is_created_listed_shown_and_made_to_leave(server: ApiServer, run: Run) -> None:
    created = await run("bot", "create", ROOM, "--name", "Scribe", "--audio")
    assert (created.status, created.err) == (0, "")
    bot_id = created.out.strip()
    config = (await server.get(f"/api/v1/bot/{bot_id}/"))["recording_config"]
    assert config["transcript"]["provider"] == {"recallai_streaming": {}}
    assert config["audio_mixed_mp3"] == {}
    listed = await run("bot", "list")
    assert bot_id in listed.out
    assert "Scribe" in listed.out
    shown = await run("bot", "get", bot_id, "--json")
    assert json.loads(shown.out)["id"] == bot_id


async def test_body_from_standard_input_adds_to_the_request_and_wins_over_defaults(server: ApiServer, run: Run) -> None:
    body = json.dumps({"metadata": {"team": "sales"}, "recording_config": {"transcript": None}})
    created = await run("bot", "create", ROOM, "--body", "-", "--json", stdin=body)
    made = json.loads(created.out)
    assert made["metadata"] == {"team": "sales"}
    assert made["recording_config"]["transcript"] is None


async def test_watch_tells_the_story_and_ends_with_the_bot(server: ApiServer, run: Run) -> None:
    bot_id, _ = await server.recorded(recording_config={"transcript": {"provider": {"recallai_streaming": {}}}})
    told = await run("bot", "watch", bot_id)
    assert told.status == 0
    assert "in_call_recording" in told.out
    assert told.out.rstrip().splitlines()[-1].endswith("done")
    as_json = await run("bot", "watch", bot_id, "--json")
    events = [json.loads(line) for line in as_json.out.splitlines()]
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))


async def test_finished_bot_is_shown_with_links_to_what_it_recorded(server: ApiServer, run: Run) -> None:
    bot_id, _ = await server.recorded()
    shown = await run("bot", "get", bot_id)
    assert "video_mixed" in shown.out
    assert "/video_mixed.mp4?Expires=" in shown.out


async def test_logs_of_a_bot_name_ignored_keys(server: ApiServer, run: Run) -> None:
    bot = await server.create(no_such_key=1)
    assert "no_such_key" in (await run("bot", "logs", bot["id"])).out


async def test_webhook_is_added_with_its_secret_listed_and_removed(server: ApiServer, run: Run) -> None:
    added = await run("webhooks", "add", "http://127.0.0.1:9/hook", "--event", "bot.done")
    assert added.out.startswith("whsec_")
    [endpoint] = json.loads((await run("webhooks", "list", "--json")).out)["results"]
    assert endpoint["events"] == ["bot.done"]
    bare = await run("webhooks", "deliveries", endpoint["id"])
    assert (bare.status, bare.out) == (0, "")
    assert (await run("webhooks", "remove", endpoint["id"])).status == 0
    assert json.loads((await run("webhooks", "list", "--json")).out)["results"] == []


async def test_key_is_listed_without_its_secret_and_revoked(server: ApiServer, run: Run) -> None:
    listed = await run("keys", "list")
    assert "tests" in listed.out
    assert server.key not in listed.out
    [key] = json.loads((await run("keys", "list", "--json")).out)["results"]
    assert (await run("keys", "revoke", key["id"])).status == 0
    refused = await run("keys", "list")
    assert refused.status == 1
    assert refused.err.startswith("rapporteur: 401:")


@pytest.mark.parametrize(("arguments", "says"), [
    (("bot", "get", NOBODY), "404: Not found."),
    (("bot", "create", "https://example.org/abc"), "400: meeting_url: This is not a link of a platform that can be joined"),
    (("bot", "leave", "../keys"), "404"),
    (("webhooks", "add", "http://127.0.0.1:9/hook", "--event", "bot.don"), "bot.done"),
])
async def test_refusal_is_one_line_in_the_servers_words(run: Run, arguments: tuple[str, ...], says: str) -> None:
    ended = await run(*arguments)
    assert (ended.status, ended.out) == (1, "")
    assert says in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(("arguments", "environment", "status", "says"), [
    (("bot", "list"), {}, 2, "no API key given"),
    (("bot", "list", "--key", "k", "--url", "localhost:8000"), {}, 2, "is not an address"),
    (("bot", "list", "--key", "k", "--url", "http://127.0.0.1:9"), {}, 1, "Start one with `rapporteur serve`"),
    (("bot", "create", ROOM, "--key", "k", "--body", "/no/such/file"), {}, 2, "No such file"),
    (("bot", "create"), {}, 2, "Missing argument"),
    (("serve",), {"RAPPORTEUR_PORT": "eighty"}, 2, "RAPPORTEUR_PORT='eighty' is not valid"),
])
async def test_wrong_command_line_or_absent_server_is_named(
    arguments: tuple[str, ...], environment: dict[str, str], status: int, says: str,
) -> None:
    ended = await rapporteur(*arguments, **environment)
    assert ended.status == status
    assert says in ended.err
    assert "Traceback" not in ended.err


async def test_first_key_is_made_on_the_data_directory_and_printed_alone(data_dir: Path) -> None:
    made = await rapporteur("keys", "create", "--data-dir", str(data_dir))
    assert made.status == 0
    assert made.out.startswith("rpt_")
    assert made.out.count("\n") == 1
    assert made.out.strip() not in made.err
    migrated = await rapporteur("migrate", "--data-dir", str(data_dir))
    assert "up to date" in migrated.err


async def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nsys.argv = ['rapporteur', '--help']\nfrom rapporteur.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'fastapi', 'sqlalchemy', 'dbos', 'av', 'numpy', 'aiohttp', 'playwright', 'pydantic'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=subprocess.DEVNULL)
    assert await process.wait() == 0
