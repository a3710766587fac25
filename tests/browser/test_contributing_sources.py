"""Contributing sources, from packets in which a mixer named them to sources of the bot's own.

No browser sends any: a relay writes them into real packets on their way, which must not be encrypted for that. Each track of
sound then carries three people in turns, as those of a platform do that gives its tracks to the loudest.
"""

from __future__ import annotations

import json
import struct
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

from rapporteur.bot.browser import Browser
from rapporteur.bot.page_meeting import page_program
from rapporteur.bot.platforms import PLATFORMS
from rapporteur.wire import page as wire
from rapporteur.wire.page import AUDIO, MediaFrame
from tests.fakes.relay import Relay, Weather
from tests.fakes.studio import Recorder, studio

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]

OPUS = 111
FIXED = 12
"""Bytes of a header of RTP in front of its contributing sources."""
TURN = 25
"""Packets, half a second."""
PACKET = 960
"""Ticks of 20 ms."""
PEOPLE = (7001, 7002, 7003)


class Mixer:
    """Names one contributing source in every packet of sound: each person in turn, for half a second."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self.named: dict[int, int] = {}
        """By timestamp; those of several streams do not meet."""

    def change(self, packet: bytes) -> bytes:
        if len(packet) < FIXED or packet[0] >> 6 != 2 or packet[1] & 0x7F != OPUS:
            return packet
        sequence, rtp, sender = struct.unpack_from("!HII", packet, 2)
        turn = (sequence - self._first.setdefault(sender, sequence)) % 65536 // TURN
        source = PEOPLE[turn % len(PEOPLE)]
        self.named[rtp] = source
        head = bytes((packet[0] & 0xF0 | 1,)) + packet[1:FIXED]
        return head + struct.pack("!I", source) + packet[FIXED:]


async def test_people_who_take_turns_on_a_track_are_sources_of_their_own(tmp_path: Path, chromium: Path) -> None:
    mixer, waiting = Mixer(), Recorder()
    owners: dict[int, int | None] = {}
    frames: dict[int, list[MediaFrame]] = {}

    async def listen(connection: ServerConnection) -> None:
        await connection.recv()
        async for message in connection:
            if isinstance(message, bytes):
                for frame in wire.frames(message):
                    frames.setdefault(frame.track, []).append(frame)
            elif (said := json.loads(message))["type"] == "track" and said["body"]["media"] == "audio":
                owners[said["body"]["track"]] = said["body"].get("csrc")
            waiting.on_log("", "")

    def turns(least: int) -> bool:
        """Whether both tracks have carried everybody so often."""
        return sum(len(frames.get(number, ())) >= least * TURN for number in owners if owners[number]) == 2 * len(PEOPLE)

    # The platform whose page script splits; nothing else of it has to do with this page.
    platform = PLATFORMS["google_meet"]
    browser = Browser(tmp_path, executable=chromium, on_lost=lambda _: None, switches=("--disable-webrtc-encryption",))
    async with serve(listen, "127.0.0.1", 0) as server, Relay(Weather(), change=mixer.change) as relay, studio(relay) as url:
        door = {"url": f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", "secret": "s3cret"}
        try:
            page = await browser.open(page_program(platform, door))
            await page.goto(f"{url}?relay=1")
            await page.click("#join")
            await waiting.until(lambda: turns(2))
            heard = await page.evaluate("""() => near.getReceivers().filter(({track}) => track.kind === 'audio')
                .flatMap(receiver => receiver.getContributingSources().map(({source}) => source))""")
        finally:
            await browser.close()

    assert Counter(csrc for csrc in owners.values() if csrc) == dict.fromkeys(PEOPLE, 2), "a source per person and track"
    assert set(heard) <= set(PEOPLE)
    assert heard
    for number, csrc in owners.items():
        sent = [frame for frame in frames.get(number, ()) if frame.media == AUDIO]
        assert csrc is not None or not sent, "no packet is nobody's"
        assert {mixer.named[frame.rtp] for frame in sent} <= {csrc}, "every packet is with the one whose it is"
        steps = [(b.sequence - a.sequence) & 0xFFFF for a, b in pairwise(sent)]
        assert set(steps) == {1}, "what others say in between is no loss"
        waits = [(b.rtp - a.rtp) & 0xFFFFFFFF for a, b in pairwise(sent)]
        assert set(waits) <= {PACKET, PACKET * (2 * TURN + 1)}, "the clock is the track's and runs on meanwhile"
