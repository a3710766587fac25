"""One source of sound, from Opus packets to speech edges and utterances. Synchronous, used from one thread.

packets → order of sending → samples at their place on the stream → 16 kHz → chunks → voice → gates → listener

What was listened to is counted in 16 kHz samples. Within a run they follow the track's timestamps without a break: what was
lost or not sent is silence. Where the track's clock starts anew or nothing was sent for a second, the run ends, and with it
what was being said. The wall-clock time of a sample is asked of the track's clock at the moment of telling.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

import av
import numpy as np
from av.error import FFmpegError

from rapporteur.media.clocks import Epoch, Stamp, TrackClock
from rapporteur.media.downsample import FACTOR, Downsampler, Floats
from rapporteur.media.quiet import Quiet
from rapporteur.media.utterances import Cut, Cutter
from rapporteur.media.voice import CHUNK, RATE, Edge, Gate, Voice
from rapporteur.services.ports import EarListener, Heard

SPEECH_ON_MS, SPEECH_OFF_MS = 300, 700
STALLED_AFTER_MS = 1_000
"""A source that sends nothing for so long has stopped speaking, whatever it said last."""
HELD_PACKETS, HELD_MS = 10, 200
"""How many packets, and how long, are held back for one that is missing."""
RTP_RATE = 48_000
"""Opus counts in this clock whatever it carries."""
_LONGEST_GAP = RTP_RATE
_OVERLAP = -RTP_RATE * 60 // 1000
_NOTHING: Floats = np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True)
class Packet:
    stamp: Stamp
    sequence: int
    arrival_ms: float
    payload: bytes


@dataclass(order=True, slots=True)
class _Held:
    order: tuple[int, int]
    packet: Packet = field(compare=False)


class Sequencer:
    """Gives packets back in the order of sending; waits a little for a missing one, drops doubles and what comes too late."""

    def __init__(self) -> None:
        self.late = 0
        self._held: list[_Held] = []
        self._last: Packet | None = None

    def feed(self, packet: Packet) -> Iterator[Packet]:
        if self._last and packet.stamp.order <= self._last.stamp.order:
            self.late += 1
            return
        heapq.heappush(self._held, _Held(packet.stamp.order, packet))
        while self._held and self._ripe(packet.arrival_ms):
            yield from self._pop()

    def flush(self) -> Iterator[Packet]:
        while self._held:
            yield from self._pop()

    def _ripe(self, now_ms: float) -> bool:
        first, last = self._held[0].packet, self._last
        return (last is None or first.sequence == (last.sequence + 1) & 0xFFFF
                or len(self._held) > HELD_PACKETS
                or now_ms - min(h.packet.arrival_ms for h in self._held) >= HELD_MS)

    def _pop(self) -> Iterator[Packet]:
        packet = heapq.heappop(self._held).packet
        if self._last and packet.stamp.order == self._last.stamp.order:
            self.late += 1
            return
        self._last = packet
        yield packet


class Opus:
    """Opus packets to 48 kHz mono. A packet that cannot be decoded is a lost one."""

    def __init__(self) -> None:
        self.damaged = 0
        self._decoder = av.CodecContext.create("opus", "r")
        self._decoder.sample_rate = RTP_RATE
        self._decoder.layout = "mono"
        self._decoder.thread_count = 1
        self._quiet = Quiet()

    def decode(self, payload: bytes) -> Floats:
        if (silence := self._quiet.sound(payload)) is not None:
            return silence
        sound = self._decoded(payload)
        if len(sound):
            self._quiet.learn(payload, sound)
        return sound

    def _decoded(self, payload: bytes) -> Floats:
        try:
            # To the decoder an empty packet is the end of the stream, after which it says nothing more.
            frames = self._decoder.decode(av.Packet(payload)) if payload else []
        except FFmpegError:
            frames = []
        if not frames:
            self.damaged += 1
            return _NOTHING
        # The frame's own view of its buffer, which may be longer than the sound in it.
        parts = [np.frombuffer(memoryview(frame.planes[0]), np.float32, frame.samples) for frame in frames]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


@dataclass(slots=True)
class Run:
    """Where an unbroken stretch of the stream lies on the track's clock."""

    number: int
    epoch: Epoch
    ticks: int
    position: int
    """The 16 kHz sample that `ticks` points at."""
    end: int
    """The tick behind the last sound taken."""

    def at_ms(self, position: int) -> float:
        """UTC milliseconds of a sample."""
        return self.epoch.time_us(self.ticks + (position - self.position) * FACTOR) / 1000


