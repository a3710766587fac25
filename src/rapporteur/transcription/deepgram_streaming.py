"""Deepgram, live: `wss://api.deepgram.com/v1/listen`.

Sources: github.com/deepgram/deepgram-api-specs, asyncapi.yml, copy of 2026-07-22; deepgram-python-sdk 7.6.0 of 2026-07-22;
developers.deepgram.com, pages on keep-alive, finalize and NET/DATA errors, undated copies. Never tried against the live
service. One spoken sentence may come as several final pieces: they are joined until the provider found a pause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rapporteur.domain.transcript import Word
from rapporteur.transcription.base import RATE
from rapporteur.transcription.protocol import (
    LAST_WORD,
    TOKEN_LASTS_S,
    LastWord,
    LiveProtocol,
    Minting,
    Understood,
    over_http,
    query,
)

HOST = "wss://api.deepgram.com"
DEFAULTS = {"model": "nova-3", "endpointing": 300, "punctuate": True}
LONGEST_MS = 15_000
"""Nobody waits longer for a pause."""


class DeepgramStreaming(LiveProtocol):
    key = "deepgram_streaming"
    keep_alive_s = 4.0
    """It hangs up after 10 s without sound or sign of life."""
    keep_alive = '{"type":"KeepAlive"}'
    pause = '{"type":"Finalize"}'
    goodbye = '{"type":"CloseStream"}'

    _held: tuple[Word, ...] = ()
    _language: str | None = None

    @staticmethod
    def minting(account: Mapping[str, str]) -> Minting:
        return Minting(
            "POST", f"{over_http(_host(account))}/v1/auth/grant", {"Authorization": f"Token {account['api_key']}"},
            "access_token", {"ttl_seconds": TOKEN_LASTS_S})

    def address(self) -> str:
        sound = {"encoding": "linear16", "sample_rate": RATE, "channels": 1}
        return f"{_host(self.account)}/v1/listen?" + query(
            DEFAULTS, {"interim_results": self.partials}, self.options, sound,
            without=("transcription_mode", "multichannel", "callback", "callback_method"))

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"{'Bearer' if self.opening.minted else 'Token'} {self.opening.secret}"}

    def take(self, message: dict[str, Any]) -> Iterator[Understood | LastWord]:
        match message.get("type"):
            case "Results":
                yield from self._results(message)
            case "UtteranceEnd":
                yield from self._release()
            case "Metadata":
                yield from self._release()
                yield LAST_WORD
            case _:
                pass

    def left(self) -> Understood | None:
        return next(self._release(), None)

    def _results(self, message: dict[str, Any]) -> Iterator[Understood]:
        found = (message.get("channel") or {}).get("alternatives") or [{}]
        words = tuple(map(_word, found[0].get("words") or ()))
        self._language = next(iter(found[0].get("languages") or ()), self._language)
        if not message.get("is_final"):
            if words:
                yield Understood(self._held + words, False, None, self._language)
            return
        reached_ms = (message["start"] + message["duration"]) * 1000
        self._held += words
        joined = bool(self._held) and self._held[-1].end_ms - self._held[0].start_ms > LONGEST_MS
        if message.get("speech_final") or message.get("from_finalize") or joined:
            yield from self._release(reached_ms)
        yield Understood(self._held, False, reached_ms, self._language)

    def _release(self, reached_ms: float | None = None) -> Iterator[Understood]:
        held, self._held = self._held, ()
        if held:
            yield Understood(held, True, reached_ms, self._language)


def _host(account: Mapping[str, str]) -> str:
    return account.get("base_url", HOST).rstrip("/")


def _word(word: dict[str, Any]) -> Word:
    return Word(word.get("punctuated_word") or word["word"], word["start"] * 1000, word["end"] * 1000)
