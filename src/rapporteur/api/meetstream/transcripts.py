"""Transcripts: those of a bot, and their words.

A transcript has an id from the moment its bot is created, long before there is one: it is the bot's own, and means the bot's
present transcript. A transcript that exists is also found by the id of the recording's artifact.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from rapporteur.api.body import read_object, unknown_keys, validate
from rapporteur.api.deps import ApiServices, Link, Linker, Services, Workspace
from rapporteur.api.meetstream import reads
from rapporteur.api.meetstream.answers import NOT_READY, answers
from rapporteur.api.meetstream.conventions import MeetStreamRoute, callback_profile
from rapporteur.api.meetstream.documents import checked, content, file_of, finished
from rapporteur.api.meetstream.providers import AFTER_CALL, CORE
from rapporteur.api.meetstream.schemas import TranscribeAgain
from rapporteur.api.notices import told
from rapporteur.api.openapi import takes
from rapporteur.domain.errors import NotFound, Refused
from rapporteur.domain.recording import ArtifactKind, MediaStatus
from rapporteur.domain.timeline import iso
from rapporteur.services.transcripts import NewTranscript
from rapporteur.services.views import ArtifactView, BotView, RecordingView

router = APIRouter(tags=["MeetStream: transcripts"], route_class=MeetStreamRoute)

Json = dict[str, Any]
KIND = ArtifactKind.TRANSCRIPT
_BOT = "3f1e9a70-6c1d-4c53-8f0e-94f3b4a3d2c1"
_SPOKEN = {core: name for name, core in reversed((CORE | AFTER_CALL).items())}
_CERTAIN = 1.0
"""Engines of this server do not say how sure they are; clients want a number."""


@router.get("/bots/{bot_id}/transcriptions/", response_model=None, responses=answers({"bot_id": _BOT, "transcriptions": [{
    "transcript_id": _BOT, "provider": "deepgram", "status": "Success", "created_at": "2026-01-15T14:30:00.000000Z",
    "config": {"language": "en"}, "download_urls": {"raw_transcript": "https://…", "processed_transcript": "https://…"},
}]}, 404))
async def transcriptions(bot_id: str, workspace: Workspace, services: Services, link: Link) -> Json:
    """The transcripts of a bot, oldest first; links only where one is done."""
    view = await services.bots.get(workspace, bot_id)
    found = [
        (recording, artifact) for recording in view.recordings for artifact in recording.artifacts if artifact.kind is KIND
    ]
    return {"bot_id": bot_id, "transcriptions": [_listed(view, artifact, link) for _, artifact in found]}


def _listed(view: BotView, artifact: ArtifactView, link: Linker) -> Json:
    present = reads.newest(view, KIND)
    core, options = next(iter((artifact.detail.get("provider") or {"recallai_streaming": {}}).items()))
    done = artifact.status.code == MediaStatus.DONE
    transcript_id = view.id if present is not None and present.id == artifact.id else artifact.id
    # The document is not this dialect's, so both links lead to the routes that put it into its words.
    words = link.absolute(f"/api/v1/transcript/{transcript_id}/get_transcript")
    return {
        "transcript_id": transcript_id, "provider": _spoken(view, core),
        "status": reads.media_word(artifact.status), "created_at": iso(artifact.created_at_ms), "config": options,
        "download_urls": {
            "raw_transcript": f"{words}?raw=true", "processed_transcript": words, "document": link(file_of(artifact)),
        } if done else None,
    }


def _spoken(view: BotView, core: str) -> str:
    """The provider as the bot's request named it, if this one is that; else by its own name here."""
    sent = reads.request_of(view)
    provider = (sent.get("recording_config") or {}).get("transcript", {}).get("provider") or sent.get("transcription") or {}
    chosen = next(iter(provider), None)
    return chosen if chosen is not None and CORE[chosen] == core else _SPOKEN.get(core, core)


@router.post("/bots/{bot_id}/transcribe/", response_model=None, openapi_extra=takes(TranscribeAgain), responses=answers({
    "bot_id": _BOT, "transcript_id": "e0a5c6a2-33ab-4c43-9c30-7a9c1f0d8b21", "provider": "deepgram",
    "message": "The transcript is being made.",
}, 400, 404, 409))
async def transcribe(bot_id: str, request: Request, workspace: Workspace, services: Services) -> Response:
    """Transcribe the newest recording again; what comes of it becomes the bot's present transcript. 409 until it is done.

    `callback_url` is told that it is done or has failed; without one, the bot's is.
    """
    body = validate(TranscribeAgain, await read_object(request))
    name, options = next(iter(body.provider.items()))
    recordings = (await services.bots.get(workspace, bot_id)).recordings
    if not recordings:
        raise Refused("This bot has recorded nothing.", code="recording_not_done")
    callback = None
    if body.callback_url is not None:
        url = services.webhooks.check_url(body.callback_url, field="callback_url")
        callback = {"url": url, "profile": await callback_profile(request, workspace, services)}
    new = NewTranscript({AFTER_CALL[name]: options}, callback=callback)
    made = await services.transcripts.create(workspace, recordings[-1].id, new)
    answer = {"bot_id": bot_id, "transcript_id": made.id, "provider": name, "message": "The transcript is being made."}
    return JSONResponse(answer, headers=told(unknown_keys(body)))


