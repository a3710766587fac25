"""The compatibility tables of contracts/compatibility/, row by row: what the documentation shows and the tests hold us to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "contracts" / "compatibility"
STATES = ("done", "accepted", "refused", "later")
DIALECTS = ("recall", "meetstream")
_INHERITED = ("state", "reason", "test")


@dataclass(frozen=True, slots=True)
class Row:
    section: str
    kind: str
    name: str
    state: str
    reason: str
    test: str
    within: str
    """Of a field: the object of the request it belongs to; empty at the top."""
    detail: dict[str, Any]
    """`default`, `sends` and `echoes`, where the row has them."""

    @property
    def path(self) -> list[str]:
        return [part for part in (*self.within.split("."), *self.name.split(".")) if part]


def rows(dialect: str) -> list[Row]:
    table = yaml.load((TABLES / f"{dialect}.yaml").read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return [row for section in table["sections"] for row in _rows(section)]


def of_kind(table: list[Row], kind: str, *states: str) -> list[Row]:
    """The rows of a kind, in these states or in any. LookupError if there is none: a table without them was misread."""
    found = [row for row in table if row.kind == kind and (not states or row.state in states)]
    if not found:
        raise LookupError(f"no row of kind {kind!r}")
    return found


def _rows(section: dict[str, Any]) -> Iterator[Row]:
    shared = {"state": "done", "reason": "", "test": ""} | {key: section[key] for key in _INHERITED if key in section}
    for written in section["rows"]:
        row = shared | ({"name": written} if isinstance(written, str) else written)
        known = {key: row.pop(key) for key in ("name", *_INHERITED)}
        yield Row(section["title"], section["kind"], within=section.get("within", ""), detail=row, **known)


def page(dialect: str) -> str:
    """All rows in Markdown, section by section."""
    sections: dict[str, list[Row]] = {}
    for row in rows(dialect):
        sections.setdefault(row.section, []).append(row)
    return "\n\n".join(f"## {title}\n\n{_table(found)}" for title, found in sections.items())


def tally(dialect: str) -> str:
    found = rows(dialect)
    return ", ".join(f"{sum(row.state == state for row in found)} {state}" for state in STATES) + f", of {len(found)} rows"


def _table(found: list[Row]) -> str:
    with_defaults = any("default" in row.detail for row in found)
    head = [found[0].kind, *(["default"] if with_defaults else []), "state", "note"]
    lines = [head, ["---"] * len(head)]
    lines += [[_name(row), *([_default(row)] if with_defaults else []), row.state, row.reason] for row in found]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _name(row: Row) -> str:
    plain = "`" in row.name or row.kind in {"convention", "document", "delivery", "error"} or " · " in row.name
    return row.name if plain else f"`{row.name}`"


def _default(row: Row) -> str:
    if "default" not in row.detail:
        return ""
    value = row.detail["default"]
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"
