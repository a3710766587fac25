"""The end of a bot's work: composed files go to the store, and the control plane learns what became of each artifact."""

from __future__ import annotations

from collections.abc import Iterable

from rapporteur.bot import uploads
from rapporteur.bot.control import ControlChannel
from rapporteur.bot.scribe import Scribe
from rapporteur.domain.recording import ArtifactKind
from rapporteur.kit.clock import Clock
from rapporteur.services.ports import ComposedArtifact
from rapporteur.wire import control


class Closing:
    def __init__(self, channel: ControlChannel, clock: Clock, published: Iterable[str] = (), *,
                 scribe: Scribe | None = None) -> None:
        """`published` are recordings of which everything was stored before: that is not to come again. `scribe` knows which
        transcripts have failed, or are not made here."""
        self._channel = channel
        self._clock = clock
        self._warned: set[tuple[str, str]] = set()
        self._stored = set(published)
        self._scribe = scribe

    async def complete(self, recording_id: str, composed: list[ComposedArtifact]) -> None:
        """Store a recording that ended before the call did."""
        await self.store_all(composed)
        self._stored.add(recording_id)
        self._channel.post(control.RECORDING_COMPLETE, {"recording_id": recording_id})

    async def store_all(self, composed: list[ComposedArtifact]) -> None:
        """Store every artifact that was not stored yet; returns when all are stored or reported as failed."""
        for artifact in composed:
            if artifact.recording_id in self._stored or self._not_ours(artifact):
                continue
            if artifact.failure is not None:
                self._channel.post(control.ARTIFACT_FAILED, {
                    "recording_id": artifact.recording_id, "artifact": artifact.artifact, "format": artifact.format,
                    "sub_code": artifact.failure,
                })
                continue
            self._warn(artifact)
            files = await uploads.store(self._channel, artifact, self._clock)
            self._channel.post(control.ARTIFACT_STORED, {
                "recording_id": artifact.recording_id, "artifact": artifact.artifact, "format": artifact.format,
                "files": files, "report": artifact.report,
            })

    def _not_ours(self, artifact: ComposedArtifact) -> bool:
        """Whether the transcript is to be made after the call, or was told to have failed."""
        about, scribe = artifact.recording_id, self._scribe
        return (scribe is not None and artifact.artifact is ArtifactKind.TRANSCRIPT
                and (about in scribe.made_later or about in scribe.failed))

    def _warn(self, artifact: ComposedArtifact) -> None:
        """Silence and black pictures are told, not delivered quietly; once, however many files they are in."""
        for flag, message in (("silent", "the recording is silent throughout"), ("black", "the recording shows no picture")):
            if (artifact.report or {}).get(flag) and (artifact.recording_id, flag) not in self._warned:
                self._warned.add((artifact.recording_id, flag))
                self._channel.post(control.LOG, {"level": "warning", "message": message})
