"""No HTML in Python strings.

Markup glued together in code is where a participant's name becomes a script; templates escape by themselves.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.lint.source import Source

NAME = "no-html-in-python"
TAG = re.compile(r"</?(html|head|body|div|span|p|a|ul|ol|li|table|tr|td|script|style|video|audio|form|input|button|h[1-6])"
                 r"(\s[^<>]*)?>", re.IGNORECASE)


def check(source: Source) -> Iterator[tuple[int, str]]:
    documentation = {id(value) for value in docstrings(source.tree)}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation \
                and TAG.search(node.value):
            yield node.lineno, "put markup into a template"


def docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    """Every string that stands alone as a statement: docstrings, and the sentences under fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
