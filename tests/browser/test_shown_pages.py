"""Web pages as a bot's camera, screen and microphone: what people see and hear of them, and what the pages can reach."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import aiohttp.web
import pytest

from rapporteur.bot.output_page import OutputPage
from rapporteur.kit.clock import SystemClock
from rapporteur.outbound.guard import Guard
from rapporteur.simulators.scenario import HOST_ALONE
from rapporteur.wire.page import VIDEO
from tests.fakes.talking import CONFIG, LISTEN, LOUD, TILE, Talking, loud, sees, talking

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

GUEST = HOST_ALONE.people[0].name
RED, BLUE, GREEN = (200, 30, 30), (30, 40, 200), (30, 160, 40)

PAGE = """<!doctype html><style>
  body { margin: 0; background: rgb(%s) } i { position: absolute; width: 9vw; height: 9vh; background: white }
</style><i></i><script>
  const mark = document.querySelector('i');
  setInterval(() => { mark.style.left = `${Date.now() / 50 %% 80}vw`; }, 40);
  const sound = new AudioContext(), tone = sound.createOscillator(), quieter = sound.createGain();
  quieter.gain.value = 0.5;
  tone.connect(quieter).connect(sound.destination);
  tone.start();
  const say = (what, value) => fetch(`/say?${new URLSearchParams({what, value})}`, {method: 'POST'});
  navigator.mediaDevices.getUserMedia({audio: true}).then((stream) => {
    const heard = sound.createAnalyser(), samples = new Float32Array(2048);
    sound.createMediaStreamSource(stream).connect(heard);
    let told = false;
    setInterval(() => {
      heard.getFloatTimeDomainData(samples);
      if (!told && Math.hypot(...samples) / Math.sqrt(samples.length) > 0.02) say('heard', told = true);
    }, 50);
  }, (error) => say('heard', error));
  %s
</script>"""

REACHES = """(async () => {
    const transcripts = new WebSocket('wss://meeting-data.bot.recall.ai/api/v1/transcript');
    transcripts.onmessage = ({data}) => say('transcript', data);
    transcripts.onopen = () => say('listens', true);
    for (const address of %s) await fetch(address).then(() => say('reached', address), () => 0);
    const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:%d'}]}), found = [];
    peer.createDataChannel('any');
    peer.onicecandidate = ({candidate}) => candidate && found.push(candidate.candidate);
    await peer.setLocalDescription();
    if (peer.iceGatheringState !== 'complete') await new Promise((done) => {
      peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && done();
      setTimeout(done, 3000);
    });
    say('peers', found.join());
})();"""


class Pages:
    """A user's web server: pages by colour, and what they said."""

    def __init__(self) -> None:
        self.origin = ""
        self.script = ""
        self.said: list[tuple[str, str]] = []
        self.asked: list[str] = []
        self._news = asyncio.Event()

    async def answer(self, request: aiohttp.web.Request) -> aiohttp.web.Response:
        self.asked.append(request.path)
        public = {"Access-Control-Allow-Origin": "*"}
        if request.method == "POST":
            self.said.append((request.query["what"], request.query["value"]))
            self._news.set()
            return aiohttp.web.Response()
        if request.path == "/still":
            return aiohttp.web.Response(text="<body style='background: teal'>", content_type="text/html")
        colour = {"/red": RED, "/blue": BLUE, "/green": GREEN}.get(request.path)
        if colour is None:
            return aiohttp.web.Response(status=404, headers=public)
        return aiohttp.web.Response(
            headers=public, text=PAGE % (", ".join(map(str, colour)), self.script), content_type="text/html")

    async def until(self, what: str) -> str:
        async with asyncio.timeout(60):
            while not (values := [value for said, value in self.said if said == what]):
                self._news.clear()
                await self._news.wait()
        return values[0]


@asynccontextmanager
async def open_pages(host: str = "127.0.0.1") -> AsyncIterator[Pages]:
    pages = Pages()
    app = aiohttp.web.Application()
    app.router.add_route("*", "/{any:.*}", pages.answer)
    runner = aiohttp.web.AppRunner(app, access_log=None)
    await runner.setup()
    await (site := aiohttp.web.TCPSite(runner, host, 0)).start()
    assert site._server is not None
    pages.origin = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[attr-defined]
    try:
        yield pages
    finally:
        await runner.cleanup()


def webpage(url: str) -> dict[str, Any]:
    return {"kind": "webpage", "config": {"url": url}}


