"""The Python client against the real API, blocking and on a loop."""

from __future__ import annotations

import asyncio
import io
import os
import re
from collections.abc import AsyncIterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from rapporteur.client import ApiError, AsyncRapporteur, NoSuchMedia, Rapporteur
from tests.fakes.api_server import ROOM, ApiServer, serving

pytestmark = pytest.mark.contract

FILM = os.urandom(700_000)
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "python-client.md"


@pytest.fixture
async def api(data_dir: Path) -> AsyncIterator[ApiServer]:
    async with serving(data_dir) as api:
        yield api


async def test_a_program_that_waits_gets_bots_and_files(api: ApiServer, tmp_path: Path) -> None:
    bot_id, _ = await api.recorded({"video_mixed.mp4": FILM})
    seen: list[tuple[int, int | None]] = []

    def program() -> None:
        with Rapporteur(api.url, api.key) as server:
            made = [server.create_bot(ROOM, bot_name="Notes", idempotency_key="once") for _ in range(2)]
            assert made[0] == made[1]
            assert {bot["id"] for bot in server.bots(limit=1)} == {bot_id, made[0]["id"]}
            bot = server.wait(bot_id)
            path = server.download(bot, "video_mixed", tmp_path / "a.mp4", progress=lambda *each: seen.append(each))
            assert server.document(bot, "participant_events") == []
            assert path.read_bytes() == FILM
            assert [event["number"] for event in server.events(bot_id)] == sorted(e["number"] for e in server.events(bot_id))
            with pytest.raises(NoSuchMedia):
                server.download(bot, "transcript", tmp_path / "b")
            with pytest.raises(ApiError) as refused:
                server.leave(bot_id)
            assert (refused.value.status, refused.value.code) == (400, "cannot_command_completed_bot")
            assert server.add_webhook("http://127.0.0.1:9/", ["bot"])["secret"].startswith("whsec_")
            assert [hook["url"] for hook in server.webhooks()] == ["http://127.0.0.1:9/"]
            assert server.delete_media(bot_id)["status_changes"][-1]["code"] == "media_expired"

    await asyncio.to_thread(program)
    assert (seen[0], seen[-1]) == ((0, len(FILM)), (len(FILM), len(FILM)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "data"]


async def test_a_program_on_a_loop_gets_bots_and_files(api: ApiServer, tmp_path: Path) -> None:
    bot_id, _ = await api.recorded({"video_mixed.mp4": FILM})
    seen: list[tuple[int, int | None]] = []
    async with AsyncRapporteur(api.url, api.key) as server:
        made = await server.create_bot(ROOM, bot_name="Notes")
        assert {bot["id"] async for bot in server.bots(limit=1)} == {bot_id, made["id"]}
        bot = await server.wait(bot_id)
        assert [event["type"] async for event in server.events(bot_id)]
        assert await server.document(bot, "participant_events") == []
        path = await server.download(bot, "video_mixed", tmp_path / "a.mp4", progress=lambda *each: seen.append(each))
        assert path.read_bytes() == FILM
        with pytest.raises(ApiError) as refused:
            await server.leave(bot_id)
        assert refused.value.code == "cannot_command_completed_bot"
        assert (await server.add_webhook("http://127.0.0.1:9/"))["events"] == []
        assert len(await server.webhooks()) == 1
        assert (await server.delete_media(bot_id))["recordings"][0]["status"]["code"] == "deleted"
        with pytest.raises(NoSuchMedia):
            await server.download(await server.bot(bot_id), "video_mixed", tmp_path / "b")
    assert seen[-1] == (len(FILM), len(FILM))


async def test_a_wrong_key_is_said_to_be_one(api: ApiServer) -> None:
    async with AsyncRapporteur(api.url, "rpt_wrong") as server:
        with pytest.raises(ApiError, match="401: Invalid token"):
            await server.bot("x")


async def test_the_page_about_the_client_runs_as_it_is_written(api: ApiServer, tmp_path: Path) -> None:
    recorded, _ = await api.recorded({"video_mixed.mp4": FILM})
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(blocks) == 3
    names: dict[str, object] = {"url": api.url, "key": api.key, "meeting": ROOM, "recorded": recorded, "folder": str(tmp_path)}
    said = io.StringIO()

    def program() -> None:
        for block in blocks:
            exec(compile(block, PAGE.name, "exec"), names)

    with redirect_stdout(said):
        await asyncio.to_thread(program)
    assert (tmp_path / "meeting.mp4").read_bytes() == FILM
    lines = said.getvalue().splitlines()
    assert sorted(lines[:2]) == ["Meeting Notetaker done", "Notes ready"]
    assert (lines[2], lines[-1]) == ("cannot_command_unstarted_bot", "[]")
    assert f"{len(FILM)} of {len(FILM)} bytes" in said.getvalue()
