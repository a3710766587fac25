"""AssemblyAI Universal-Streaming, live: `wss://streaming.assemblyai.com/v3/ws`.

Sources: github.com/AssemblyAI/assemblyai-api-spec, copy of 2026-03-23; assemblyai-python-sdk 1.0.0 of 2026-08-14;
assemblyai.com/docs, pages on the streaming reference and on errors and closures, undated copies. Never tried against the live
service. Times are whole milliseconds. Every `Turn` replaces the earlier one of its `turn_order`. Sound may not come faster than
it was spoken, so a backlog is caught up in the pauses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from rapporteur.domain.transcript import Word
from rapporteur.transcription.base import RATE
from rapporteur.transcription.protocol import (
    LAST_WORD,
    TOKEN_LASTS_S,
    LastWord,
    LiveProtocol,
    Minting,
    Understood,
    Verdict,
    over_http,
    query,
)

HOST = "wss://streaming.assemblyai.com"
DEFAULTS = {"speech_model": "universal-streaming-english"}
_WRONG_MESSAGE, _SESSION_EXPIRED = 3006, 3008
_UNWELCOME, _UNPAID = ("key", "auth", "token"), ("credit", "balance", "payment", "account", "billing")
"""1008 is used for too many sessions, too: only a text that names one of these is the end."""


class AssemblyAiStreaming(LiveProtocol):
    key = "assembly_ai_v3_streaming"
    ahead_ms = 300.0
    longest_s = 2.5 * 3600
    """It ends sessions after three hours."""
    pause = '{"type":"ForceEndpoint"}'
    goodbye = '{"type":"Terminate"}'

    _told = -1
    """The newest turn that is final."""
    _plain: Understood | None = None
    """An ended turn whose formatted text is still to come."""
    _plain_turn = -1
    _error: tuple[int, str] | None = None

    def __init__(self, account: Mapping[str, str], options: Mapping[str, Any], *, partials: bool) -> None:
        super().__init__(account, options, partials=partials)
        if (timeout := options.get("inactivity_timeout")) is not None:
            # Without one it waits as long as it has to, and does not know the message.
            self.keep_alive, self.keep_alive_s = '{"type":"KeepAlive"}', float(timeout) / 3

    @staticmethod
    def minting(account: Mapping[str, str]) -> Minting:
        return Minting(
            "GET", f"{over_http(_host(account))}/v3/token?expires_in_seconds={TOKEN_LASTS_S}",
            {"Authorization": account["api_key"]}, "token")

    def address(self) -> str:
        sound = {"encoding": "pcm_s16le", "sample_rate": RATE}
        token = f"&token={quote(self.opening.secret, safe='')}" if self.opening.minted else ""
        return f"{_host(self.account)}/v3/ws?" + query(
            DEFAULTS, self.options, sound, without=("transcription_mode", "token")) + token

    def headers(self) -> dict[str, str]:
        return {} if self.opening.minted else {"Authorization": self.opening.secret}

    def take(self, message: dict[str, Any]) -> Iterator[Understood | LastWord]:
        match message.get("type"):
            case "Turn" if message.get("words") and message["turn_order"] > self._told:
                yield from self._turn(message)
            case "Error":
                self._error = int(message.get("error_code") or 0), str(message.get("error") or "")
            case "Termination":
                yield from self._unformatted()
                yield LAST_WORD
            case _:
                pass

    def left(self) -> Understood | None:
        return next(self._unformatted(), None)

    def closed(self, code: int | None, reason: str) -> Verdict:
        said, text = self._error or (code, reason)
        code = code if code and code >= 3000 else said or code
        if code == _SESSION_EXPIRED:
            return Verdict.AGREED
        if code == 1008:
            named = f"{text} {reason}".lower()
            # A token's time may be over; a key that is wrong gets none.
            for_good = _UNPAID if self.opening.minted else (*_UNWELCOME, *_UNPAID)
            return Verdict.REFUSED if any(word in named for word in for_good) else Verdict.PASSING
        return Verdict.REFUSED if code == _WRONG_MESSAGE else super().closed(code, reason)

    def _turn(self, message: dict[str, Any]) -> Iterator[Understood]:
        words = tuple(Word(w["text"], float(w["start"]), float(w["end"])) for w in message["words"])
        language = message.get("language_code")
        if not message.get("end_of_turn"):
            yield Understood(words, False, None, language)
            return
        if self._plain and message["turn_order"] > self._plain_turn:
            yield from self._unformatted()
        ended = Understood(words, True, words[-1].end_ms, language)
        if self._formats and not message.get("turn_is_formatted"):
            self._plain, self._plain_turn = ended, message["turn_order"]
            return
        self._plain, self._told = None, message["turn_order"]
        yield ended

    def _unformatted(self) -> Iterator[Understood]:
        plain, self._plain = self._plain, None
        if plain is not None:
            yield plain

    @property
    def _formats(self) -> bool:
        return str(self.options.get("format_turns", "false")).lower() == "true"


def _host(account: Mapping[str, str]) -> str:
    return account.get("streaming_url", HOST).rstrip("/")
