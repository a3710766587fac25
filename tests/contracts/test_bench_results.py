"""The figures that are told are those that were measured: result files have one shape, and the tables repeat their numbers.

Whether a number is good is nobody's business here; whether it is the measured one is.
"""

from __future__ import annotations

import json
import re
import statistics
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import PAGES, ROOT

pytestmark = pytest.mark.contract

RESULTS = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "bench" / "results").glob("*.json"))}
FIGURES = [(name, key) for name, result in RESULTS.items() for key in result["figures"]]
ROW = re.compile(r"^\|(?P<cells>.*`make bench NAME=(?P<name>[\w-]+)`.*)\|$", re.MULTILINE)
TOLD = [(page, match["name"], match["cells"]) for page in PAGES for match in ROW.finditer(page.read_text())]


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_tells_how_it_came_about(name: str) -> None:
    result = RESULTS[name]
    assert (ROOT / "bench" / f"{name}.py").is_file()
    assert result["name"] == name
    assert re.fullmatch(rf"ROUNDS=\d+ make bench NAME={name}", result["command"])
    assert re.fullmatch(r"[0-9a-f]{40}", result["commit"])
    assert result["machine"]["cores"] >= 1
    assert len(result["load"]["before"]) == len(result["load"]["after"]) == 3


@pytest.mark.parametrize(("name", "key"), FIGURES)
def test_a_figure_is_what_its_rounds_say(name: str, key: str) -> None:
    figure = RESULTS[name]["figures"][key]
    assert {"ours", "opponent", "ratio", "rounds", "worst", "unit"} == figure.keys()
    rounds = figure["rounds"]
    assert f"ROUNDS={len(rounds)} " in RESULTS[name]["command"]
    for value in ("ours", "opponent", "ratio"):
        measured = [one[value] for one in rounds if one[value] is not None]
        if measured:
            assert figure[value] == pytest.approx(statistics.median(measured), rel=0.01)
        else:
            assert figure[value] is None
    ratios = [one["ratio"] for one in rounds if one["ratio"] is not None]
    assert figure["worst"] in ({max(ratios), min(ratios)} if ratios else {None})


def test_the_readme_tells_figures_and_their_commands() -> None:
    assert sum(page == ROOT / "README.md" for page, _, _ in TOLD) == 3


@pytest.mark.parametrize(("page", "name", "cells"), TOLD, ids=lambda value: value.name if isinstance(value, Path) else None)
def test_a_table_repeats_what_was_measured(page: Path, name: str, cells: str) -> None:
    """A row is: what (`key`), ours, the opponent's, the ratio, the command."""
    what, ours, opponent, ratio, _ = (cell.strip() for cell in cells.strip("|").split("|"))
    key = re.findall(r"`(\w+)`", what)[-1]
    figure = RESULTS[name]["figures"][key]
    assert [ours, opponent, ratio] == [said(figure[value]) for value in ("ours", "opponent", "ratio")]


def said(number: Any) -> str:
    """Two significant digits, three above a hundred; a dash where there is no opponent."""
    return "–" if number is None else f"{number:.0f}" if number >= 10 else f"{float(f'{number:.2g}'):g}"
