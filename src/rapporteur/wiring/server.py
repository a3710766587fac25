"""The server program's composition root: API, engine, storage, webhooks and the room, in one process.

Everything is built here from the settings, in the order in which it needs each other, and ended in the opposite order. Bots are
not ended with the server: they belong to themselves and find the next one.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI

from rapporteur.api.app import ApiServices, create_app
from rapporteur.dashboard import player
from rapporteur.delivery.webhooks import Deliverer
from rapporteur.domain.errors import InvalidRequest, RapporteurError
from rapporteur.domain.meeting import (
    JOINABLE,
    VENDOR_PATTERNS,
    Catalogue,
    generic_pattern,
    janus_pattern,
    jitsi_pattern,
    room_pattern,
)
from rapporteur.engine import holder
from rapporteur.engine.engine import DurableEngine
from rapporteur.engine.watch import Watch
from rapporteur.kit.clock import SystemClock
from rapporteur.kit.serving import address, listen, serving
from rapporteur.kit.tasks import TaskOwner
from rapporteur.launchers.process import ProcessLauncher
from rapporteur.launchers.workshop import ProcessWorkshop
from rapporteur.outbound.guard import Guard
from rapporteur.room.server import room_app
from rapporteur.room.tokens import kept_secret
from rapporteur.services.attendance import Attendance
from rapporteur.services.billing import Billing
from rapporteur.services.bots import Bots
from rapporteur.services.deletion import Deletion
from rapporteur.services.errands import Errands
from rapporteur.services.idempotency import Idempotency
from rapporteur.services.keys import BotTokens, Keys, server_secret
from rapporteur.services.lifecycle import Lifecycle
from rapporteur.services.links import Links
from rapporteur.services.live_endpoints import LiveEndpoints
from rapporteur.services.members import Members
from rapporteur.services.metrics import Metrics
from rapporteur.services.providers import Providers
from rapporteur.services.recordings import Recordings
from rapporteur.services.screenshots import Screenshots
from rapporteur.services.streams import ZoomStreams
from rapporteur.services.transcripts import KIND as transcripts_kind
from rapporteur.services.transcripts import Transcripts
from rapporteur.services.uploads import KIND as uploads_kind
from rapporteur.services.uploads import Uploads
from rapporteur.services.webhooks import Webhooks
from rapporteur.services.workspaces import Workspaces
from rapporteur.settings import Settings
from rapporteur.storage.blobs import Blobs
from rapporteur.transcription.minting import VendorMinter
from rapporteur.wiring import bot, data, lean
from rapporteur.wiring.logs import log_to

log = structlog.get_logger()

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Parts:
    """The built server, before it listens."""

    app: FastAPI
    engine: DurableEngine
    lifecycle: Lifecycle
    deliverer: Deliverer
    errands: Errands
    watch: Watch
    idempotency: Idempotency


@asynccontextmanager
async def built(settings: Settings, *, with_room: bool) -> AsyncIterator[Parts]:
    """Put the server together on its data directory."""
    clock, folder = SystemClock(), settings.data_dir.resolve()
    async with data.database(settings) as database:
        await database.start()
        store = data.store(settings, database)
        links = Links(await server_secret(store, "links"), clock, settings.link_lifetime_s)
        tokens = BotTokens(await server_secret(store, "bots"))
        keys = Keys(store, clock)
        await keys.ensure_default_workspace()
        guard = Guard.from_settings(settings)
        blobs = Blobs.local(folder / "blobs")
        launcher = ProcessLauncher(folder, bot.attend_command(settings), environment=lean.ENVIRONMENT)
        engine = DurableEngine(folder, clock)
        bots, recordings = Bots(store, engine, clock, max_bots=settings.max_bots), Recordings(store, clock)
        deletion = Deletion(store, blobs, clock, bots_dir=folder / "bots")
        idempotency = Idempotency(store, clock)
        workshop = ProcessWorkshop(bot.errand_command(settings), log_file=folder / "errands.log")
        transcripts = Transcripts(store, engine, blobs, workshop, clock, folder=folder / "errands")
        lifecycle = Lifecycle(
            store, launcher, blobs, clock, tokens=tokens, control_url=control_url(settings), bots_dir=folder / "bots",
            launch_timeout_s=settings.launch_timeout_s, keep_tapes=settings.keep_tapes, published=transcripts.begin,
        )
        uploads = Uploads(store, engine, blobs, workshop, clock, folder=folder / "errands")
        errands = Errands({transcripts_kind: transcripts, uploads_kind: uploads})
        services = ApiServices(
            billing=Billing(store, clock), idempotency=idempotency, workspaces=Workspaces(store, clock),
            members=Members(store, clock), providers=Providers(store, clock), zoom_streams=ZoomStreams(store, clock),
            live_endpoints=LiveEndpoints(store), transcripts=transcripts, uploads=uploads,
            screenshots=Screenshots(store),
            bots=bots, recordings=recordings, deletion=deletion, webhooks=Webhooks(store, clock, guard), keys=keys, links=links,
            attendance=Attendance(store, engine, blobs, links, clock, tokens=tokens, lease_s=settings.lease_s,
                                  minter=VendorMinter(guard)),
            metrics=Metrics(store, clock), blobs=blobs, catalogue=catalogue(settings), clock=clock,
        )
        pages = player.create_router(player.PlayerServices(bots=bots, blobs=blobs, links=links))
        app = create_app(services, settings, pages=[pages])
        if with_room:
            app.include_router(room_app(secret=kept_secret(folder / "room.key"), public_url=settings.public_url, clock=clock))
        yield Parts(app, engine, lifecycle, Deliverer(store, engine, clock, guard), errands, Watch(
            lifecycle, engine, launcher, deletion, errands, clock,
            sweep_s=settings.sweep_s, lease_s=settings.lease_s, launch_timeout_s=settings.launch_timeout_s,
        ), idempotency)


@asynccontextmanager
async def running(settings: Settings, *, with_room: bool = True) -> AsyncIterator[str]:
    """The whole server for the length of the block; gives its base address. RapporteurError when it cannot start."""
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(built(settings, with_room=with_room))
        await parts.engine.start(holder.Services(parts.lifecycle, parts.deliverer, parts.errands))
        stack.push_async_callback(parts.engine.stop)
        tasks = await stack.enter_async_context(TaskOwner("server"))
        tasks.start(parts.deliverer.run(), name="deliverer")
        tasks.start(parts.watch.run(), name="watch")
        tasks.start(parts.idempotency.run(), name="idempotency")
        base = await stack.enter_async_context(_listening(parts.app, settings))
        yield base


@asynccontextmanager
async def _listening(app: FastAPI, settings: Settings) -> AsyncIterator[str]:
    """Serve users and bots. With TLS the bots of this host get a plain listener of their own, on loopback."""
    secure = settings.certificate is not None
    async with AsyncExitStack() as stack:
        try:
            listener = listen(settings.host, settings.port)
            internal = listen(LOOPBACK, settings.internal_port) if secure else None
        except OSError as error:
            raise RapporteurError(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}") from error
        tls = {"ssl_certfile": settings.certificate, "ssl_keyfile": settings.certificate_key} if secure else {}
        await stack.enter_async_context(serving(app, listener, lifespan="off", **tls))
        if internal is not None:
            await stack.enter_async_context(serving(app, internal, lifespan="off"))
        yield settings.public_url or address(listener, settings.host, secure=secure)


def control_url(settings: Settings) -> str:
    """Where the bots of this host reach their server."""
    if settings.certificate is not None:
        return f"ws://{LOOPBACK}:{settings.internal_port}/internal/bots/{{bot_id}}/control"
    host = LOOPBACK if settings.host in {"0.0.0.0", "::"} else settings.host
    return f"ws://{f'[{host}]' if ':' in host else host}:{settings.port}/internal/bots/{{bot_id}}/control"


def catalogue(settings: Settings) -> Catalogue:
    """The meetings this build can attend. Rooms are those of servers we know: ours, the named ones, maybe this machine's."""
    hosts = {f"{settings.host}:{settings.port}", *settings.room_hosts}
    if settings.public_url:
        hosts.add(urlsplit(settings.public_url).netloc)
    vendors = {
        **VENDOR_PATTERNS, "jitsi": jitsi_pattern(frozenset(settings.jitsi_hosts)),
        "janus": janus_pattern(frozenset(settings.janus_pages)), "generic": generic_pattern(frozenset(settings.generic_hosts)),
    }
    rooms = room_pattern(frozenset(hosts), loopback=settings.loopback_only)
    return Catalogue((rooms, *vendors.values()), JOINABLE)


def serve(settings: Settings, *, with_room: bool = True) -> int:
    """Run the server until it is told to stop, by Ctrl-C or SIGTERM."""
    log_to(sys.stderr, settings.log_level)
    _check(settings)
    asyncio.run(_serve(settings, with_room))
    return 0


async def _serve(settings: Settings, with_room: bool) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running(settings, with_room=with_room) as base:
        log.info("serving", address=base, data_dir=str(settings.data_dir))
        await stop.wait()
        log.info("stopping; bots go on and find the next server")


def _check(settings: Settings) -> None:
    if (settings.certificate is None) != (settings.certificate_key is None):
        raise InvalidRequest("certificate", "A certificate and its key are needed together.")
