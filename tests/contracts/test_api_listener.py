"""The listener of the real server gives the application what came over the wire, and nothing a header claims."""

from __future__ import annotations

import aiohttp
import pytest
from fastapi import FastAPI, Request

from rapporteur.kit.serving import address, listen, serving

pytestmark = pytest.mark.contract


async def test_no_forwarded_header_changes_the_scheme_or_the_peer() -> None:
    app = FastAPI()

    @app.get("/")
    async def seen(request: Request) -> list[str]:
        return [request.url.scheme, request.client.host if request.client else ""]

    listener = listen("127.0.0.1", 0)
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    async with serving(app, listener, lifespan="off"), aiohttp.ClientSession() as http:
        async with http.get(address(listener, "127.0.0.1", secure=False), headers=headers) as answer:
            assert await answer.json() == ["http", "127.0.0.1"]
        await http.close()
