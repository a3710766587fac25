"""The documentation's `bash run` blocks do what the pages say, page by page, against a real server of their own."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from rapporteur.domain.lifecycle import TERMINAL
from tests.docs.pages import PAGES, Block, blocks

pytestmark = pytest.mark.browser

PRINTED = "http://127.0.0.1:8000"
"""The server's address as the pages give it."""
SCRIPTS: dict[Path, list[Block]] = {
    page: found for page in PAGES if (found := [b for b in blocks() if b.page == page and b.info == "bash run"])
}


@dataclass
class Server:
    url: str
    environment: dict[str, str]


@pytest.fixture
async def server(tmp_path: Path, data_dir: Path, free_port: int, chromium: Path) -> AsyncIterator[Server]:
    """`rapporteur serve`, as the pages start it; its bots are over when it ends."""
    url = f"http://127.0.0.1:{free_port}"
    (tmp_path / ".venv").symlink_to(sys.prefix)
    environment = os.environ | {
        "PATH": f"{sys.prefix}/bin:{os.environ['PATH']}", "RAPPORTEUR_URL": url, "RAPPORTEUR_PORT": str(free_port),
        "RAPPORTEUR_DATA_DIR": str(data_dir), "RAPPORTEUR_CHROMIUM": str(chromium),
        "RAPPORTEUR_METRICS_TOKEN": "a-token-of-operators",
    }
    process = await asyncio.create_subprocess_exec("rapporteur", "serve", env=environment, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = []
    async for line in process.stderr:
        said.append(line.decode())
        if '"serving"' in said[-1]:
            break
    else:
        await process.wait()
        pytest.fail(f"the server did not start: {''.join(said)}", pytrace=False)
    async with asyncio.TaskGroup() as group:
        # A full pipe would stop the server.
        group.create_task(process.stderr.read())
        yield Server(url, environment)
        process.terminate()
        await process.wait()


async def run(script: str, server: Server, folder: Path) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        "bash", "-euo", "pipefail", "-c", script, cwd=folder, env=server.environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


async def bots_of(http: aiohttp.ClientSession, server: Server, key: str) -> list[dict[str, Any]]:
    async with http.get(f"{server.url}/api/v1/bot/", headers={"Authorization": f"Token {key}"}) as answer:
        return (await answer.json())["results"]


async def all_over(http: aiohttp.ClientSession, server: Server, key: str) -> list[dict[str, Any]]:
    """Follow every bot's events to their end, which is the bot's."""
    for bot in await bots_of(http, server, key):
        headers = {"Authorization": f"Token {key}", "Accept": "text/event-stream"}
        async with http.get(f"{server.url}/rapporteur/v1/bots/{bot['id']}/events/", headers=headers) as stream:
            await stream.read()
    return await bots_of(http, server, key)


@pytest.mark.parametrize("page", SCRIPTS, ids=lambda page: page.name)
@pytest.mark.skipif(shutil.which("curl") is None, reason="the pages show curl, which this machine does not have")
async def test_blocks_of_a_page_run_from_top_to_bottom(page: Path, server: Server, tmp_path: Path) -> None:
    script = "\n".join(block.text for block in SCRIPTS[page]).replace(PRINTED, server.url)
    _, key = await run("rapporteur keys create 2>/dev/null", server, tmp_path)
    status, out = await run(f"export RAPPORTEUR_API_KEY={key}\n{script}", server, tmp_path)
    assert status == 0, out
    async with aiohttp.ClientSession() as http:
        ended = await all_over(http, server, key.strip())
    assert all(bot["status_changes"][-1]["code"] in TERMINAL for bot in ended), ended
