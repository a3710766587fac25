"""OpenAI's transcription endpoint and the many servers that speak like it: `POST {base}/v1/audio/transcriptions`.

Sources: github.com/openai/openai-openapi, copy of 2026-08-21; github.com/speaches-ai/speaches, copy of 2026-03-26; issue
threads about vLLM, LocalAI and whisper.cpp. Never tried against the live service. Such servers limit size and length, and many
tell no times: so speech is cut as a bot's ear cuts it and asked for piece by piece, and words without times are spread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp

from rapporteur.domain.transcript import Word
from rapporteur.services.ports import Heard
from rapporteur.transcription.after_call import AfterCall, wav

PATH = "/v1/audio/transcriptions"
MODEL = "whisper-1"
_WITHOUT_TIMES = ("gpt-",)
"""Beginnings of models that refuse to be asked for times."""

Listen = Callable[[Path, int, float], Iterator[Heard]]


class OpenAiCompatible(AfterCall):
    key = "openai_compatible"

    def __init__(self, *arguments: Any, listen: Listen, **more: Any) -> None:
        """`listen` cuts a file into utterances: (path, source, offset_ms)."""
        super().__init__(*arguments, **more)
        self._listen = listen

    @property
    def _headers(self) -> dict[str, str]:
        key = self.account.get("api_key")
        return {"Authorization": f"Bearer {key}"} if key else {}

    async def _words(self, path: Path) -> list[Word]:
        words: list[Word] = []
        heard = self._listen(path, 0, 0.0)
        while (said := await asyncio.to_thread(next, heard, None)) is not None:
            words += [word.shifted(said.start_ms) for word in await self._recognise(said)]
        return words

    async def _recognise(self, said: Heard) -> list[Word]:
        answer = await self._ask("POST", self._address, lambda: self._form(said.pcm))
        length_ms = said.end_ms - said.start_ms
        timed = answer.get("words")
        if timed:
            return [Word(w["word"], w["start"] * 1000, w["end"] * 1000) for w in timed]
        segments = answer.get("segments") or [{"text": answer.get("text") or "", "start": 0.0, "end": length_ms / 1000}]
        return [Word(s["text"], s["start"] * 1000, min(s["end"] * 1000, length_ms)) for s in segments]

    @property
    def _address(self) -> str:
        base = self.account["base_url"].rstrip("/").removesuffix("/v1")
        return base + self.account.get("path", PATH)

    def _form(self, pcm: bytes) -> aiohttp.FormData:
        form = aiohttp.FormData()
        form.add_field("file", wav(pcm), filename="speech.wav", content_type="audio/wav")
        for name, value in self._fields().items():
            for each in value if isinstance(value, list) else [value]:
                form.add_field(name, str(each).lower() if isinstance(each, bool) else str(each))
        return form

    def _fields(self) -> dict[str, Any]:
        model = self.options.get("model") or self.account.get("model") or MODEL
        times = {"response_format": "json"}
        if not model.startswith(_WITHOUT_TIMES):
            times = {"response_format": "verbose_json", "timestamp_granularities[]": "word"}
        rest = {key: value for key, value in self.options.items() if value is not None and key != "language_code"}
        language = self.options.get("language") or self.options.get("language_code")
        spoken = {"language": language} if language and language != "auto" else {}
        return times | rest | {"model": model} | spoken
