"""Nothing of one workspace is seen or touched with a key of another, and no key does more than its scopes say.

Both are walked over the application's own table of routes, so that a route that is added is walked too.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from rapporteur.domain.recording import ArtifactKind
from tests.fakes.api_server import Answer, ApiServer, serving

pytestmark = pytest.mark.contract

API = ("/api/", "/rapporteur/")
OPEN = {"/rapporteur/v1/health/"}
"""Answered to everybody, and about nobody."""
OTHER_KEYS = frozenset({
    "/api/v1/sdk_upload/{upload_id}/media/", "/api/v1/sdk-upload/{upload_id}/media/",
    "/rapporteur/v1/zoom/rtms/{workspace_id}/",
})
"""Opened by a token of the object's own, or by a signature of Zoom's, which no workspace's key is."""
NOT_HELD = frozenset({
    "account_id", "calendar_id", "domain_id", "event_id", "login_id", "meeting_id", "screenshot_id",
})
"""Parameters of routes whose objects this server does not have, or that are found below a bot only."""
SECRETS = ("Zebra", "zebra")
"""Stand in everything that the first workspace holds."""


@pytest.fixture
async def api(data_dir: Path) -> AsyncIterator[ApiServer]:
    async with serving(data_dir) as api:
        yield api


def routes(found: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of every route of the dialects and of ours."""
    for route in found:
        if isinstance(route, APIRoute):
            path = prefix + route.path
            if path.startswith(API) and path not in OPEN | OTHER_KEYS:
                yield from ((method, path) for method in sorted(route.methods or ()))
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from routes(inner.routes, prefix + route.include_context.prefix)


async def objects(api: ApiServer) -> dict[str, list[str]]:
    """One of everything in the first workspace; ids by the name of the path's parameter."""
    live = {"type": "webhook", "url": "http://127.0.0.1:9/zebra", "events": ["bot.done"]}
    config = {"transcript": {"provider": {"recallai_streaming": {}}}, "audio_mixed_mp3": {}, "realtime_endpoints": [live]}
    bot_id, recording_id = await api.recorded(
        metadata={"Zebra": "zebra"}, external_id="zebra", bot_name="Zebra", recording_config=config)
    scheduled = (await api.create(join_at="2031-01-01T00:00:00Z", bot_name="Zebra"))["id"]
    hook = (await _made(api, "POST", "webhooks/", url="http://127.0.0.1:9/zebra", description="Zebra"))["id"]
    delivery = (await _made(api, "POST", f"webhooks/{hook}/test/"))["id"]
    artifacts = [
        (await api.get(f"/api/v1/{kind}/"))["results"] for kind in ArtifactKind
    ]
    lives = (await api.get("/api/v1/realtime_endpoint/"))["results"]
    upload = await api.call("POST", "/api/v1/sdk_upload/", json={"metadata": {"Zebra": "zebra"}})
    await _made(api, "PUT", "providers/zebra/", secrets={"api_key": "zebra-zebra-zebra"})
    return {
        "bot_id": [bot_id, scheduled], "recording_id": [recording_id], "delivery_id": [delivery],
        "artifact_id": [found["id"] for page in artifacts for found in page],
        "endpoint_id": [hook, *(endpoint["id"] for endpoint in lives)],
        "member_id": [(await _made(api, "POST", "members/", email="zebra@example.com"))["id"]],
        "key_id": [(await _made(api, "POST", "keys/", name="Zebra"))["id"]], "provider": ["zebra"],
        "upload_id": [upload.json["id"]], "transcript_id": [found["id"] for page in artifacts for found in page],
    }


async def _made(api: ApiServer, method: str, path: str, **body: Any) -> Any:
    answer = await api.call(method, f"/rapporteur/v1/{path}", json=body)
    assert answer.status < 300, answer.raw
    return answer.json


def concrete(path: str, known: dict[str, list[str]]) -> Iterator[str]:
    """The path with every object of the first workspace in its place; parameters of which there is none are all zeros."""
    parameters = re.findall(r"{(\w+)}", path)
    most = max((len(known.get(name, ())) for name in parameters), default=1) or 1
    for n in range(most):
        chosen = {name: (known.get(name) or ["00000000-0000-4000-8000-000000000000"]) for name in parameters}
        yield path.format_map({name: ids[n % len(ids)] for name, ids in chosen.items()})


async def second(api: ApiServer) -> str:
    """The Authorization header of another workspace."""
    made = await _made(api, "POST", "workspaces/", name="Second")
    return f"Token {made['key']}"


async def holdings(api: ApiServer) -> list[Any]:
    """What the first workspace sees of its own."""
    paths = ["/api/v1/bot/", "/api/v1/recording/", "/rapporteur/v1/webhooks/", "/rapporteur/v1/members/",
             "/rapporteur/v1/keys/", "/rapporteur/v1/providers/", "/rapporteur/v1/workspace/",
             *(f"/api/v1/{kind}/" for kind in ArtifactKind)]
    seen = [await api.get(path) for path in paths]
    # Links are signed anew, and a key that is used says when.
    return [re.sub(r"(Expires|Signature)=[^&\"']+", "", str(each)) for each in seen]


async def test_nothing_crosses_between_workspaces(api: ApiServer) -> None:
    api.app.state.recall_limits._enabled = False
    known = await objects(api)
    stranger, before = await second(api), await holdings(api)
    walked = 0
    parameters = {name for _, path in routes(api.app.routes) for name in re.findall(r"{(\w+)}", path)}
    assert parameters - known.keys() <= NOT_HELD, "routes of a new noun: make one of it in `objects`"
    for method, path in sorted(set(routes(api.app.routes))):
        for address in concrete(path, known):
            answer = await api.call(method, address, key=stranger, json={})
            assert answer.status < 500 or answer.status in (501, 507), (method, address, answer.raw)
            assert not any(word.encode() in answer.raw for word in SECRETS), (method, address, answer.raw)
            if any(f"{{{name}}}" in path for name in known) and answer.status != 501:
                assert answer.status in (400, 403, 404, 405, 422), (method, address, answer.status, answer.raw)
            walked += 1
    assert walked > 100
    assert await holdings(api) == before


async def test_a_key_does_what_its_scopes_say_and_nothing_else(api: ApiServer) -> None:
    api.app.state.recall_limits._enabled = False
    keys = {scopes: (await _made(api, "POST", "keys/", scopes=scopes.split("+")))["secret"]
            for scopes in ("read", "write", "admin", "read+write")}
    for method, path in sorted(set(routes(api.app.routes))):
        address = re.sub(r"{[^}]*}", "00000000-0000-4000-8000-000000000000", path)
        refused = {scope for scope, key in keys.items()
                   if _lacks_scope(await api.call(method, address, key=f"Token {key}", json={}))}
        opened = keys.keys() - refused
        if any(part in path for part in ("/keys/", "/providers/", "/workspaces/", "webhook_secret")):
            assert opened == {"admin"}, (method, path)
        # A GET that changes something, as one of the dialects has it, asks for both.
        assert opened in ({"admin"}, {"read", "read+write"} if method == "GET" else {"write", "read+write"}, {"read+write"}), (
            method, path, opened)
        assert opened != {"read+write"} or (method, path.rsplit("/", 2)[1]) == ("GET", "remove_bot")


def _lacks_scope(answer: Answer) -> bool:
    return answer.status == 403 and b"has not the scope" in answer.raw


async def test_a_key_that_was_replaced_works_until_its_overlap_is_over(api: ApiServer) -> None:
    old = await _made(api, "POST", "keys/", name="laptop", scopes=["read", "admin"])
    new = await _made(api, "POST", f"keys/{old['id']}/rotate/", overlap_seconds=60)
    assert (new["name"], new["scopes"]) == ("laptop", ["read", "admin"])
    for key in (old, new):
        assert (await api.call("GET", "/api/v1/bot/", key=f"Token {key['secret']}")).status == 200
    api.core.clock.at_ms += 60_000
    assert (await api.call("GET", "/api/v1/bot/", key=f"Token {old['secret']}")).status == 401
    assert (await api.call("GET", "/api/v1/bot/", key=f"Token {new['secret']}")).status == 200
    ended = await api.call("POST", f"/rapporteur/v1/keys/{old['id']}/rotate/")
    assert (ended.status, ended.json["code"]) == (400, "key_ended")


async def test_a_key_ends_when_it_was_said_to(api: ApiServer) -> None:
    past = await api.call("POST", "/rapporteur/v1/keys/", json={"expires_at": "2001-01-01T00:00:00Z"})
    assert (past.status, list(past.json)) == (400, ["expires_at"])
    for scopes in ([], ["everything"]):
        assert (await api.call("POST", "/rapporteur/v1/keys/", json={"scopes": scopes})).status == 400
    key = await _made(api, "POST", "keys/", expires_at="2030-01-01T00:00:00Z")
    assert key["expires_at"] == "2030-01-01T00:00:00.000000Z"


async def test_credentials_go_in_and_come_out_masked(api: ApiServer, data_dir: Path) -> None:
    secret = "dg_0123456789abcdef"
    put = await _made(api, "PUT", "providers/deepgram/", secrets={"api_key": secret, "pin": "1234"})
    assert put["secrets"] == {"api_key": "…cdef", "pin": "…"}
    assert (await api.get("/rapporteur/v1/providers/"))["results"] == [put]
    assert await api.get("/rapporteur/v1/providers/deepgram/") == put
    opened = await api.app.state.services.providers.secrets(api.core.workspace_id, "deepgram")
    assert opened == {"api_key": secret, "pin": "1234"}
    assert not any(secret.encode() in file.read_bytes() for file in data_dir.rglob("*") if file.is_file())
    assert (await api.call("DELETE", "/rapporteur/v1/providers/deepgram/")).status == 204
    assert (await api.call("GET", "/rapporteur/v1/providers/deepgram/")).status == 404
    for body in ({"secrets": {}}, {"secrets": {"API KEY": "x"}}, {"secrets": {"api_key": ""}}, {}):
        assert (await api.call("PUT", "/rapporteur/v1/providers/deepgram/", json=body)).status == 400


async def test_a_workspace_with_people_keeps_somebody_who_governs_it(api: ApiServer) -> None:
    ada = await _made(api, "POST", "members/", email="Ada@Example.com", role="member")
    assert (ada["email"], ada["role"]) == ("ada@example.com", "admin"), "the first governs, whatever was asked"
    alan = await _made(api, "POST", "members/", email="alan@example.com")
    again = await api.call("POST", "/rapporteur/v1/members/", json={"email": "ALAN@example.com"})
    assert (again.status, again.json["code"]) == (400, "member_exists")
    for method, body in (("PATCH", {"role": "member"}), ("DELETE", None)):
        refused = await api.call(method, f"/rapporteur/v1/members/{ada['id']}/", json=body)
        assert (refused.status, refused.json["code"]) == (400, "last_admin")
    await _made(api, "PATCH", f"members/{alan['id']}/", role="admin")
    assert (await api.call("DELETE", f"/rapporteur/v1/members/{ada['id']}/")).status == 204
    assert [m["email"] for m in (await api.get("/rapporteur/v1/members/"))["results"]] == ["alan@example.com"]
    assert (await api.call("POST", "/rapporteur/v1/members/", json={"email": "nobody"})).json == {
        "email": ["Enter a valid email address."]}


async def test_workspaces_are_made_and_seen_by_the_operators_alone(api: ApiServer) -> None:
    stranger = await second(api)
    assert (await api.call("GET", "/rapporteur/v1/workspace/", key=stranger)).json["name"] == "Second"
    assert {w["name"] for w in (await api.get("/rapporteur/v1/workspaces/"))["results"]} == {"Default", "Second"}
    for method in ("GET", "POST"):
        refused = await api.call(method, "/rapporteur/v1/workspaces/", key=stranger, json={"name": "Third"})
        assert (refused.status, refused.json["code"]) == (403, "permission_denied")
    renamed = await api.call("PATCH", "/rapporteur/v1/workspace/", key=stranger, json={"name": "Sales"})
    assert renamed.json["name"] == "Sales"
