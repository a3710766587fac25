"""What the page says and what the bot understands are the samples in contracts/page/; the page's side is in tests/browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rapporteur.wire import page

pytestmark = pytest.mark.contract

SAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "page"
ENVELOPES = json.loads((SAMPLES / "envelopes.json").read_text())
BATCH = json.loads((SAMPLES / "batch.json").read_text())
NUMBERED = json.loads((SAMPLES / "batch-numbered.json").read_text())


@pytest.mark.parametrize("sample", ENVELOPES, ids=lambda sample: f"{sample['seq']}-{sample['type']}")
def test_every_sample_is_an_envelope(sample: dict) -> None:
    read = page.envelope(json.dumps(sample))
    assert read == page.Envelope(sample["type"], sample["seq"], sample["at"], sample["body"])


def test_every_envelope_type_of_the_docstring_has_a_sample() -> None:
    told = {line.split()[0] for line in (page.__doc__ or "").splitlines() if line.startswith("    ") and "{" in line}
    assert {sample["type"] for sample in ENVELOPES} == told


@pytest.mark.parametrize("sample", [BATCH, NUMBERED], ids=["plain", "numbered"])
def test_a_batch_is_read_frame_by_frame(sample: dict) -> None:
    assert [
        {"track": f.track, "media": f.media, "flags": f.flags, "rtp": f.rtp, "sequence": f.sequence,
         "builds_on": f.builds_on, "arrival_ms": f.arrival_ms, "payload": f.payload.hex()}
        for f in page.frames(bytes.fromhex(sample["hex"]))
    ] == [{"builds_on": 0} | frame for frame in sample["frames"]]


@pytest.mark.parametrize("kept", range(1, 53))
def test_a_batch_that_was_cut_is_refused_or_ends_between_frames(kept: int) -> None:
    whole = bytes.fromhex(BATCH["hex"])
    if kept == page.FRAME.size + 3:
        assert len(page.frames(whole[:kept])) == 1
        return
    with pytest.raises(ValueError, match="cut"):
        page.frames(whole[:kept])


@pytest.mark.parametrize("text", ["[]", "{}", '{"v": 2, "type": "ready", "seq": 1, "at": 0, "body": {}}'])
def test_other_messages_and_other_versions_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="envelope"):
        page.envelope(text)


def test_what_is_sent_to_the_stage_is_as_its_samples() -> None:
    stage = json.loads((SAMPLES / "stage.json").read_text())
    shown = stage["picture"]
    frames = [(ms, bytes.fromhex(file)) for ms, file in shown["frames"]]
    assert page.sound(bytes.fromhex(stage["sound"]["samples"])).hex() == stage["sound"]["hex"]
    assert page.hush().hex() == stage["hush"]["hex"]
    assert page.picture(shown["surface"], frames).hex() == shown["hex"]
    assert page.blank(stage["blank"]["surface"]).hex() == stage["blank"]["hex"]
