"""A bot's way into a vendor's service: a pass per connection, and a word about keys that should not have been needed."""

from __future__ import annotations

from typing import Any

import pytest

from rapporteur.bot.admission import Admission
from rapporteur.domain.providers import Pass
from rapporteur.wire import control

pytestmark = pytest.mark.unit


async def test_a_lasting_key_is_told_once_and_a_token_never() -> None:
    told: list[tuple[str, dict[str, Any]]] = []

    async def ask(account: str) -> Pass:
        return Pass("secret", minted=account == "assemblyai")

    admission = Admission(ask, lambda kind, body: told.append((kind, body)))
    for account in ("deepgram", "assemblyai", "deepgram"):
        assert (await admission(account)).secret == "secret"
    [(kind, body)] = told
    assert (kind, body["level"]) == (control.LOG, "warning")
    assert body["message"].startswith("deepgram makes no short-lived tokens")
    assert "secret" not in body["message"]
