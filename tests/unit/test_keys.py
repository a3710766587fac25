from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rapporteur.domain.errors import NotFound, Unauthenticated
from rapporteur.services.keys import BotTokens, server_secret
from tests.fakes.core import START_MS, Core, running

pytestmark = pytest.mark.unit


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with running(tmp_path) as core:
        yield core


async def test_a_key_opens_its_workspace_and_is_stored_as_a_hash_only(core: Core) -> None:
    secret, view = await core.keys.create(core.workspace_id, "laptop")
    assert re.fullmatch(r"rpt_[0-9A-Za-z]{38}", secret)
    assert secret.startswith(view.prefix)
    assert await core.keys.verify(secret) == core.workspace_id
    await core.database.close()
    assert not any(secret.encode() in file.read_bytes() for file in core.folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("spoil", [
    lambda s: "", lambda s: s[:-1], lambda s: s + "x", lambda s: s.lower(), lambda s: f"{s} ", lambda s: "sk_" + s[4:],
    lambda s: s[:10] + ("a" if s[10] != "a" else "b") + s[11:], lambda s: "schlüssel", lambda s: "rpt_",
])
async def test_anything_else_opens_nothing(core: Core, spoil) -> None:
    secret, _ = await core.keys.create(core.workspace_id, "laptop")
    with pytest.raises(Unauthenticated):
        await core.keys.verify(spoil(secret))


async def test_a_revoked_key_opens_nothing_and_stays_in_the_list(core: Core) -> None:
    secret, view = await core.keys.create(core.workspace_id, "laptop")
    kept, other = await core.keys.create(core.workspace_id, "server")
    await core.keys.revoke(core.workspace_id, view.id)
    await core.keys.revoke(core.workspace_id, view.id)
    with pytest.raises(Unauthenticated):
        await core.keys.verify(secret)
    assert await core.keys.verify(kept) == core.workspace_id
    listed = {k.id: k.revoked_at_ms for k in await core.keys.list(core.workspace_id)}
    assert listed == {view.id: START_MS, other.id: None}


async def test_the_last_use_is_kept_to_the_minute(core: Core) -> None:
    secret, _ = await core.keys.create(core.workspace_id, "laptop")
    for after_ms, expected_ms in ((0, 0), (30_000, 0), (60_000, 60_000)):
        core.clock.at_ms = START_MS + after_ms
        await core.keys.verify(secret)
        assert (await core.keys.list(core.workspace_id))[0].last_used_ms == START_MS + expected_ms


async def test_keys_of_another_workspace_are_neither_seen_nor_revoked(core: Core) -> None:
    await core.store.write(lambda tx: tx.keys.ensure_workspace("other", "Other", 0))
    secret, view = await core.keys.create("other", "theirs")
    assert await core.keys.list(core.workspace_id) == []
    with pytest.raises(NotFound):
        await core.keys.revoke(core.workspace_id, view.id)
    assert await core.keys.verify(secret) == "other"


async def test_server_secrets_are_made_once_each_and_survive_a_restart(core: Core) -> None:
    first, other = await server_secret(core.store, "a"), await server_secret(core.store, "b")
    assert len(first) == 32
    assert first != other
    await core.database.close()
    async with running(core.folder) as again:
        assert await server_secret(again.store, "a") == first


def test_a_bots_token_is_its_own_and_its_generations() -> None:
    tokens = BotTokens(b"s" * 32)
    assert tokens.matches("a", 1, tokens.token("a", 1))
    assert len({tokens.token("a", 1), tokens.token("a", 2), tokens.token("b", 1), BotTokens(b"t" * 32).token("a", 1)}) == 4
    assert not tokens.matches("a", 2, tokens.token("a", 1))