async def refusal(bot: Talking, what: str, body: Any) -> str:
    headers = {"Authorization": f"Token {bot.house.key}"}
    url = f"http://127.0.0.1:{bot.house.port}/api/v1/bot/{bot.bot_id}/{what}/"
    async with aiohttp.ClientSession(headers=headers) as http, http.post(url, json=body) as answer:
        assert answer.status == 400
        return (await answer.json())["code"]


async def test_a_page_is_the_bots_camera_and_microphone(data_dir: Path, free_port: int, chromium: Path) -> None:
    clock = SystemClock()
    async with open_pages() as pages, talking(
        data_dir, free_port, chromium, scenario=HOST_ALONE,
        recording_config=CONFIG | {"output_media": {"camera": webpage(f"{pages.origin}/red")}},
    ) as bot:
        page = bot.page
        await sees(page, f"{TILE} video", RED)
        await page.evaluate(LISTEN, TILE)
        await page.wait_for_function(f"heard.filter(([, , rms]) => rms > {LOUD}).length > 100", timeout=90_000)
        await bot.people.say(GUEST, "welcome")
        assert await pages.until("heard") == "true"
        assert await refusal(bot, "output_audio", {"audio_url": f"{pages.origin}/a.mp3"}) == "output_media_running"
        assert await refusal(bot, "output_media", {"screenshare": webpage("http://127.0.0.1:1/")}) == "destination_failure"

        await bot.order("POST", "output_media", {"camera": webpage(f"{pages.origin}/blue")})
        await sees(page, f"{TILE} video", BLUE)

        shown = [pid for pid in bot.house.bot_processes(bot.bot_id)
                 if any(word.startswith("--proxy-server") for word in bot.house.arguments(pid))
                 and not any(word.startswith("--type=") for word in bot.house.arguments(pid))]
        os.kill(max(shown), signal.SIGKILL)
        await page.wait_for_function(f"heard.slice(-20).every(([, , rms]) => rms < {LOUD})", timeout=90_000)
        await page.wait_for_function(f"heard.slice(-20).every(([, , rms]) => rms > {LOUD})", timeout=90_000)
        await sees(page, f"{TILE} video", BLUE)

        asked_ms = clock.now_ms()
        await bot.order("DELETE", "output_media", {"camera": True})
        await clock.sleep(1.0)
        heard = await loud(page)
        await page.wait_for_selector(f"{TILE}[data-camera=off][data-microphone=off]")
        logs = [line["message"] for line in await bot.house.get(f"/api/v1/bot/{bot.bot_id}/logs/")]

    assert heard[-1][0] - asked_ms < 1000, "a fifth of a second, and what a busy machine needs to tell the bot and to play"
    assert any("is opened again" in line for line in logs)
    assert any("of processor time" in line for line in logs)
    assert not any(line.startswith("Not yet produced") for line in logs)


async def test_a_page_reaches_the_public_and_its_own_transcript_alone(tmp_path: Path, chromium: Path) -> None:
    stun = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    stun.bind(("127.0.0.1", 0))
    stun.setblocking(False)
    with stun:
        async with open_pages("0.0.0.0") as pages:
            port = pages.origin.rpartition(":")[2]
            others = [f"http://{host}:{port}/secret" for host in ("127.0.0.2", *_own_addresses())]
            pages.script = REACHES % ([f"{pages.origin}/public", *others], stun.getsockname()[1])
            guard = Guard((ip_network("127.0.0.1/32"),))
            page = OutputPage(tmp_path, SystemClock(), guard, chromium=chromium)
            try:
                await page.open(f"{pages.origin}/green")
                await pages.until("listens")
                page.tell("what was said")
                assert await pages.until("transcript") == "what was said"
                assert await pages.until("peers") == ""
                page.measure()
            finally:
                await page.close()
            assert [value for what, value in pages.said if what == "reached"] == [f"{pages.origin}/public"]
            assert "/secret" not in pages.asked
        with pytest.raises(BlockingIOError):
            stun.recv(1)
    assert page.cpu_s > 0.1


async def test_a_page_that_stands_still_is_sent_again_for_who_comes_late(tmp_path: Path, chromium: Path) -> None:
    async with open_pages() as pages:
        page, keys = OutputPage(tmp_path, SystemClock(), Guard((ip_network("127.0.0.1/32"),)), chromium=chromium), 0
        try:
            await page.open(f"{pages.origin}/still")
            async with asyncio.timeout(15):
                async for frames in page.batches():
                    keys += sum(frame.media == VIDEO and frame.is_key for frame in frames)
                    if keys == 3:
                        break
        finally:
            await page.close()


def _own_addresses() -> list[str]:
    """Of this machine, where others on its network find it."""
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        return []
    return sorted({str(entry[4][0]) for entry in found if not str(entry[4][0]).startswith("127.")})
