"""`rapporteur keys`: the API keys of applications."""

from __future__ import annotations

from typing import Annotated

import typer

from rapporteur.cli.client import DEFAULT_URL, Api, Key, Url, segment
from rapporteur.cli.output import AsJson, note, show_json, show_table
from rapporteur.cli.server import DataDir
from rapporteur.settings import from_environment

app = typer.Typer(name="keys", no_args_is_help=True, help="Make, list and revoke API keys.")


@app.command()
def create(
    name: Annotated[str, typer.Option(help="What the key is for; shown in the list.")] = "command line",
    scope: Annotated[list[str] | None, typer.Option(help="read, write or admin; may be repeated. Without it: all.")] = None,
    expires_days: Annotated[int | None, typer.Option(min=1, help="Days after which it opens nothing.")] = None,
    workspace: Annotated[str | None, typer.Option(help="Id of a workspace; the first one without it.")] = None,
    data_dir: DataDir = None, as_json: AsJson = False,
) -> None:
    """Make a key and print it, once. Works on the data directory, so that the first key needs none.

    Example: `export RAPPORTEUR_API_KEY=$(rapporteur keys create --name laptop)`
    """
    import asyncio

    from rapporteur.wiring.data import create_key

    secret, key_id = asyncio.run(create_key(
        from_environment(data_dir=data_dir), name, scopes=scope, expires_days=expires_days, workspace_id=workspace))
    if as_json:
        show_json({"id": key_id, "name": name, "secret": secret})
        return
    note("This is the only time the key is shown:")
    typer.echo(secret)


@app.command("list")
def list_keys(url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False) -> None:
    """List the keys, without their secrets.

    Example: `rapporteur keys list`
    """
    answer = Api(url, key).get("/rapporteur/v1/keys/")
    if as_json:
        return show_json(answer)
    columns = ("id", "name", "prefix", "created_at", "expires_at", "last_used_at", "revoked_at")
    rows = [[*(k[column] for column in columns), " ".join(k["scopes"])] for k in answer["results"]]
    show_table(("id", "name", "begins", "created", "expires", "last used", "revoked", "scopes"), rows, empty="No keys.")


@app.command()
def rotate(
    key_id: Annotated[str, typer.Argument(help="The id, from the list.")],
    overlap_hours: Annotated[int, typer.Option(min=0, max=720, help="How long the old key goes on to work.")] = 24,
    url: Url = DEFAULT_URL, key: Key = "",
) -> None:
    """Make the key that follows another, and print it, once.

    Example: `rapporteur keys rotate 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11 --overlap-hours 1`
    """
    path = f"/rapporteur/v1/keys/{segment(key_id)}/rotate/"
    made = Api(url, key).post(path, {"overlap_seconds": overlap_hours * 3600})
    note(f"Key {made['id']}. This is the only time it is shown:")
    typer.echo(made["secret"])


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="The id, from the list.")], url: Url = DEFAULT_URL, key: Key = "",
) -> None:
    """Revoke a key; from now on it opens nothing.

    Example: `rapporteur keys revoke 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11`
    """
    Api(url, key).delete(f"/rapporteur/v1/keys/{segment(key_id)}/")
    note("Revoked.")
