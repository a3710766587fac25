"""What every compatibility table promises: a state for each row, a reason where it is not done, a test that exists."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tools.compatibility import DIALECTS, ROOT, STATES, rows

pytestmark = [pytest.mark.contract, pytest.mark.parametrize("dialect", DIALECTS)]

NEVER = frozenset({"later", "refused"})
"""States in which there may be nothing to test."""


def test_every_row_has_a_state_and_what_is_not_done_a_reason(dialect: str) -> None:
    table = rows(dialect)
    assert {row.state for row in table} <= set(STATES)
    assert [row.name for row in table if row.state != "done" and not row.reason] == []
    assert {key for row in table for key in row.detail} == {"default", "sends", "echoes"}


def test_no_row_stands_twice(dialect: str) -> None:
    seen = [(row.kind, row.within, row.name) for row in rows(dialect)]
    assert {row for row in seen if seen.count(row) > 1} == set()


def test_every_row_is_bound_to_a_test_that_exists(dialect: str) -> None:
    table = rows(dialect)
    unbound = [row.name for row in table if not row.test and (row.state not in NEVER or row.kind == "endpoint")]
    assert unbound == []
    assert {row.test for row in table if row.test and not exists(row.test)} == set()


def exists(test: str) -> bool:
    file, _, name = test.partition("::")
    return (ROOT / file).is_file() and name in functions(ROOT / file)


@cache
def functions(file: Path) -> set[str]:
    return {node.name for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
