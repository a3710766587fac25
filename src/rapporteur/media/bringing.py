"""A recording out of a file that an application brought: the artifacts that were asked for, as far as one file gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rapporteur.domain.recording import SEPARATE, Artifact, ArtifactKind, files_of
from rapporteur.media.conversion import Wanted, convert
from rapporteur.media.documents import Documents


def bring(source: Path, told: dict[str, Any]) -> dict[str, Any]:
    """Make the files of `told["artifacts"]`, [[kind, format|null]], beside the source; the transcript is made elsewhere.

    Answers {duration_ms, made: [[kind, format]], failed: [[kind, format, sub_code]]}. Nobody can be told apart in one file.
    """
    asked = [Artifact(ArtifactKind(kind), file_format) for kind, file_format in told["artifacts"]]
    failed = [artifact for artifact in asked if artifact.kind in SEPARATE]
    made = [artifact for artifact in asked if artifact.kind not in SEPARATE]
    folder = source.parent
    duration_ms = convert(source, Wanted(
        mp4=_path(folder, made, ArtifactKind.VIDEO_MIXED, "mp4"), mp3=_path(folder, made, ArtifactKind.AUDIO_MIXED, "mp3"),
        raw=_path(folder, made, ArtifactKind.AUDIO_MIXED, "raw"),
    ))
    start_us = round(told["zero_ms"] * 1000)
    for name, document in Documents(told["recording_id"], start_us).files(start_us + round(duration_ms * 1000)).items():
        (folder / name).write_text(document)
    return {
        "duration_ms": duration_ms, "made": [[a.kind, a.format] for a in made],
        "failed": [[a.kind, a.format, "not_separable"] for a in failed],
    }


def _path(folder: Path, asked: list[Artifact], kind: ArtifactKind, file_format: str) -> Path | None:
    artifact = Artifact(kind, file_format)
    return folder / files_of(artifact)[0].name if artifact in asked else None
