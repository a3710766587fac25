"""`except Exception` stands at task and process roots only, with its reason in the waiver.

A broad handler anywhere else turns every bug into silence.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.lint.source import Source

NAME = "broad-except-needs-reason"
REASON = re.compile(r"noqa: BLE001\s*[,:;–-]?\s*\S+\s+\S+")


def check(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and is_broad(source, node) and not ends_by_raising(node) \
                and not REASON.search(source.comments.get(node.lineno, "")):
            yield node.lineno, "name the exceptions, or at a root: # noqa: BLE001 – and the reason"


def is_broad(source: Source, handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return bool({source.full_name(kind) for kind in kinds} & {"Exception", "BaseException"})


def ends_by_raising(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise)
