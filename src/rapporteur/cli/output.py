"""What commands show: tables for people, JSON for programs, one line for errors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from rapporteur.domain.errors import InvalidRequest, RapporteurError

AsJson = Annotated[bool, typer.Option("--json", help="Print the server's answer as JSON.")]


def show_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str) -> None:
    """A plain table; `empty` is said when there is no row. Piped output is not cut to a width."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        # Text, not str: what people called their meeting must not be read as markup.
        table.add_row(*(Text("" if cell is None else str(cell), overflow="fold") for cell in row))
    console = Console()
    if not console.is_terminal:
        console = Console(width=400)
    if table.row_count:
        console.print(table)
    else:
        note(empty)


def note(text: str) -> None:
    """A remark for the person, beside the output."""
    typer.echo(text, err=True)


def complain(error: RapporteurError) -> int:
    """Say the error in one line; the exit code it leads to."""
    where = f"{error.field}: " if isinstance(error, InvalidRequest) and error.field not in error.message else ""
    note(f"rapporteur: {where}{error.message}")
    return 2 if isinstance(error, InvalidRequest) else 1
