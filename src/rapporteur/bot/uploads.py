"""Bringing finished files to the store: one signed PUT per file, repeated until the server has taken it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import structlog

from rapporteur.bot.control import ControlChannel
from rapporteur.kit.clock import Clock
from rapporteur.services.ports import ComposedArtifact

log = structlog.get_logger()

_CHUNK = 256 * 1024
_PAUSE_S = 2.0
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)


async def store(channel: ControlChannel, composed: ComposedArtifact, clock: Clock) -> list[dict[str, str | int]]:
    """Upload the artifact's files; answer {name, key, size} of each. Returns only when all of them are stored."""
    while True:
        wanted = [{"recording_id": composed.recording_id, "name": path.name} for path in composed.files]
        granted = {grant["name"]: grant for grant in await channel.uploads(wanted)}
        try:
            async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
                return [await _put(session, path, granted[path.name]) for path in composed.files]
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # The signed addresses may have grown old while the server was away: ask again rather than repeat them.
            log.warning("upload_failed", artifact=composed.artifact, error=type(error).__name__)
            await clock.sleep(_PAUSE_S)


async def _put(session: aiohttp.ClientSession, path: Path, grant: dict[str, str]) -> dict[str, str | int]:
    size = path.stat().st_size
    async with session.put(grant["url"], data=_chunks(path), headers={"Content-Length": str(size)}) as answer:
        answer.raise_for_status()
    return {"name": path.name, "key": grant["key"], "size": size}


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
