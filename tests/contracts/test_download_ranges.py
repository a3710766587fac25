"""Download links as players and programs use them: ranges, HEAD, other origins, expiry."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rapporteur.api.ranges import Span, Unsatisfiable, span
from tests.fakes.api_server import ApiServer, serving

pytestmark = pytest.mark.contract

KEY = "w/x/recordings/y/video_mixed/video_mixed.mp4"
DATA = bytes(range(256)) * 40
SIZE = len(DATA)

RANGES = [
    ("bytes=0-99", 206, 0, 100), ("bytes=100-100", 206, 100, 101), (f"bytes={SIZE - 10}-", 206, SIZE - 10, SIZE),
    ("bytes=-10", 206, SIZE - 10, SIZE), (f"bytes=-{SIZE * 2}", 206, 0, SIZE), (f"bytes=10-{SIZE * 2}", 206, 10, SIZE),
    ("bytes=0-", 206, 0, SIZE), ("bytes=9-1", 200, 0, SIZE), ("bytes=0-1,5-6", 200, 0, SIZE), ("lines=0-1", 200, 0, SIZE),
    ("bytes=a-b", 200, 0, SIZE), ("bytes=-", 200, 0, SIZE), ("", 200, 0, SIZE),
]
BEHIND = [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0"]


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        await running.core.stored(KEY, DATA)
        yield running


def link(api: ApiServer) -> str:
    return api.core.links.sign_get(KEY, "video_mixed.mp4")


async def test_any_part_of_a_file_can_be_asked_for(api: ApiServer, subtests: pytest.Subtests) -> None:
    for header, status, start, end in RANGES:
        with subtests.test(header=header):
            for method in ("GET", "HEAD"):
                answer = await api.call(method, link(api), key=None, headers={"Range": header} if header else {})
                assert (answer.status, answer.headers["Content-Length"]) == (status, str(end - start))
                assert answer.raw == (DATA[start:end] if method == "GET" else b"")
                assert answer.headers.get("Content-Range") == (f"bytes {start}-{end - 1}/{SIZE}" if status == 206 else None)
                assert answer.headers["Accept-Ranges"] == "bytes"
                assert answer.headers["Content-Type"] == "video/mp4"


async def test_a_part_behind_the_end_is_not_satisfiable(api: ApiServer) -> None:
    for header in BEHIND:
        answer = await api.call("GET", link(api), key=None, headers={"Range": header})
        assert (answer.status, answer.headers["Content-Range"], answer.raw) == (416, f"bytes */{SIZE}", b"")


async def test_a_file_is_shown_inline_to_pages_of_any_origin(api: ApiServer) -> None:
    answer = await api.call("GET", link(api), key=None, headers={"Origin": "https://app.example"})
    assert answer.headers["Content-Disposition"] == 'inline; filename="video_mixed.mp4"'
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    exposed = {name.strip() for name in answer.headers["Access-Control-Expose-Headers"].split(",")}
    assert exposed >= {"Accept-Ranges", "Content-Range", "Content-Length"}
    preflight = await api.call("OPTIONS", link(api), key=None, headers={
        "Origin": "https://app.example", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"})
    assert (preflight.status, preflight.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]


async def test_a_known_file_is_not_sent_again_and_a_stale_part_is_sent_whole(api: ApiServer) -> None:
    etag = (await api.call("HEAD", link(api), key=None)).headers["ETag"]
    assert (await api.call("GET", link(api), key=None, headers={"If-None-Match": etag})).status == 304
    part = {"Range": "bytes=0-9"}
    assert (await api.call("GET", link(api), key=None, headers=part | {"If-Range": etag})).status == 206
    assert (await api.call("GET", link(api), key=None, headers=part | {"If-Range": '"other"'})).status == 200


async def test_an_altered_or_expired_link_is_forbidden(api: ApiServer) -> None:
    good = link(api)
    for bad in (good + "x", good.replace("Expires=1", "Expires=2"), good.replace("/y/", "/z/"), good.partition("?")[0]):
        for method in ("GET", "HEAD"):
            answer = await api.call(method, bad, key=None)
            assert answer.status == 403
            assert method == "HEAD" or answer.json["code"] == "link_invalid"
    assert (await api.call("GET", good.partition("?")[0])).status == 403, "an API key does not help"
    api.core.clock.at_ms += 3_600_000
    expired = await api.call("GET", good, key=None)
    assert (expired.status, expired.json["code"]) == (403, "link_expired")
    assert "fresh" in expired.json["detail"]
    assert expired.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_file_that_is_gone_is_not_found(api: ApiServer) -> None:
    answer = await api.call("GET", api.core.links.sign_get("w/gone.mp4", "gone.mp4"), key=None)
    assert (answer.status, answer.json["code"]) == (404, "gone")


def test_a_span_lies_within_its_file() -> None:
    assert span("bytes=0-0", 1) == Span(0, 1)
    assert span("Bytes = 5 - 7", 10) == Span(5, 8)
    with pytest.raises(Unsatisfiable):
        span("bytes=0-", 0)
