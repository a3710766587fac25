"""`python -m tools.tail`: the longest functions and files and the broad handlers of the source. A mirror, not a gate."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path("src")
SHOWN = 10


def main() -> None:
    files, functions, broad, handlers = [], [], [], 0
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text()
        files.append((text.count("\n"), str(path)))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                functions.append(((node.end_lineno or node.lineno) - node.lineno + 1, f"{path}:{node.lineno} {node.name}"))
            elif isinstance(node, ast.ExceptHandler):
                handlers += 1
                names = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else {"BaseException"}
                if names & {"Exception", "BaseException"}:
                    broad.append(f"{path}:{node.lineno}")
    for title, rows in (("longest files", files), ("longest functions", functions)):
        print(title, *(f"  {length:5}  {where}" for length, where in sorted(rows, reverse=True)[:SHOWN]), sep="\n")
    print(f"broad handlers: {len(broad)} of {handlers}", *(f"  {where}" for where in broad), sep="\n")


if __name__ == "__main__":
    main()
