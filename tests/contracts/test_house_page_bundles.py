"""The committed page bundles were built from the page sources as they stand. Needs no Node: `page/build.mjs` left a record."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.contract

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "page"
REMEDY = "run `make page` and commit the bundles together with their sources"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def built() -> dict[str, dict[str, str]]:
    return json.loads((PAGE / "built.json").read_text())


def test_bundles_were_built_from_the_sources_as_they_stand(built: dict[str, dict[str, str]]) -> None:
    sources = {f"src/{path.relative_to(PAGE / 'src').as_posix()}": sha256(path) for path in (PAGE / "src").rglob("*.ts")}
    assert built["sources"] == sources, REMEDY


def test_bundles_are_the_ones_that_were_built(built: dict[str, dict[str, str]]) -> None:
    package = ROOT / "src" / "rapporteur"
    assert built["bundles"] == {name: sha256(package / name) for name in built["bundles"]}, REMEDY


def test_every_program_has_its_bundle(built: dict[str, dict[str, str]]) -> None:
    programs = json.loads((PAGE / "programs.json").read_text())
    assert {program["output"] for program in programs} == set(built["bundles"]), REMEDY
