"""The simulated pages keep to what the Python side sends, and have every text in their dictionary."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rapporteur.simulators.meetings import CATALOGUE, COMMON_QUIRKS, LANGUAGES, meeting_from, setup
from rapporteur.simulators.pages import PLATFORMS

pytestmark = pytest.mark.contract

PAGE = Path(__file__).resolve().parents[2] / "page" / "src" / "simulators"
CONTRACT = (PAGE / "contract.ts").read_text(encoding="utf-8")
SKINS = sorted(path.stem for path in (PAGE / "skins").glob("*.ts"))


def fields(interface: str) -> set[str]:
    body = re.search(rf"export interface {interface} \{{\n(.*?)^\}}", CONTRACT, re.DOTALL | re.MULTILINE)
    assert body is not None
    return set(re.findall(r"^  (\w+)\??:", body[1], re.MULTILINE))


def test_a_page_knows_every_field_of_a_meeting_and_no_other() -> None:
    sent = setup(CATALOGUE["admitted"], platform="jitsi", speed=1)
    assert fields("Setup") == set(sent)
    assert fields("Person") == set(sent["people"][0])


def test_languages_and_quirks_are_the_same_on_both_sides() -> None:
    languages = re.search(r"export type Language = (.*);", CONTRACT)
    quirks = re.search(r"COMMON_QUIRKS = \[(.*?)\]", (PAGE / "engine.ts").read_text(encoding="utf-8"))
    assert languages is not None
    assert quirks is not None
    assert re.findall(r'"(\w+)"', languages[1]) == list(LANGUAGES)
    assert set(re.findall(r'"(\w+)"', quirks[1])) == COMMON_QUIRKS


def test_every_skin_is_built() -> None:
    assert set(SKINS) <= set(PLATFORMS)


@pytest.mark.parametrize("skin", SKINS)
def test_every_text_of_a_skin_is_in_its_dictionary(skin: str) -> None:
    files = [PAGE / "skins" / f"{skin}.ts", *(PAGE / "skins" / skin).glob("*.ts")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    known = set(re.findall(r'^\s+"((?:[^"\\]|\\.)+)": \{', source, re.MULTILINE))
    said = set(re.findall(r'\bt\("((?:[^"\\]|\\.)+)"', source))
    assert said - known == set()


def test_the_guide_names_every_meeting_and_its_example_is_one() -> None:
    guide = (PAGE.parents[2] / "docs" / "how-to" / "simulate.md").read_text(encoding="utf-8")
    example = re.search(r"```json\n(.*?)```", guide, re.DOTALL)
    assert example is not None
    assert meeting_from(json.loads(example[1])).end is not None
    assert set(CATALOGUE) <= set(re.findall(r"`(\w+)`", guide))
