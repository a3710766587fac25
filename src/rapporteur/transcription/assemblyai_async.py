"""AssemblyAI, after the call: upload, `POST /v2/transcript`, poll, and delete what was left there.

Sources: github.com/AssemblyAI/assemblyai-api-spec, copy of 2026-03-23; assemblyai-python-sdk 1.0.0 of 2026-08-14;
assemblyai.com/docs, undated copies. Never tried against the live service. Times are whole milliseconds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import structlog

from rapporteur.domain.errors import RecognitionFailure
from rapporteur.domain.transcript import Word
from rapporteur.transcription.after_call import AfterCall

log = structlog.get_logger()

HOST = "https://api.assemblyai.com"
POLL_S = 3.0
PATIENCE_S = 4 * 3600.0
"""How long a transcript may wait in their line and be made."""


class AssemblyAiAfterCall(AfterCall):
    key = "assembly_ai_async"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": self.account["api_key"]}

    async def _words(self, path: Path) -> list[Word]:
        host = self.account.get("base_url", HOST).rstrip("/")
        uploaded = await self._ask(
            "POST", f"{host}/v2/upload", lambda: path.open("rb"), **{"Content-Type": "application/octet-stream"})
        order = json.dumps({**self.options, "audio_url": uploaded["upload_url"]}).encode()
        made = await self._ask("POST", f"{host}/v2/transcript", lambda: order, **{"Content-Type": "application/json"})
        address = f"{host}/v2/transcript/{made['id']}"
        done = await self._made(address)
        await self._forget(address)
        return [Word(w["text"], float(w["start"]), float(w["end"])) for w in done.get("words") or ()]

    async def _made(self, address: str) -> dict[str, Any]:
        until_s = self._clock.monotonic_s() + PATIENCE_S
        while self._clock.monotonic_s() < until_s:
            found = await self._ask("GET", address)
            if found["status"] == "completed":
                return found
            if found["status"] == "error":
                raise self._failure("it could not make it")
            await self._clock.sleep(POLL_S)
        raise self._failure(f"it took more than {PATIENCE_S / 3600:g} hours")

    async def _forget(self, address: str) -> None:
        """What a workspace lets go here is not to lie about there."""
        try:
            await self._ask("DELETE", address)
        except RecognitionFailure:
            log.warning("a transcript stays with its provider", provider=self.key)
