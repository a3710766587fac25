"""Debian's Janus with its VideoRoom plugin and its own demo pages: software not written here, for the length of a block.

Owns a configuration in a temporary folder, free ports on loopback, and what it started: nothing of the system's own Janus is
read, changed or stopped. Media does not run over loopback, which Janus never offers, but over an address of this machine; it
does not leave the kernel.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from rapporteur.kit.clock import SystemClock
from rapporteur.simulators.people import People

DEMOS = Path("/usr/share/janus/demos")
ROOM, LOCKED_ROOM, PIN = 1234, 4321, "lab-pin"
_SECRET = "adminpwd"
_PLUGIN = "janus.plugin.videoroom"
_UP_WITHIN_S = 15.0

_CORE = """general: {{
  configs_folder = "{folder}"
  plugins_folder = "{folder}/plugins"
  transports_folder = "{folder}/transports"
  events_folder = "{folder}/none"
  loggers_folder = "{folder}/none"
  debug_level = 4
  admin_secret = "{secret}"
}}
nat: {{ full_trickle = true }}
"""
_ROOMS = f"""room-{ROOM}: {{ description = "Open room" secret = "{_SECRET}" publishers = 6 bitrate = 512000 fir_freq = 10
  notify_joining = true }}
room-{LOCKED_ROOM}: {{ description = "Room with a PIN" secret = "{_SECRET}" pin = "{PIN}" publishers = 6 }}
"""
_HTTP = """general: {{ base_path = "/janus" http = true port = {port} ip = "127.0.0.1" https = false }}
admin: {{ admin_http = false admin_https = false }}
"""
_WEBSOCKETS = """general: {{ ws = true ws_port = {port} ws_ip = "127.0.0.1" wss = false }}
admin: {{ admin_ws = false admin_wss = false }}
"""
# Debian's own leaves `token` and `apisecret` undefined, which its pages read: they cannot be used as they are installed.
_SETTINGS = 'var server = "ws://127.0.0.1:{port}"; var iceServers = null, token = null, apisecret = null;'


def missing() -> str | None:
    """Why Janus cannot be started on this machine."""
    if shutil.which("janus") is None or _libraries() is None:
        return "Janus is not installed (Debian: apt-get install --no-install-recommends janus janus-demos)"
    if not (DEMOS / "videoroomtest.html").is_file():
        return "Janus's demo pages are not installed (Debian: apt-get install --no-install-recommends janus-demos)"
    if not _has_network():
        return "this machine has no address beside loopback, over which Janus sends no media"
    return None


@dataclass(frozen=True, slots=True)
class Janus:
    """A running Janus. `host` is the host:port of its pages."""

    host: str
    api: str

    def room_url(self, room: int = ROOM) -> str:
        return f"http://{self.host}/videoroomtest.html?room={room}"

    async def participants(self, room: int = ROOM) -> list[dict[str, Any]]:
        """Who has registered in the room, as Janus itself tells: id, display, publisher, talking."""
        return (await self._ask({"request": "listparticipants", "room": room}))["participants"]

    async def kick(self, display: str, room: int = ROOM) -> None:
        [one] = [p["id"] for p in await self.participants(room) if p["display"] == display]
        await self._ask({"request": "kick", "room": room, "secret": _SECRET, "id": one})

    async def destroy(self, room: int = ROOM) -> None:
        await self._ask({"request": "destroy", "room": room, "secret": _SECRET})

    async def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        async with aiohttp.ClientSession() as http:
            session = (await _post(http, self.api, {"janus": "create"}))["data"]["id"]
            handle = (await _post(http, f"{self.api}/{session}", {"janus": "attach", "plugin": _PLUGIN}))["data"]["id"]
            answer = await _post(http, f"{self.api}/{session}/{handle}", {"janus": "message", "body": body})
            await _post(http, f"{self.api}/{session}", {"janus": "destroy"})
        data = answer["plugindata"]["data"]
        assert "error" not in data, data
        return data


@asynccontextmanager
async def running_janus() -> AsyncIterator[Janus]:
    """A Janus of our own with its pages; rooms are ROOM, and LOCKED_ROOM with a PIN."""
    with tempfile.TemporaryDirectory(prefix="rapporteur-janus-") as name:
        folder, [http, websockets] = Path(name), _free_ports(2)
        _configure(folder, http, websockets)
        with (folder / "janus.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec("janus", "-F", name, cwd=name, stdout=log, stderr=log)
        pages = web.AppRunner(_pages(websockets), access_log=None)
        try:
            await pages.setup()
            await web.TCPSite(pages, "127.0.0.1", 0).start()
            running = Janus(f"127.0.0.1:{pages.addresses[0][1]}", f"http://127.0.0.1:{http}/janus")
            await _up(running.api, process, folder / "janus.log")
            yield running
        finally:
            await pages.cleanup()
            await _end(process)


def _libraries() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob("*/janus"))), None)


def _has_network() -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # tells the address that would be used; nothing is sent
        return not probe.getsockname()[0].startswith("127.")
    return False


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in held]
    for listener in held:
        listener.close()
    return ports


def _configure(folder: Path, http: int, websockets: int) -> None:
    libraries = _libraries()
    assert libraries is not None
    wanted = {"plugins": ["videoroom"], "transports": ["http", "websockets"], "none": []}
    for kind, names in wanted.items():
        (folder / kind).mkdir()
        for name in names:
            (folder / kind / f"libjanus_{name}.so").symlink_to(libraries / kind / f"libjanus_{name}.so")
    (folder / "janus.jcfg").write_text(_CORE.format(folder=folder, secret=_SECRET))
    (folder / "janus.plugin.videoroom.jcfg").write_text(_ROOMS)
    (folder / "janus.transport.http.jcfg").write_text(_HTTP.format(port=http))
    (folder / "janus.transport.websockets.jcfg").write_text(_WEBSOCKETS.format(port=websockets))


def _pages(websockets: int) -> web.Application:
    async def settings(_: web.Request) -> web.Response:
        return web.Response(text=_SETTINGS.format(port=websockets), content_type="text/javascript")

    app = web.Application()
    app.router.add_get("/settings.js", settings)
    # The libraries of the pages are links to other packages.
    app.router.add_static("/", DEMOS, follow_symlinks=True)
    return app


async def _post(http: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> dict[str, Any]:
    async with http.post(url, json={**body, "transaction": "t"}) as answer:
        return await answer.json()


async def _up(api: str, process: asyncio.subprocess.Process, log: Path) -> None:
    clock = SystemClock()
    async with asyncio.timeout(_UP_WITHIN_S), aiohttp.ClientSession() as http:
        while True:
            assert process.returncode is None, log.read_text(errors="replace")[-2000:]
            with suppress(aiohttp.ClientConnectionError):
                async with http.get(f"{api}/info"):
                    return
            await clock.sleep(0.05)


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 5)
    except TimeoutError:
        process.kill()
        await process.wait()


class Visitors(People):
    """Simulated people on Janus's own page; the page publishes their camera and microphone as soon as they are registered."""

    async def knock(self, name: str, *, password: str | None = None) -> None:
        page = await self.open(name)
        await page.click("#start")
        await page.fill("#username", name)
        await page.click("#register")

    async def screen(self, name: str) -> str:
        return "call" if await self.page(name).locator("#mute").is_visible() else "prejoin"

    async def wait_until_in_call(self, name: str, *, timeout_s: float = 30) -> None:
        """Until the page shows what it publishes."""
        await self.page(name).locator("#mute").wait_for(timeout=timeout_s * 1000)
