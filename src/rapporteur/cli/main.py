"""`rapporteur`: the groups put together, and errors turned into one clear line.

Exit codes: 0 done, 1 it could not be done, 2 the command line was wrong. Heavy modules are imported inside the commands that
need them, so that help and completion are instant.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from rapporteur import __version__
from rapporteur.cli import bot, doctor, keys, server, simulate, webhooks, workspaces
from rapporteur.cli.output import complain
from rapporteur.domain.errors import RapporteurError

app = typer.Typer(
    name="rapporteur", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown",
    help="""A self-hosted meeting-bot server: one HTTP call sends a bot to a video meeting.

    Start with `rapporteur demo`, a whole meeting on this machine, or with `rapporteur serve`.
    """,
    epilog="Settings come from RAPPORTEUR_* variables; docs/reference/settings.md lists them.",
)
app.command()(server.serve)
app.command()(server.room)
app.command()(server.migrate)
app.command()(simulate.simulate)
app.command()(doctor.doctor)
app.add_typer(bot.app)
app.add_typer(keys.app)
app.add_typer(webhooks.app)
app.add_typer(workspaces.workspace)
app.add_typer(workspaces.member)
app.add_typer(workspaces.provider)


@app.command()
def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Leave server and room up, to join from your browser.")] = False,
    output: Annotated[Path, typer.Option(help="Where the results go.")] = Path("demo-output"),
) -> None:
    """Hold a whole meeting on this machine, record it, and check what came out.

    Three simulated people meet in the built-in room, a bot joins them, and the recording is measured. Exits 0 only if every
    check holds. Takes about two minutes.

    Example: `rapporteur demo --keep`
    """
    from rapporteur.cli.demo import run

    raise typer.Exit(run(keep=keep, output=output))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    pass


def main() -> None:
    """The console script."""
    try:
        app()
    except RapporteurError as error:
        sys.exit(complain(error))
