"""One Python file as the rules see it: path, text, tree, comments and the skips it declares."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

SKIP = re.compile(r"#\s*lint-skip:\s*(?P<rule>\S+)(?P<reason>.*)")


@dataclass(frozen=True)
class Source:
    path: str
    """Relative to the project's root, with slashes."""
    text: str
    comments: dict[int, str] = field(init=False)
    """Line → comment."""

    def __post_init__(self) -> None:
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        found = {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
        object.__setattr__(self, "comments", found)

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def imported(self) -> dict[str, str]:
        """Local name → full dotted name, for every import anywhere in the file."""
        names: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names |= {a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        return names

    def full_name(self, node: ast.expr) -> str:
        """`datetime.now` of `from datetime import datetime` is "datetime.datetime.now"; "" for anything but a dotted name."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id, node.id)
        if isinstance(node, ast.Attribute) and (owner := self.full_name(node.value)):
            return f"{owner}.{node.attr}"
        return ""

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, self.full_name(node.func)

    def skips(self, line: int, rule: str) -> bool:
        """Whether the line, or a comment alone above it, waives the rule for a stated reason."""
        lines = self.text.splitlines()
        above = line - 1 if line >= 2 and lines[line - 2].lstrip().startswith("#") else line
        for number in (line, above):
            match = SKIP.search(self.comments.get(number, ""))
            if match and match["rule"] == rule and match["reason"].strip():
                return True
        return False
