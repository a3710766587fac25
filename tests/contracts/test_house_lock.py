"""requirements.lock satisfies pyproject.toml, pins every file by hash, and names no host."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.contract

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)", re.MULTILINE)


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [Requirement(line) for line in [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]]


def test_every_dependency_is_locked_at_a_version_it_allows() -> None:
    locked = {match["name"]: match["version"] for match in PINNED.finditer(LOCK)}
    stale = [str(r) for r in wanted() if not r.specifier.contains(locked.get(canonicalize_name(r.name), "0"), prereleases=True)]
    assert not stale, f"run `make lock`: {stale}"


def test_every_pin_has_hashes_and_no_address() -> None:
    pins, blocks = len(PINNED.findall(LOCK)), len(re.findall(r"^\S+==.*\\\n    --hash=sha256:", LOCK, re.MULTILINE))
    assert pins == blocks
    assert "://" not in LOCK
    assert "index-url" not in LOCK
