"""Requests that are sent twice and worked once: what was answered is kept under the key that their sender gave them.

A key is claimed before the work and bound to its answer after it, in two transactions with the work between. Whoever comes
with the same key in the meantime is told so; whoever comes within an hour gets the answer that was given. Should the server die
between the two, nobody knows whether the work was done: the claim lapses, and the sender may try again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import structlog

from rapporteur.domain.ids import new_id
from rapporteur.kit.clock import Clock
from rapporteur.kit.tasks import keep_running
from rapporteur.services.rows import AnswerRow
from rapporteur.services.store import Store, UnitOfWork

KEPT_S = 3600.0
"""How long an answer is given again."""
WORKING_S = 60.0
"""How long a claim stands without an answer: longer than any request is worked on, short enough to wait for after a crash."""
CLEARED_EVERY_S = 600.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the work of a key, and to say what became of it."""

    workspace_id: str
    digest: str
    holder: str


class Idempotency:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def claim(self, workspace_id: str, path: str, key: str) -> Claim | AnswerRow | None:
        """A claim for who is first, the answer for who comes after it was given, None while it is being worked on.

        Whoever has a claim ends it by `keep` or `release`.
        """
        now = self._clock.now_ms()
        claim = Claim(workspace_id, hashlib.sha256(f"{path}\n{key}".encode()).hexdigest(), new_id())

        def claimed(tx: UnitOfWork) -> Claim | AnswerRow | None:
            if tx.answers.claim(workspace_id, claim.digest, claim.holder, now, now + WORKING_S * 1000):
                return claim
            return tx.answers.find(workspace_id, claim.digest)

        return await self._store.write(claimed)

    async def keep(self, claim: Claim, answer: AnswerRow) -> None:
        """Bind the answer to the key; nothing happens if the claim has lapsed and somebody else has it."""
        until = self._clock.now_ms() + KEPT_S * 1000
        await self._store.write(
            lambda tx: tx.answers.keep(claim.workspace_id, claim.digest, claim.holder, answer, until))

    async def release(self, claim: Claim) -> None:
        """Give the key back without an answer: the next one to come does the work."""
        await self._store.write(lambda tx: tx.answers.release(claim.workspace_id, claim.digest, claim.holder))

    async def clear(self) -> int:
        """Remove what is past its time; answers how many."""
        now = self._clock.now_ms()
        return await self._store.write(lambda tx: tx.answers.expire(now))

    async def run(self) -> None:
        """Clear for ever, now and then."""

        async def turn() -> None:
            if cleared := await self.clear():
                log.info("kept answers removed", count=cleared)
            await self._clock.sleep(CLEARED_EVERY_S)

        await keep_running(turn, self._clock)
