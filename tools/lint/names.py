"""No file or class is called utils, helpers, common, misc, manager, handler or processor.

Such a name says that nobody knew what the thing is, and everything without a home moves in.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tools.lint.source import Source

NAME = "names"
WHERE = ""
EMPTY = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "handler", "handlers", "processor"}


def check(source: Source) -> Iterator[tuple[int, str]]:
    path = PurePosixPath(source.path)
    for part in (*path.parent.parts, path.stem):
        if EMPTY & set(part.lower().split("_")):
            yield 1, f"{part} says nothing about what is inside"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and EMPTY & {word.lower() for word in re.findall(r"[A-Z][a-z]+", node.name)} \
                and not any("Handler" in source.full_name(base) for base in node.bases):
            yield node.lineno, f"class {node.name} says nothing about what it is"
