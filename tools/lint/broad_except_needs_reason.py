"""`except Exception` stands at task and process roots only, with the reason in a comment on its line.

A broad handler anywhere else turns every bug into silence.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.lint.source import Source

NAME = "broad-except-needs-reason"
WAIVER = re.compile(r"#|noqa: \w+")


def check(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and is_broad(source, node) and not ends_by_raising(node) \
                and not has_reason(source.comments.get(node.lineno, "")):
            yield node.lineno, "name the exceptions, or at a root say in a comment on this line why all of them"


def has_reason(comment: str) -> bool:
    """Whether anything but the waiver itself is said; two words are the least a reason has."""
    return len(re.findall(r"\w+", WAIVER.sub("", comment))) >= 2


def is_broad(source: Source, handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return bool({source.full_name(kind) for kind in kinds} & {"Exception", "BaseException"})


def ends_by_raising(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise)