_WORD = {
    "word": "hello", "punctuated_word": "hello", "start": 1.2, "end": 1.5, "confidence": 1.0, "speaker": 0,
    "speaker_confidence": 1.0,
}


@router.get("/transcript/{transcript_id}/get_transcript/", response_model=None, responses=answers([{
    "speaker": "Ada", "transcript": "hello", "start_time": 1.2, "end_time": 1.5,
    "absolute_start_time": "2026-01-15T14:30:01.200000Z", "absolute_end_time": "2026-01-15T14:30:01.500000Z", "words": [_WORD],
}], 404, 410, also={202: NOT_READY}))
async def get_transcript(
    transcript_id: str, workspace: Workspace, services: Services, link: Link,
    raw: Annotated[bool, Query(description="One object with all words, instead of a list of what was said.")] = False,
) -> Any:
    """Who said what and when. Times are seconds from the recording's start."""
    view, recording, artifact = await _find(transcript_id, workspace, services)
    said = await content(file_of(artifact), services)
    spoken = [_utterance(utterance, number) for utterance, number in zip(said, _speakers(said), strict=True)]
    return _raw(transcript_id, view, recording, said, spoken, link) if raw else spoken


async def _find(transcript_id: str, workspace: str, services: ApiServices) -> tuple[BotView, RecordingView, ArtifactView]:
    """A bot's present transcript by the bot's id, or any by its own."""
    now_ms = services.clock.now_ms()
    try:
        view = await services.bots.get(workspace, transcript_id)
    except NotFound:
        artifact = await _by_its_own_id(transcript_id, workspace, services)
        assert artifact.bot_id is not None, "a transcript has a bot"
        view = await services.bots.get(workspace, artifact.bot_id)
        recording = next(recording for recording in view.recordings if recording.id == artifact.recording_id)
        return view, recording, checked(recording, artifact, now_ms)
    return view, *finished(view, KIND, now_ms)


async def _by_its_own_id(transcript_id: str, workspace: str, services: ApiServices) -> ArtifactView:
    try:
        return await services.recordings.artifact(workspace, KIND, transcript_id)
    except NotFound:
        raise NotFound("There is no transcript with this id.") from None


def _speakers(said: list[Json]) -> list[int]:
    """A small number for each speaker, in the order in which they first spoke; one per utterance."""
    numbers: dict[int, int] = {}
    return [numbers.setdefault(utterance["participant"]["id"], len(numbers)) for utterance in said]


def _utterance(said: Json, speaker: int) -> Json:
    words, first, last = said["words"], said["words"][0]["start_timestamp"], said["words"][-1]["end_timestamp"]
    return {
        "speaker": said["participant"]["name"] or "NoSpeaker",
        "transcript": " ".join(word["text"] for word in words),
        "start_time": first["relative"], "end_time": last["relative"],
        "absolute_start_time": first["absolute"], "absolute_end_time": last["absolute"],
        "words": [{
            "word": word["text"], "punctuated_word": word["text"], "start": word["start_timestamp"]["relative"],
            "end": word["end_timestamp"]["relative"], "confidence": _CERTAIN, "speaker": speaker,
            "speaker_confidence": _CERTAIN,
        } for word in words],
    }


def _raw(
    transcript_id: str, view: BotView, recording: RecordingView, said: list[Json], spoken: list[Json], link: Linker,
) -> Json:
    """The form in which a provider answers: milliseconds, and the words of everybody in one list."""
    letters = [chr(ord("A") + number % 26) for number in _speakers(said)]
    utterances = [
        {
            "speaker": letter, "text": one["transcript"], "start": _ms(one["start_time"]), "end": _ms(one["end_time"]),
            "confidence": _CERTAIN, "words": [_raw_word(word, letter) for word in one["words"]],
        }
        for one, letter in zip(spoken, letters, strict=True)
    ]
    sound = reads.newest(view, ArtifactKind.AUDIO_MIXED)
    heard = sound is not None and sound.status.code == MediaStatus.DONE
    seconds = ((recording.completed_at_ms or 0) - (recording.started_at_ms or 0)) / 1000
    return {
        "id": transcript_id, "status": "completed", "text": " ".join(one["text"] for one in utterances),
        "language_code": said[0]["language_code"] if said else None,
        "audio_url": link(file_of(sound)) if heard and sound is not None else None,
        "confidence": _CERTAIN, "audio_duration": max(0, round(seconds)), "speaker_labels": True,
        "words": [word for one in utterances for word in one["words"]], "utterances": utterances,
    }


def _raw_word(word: Json, letter: str) -> Json:
    return {
        "text": word["word"], "start": _ms(word["start"]), "end": _ms(word["end"]), "confidence": word["confidence"],
        "speaker": letter,
    }


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
