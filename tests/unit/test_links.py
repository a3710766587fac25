from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from rapporteur.domain.errors import Refused
from rapporteur.services.links import Links
from tests.fakes.core import START_MS, FrozenClock

pytestmark = pytest.mark.unit

KEY = "w/ws/recordings/rec/video_mixed/video_mixed.mp4"


def parts(link: str) -> tuple[str, str, str]:
    url = urlsplit(link)
    query = parse_qs(url.query)
    return url.path, query["Expires"][0], query["Signature"][0]


def refusal(links: Links, method: str, key: str, expires: str | None, signature: str | None) -> str:
    with pytest.raises(Refused) as refused:
        links.verify(method, key, expires, signature)
    return refused.value.code


def test_a_link_ends_in_the_files_name_and_says_until_when_it_holds() -> None:
    path, expires, _ = parts(Links(b"s", FrozenClock(), 3600).sign_get(KEY, "video_mixed.mp4"))
    assert path == f"/media/{KEY}"
    assert int(expires) == START_MS / 1000 + 3600


def test_a_link_reads_its_file_until_it_expires() -> None:
    clock = FrozenClock()
    links = Links(b"s", clock, 3600)
    _, expires, signature = parts(links.sign_get(KEY, "video_mixed.mp4"))
    for method in ("GET", "HEAD"):
        links.verify(method, KEY, expires, signature)
    clock.at_ms += 3_599_000
    links.verify("GET", KEY, expires, signature)
    clock.at_ms += 1_000
    assert refusal(links, "GET", KEY, expires, signature) == "link_expired"


def test_an_altered_link_is_refused_whatever_was_altered() -> None:
    links = Links(b"s", FrozenClock(), 3600)
    _, expires, signature = parts(links.sign_get(KEY, "video_mixed.mp4"))
    later = str(int(expires) + 1)
    for attempt in (
        ("GET", KEY + "x", expires, signature), ("GET", KEY, later, signature), ("GET", KEY, expires, signature[:-1] + "A"),
        ("GET", KEY, None, signature), ("GET", KEY, expires, None), ("GET", KEY, "", ""), ("GET", KEY, "soon", "é"),
        ("PUT", KEY, expires, signature), ("DELETE", KEY, expires, signature),
    ):
        assert refusal(links, *attempt) == "link_invalid", attempt
    assert refusal(Links(b"t", FrozenClock(), 3600), "GET", KEY, expires, signature) == "link_invalid"


def test_a_link_to_store_is_no_link_to_read() -> None:
    links = Links(b"s", FrozenClock(), 3600)
    path, expires, signature = parts(links.sign_put(KEY))
    assert path == f"/internal/blobs/{KEY}"
    links.verify("PUT", KEY, expires, signature)
    assert refusal(links, "GET", KEY, expires, signature) == "link_invalid"


def test_a_link_is_not_made_under_another_name() -> None:
    with pytest.raises(ValueError, match="name"):
        Links(b"s", FrozenClock(), 3600).sign_get(KEY, "other.mp4")