class Hearing:
    def __init__(self, source: int, listener: EarListener) -> None:
        self._source, self._listener = source, listener
        self._clock, self._sequencer, self._opus = TrackClock(RTP_RATE), Sequencer(), Opus()
        self._downsampler = Downsampler(CHUNK)
        self._voice, self._speaking, self._cutter = Voice(), Gate(SPEECH_ON_MS, SPEECH_OFF_MS), Cutter()
        self._run: Run | None = None
        self._pending: Floats = _NOTHING
        """48 kHz sound that completes no chunk yet, or is less than a sample where sound is handed on."""
        self._chunk: list[Floats] = []
        self._gathered = 0
        """16 kHz samples of the chunk that is not complete."""
        self._position = 0
        """16 kHz samples taken, over all runs."""
        self._told_ms = 0.0
        self.handing_on = False
        """Whether the sound itself is wanted; it is kept until `hand_on`."""
        self._kept: list[Floats] = []
        self.putting_off = False
        """Whether chunks wait for `listen` before anybody asks whether they are speech."""
        self._unheard: list[Floats] = []

    @property
    def lost(self) -> int:
        """Packets that came too late or could not be decoded."""
        return self._sequencer.late + self._opus.damaged

    def hear(self, rtp: int, sequence: int, arrival_ms: float, payload: bytes) -> None:
        stamp = self._clock.observe(rtp, round(arrival_ms * 1000))
        for packet in self._sequencer.feed(Packet(stamp, sequence, arrival_ms, payload)):
            self._take(packet)

    def finish(self) -> None:
        """Hand out everything still inside; packets may come again afterwards."""
        for packet in self._sequencer.flush():
            self._take(packet)
        if self._run:
            self._end_run()

    def hand_on(self) -> None:
        """Give the listener the sound that came since the last time."""
        kept, self._kept = self._kept, []
        if kept:
            sound = np.concatenate(kept)
            self._listener.on_sound(self._source, self._at_ms(self._position - len(sound)), _pcm(sound))

    # --- samples at their place -----------------------------------------------------------------------------------------

    def _take(self, packet: Packet) -> None:
        stamp = packet.stamp
        if self._run and not (stamp.number == self._run.number and _OVERLAP <= stamp.ticks - self._run.end <= _LONGEST_GAP):
            self._end_run()
        if self._run is None:
            self._run = Run(stamp.number, stamp.epoch, stamp.ticks, self._position, stamp.ticks)
        if (missing := stamp.ticks - self._run.end) > 0:
            self._append(np.zeros(missing, np.float32))
        self._append(self._opus.decode(packet.payload))

    def _end_run(self) -> None:
        if begun := self._gathered * FACTOR + len(self._pending):
            self._append(np.zeros(CHUNK * FACTOR - begun, np.float32))
        self.listen()
        if edge := self._speaking.finish():
            self._tell(edge)
        if cut := self._cutter.jump():
            self._hand_out(cut)
        self.hand_on()
        self._voice.rest()
        self._run = None

    def _append(self, sound: Floats) -> None:
        assert self._run is not None
        self._run.end += len(sound)
        pending, taken = np.concatenate((self._pending, sound)), 0
        while count := self._ready((len(pending) - taken) // FACTOR):
            self._gather(self._downsampler.feed(pending[taken:taken + count * FACTOR]))
            taken += count * FACTOR
        self._pending = pending[taken:]

    def _ready(self, there: int) -> int:
        """How many samples are to be made next: those that complete the chunk, or, where they are waited for, any."""
        missing = CHUNK - self._gathered
        return min(there, missing) if there >= missing or self.handing_on else 0

    # --- speech ---------------------------------------------------------------------------------------------------------

    def _gather(self, sound: Floats) -> None:
        self._position += len(sound)
        if self.handing_on:
            self._kept.append(sound)
        self._chunk.append(sound)
        self._gathered += len(sound)
        if self._gathered == CHUNK:
            self._unheard.append(self._chunk[0] if len(self._chunk) == 1 else np.concatenate(self._chunk))
            self._chunk, self._gathered = [], 0
            if not self.putting_off:
                self.listen()

    def listen(self) -> None:
        """Find speech in what came since the last time."""
        unheard, self._unheard = self._unheard, []
        start = self._position - self._gathered - CHUNK * len(unheard)
        for number, chunk in enumerate(unheard):
            self._listen_to(chunk, start + number * CHUNK)

    def _listen_to(self, chunk: Floats, start: int) -> None:
        voiced, stirred = self._voice.hears(chunk), self._speaking.stirs
        if voiced and not stirred:
            self._listener.on_voice(self._source, self._at_ms(start))
        if edge := self._speaking.feed(voiced, start, start + CHUNK):
            self._tell(edge)
        if cut := self._cutter.feed(chunk, voiced):
            self._hand_out(cut)

    def _tell(self, edge: Edge) -> None:
        # A young clock still moves; what was told does not.
        self._told_ms = max(self._told_ms, self._at_ms(edge.at))
        self._listener.on_speech(self._source, edge.speaking, self._told_ms)

    def _hand_out(self, cut: Cut) -> None:
        start_ms = self._at_ms(cut.start)
        self._listener.on_heard(Heard(self._source, start_ms, start_ms + len(cut.sound) * 1000 / RATE, _pcm(cut.sound)))

    def _at_ms(self, position: int) -> float:
        assert self._run is not None
        return self._run.at_ms(position)


def _pcm(sound: Floats) -> bytes:
    return np.clip(sound * 32768, -32768, 32767).astype("<i2").tobytes()


def supported(mime: str, clock_rate: int) -> bool:
    return mime.lower() == "audio/opus" and clock_rate == RTP_RATE

