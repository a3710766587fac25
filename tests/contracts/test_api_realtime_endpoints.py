"""Where recordings stream to, as objects of the API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rapporteur.domain.ids import new_id
from rapporteur.wire import control
from tests.fakes.api_server import ApiServer, serving
from tests.fakes.core import Reporting

pytestmark = pytest.mark.contract

ENDPOINTS: list[dict[str, Any]] = [
    {"type": "webhook", "url": "https://example.org/live", "events": ["transcript.data"], "metadata": {"stage": "one"}},
    {"type": "websocket", "url": "wss://example.org/live?token=t", "events": ["participant_events.join"]},
]
LIST = "/api/v1/realtime_endpoint/"


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


async def test_a_live_endpoint_runs_with_its_recording_and_is_done_with_it(api: ApiServer) -> None:
    bot = await api.create(recording_config={"realtime_endpoints": ENDPOINTS})
    assert (await api.get(LIST))["results"] == [], "there is none before its recording"
    _, generation = await api.core.next(bot["id"])
    await api.core.hello(bot["id"], generation)
    report, recording_id = Reporting(bot["id"]), new_id()
    await api.core.attendance.take(bot["id"], generation, report.joined() + report.recording(recording_id))
    recording = await api.get(f"/api/v1/recording/{recording_id}/")
    first, second = recording["realtime_endpoints"]
    assert (first["metadata"], second["metadata"]) == ({"stage": "one"}, {})
    running = await api.get(f"{LIST}{first['id']}/")
    assert running["recording"] == {"id": recording_id, "metadata": {}}
    assert {key: running[key] for key in ("type", "url", "events")} == {
        key: ENDPOINTS[0][key] for key in ("type", "url", "events")}
    assert running["status"]["code"] == "running"
    await api.core.attendance.take(bot["id"], generation, report.over(recording_id))
    await api.core.lifecycle.publish(bot["id"])
    assert (await api.get(f"{LIST}{first['id']}/"))["status"]["code"] == "done"


async def test_a_live_endpoint_tells_what_arrived_and_what_was_given_up_by_every_generation(api: ApiServer) -> None:
    bot = await api.create(recording_config={"realtime_endpoints": ENDPOINTS[:1]})
    _, generation = await api.core.next(bot["id"])
    await api.core.hello(bot["id"], generation)
    report = Reporting(bot["id"])
    await api.core.attendance.take(bot["id"], generation, report.joined() + report.recording(new_id()))
    [endpoint] = (await api.get(LIST))["results"]
    assert (endpoint["delivered"], endpoint["dropped"]) == ({}, {})

    def counts(delivered: Any, dropped: Any, code: str = "running") -> Any:
        return report.fact(control.LIVE_ENDPOINT, endpoint_id=endpoint["id"], code=code, error=None, delivered=delivered,
                           dropped=dropped)

    async def told(*facts: Any) -> tuple[Any, Any]:
        await api.core.attendance.take(bot["id"], generation, list(facts))
        shown = await api.get(f"{LIST}{endpoint['id']}/")
        assert shown["status"]["code"] == ("done" if facts[-1].body["code"] == "done" else "running")
        return shown["delivered"], shown["dropped"]

    assert await told(counts({"transcript.data": 2}, {})) == ({"transcript.data": 2}, {})
    later = counts({"transcript.data": 5}, {"transcript.data": 1}), counts({"transcript.data": 6}, {"transcript.data": 1})
    assert await told(*later) == ({"transcript.data": 6}, {"transcript.data": 1})
    await api.core.store.write(lambda tx: tx.bots.update(bot["id"], generation=generation + 1))
    generation += 1
    assert await told(counts({"transcript.data": 3}, {})) == ({"transcript.data": 9}, {"transcript.data": 1})
    last = counts({"transcript.data": 4}, {"transcript.data": 2}, code="done")
    assert await told(last) == ({"transcript.data": 10}, {"transcript.data": 3})
    logged = [line["message"] for line in (await api.get(f"/api/v1/bot/{bot['id']}/logs/"))]
    assert logged == ["A live endpoint does not keep up, and events for it are given up.",
                      "2 events could not be delivered to a live endpoint."]


async def test_a_bot_of_an_earlier_version_tells_of_what_arrived_in_one_number(api: ApiServer) -> None:
    bot = await api.create(recording_config={"realtime_endpoints": ENDPOINTS[:1]})
    _, generation = await api.core.next(bot["id"])
    await api.core.hello(bot["id"], generation)
    report = Reporting(bot["id"])
    await api.core.attendance.take(bot["id"], generation, report.joined() + report.recording(new_id()))
    [endpoint] = (await api.get(LIST))["results"]
    failed = report.fact(control.LIVE_ENDPOINT, endpoint_id=endpoint["id"], code="failed", error={"code": "bad_answer"},
                         delivered=7, dropped={"transcript.data": 1})
    await api.core.attendance.take(bot["id"], generation, [failed])
    [endpoint] = (await api.get(LIST))["results"]
    assert (endpoint["status"]["code"], endpoint["delivered"], endpoint["dropped"]) == ("failed", {}, {"transcript.data": 1})


async def test_live_endpoints_of_a_deleted_recording_are_deleted(api: ApiServer) -> None:
    _, recording_id = await api.recorded(recording_config={"realtime_endpoints": ENDPOINTS})
    assert (await api.call("DELETE", f"/api/v1/recording/{recording_id}/")).status == 204
    assert {e["status"]["code"] for e in (await api.get(LIST))["results"]} == {"deleted"}


async def test_live_endpoints_are_filtered(api: ApiServer) -> None:
    bot_id, recording_id = await api.recorded(recording_config={"realtime_endpoints": ENDPOINTS})
    await api.recorded(recording_config={"realtime_endpoints": ENDPOINTS[:1]})
    page = await api.get(LIST)
    assert (len(page["results"]), page["next"]) == (3, None)
    made_at = page["results"][0]["created_at"]
    for query, expected in {
        f"recording_id={recording_id}": 2, f"bot_id={bot_id}": 2, "type=websocket": 1, "type=rtmp": 0, "status_code=done": 3,
        "status_code=running": 0, f"created_at_after={made_at}": 1, "created_at_before=2001-01-01": 0,
    }.items():
        assert len((await api.get(f"{LIST}?{query}"))["results"]) == expected, query
    assert (await api.get((await api.get(f"{LIST}?limit=1"))["next"]))["results"][0] == page["results"][1]


async def test_a_live_endpoints_metadata_can_be_replaced(api: ApiServer) -> None:
    await api.recorded(recording_config={"realtime_endpoints": ENDPOINTS[:1]})
    [endpoint] = (await api.get(LIST))["results"]
    changed = await api.call("PATCH", f"{LIST}{endpoint['id']}/", json={"metadata": {"a": "1"}})
    assert changed.json == endpoint | {"metadata": {"a": "1"}}
    assert (await api.call("PATCH", f"{LIST}{new_id()}/", json={"metadata": {}})).status == 404
    assert (await api.call("DELETE", f"{LIST}{endpoint['id']}/")).status == 405


async def test_events_about_live_endpoints_are_told_apart_by_their_moments(api: ApiServer) -> None:
    await api.recorded(recording_config={"realtime_endpoints": ENDPOINTS})
    moments = [e["status"]["updated_at"] for e in (await api.get(LIST))["results"]]
    assert len(set(moments)) == 2
