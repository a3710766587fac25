"""`rapporteur serve`, `room` and `migrate`: what runs on this machine and on a data directory."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rapporteur.cli.output import note
from rapporteur.domain.errors import RapporteurError
from rapporteur.settings import Settings, from_environment

DEFAULTS = Settings()

DataDir = Annotated[Path | None, typer.Option(
    help=f"Where everything is kept. [default: {DEFAULTS.data_dir}]", show_default=False)]
Host = Annotated[str | None, typer.Option(help=f"Address to listen on. [default: {DEFAULTS.host}]", show_default=False)]
Port = Annotated[int | None, typer.Option(help=f"Port to listen on. [default: {DEFAULTS.port}]", show_default=False)]
Certificate = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="TLS certificate chain, in PEM.")]
CertificateKey = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Its private key, in PEM.")]


def serve(
    host: Host = None, port: Port = None, data_dir: DataDir = None,
    public_url: Annotated[str | None, typer.Option(help="The address users reach this server at, for links.")] = None,
    certificate: Certificate = None, certificate_key: CertificateKey = None,
    room: Annotated[bool, typer.Option("--room/--no-room", help="Serve the built-in meeting room under /room/.")] = True,
) -> None:
    """Run the server: API, engine, storage and the built-in meeting room, in one process.

    Without options it listens on this machine only, where http works for the browser too. For others to join a room by camera
    and microphone, browsers ask for https: give a certificate, or put a proxy in front.

    Examples: `rapporteur serve`, `rapporteur serve --host 0.0.0.0 --certificate chain.pem --certificate-key key.pem`
    """
    settings = from_environment(
        host=host, port=port, data_dir=data_dir, public_url=public_url,
        certificate=certificate, certificate_key=certificate_key,
    )
    from rapporteur.wiring.server import serve as run

    raise typer.Exit(run(settings, with_room=room))


def room(
    host: Host = None, port: Port = None, certificate: Certificate = None, certificate_key: CertificateKey = None,
) -> None:
    """Run the meeting room alone, without bots.

    Example: `rapporteur room --port 8080`, then open http://127.0.0.1:8080/room/
    """
    import asyncio

    from rapporteur.room.server import serve_room

    settings = from_environment(host=host, port=port, certificate=certificate, certificate_key=certificate_key)
    try:
        asyncio.run(serve_room(
            settings.host, settings.port, certificate=settings.certificate, key=settings.certificate_key,
            on_started=lambda address: note(f"The room is open at {address}/room/ (Ctrl-C ends it)"),
        ))
    except OSError as error:
        raise RapporteurError(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}") from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def migrate(data_dir: DataDir = None) -> None:
    """Bring the database to this version's tables. An SQLite file is copied first; `serve` does the same by itself.

    Example: `rapporteur migrate --data-dir /var/lib/rapporteur`
    """
    import asyncio

    from rapporteur.wiring.data import migrate as run

    copy = asyncio.run(run(from_environment(data_dir=data_dir)))
    note("The database is up to date." if copy is None else f"Migrated. The database as it was: {copy}")
