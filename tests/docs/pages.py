"""The documentation as the tests see it: pages, their fenced blocks, and the commands in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "examples" / "README.md"]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]

_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:rapporteur|make|python -m) [^`]+)`")
_COMMAND = re.compile(r"(?:^|\$\(|&& |`)\s*(?:\.venv/bin/)?((?:rapporteur|make) [^)|&#\n`]+)", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    page: Path
    line: int
    info: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks() -> list[Block]:
    return [
        Block(page, text.count("\n", 0, match.start()) + 1, match["info"].strip(), match["text"])
        for page in PAGES for text in [page.read_text()] for match in _FENCE.finditer(text)
    ]


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", page.read_text())


def commands_in_blocks() -> list[tuple[str, str]]:
    """(where, command line) of every `rapporteur` and `make` command in bash blocks."""
    return [(str(block), line.strip()) for block in blocks() if block.info.startswith("bash")
            for line in _COMMAND.findall(block.text.replace("\\\n", " "))]


def commands_in_prose() -> list[tuple[str, str]]:
    """The same of running text, where a command may be mentioned without its arguments."""
    return [(name, line) for name, page in zip(NAMES, PAGES, strict=True) for line in _INLINE.findall(prose(page))]
