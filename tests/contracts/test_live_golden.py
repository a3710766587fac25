"""Every live event of words and people, byte for byte as its sample in contracts/live says.

A sample that is missing is written by running this module: `python -m tests.contracts.test_live_golden`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rapporteur.delivery.live.recall import Bot, RecallWriter, Taping
from rapporteur.wire.live import (
    ACTIONS,
    PARTICIPANT,
    TRANSCRIPT,
    TRANSCRIPT_PARTIAL,
    TRANSCRIPT_PROVIDER,
    LiveEvent,
    endpoints_of,
)

pytestmark = pytest.mark.contract

SAMPLES = Path(__file__).parents[2] / "contracts" / "live"
ZERO_MS = 1_790_000_000_000.0
RECORDING = "0d8c1c0e-7a51-4d0a-9c57-1b0d3f7b1c01"
ADA = {"id": 100, "name": "Ada", "is_host": True, "platform": "unknown", "extra_data": {}, "email": None}
CONFIG: dict[str, Any] = {
    "transcript": {"provider": {"recallai_streaming": {}}, "metadata": {"made": "live"}}, "participant_events": {},
    "metadata": {"of": "the recording"},
    "realtime_endpoints": [
        {"type": "websocket", "url": "wss://example.org/", "events": [], "metadata": {"of": "the endpoint"}}],
}
WORDS = {
    "participant": ADA, "language_code": "en",
    "words": [["Hello", ZERO_MS + 1_200, ZERO_MS + 1_500.4], ["world.", ZERO_MS + 1_500.4, ZERO_MS + 1_980]],
}
DATA: dict[str, Any] = {"chat_message": {"text": "Hello", "to": "everyone"}}
EVENTS: dict[str, LiveEvent] = {
    **{f"{PARTICIPANT}.{action}": LiveEvent(
        f"{PARTICIPANT}.{action}", RECORDING, ZERO_MS + 2_000,
        {"action": action, "participant": ADA, "data": DATA.get(action)}) for action in ACTIONS},
    TRANSCRIPT: LiveEvent(TRANSCRIPT, RECORDING, ZERO_MS + 1_980, WORDS),
    TRANSCRIPT_PARTIAL: LiveEvent(
        TRANSCRIPT_PARTIAL, RECORDING, ZERO_MS + 1_500.4, WORDS | {"words": WORDS["words"][:1]}),
    TRANSCRIPT_PROVIDER: LiveEvent(
        TRANSCRIPT_PROVIDER, RECORDING, ZERO_MS + 1_980, {"payload": {"type": "Results", "is_final": True, "start": 1.2}}),
}


def told(event: LiveEvent) -> dict[str, Any]:
    [endpoint] = endpoints_of(RECORDING, CONFIG)
    bot = Bot("3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1", {"of": "the bot"}, "ext-1")
    writer = RecallWriter(bot, Taping(RECORDING, ZERO_MS, CONFIG))
    return json.loads(writer.frame(
        event.name, event, writer.inner(event), endpoint=endpoint,
        event_id="7d1f6a0e-4f0a-5e52-9b1a-0f6f7a3b2c11", number=7, updated_at_ms=ZERO_MS + 2_000.25,
    ))


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_what_its_sample_says(name: str) -> None:
    assert told(EVENTS[name]) == json.loads((SAMPLES / f"{name}.json").read_text())


def test_every_sample_is_of_an_event() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} >= EVENTS.keys()


if __name__ == "__main__":
    SAMPLES.mkdir(exist_ok=True)
    for name, event in EVENTS.items():
        path = SAMPLES / f"{name}.json"
        if not path.exists():
            path.write_text(json.dumps(told(event), indent=2, ensure_ascii=False) + "\n")
