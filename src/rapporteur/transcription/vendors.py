"""The vendors' adapters by their keys, and what is put together of one for a bot or an errand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import aiohttp

from rapporteur.domain.providers import FALLBACK, GATE, PROVIDERS, Pass
from rapporteur.kit.clock import Clock
from rapporteur.outbound.guard import Guard
from rapporteur.outbound.websocket import dial
from rapporteur.services.ports import SpeechStream, WordsListener
from rapporteur.transcription.after_call import AfterCall
from rapporteur.transcription.assemblyai_async import AssemblyAiAfterCall
from rapporteur.transcription.assemblyai_streaming import AssemblyAiStreaming
from rapporteur.transcription.deepgram_async import DeepgramAfterCall
from rapporteur.transcription.deepgram_streaming import DeepgramStreaming
from rapporteur.transcription.openai_compatible import Listen, OpenAiCompatible
from rapporteur.transcription.protocol import LiveProtocol
from rapporteur.transcription.stream import Stream, StreamTally

LIVE: dict[str, type[LiveProtocol]] = {made.key: made for made in (DeepgramStreaming, AssemblyAiStreaming)}

Accounts = Mapping[str, Mapping[str, str]]
"""By their names, as far as the workspace has them: what opens each."""


class LiveVendor:
    """Fulfils services.ports.Transcriber. `admission` gives what opens a connection to an account whose key is not told."""

    def __init__(self, key: str, options: Mapping[str, Any], accounts: Accounts, *, guard: Guard, clock: Clock,
                 admission: Callable[[str], Awaitable[Pass]]) -> None:
        self.tally = StreamTally()
        self._chain = _chain(key, options, accounts)
        self._gated = _account(key, accounts).get(GATE, "on") != "off"
        self._dial, self._clock, self._admission = partial(dial, guard), clock, admission

    def open(self, listener: WordsListener, *, partials: bool) -> SpeechStream:
        providers: list[Callable[[], LiveProtocol]] = [
            partial(protocol, account, options, partials=partials) for protocol, account, options in self._chain
        ]
        return Stream(
            providers, listener, dial=self._dial, clock=self._clock, admit=self._admit, gated=self._gated, tally=self.tally)

    async def _admit(self, protocol: LiveProtocol) -> Pass:
        """By the key, if there is one: servers of an earlier version tell it."""
        account = PROVIDERS[protocol.key].account
        return protocol.opening if protocol.opening.secret or account is None else await self._admission(account)


def _chain(
    key: str, options: Mapping[str, Any], accounts: Accounts,
) -> list[tuple[type[LiveProtocol], Mapping[str, str], Mapping[str, Any]]]:
    """The provider and, if its account names one for which there is an account too, the one that takes over."""
    account = _account(key, accounts)
    chain = [(LIVE[key], account, options)]
    other = account.get(FALLBACK, "")
    if other in LIVE and other != key and _account(other, accounts):
        chain.append((LIVE[other], _account(other, accounts), {}))
    return chain


def _account(key: str, accounts: Accounts) -> Mapping[str, str]:
    return accounts.get(PROVIDERS[key].account or "", {})


def after_call(
    key: str, options: Mapping[str, Any], account: Mapping[str, str], *, session: aiohttp.ClientSession, clock: Clock,
    listen: Listen,
) -> AfterCall:
    """The adapter of a key that transcribes files with an account."""
    makers: dict[str, Callable[..., AfterCall]] = {
        DeepgramAfterCall.key: DeepgramAfterCall, AssemblyAiAfterCall.key: AssemblyAiAfterCall,
        OpenAiCompatible.key: partial(OpenAiCompatible, listen=listen),
    }
    return makers[key](account, options, session=session, clock=clock)
