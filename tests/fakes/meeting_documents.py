"""A small made-up meeting, as the documents of its recording: transcript, participant events, speaker timeline, and a film."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import numpy as np

from rapporteur.domain.timeline import moment

ZERO_MS = 1_760_000_006_000.0
ADA = {"id": 100, "name": "Ada <Lindqvist>", "is_host": True}
BEN = {"id": 200, "name": "Benedikt Okafor", "is_host": False}
NOBODY = {"id": 300, "name": None, "is_host": False}
SAID = (
    (ADA, 1.0, "good morning everybody"), (ADA, 3.0, "let us begin"), (BEN, 5.0, "the recorder is ready"), (ADA, 9.0, "good"),
)
WORD_S = 0.4


def _at(seconds: float) -> dict[str, Any]:
    return moment(ZERO_MS + seconds * 1000, ZERO_MS)


def transcript() -> list[dict[str, Any]]:
    return [
        {"participant": who, "language_code": "en", "words": [
            {"text": word, "start_timestamp": _at(start_s + i * WORD_S), "end_timestamp": _at(start_s + (i + 1) * WORD_S)}
            for i, word in enumerate(text.split())]}
        for who, start_s, text in SAID
    ]


def events() -> list[dict[str, Any]]:
    happened = [
        ("join", ADA, 0.0, None), ("join", NOBODY, 0.5, None), ("speech_on", ADA, 1.0, None), ("update", ADA, 2.0, None),
        ("webcam_off", BEN, 6.0, None), ("chat_message", BEN, 7.0, {"text": "<b>see</b> the plan", "to": "everyone"}),
        ("leave", NOBODY, 11.0, None),
    ]
    return [
        {"id": str(i), "action": action, "type": action, "participant": who, "timestamp": _at(t), "ts_ms": int(t * 1000),
         "data": data}
        for i, (action, who, t, data) in enumerate(happened)
    ]


def speaker_timeline() -> list[dict[str, Any]]:
    return [
        {"participant": who, "start_timestamp": _at(start_s), "end_timestamp": _at(start_s + len(text.split()) * WORD_S)}
        for who, start_s, text in SAID
    ]


def film(path: Path, seconds: int = 12) -> bytes:
    """A silent MP4 of plain pictures, five a second."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=5, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(seconds * 5):
            picture = np.full((180, 320, 3), number * 4 % 256, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path.read_bytes()


def contents(film_path: Path | None = None) -> dict[str, bytes]:
    """The files of the recording, by name."""
    documents = {
        "transcript.json": transcript(), "participant_events.json": events(), "speaker_timeline.json": speaker_timeline(),
    }
    files = {name: json.dumps(document).encode() for name, document in documents.items()}
    return files | ({"video_mixed.mp4": film(film_path)} if film_path else {})
