"""Deepgram, after the call: `POST https://api.deepgram.com/v1/listen`, which answers with the whole result.

Sources: github.com/deepgram/deepgram-api-specs, openapi.yml, copy of 2026-07-22; developers.deepgram.com, page on rate limits,
undated copy. Never tried against the live service. Nothing is stored there, so there is nothing to poll or delete.
"""

from __future__ import annotations

from pathlib import Path

from rapporteur.domain.transcript import Word
from rapporteur.transcription.after_call import AfterCall
from rapporteur.transcription.protocol import query

HOST = "https://api.deepgram.com"
DEFAULTS = {"model": "nova-3", "punctuate": True}


class DeepgramAfterCall(AfterCall):
    key = "deepgram_async"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.account['api_key']}"}

    async def _words(self, path: Path) -> list[Word]:
        host = self.account.get("base_url", HOST).rstrip("/").replace("wss://", "https://").replace("ws://", "http://")
        address = f"{host}/v1/listen?" + query(DEFAULTS, self.options, without=("callback", "callback_method"))
        answer = await self._ask("POST", address, lambda: path.open("rb"), **{"Content-Type": "audio/*"})
        channels = answer["results"]["channels"]
        words = [word for channel in channels for word in channel["alternatives"][0].get("words") or ()]
        return [
            Word(w.get("punctuated_word") or w["word"], w["start"] * 1000, w["end"] * 1000)
            for w in sorted(words, key=lambda w: w["start"])
        ]
