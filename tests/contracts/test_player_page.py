"""The player page over the real server: who may open it, what it says while there is nothing to play, what it shows."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rapporteur.dashboard.player import play_link
from rapporteur.wire import control
from tests.fakes.api_server import Answer, ApiServer, serving
from tests.fakes.core import Reporting
from tests.fakes.meeting_documents import contents

pytestmark = pytest.mark.contract

CONFIG = {"transcript": {"provider": {"recallai_streaming": {}}}, "audio_mixed_mp3": {}}


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def opened(api: ApiServer, bot_id: str, more: str = "") -> Answer:
    return await api.call("GET", play_link(api.core.links, api.core.workspace_id, bot_id) + more, key=None)


async def test_a_shared_link_opens_the_recording_without_a_key(api: ApiServer) -> None:
    bot_id, _ = await api.recorded(contents(), recording_config=CONFIG)
    link = (await api.get(f"/rapporteur/v1/bots/{bot_id}/play_link?t=5"))["url"]
    assert link.startswith(f"{api.url}/play?bot_id={bot_id}&")
    assert link.endswith("&t=5")
    page = await api.call("GET", link, key=None)
    text = page.raw.decode()
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert api.key not in text
    assert 'data-start="5.0"' in text
    assert "Weekly sync" in text
    for source in ("video_mixed.mp4", "audio_mixed.mp3", "transcript.json"):
        [href, *_] = re.findall(rf'"(/media/[^"]+/{source}\?[^"]+)"', text)
        assert (await api.call("GET", html.unescape(href), key=None)).status == 200


async def test_what_people_said_and_wrote_is_shown_and_never_run(api: ApiServer) -> None:
    bot_id, _ = await api.recorded(contents(), recording_config=CONFIG)
    page = await opened(api, bot_id)
    text = page.raw.decode()
    assert "Ada &lt;Lindqvist&gt;" in text
    assert "&lt;b&gt;see&lt;/b&gt; the plan" in text
    assert "<b>see" not in text
    assert '<span data-t="5.4">recorder</span>' in text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"


async def test_an_altered_an_expired_and_a_missing_signature_are_told_apart(api: ApiServer) -> None:
    bot_id, _ = await api.recorded()
    other, _ = await api.recorded()
    link = play_link(api.core.links, api.core.workspace_id, bot_id)
    for bad in (link + "x", link.replace(bot_id, other), f"/play?bot_id={bot_id}", "/play"):
        answer = await api.call("GET", bad, key=None)
        assert answer.status == 403
        assert b"not complete" in answer.raw
    assert (await api.call("GET", link.replace("/play?", "/play/?"), key=None)).status == 200
    api.core.clock.at_ms += 31 * 86_400_000
    expired = await api.call("GET", link, key=None)
    assert (expired.status, b"expired" in expired.raw) == (403, True)


async def test_the_page_waits_for_a_recording_and_opens_by_itself(api: ApiServer) -> None:
    bot_id, generation = await api.core.next((await api.create())["id"])
    waiting = await opened(api, bot_id)
    assert b"not been recorded yet" in waiting.raw
    assert b'http-equiv="refresh"' in waiting.raw
    report = Reporting(bot_id)
    facts = report.joined() + report.recording("6f1c1f0e-0000-4000-8000-000000000001")
    await api.core.attendance.take(bot_id, generation, facts)
    running = await opened(api, bot_id)
    assert b"on its way" in running.raw
    assert b'http-equiv="refresh"' in running.raw


async def test_a_bot_that_recorded_nothing_says_why(api: ApiServer) -> None:
    bot_id, generation = await api.core.next((await api.create())["id"])
    report = Reporting(bot_id)
    facts = [report.state("joining_call"), report.state("fatal", "meeting_not_found")]
    await api.core.attendance.take(bot_id, generation, facts)
    page = await opened(api, bot_id)
    assert b"Nothing was recorded" in page.raw
    assert b"meeting not found" in page.raw
    assert b"refresh" not in page.raw


async def test_a_failed_video_leaves_the_sound_and_a_missing_transcript_is_named(api: ApiServer) -> None:
    bot_id = (await api.create(recording_config={"audio_mixed_mp3": {}}))["id"]
    _, generation = await api.core.next(bot_id)
    report, recording_id = Reporting(bot_id), "6f1c1f0e-0000-4000-8000-000000000001"
    facts = report.joined() + report.recording(recording_id) + report.over(recording_id)
    facts.append(report.fact(control.ARTIFACT_FAILED, recording_id=recording_id, artifact="video_mixed", sub_code="disk_full"))
    await api.core.attendance.take(bot_id, generation, facts)
    [grant] = await api.core.attendance.uploads(
        bot_id, generation, [{"recording_id": recording_id, "name": "audio_mixed.mp3"}])
    await api.core.stored(grant["key"], b"sound")
    files = [{"name": "audio_mixed.mp3", "key": grant["key"], "size": 5}]
    stored = report.fact(control.ARTIFACT_STORED, recording_id=recording_id, artifact="audio_mixed", files=files, report=None)
    await api.core.attendance.take(bot_id, generation, [stored, *report.finished()])
    await api.core.lifecycle.publish(bot_id)
    text = (await opened(api, bot_id)).raw.decode()
    assert "<audio" in text
    assert "<video" not in text
    assert "No transcript was asked for." in text


async def test_a_strange_moment_plays_from_the_beginning(api: ApiServer) -> None:
    bot_id, _ = await api.recorded(contents())
    for given, start in (("7.5", "7.5"), ("12s", "12.0"), ("-3", "0.0"), ("soon", "0.0"), ("nan", "0.0"), ("inf", "0.0")):
        assert f'data-start="{start}"'.encode() in (await opened(api, bot_id, f"&t={given}")).raw


async def test_the_pages_own_files_are_served_and_nothing_beside_them(api: ApiServer) -> None:
    for name, kind in (("player.css", "text/css"), ("player.js", "text/javascript"), ("mark.svg", "image/svg+xml")):
        answer = await api.call("GET", f"/play/static/{name}", key=None)
        assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, kind)
        assert "immutable" in answer.headers["Cache-Control"]
    for name in ("nothing.css", "..%2Fpages.py", "%2Fetc%2Fpasswd"):
        assert (await api.call("GET", f"/play/static/{name}", key=None)).status == 404
