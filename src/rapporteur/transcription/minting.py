"""Short-lived tokens for vendors' lasting keys: asked for by the server, so that bots need to know no key."""

from __future__ import annotations

import json
from collections.abc import Mapping

from rapporteur.domain.errors import DestinationFailure
from rapporteur.domain.providers import LASTING, PROVIDERS, Pass
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.http import call, guarded_session
from rapporteur.transcription.protocol import LiveProtocol
from rapporteur.transcription.vendors import LIVE

WITHIN_S = 5.0
LARGEST_ANSWER = 16 * 1024
NONE_MADE = frozenset({403, 404, 405})
"""The key may not have tokens made, or the vendor's server, which may stand at the user's own, makes none."""
MINTS: Mapping[str, type[LiveProtocol]] = {
    account: protocol for key, protocol in LIVE.items() if (account := PROVIDERS[key].account) is not None
}
"""By the names of their accounts."""


class VendorMinter:
    """Fulfils services.ports.Minter."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def mint(self, account: str, secrets: Mapping[str, str]) -> Pass:
        asked = MINTS[account].minting(secrets)
        body = None if asked.body is None else json.dumps(asked.body)
        headers = {**asked.headers, **({} if body is None else {"Content-Type": "application/json"})}
        async with guarded_session(self._guard) as session:
            answer = await call(
                session, asked.method, asked.url, headers=headers, data=body, timeout_s=WITHIN_S, largest=LARGEST_ANSWER)
        if answer.status in NONE_MADE:
            return Pass(secrets[LASTING])
        if answer.status != 200:
            raise DestinationFailure(f"no token: {answer.status}", status=answer.status)
        return Pass(_token(answer.body, asked.answers), minted=True)


def _token(body: bytes, field: str) -> str:
    try:
        token = json.loads(body)[field]
    except (ValueError, KeyError, TypeError):
        token = None
    if not isinstance(token, str) or not token:
        raise DestinationFailure("the answer has no token")
    return token
