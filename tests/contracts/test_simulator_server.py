"""The server of a simulated platform: the page under every name, reports, and what pages have it answer and send."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rapporteur.domain.errors import InvalidRequest
from rapporteur.simulators.meetings import CATALOGUE
from rapporteur.simulators.pages import PLATFORMS, Simulator, simulated

pytestmark = pytest.mark.contract


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with simulated("jitsi", CATALOGUE["denied"], speed=2) as simulator:
        yield simulator


@pytest.fixture
async def http(simulator: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(simulator.url) as http:
        yield http


def secure_port(simulator: Simulator) -> int:
    [rules] = [switch for switch in simulator.switches if "host-resolver-rules" in switch]
    return int(rules.partition(",")[0].rpartition(":")[2])


async def test_every_address_is_the_page(http: aiohttp.ClientSession) -> None:
    for path in ("/", "/abc-defg-hij", "/l/meetup-join/19:x/0?context=y"):
        async with http.get(path, headers={"Host": "meet.google.com"}) as answer:
            assert answer.status == 200
            assert "/_simulator/skin.js" in await answer.text()


async def test_what_the_page_is_made_of_is_there(http: aiohttp.ClientSession, simulator: Simulator) -> None:
    for path, kind in (("skin.js", "text/javascript"), ("clips/welcome", "audio/ogg"), ("empty", "text/html")):
        async with http.get(f"/_simulator/{path}") as answer:
            assert (answer.status, answer.content_type) == (200, kind)
    async with http.get("/_simulator/clips/none") as answer:
        assert answer.status == 404
    simulator.play(CATALOGUE["german"], platform="generic")
    async with http.get("/_simulator/setup.js") as answer:
        text = await answer.text()
    assert '"language": "de"' in text
    assert '"platform": "generic"' in text


async def test_a_report_is_kept_and_waited_for(http: aiohttp.ClientSession, simulator: Simulator) -> None:
    await http.post("/_simulator/report", json={"kind": "chat", "text": "Hello", "at": 1})
    assert (await simulator.until("chat"))["text"] == "Hello"
    assert simulator.said("chat") == simulator.reports
    with pytest.raises(TimeoutError):
        await simulator.until("leave", timeout_s=0.05)
    simulator.play(CATALOGUE["admitted"])
    assert simulator.reports == []


async def test_a_page_has_its_requests_answered(http: aiohttp.ClientSession) -> None:
    async with http.post("/$rpc/sync") as before:
        assert before.status == 404
    await http.put("/_simulator/answers/$rpc/sync", data=b"\x0a\x00", headers={"Content-Type": "application/x-protobuf"})
    for method in ("GET", "POST"):
        async with http.request(method, "/$rpc/sync") as answer:
            assert (await answer.read(), answer.content_type) == (b"\x0a\x00", "application/x-protobuf")


async def test_a_page_has_frames_sent_to_its_sockets(http: aiohttp.ClientSession) -> None:
    async with http.ws_connect("/v4/socket") as socket, http.ws_connect("/other") as other:
        await socket.send_str("whatever")
        await http.post("/_simulator/sockets/v4/socket", data="3:::{}", headers={"Content-Type": "text/plain"})
        await http.post("/_simulator/sockets/v4/socket", data=b"\x01", headers={"Content-Type": "application/octet-stream"})
        assert await socket.receive_str() == "3:::{}"
        assert await socket.receive_bytes() == b"\x01"
        await http.post("/_simulator/sockets/other", data="mine", headers={"Content-Type": "text/plain"})
        assert await other.receive_str() == "mine"


async def test_https_shows_the_key_that_the_browser_is_told_to_trust(simulator: Simulator) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", secure_port(simulator), ssl=trusting)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    key = x509.load_der_x509_certificate(shown).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(key).digest()).decode()
    assert f"--ignore-certificate-errors-spki-list={pin}" in simulator.switches
    assert urlsplit(simulator.url).scheme == "http"


async def test_a_platform_without_a_simulator_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidRequest, match=PLATFORMS[0]):
        async with simulated("carrier_pigeon", CATALOGUE["admitted"]):
            pass
