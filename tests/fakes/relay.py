"""A bad network between two peers of one machine: a UDP relay that loses, delays and reorders what it carries.

Peers are led through it by the addresses in their ICE candidates: `port_for` a peer's own port gives the one to tell the other.
Only RTP and RTCP suffer; what sets the connection up passes. A relay can also change packets, where they are not encrypted.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Address = tuple[str, int]
HERE = "127.0.0.1"


@dataclass
class Weather:
    """May be changed while packets fly."""

    loss: float = 0.0
    delay_s: float = 0.0
    jitter_s: float = 0.0
    """Each packet takes up to so much longer than the one before or behind it."""
    outage: int = 0
    """So many packets more are lost, one after the other."""
    carried: int = 0
    lost: int = 0
    overtaken: int = 0
    """Packets that arrived after one that was sent later."""
    rng: random.Random = field(default_factory=lambda: random.Random(1))


class _Socket(asyncio.DatagramProtocol):
    def __init__(self, received: Callable[[bytes, Address], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._received(data, addr)


class Relay:
    """Use as an async context."""

    def __init__(self, weather: Weather, *, change: Callable[[bytes], bytes] = lambda data: data) -> None:
        self.weather = weather
        self._change = change
        self._doors: dict[int, asyncio.DatagramTransport] = {}
        self._paths: dict[tuple[int, Address], asyncio.Future[asyncio.DatagramTransport]] = {}
        self._newest: dict[int, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sent = 0

    async def __aenter__(self) -> Relay:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for transport in (*self._doors.values(), *(p.result() for p in self._paths.values() if p.done())):
            transport.close()

    async def port_for(self, port: int) -> int:
        """Where to send to what shall reach `port` on this machine."""
        if port not in self._doors:
            self._doors[port] = await self._open(lambda data, source: self._enter(port, data, source))
        return self._doors[port].get_extra_info("sockname")[1]

    async def _open(self, received: Callable[[bytes, Address], None]) -> asyncio.DatagramTransport:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Socket(received), local_addr=(HERE, 0))
        return transport

    def _enter(self, port: int, data: bytes, source: Address) -> None:
        key = (port, source)
        if key not in self._paths:
            self._paths[key] = asyncio.get_running_loop().create_future()
            self._start(self._make_path(key))
        self._start(self._forward(key, data))

    async def _make_path(self, key: tuple[int, Address]) -> None:
        port, source = key
        self._paths[key].set_result(await self._open(
            lambda data, _: self._carry(data, lambda: self._doors[port].sendto(self._change(data), source))))

    async def _forward(self, key: tuple[int, Address], data: bytes) -> None:
        path = await self._paths[key]
        self._carry(data, lambda: path.sendto(self._change(data), (HERE, key[0])))

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _carry(self, data: bytes, send: Callable[[], None]) -> None:
        weather = self.weather
        if not 128 <= data[0] < 192:
            send()
            return
        if weather.outage or weather.rng.random() < weather.loss:
            weather.outage = max(0, weather.outage - 1)
            weather.lost += 1
            return
        weather.carried += 1
        self._sent += 1
        number, delay_s = self._sent, weather.delay_s + weather.rng.random() * weather.jitter_s
        asyncio.get_running_loop().call_later(delay_s, self._arrive, number, send)

    def _arrive(self, number: int, send: Callable[[], None]) -> None:
        newest = self._newest.get(0, 0)
        self.weather.overtaken += number < newest
        self._newest[0] = max(newest, number)
        send()
