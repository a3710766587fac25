"""What the body of start_recording cannot ask for: it is refused by name, because nothing would come of it."""

from __future__ import annotations

from rapporteur.api.errors import Errors, RejectedBody
from rapporteur.api.recall.schemas import RecordingConfig

_INSTEAD = {
    "automatic_video_output": "output_video", "automatic_audio_output": "output_audio", "output_media": "output_media",
}


def check(recording: RecordingConfig) -> None:
    """RejectedBody for what a bot shows and plays: it is the bot's own, whatever it records."""
    asked = [key for key in _INSTEAD if getattr(recording, key) is not None and getattr(recording, key).model_fields_set]
    errors: Errors = {
        key: [f"A recording that is started by order changes nothing of what the bot shows and plays: "
              f"send it when the bot is created, or POST to {_INSTEAD[key]}."]
        for key in asked
    }
    if errors:
        raise RejectedBody(errors)


def notes(recording: RecordingConfig) -> list[str]:
    """What is taken and has no meaning here, for the bot's log."""
    found = {
        "start_recording_on": "start_recording_on of start_recording: a recording that is started by order begins at once",
        "variant": "variant: every bot of this server gets the same machine, so there is nothing to choose",
    }
    return [note for key, note in found.items() if key in recording.model_fields_set and getattr(recording, key) is not None]
