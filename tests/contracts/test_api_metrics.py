"""GET /metrics: what an operator's Prometheus reads of a server, and who may read it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from rapporteur.domain.ids import new_id
from rapporteur.services.metrics import FAMILIES
from rapporteur.settings import Settings
from rapporteur.wire import control
from tests.fakes.api_server import ApiServer, serving
from tests.fakes.core import Reporting

pytestmark = pytest.mark.contract

TOKEN = "a-token-of-operators"


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path, Settings(metrics_token=TOKEN)) as running:
        yield running


async def scraped(api: ApiServer) -> dict[str, dict[tuple[str, ...], float]]:
    """By the name of a sample: values of its labels, in the order of the labels' names → value."""
    answer = await api.call("GET", "/metrics", key=f"Bearer {TOKEN}")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(answer.raw.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels[name] for name in sorted(sample.labels))] = sample.value
    return found


async def test_there_are_no_metrics_until_a_token_is_set(tmp_path: Path) -> None:
    async with serving(tmp_path) as api:
        for key in (None, f"Token {api.key}", "Bearer ", "Bearer None"):
            assert (await api.call("GET", "/metrics", key=key)).status == 404


async def test_metrics_are_for_whoever_has_the_token(api: ApiServer) -> None:
    for key in (None, f"Token {api.key}", f"Bearer {api.key}", "Bearer", f"Token {TOKEN}", f"Bearer {TOKEN}x", "Bearer ä"):
        answer = await api.call("GET", "/metrics", key=key)
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), key
        assert b"rapporteur_" not in answer.raw
    assert (await api.call("GET", "/metrics", key=f"bearer {TOKEN}")).status == 200


async def test_an_empty_server_tells_every_family(api: ApiServer) -> None:
    text = (await api.call("GET", "/metrics", key=f"Bearer {TOKEN}")).raw.decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert {family.name for family in FAMILIES} <= set(families)
    assert families["rapporteur_webhook_oldest_pending_seconds"].samples[0].value == 0
    assert families["rapporteur_build_info"].samples[0].value == 1


async def test_bots_recordings_and_transcripts_are_counted_as_they_are(api: ApiServer) -> None:
    await api.create()
    live = [{"type": "websocket", "url": "wss://example.org/live", "events": ["participant_events.join"]}]
    bot = await api.create(recording_config={
        "transcript": {"provider": {"recallai_streaming": {"language_code": "en"}}}, "realtime_endpoints": live})
    _, generation = await api.core.next(bot["id"])
    await api.core.hello(bot["id"], generation)
    report, recording_id = Reporting(bot["id"]), new_id()
    facts = [*report.joined(), *report.recording(recording_id),
             report.fact(control.CAPTURE_CHANGED, way="tab", why="no_encoded_frames"), *report.over(recording_id),
             report.fact(control.ARTIFACT_FAILED, recording_id=recording_id, artifact="transcript", format=None,
                         sub_code="provider_unreachable")]
    await api.core.attendance.take(bot["id"], generation, facts)
    found = await scraped(api)
    assert found["rapporteur_bots"] == {("room", "ready"): 1, ("room", "call_ended"): 1}
    assert found["rapporteur_bot_ends"] == {("room", "call_ended_by_host"): 1}
    assert found["rapporteur_recordings"] == {("processing", "tab"): 1}
    assert found["rapporteur_capture_fallbacks"] == {("tab", "no_encoded_frames"): 1}
    assert found["rapporteur_transcripts"] == {("provider_unreachable", "recallai_streaming", "failed"): 1}
    assert found["rapporteur_live_endpoints"] == {("running", "websocket"): 1}


async def test_live_events_are_counted_over_all_endpoints(api: ApiServer) -> None:
    live = [{"type": "websocket", "url": f"wss://example.org/{name}", "events": ["transcript.data"]} for name in "ab"]
    bot = await api.create(recording_config={"realtime_endpoints": live})
    _, generation = await api.core.next(bot["id"])
    await api.core.hello(bot["id"], generation)
    report = Reporting(bot["id"])
    await api.core.attendance.take(bot["id"], generation, report.joined() + report.recording(new_id()))
    for endpoint in (await api.get("/api/v1/realtime_endpoint/"))["results"]:
        counts = report.fact(control.LIVE_ENDPOINT, endpoint_id=endpoint["id"], code="running", error=None,
                             delivered={"transcript.data": 5}, dropped={"transcript.data": 1, "transcript.partial_data": 2})
        await api.core.attendance.take(bot["id"], generation, [counts])
    found = await scraped(api)
    assert found["rapporteur_live_events_delivered"] == {("transcript.data",): 10, ("transcript.partial_data",): 0}
    assert found["rapporteur_live_events_dropped"] == {("transcript.data",): 2, ("transcript.partial_data",): 4}


async def test_media_that_no_page_brought_is_told_by_where_it_came_from(api: ApiServer) -> None:
    bot_id, recording_id = await api.recorded()

    def stream(tx: Any) -> None:
        tx.bots.update(bot_id, config=tx.bots.get(bot_id).config | {"zoom": {"rtms": {"meeting_uuid": "m"}}})

    assert (await scraped(api))["rapporteur_recordings"] == {("done", "unknown"): 1}
    await api.core.store.write(stream)
    assert (await scraped(api))["rapporteur_recordings"] == {("done", "stream"): 1}
    assert (await api.call("DELETE", f"/api/v1/recording/{recording_id}/")).status == 204
    assert (await scraped(api))["rapporteur_recordings"] == {("deleted", "stream"): 1}


async def test_webhooks_that_wait_are_told_with_their_age(api: ApiServer) -> None:
    hook = {"url": "https://example.org/hook", "events": ["bot.status_change"]}
    assert (await api.call("POST", "/rapporteur/v1/webhooks/", json=hook)).status == 201
    await api.create()
    api.core.clock.at_ms += 90_000
    await api.create()
    found = await scraped(api)
    assert found["rapporteur_webhook_deliveries"] == {("pending",): 2}
    assert found["rapporteur_webhook_oldest_pending_seconds"] == {(): 90}


async def test_requests_are_counted_by_the_route_and_not_by_the_path(api: ApiServer) -> None:
    bot = await api.create()
    for path in (bot["id"], new_id(), new_id()):
        await api.call("GET", f"/api/v1/bot/{path}")
    await api.call("GET", "/api/v1/no/such/thing/")
    await api.call("PROPFIND", f"/api/v1/bot/{bot['id']}/")
    found = await scraped(api)
    requests = found["rapporteur_http_requests_total"]
    assert requests["GET", "/api/v1/bot/{bot_id}/", "200"] == 1
    assert requests["GET", "/api/v1/bot/{bot_id}/", "404"] == 2
    assert requests["POST", "/api/v1/bot/", "201"] == 1
    assert requests["GET", "none", "404"] == 1
    assert requests["other", "/api/v1/bot/{bot_id}/", "405"] == 1
    assert found["rapporteur_http_request_duration_seconds_count"]["GET", "/api/v1/bot/{bot_id}/"] == 3
    assert not any(bot["id"] in label for labels in requests for label in labels)
