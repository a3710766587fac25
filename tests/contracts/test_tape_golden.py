"""The tape's golden sample: files of a released version are read as they were meant, and written the same byte by byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rapporteur.wire.tape import VERSION, Decoder, Kind, Record, encode

pytestmark = pytest.mark.contract

FOLDER = Path(__file__).resolve().parents[2] / "contracts" / "tape"


def payload(entry: dict[str, Any]) -> bytes:
    if "hex" in entry:
        return bytes.fromhex(entry["hex"])
    return json.dumps(entry["json"], separators=(",", ":"), ensure_ascii=False).encode()


SAMPLES = [f"v{VERSION}", f"v{VERSION}-numbered", f"v{VERSION}-rejoined"]


def listed(sample: str) -> list[Record]:
    entries = json.loads((FOLDER / f"{sample}.json").read_text())
    return [
        Record(
            Kind[e["kind"]], e["at_us"], payload(e), e.get("source", 0), e.get("flags", 0), e.get("rtp", 0),
            e.get("sequence", 0), e.get("builds_on", 0),
        )
        for e in entries
    ]


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_sample_is_read_as_listed_beside_it(sample: str):
    decoder = Decoder()
    assert decoder.feed((FOLDER / f"{sample}.tape").read_bytes()) == listed(sample)
    assert not decoder.damaged


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_is_listed_is_written_as_the_sample(sample: str):
    assert b"".join(map(encode, listed(sample))) == (FOLDER / f"{sample}.tape").read_bytes()


def test_the_samples_have_a_record_of_every_kind():
    assert {record.kind for sample in SAMPLES for record in listed(sample)} == set(Kind)


def test_a_numbered_frame_names_those_it_builds_on():
    first, second, third = listed(f"v{VERSION}-numbered")
    assert [(r.layer, r.sequence, r.needed) for r in (first, second, third)] == [
        (0, 65535, []), (1, 0, [65535]), (1, 2, [0, 1])]
