"""Tapes of encoded packets, and the copying of a track from a tape into a file of its own without touching a payload.

The copiers stand in for per-participant files until the product makes them; what they show is what copying costs.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer

from bench.measuring import clips
from rapporteur.media.tape import tape_path
from rapporteur.simulators.speech import clip_file
from rapporteur.wire.tape import KEY_FRAME, VERSION, Kind, Record, Track, encode, json_record

T0_US = 1_764_000_000_000_000
VIDEO, AUDIO = 1, 2
"""Sources on a tape."""
VIDEO_CLOCK = 90_000


def sound_records(person: int, seconds: int) -> Iterator[Record]:
    for n, payload in enumerate(clips.opus(person, seconds)):
        yield Record(Kind.AUDIO, T0_US + n * 20_000, payload, AUDIO, 0, n * clips.PACKET, n & 0xFFFF)


def picture_records(person: int, seconds: int) -> Iterator[Record]:
    clip = clips.video(person, moving=True)
    for n in range(seconds * clips.FPS):
        at_us, place = T0_US + n * 1_000_000 // clips.FPS, n % len(clip)
        yield Record(Kind.VIDEO, at_us, clip[place], VIDEO, KEY_FRAME * (place == 0), n * VIDEO_CLOCK // clips.FPS)


def write_tape(folder: Path, person: int, seconds: int) -> list[Record]:
    """One participant's tape; answers its media in the order of arrival."""
    media = sorted([*picture_records(person, seconds), *sound_records(person, seconds)], key=lambda r: r.at_us)
    tracks = [Track(VIDEO, "video", "webcam", "video/VP8", VIDEO_CLOCK, 100),
              Track(AUDIO, "audio", "microphone", "audio/opus", clips.RATE, 100)]
    told = [json_record(Kind.BEGIN, T0_US, {"version": VERSION, "bot_id": "bench", "generation": 1}),
            *(json_record(Kind.TRACK, T0_US, track.as_json(), source=track.source) for track in tracks)]
    ended = json_record(Kind.END, media[-1].at_us, {"reason": "ended"})
    folder.mkdir(parents=True)
    tape_path(folder, 1).write_bytes(b"".join(encode(record) for record in [*told, *media, ended]))
    return media


class WebmWriter:
    def __init__(self, path: Path) -> None:
        self._container: OutputContainer = av.open(str(path), "w", format="webm")
        self._stream = self._container.add_mux_stream("vp8", rate=clips.FPS, width=clips.WIDTH, height=clips.HEIGHT)

    def add(self, record: Record) -> None:
        packet = av.Packet(record.payload)
        packet.stream, packet.time_base = self._stream, Fraction(1, VIDEO_CLOCK)
        packet.pts = packet.dts = record.rtp
        packet.is_keyframe = bool(record.flags & KEY_FRAME)
        self._container.mux(packet)

    def close(self) -> None:
        self._container.close()


class OggWriter:
    def __init__(self, path: Path) -> None:
        # Any Opus file lends its header: mono, 48 kHz.
        self._model = av.open(str(clip_file("welcome")))
        self._container: OutputContainer = av.open(str(path), "w", format="ogg")
        self._stream = self._container.add_stream_from_template(self._model.streams.audio[0])

    def add(self, record: Record) -> None:
        packet = av.Packet(record.payload)
        packet.stream, packet.time_base = self._stream, Fraction(1, clips.RATE)
        packet.pts = packet.dts = record.rtp
        packet.duration = clips.PACKET
        self._container.mux(packet)

    def close(self) -> None:
        self._container.close()
        self._model.close()


def payloads(path: Path) -> list[bytes]:
    """Of a file with one stream, undecoded."""
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux() if packet.size]
