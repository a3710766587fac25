"""Only settings.py reads the environment.

A variable read deep inside an adapter is a setting that no page documents, no test sets, and no error names when it is wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tools.lint.source import Source

NAME = "environment-read-once"
SKIP = {
    "src/rapporteur/settings.py": "the one reader",
    "src/rapporteur/launchers/process.py": "hands a child the few variables that it inherits",
    "src/rapporteur/media/composer.py": "hands a child its environment, with the limits of its libraries' threads",
}


def check(source: Source) -> Iterator[tuple[int, str]]:
    lines = {
        node.lineno for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute | ast.Name) and source.full_name(node) in {"os.environ", "os.getenv", "os.environb"}
    }
    for line in lines:
        yield line, "read it in settings.py and pass the value; for a child's environment say so in a lint-skip"
