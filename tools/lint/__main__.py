"""`python -m tools.lint [ROOT]`: run every rule over src, tests, tools and bench; exit 1 if one is broken."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import tools.lint
from tools.lint.source import SKIP, Source

FOLDERS = ("src", "tests", "tools", "bench", "examples")


def main(arguments: list[str]) -> int:
    root = Path(arguments[0] if arguments else ".")
    found = sorted(violations(root))
    for path, line, rule, message in found:
        print(f"{path}:{line}: {rule}: {message}")
    return 1 if found else 0


def rules() -> list[ModuleType]:
    modules = (importlib.import_module(f"tools.lint.{info.name}") for info in pkgutil.iter_modules(tools.lint.__path__)
               if info.name != "__main__")
    return [module for module in modules if hasattr(module, "check")]


def violations(root: Path) -> Iterator[tuple[str, int, str, str]]:
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            source = Source(path.relative_to(root).as_posix(), path.read_text())
            yield from broken_in(source)


def broken_in(source: Source) -> Iterator[tuple[str, int, str, str]]:
    known = rules()
    for rule in known:
        if not source.path.startswith(getattr(rule, "WHERE", "src/")) or source.path in getattr(rule, "SKIP", {}):
            continue
        for line, message in rule.check(source):
            if not source.skips(line, rule.NAME):
                yield source.path, line, rule.NAME, message
    names = {rule.NAME for rule in known}
    for line, comment in source.comments.items():
        match = SKIP.search(comment)
        if match and (match["rule"] not in names or not match["reason"].strip()):
            yield source.path, line, "lint-skip", "name a rule and give the reason: # lint-skip: <rule> <reason>"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
