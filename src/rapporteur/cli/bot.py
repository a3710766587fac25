"""`rapporteur bot`: send bots to meetings and look at what they do."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from rapporteur.cli.client import DEFAULT_URL, Api, Key, Url, segment
from rapporteur.cli.output import AsJson, note, show_json, show_table
from rapporteur.domain.errors import InvalidRequest

app = typer.Typer(name="bot", no_args_is_help=True, help="Send a bot to a meeting, watch it, make it leave.")

BotId = Annotated[str, typer.Argument(help="The bot's id.")]
PATH = "/api/v1/bot/"


@app.command()
def create(
    meeting_url: Annotated[str, typer.Argument(help="The meeting's whole link.")],
    name: Annotated[str | None, typer.Option(help="What the bot is called in the meeting.")] = None,
    join_at: Annotated[str | None, typer.Option(help="When to join, in ISO 8601. Without it: now.")] = None,
    transcript: Annotated[bool, typer.Option(help="Write down what is said.")] = True,
    audio: Annotated[bool, typer.Option(help="Also make an MP3 of the mixed sound.")] = False,
    body: Annotated[Path | None, typer.Option(
        help="A file with further fields of the create request, as JSON; - reads standard input.", allow_dash=True)] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Stay and show what happens.")] = False,
    url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False,
) -> None:
    """Send a bot to a meeting. It records in colour and sound unless the request says otherwise.

    Example: `rapporteur bot create http://127.0.0.1:8000/room/my-first-meeting --name Scribe --watch`
    """
    config: dict[str, Any] = {"transcript": {"provider": {"recallai_streaming": {}}}} if transcript else {}
    config |= {"audio_mixed_mp3": {}} if audio else {}
    options = {"bot_name": name, "join_at": join_at, "recording_config": config}
    request = {field: value for field, value in options.items() if value} | _further(body) | {"meeting_url": meeting_url}
    if isinstance(own := request.get("recording_config"), dict):
        request["recording_config"] = config | own
    api = Api(url, key)
    made = api.post(PATH, request)
    if as_json:
        show_json(made)
    else:
        typer.echo(made["id"])
    if watch:
        _follow(api, made["id"], as_json)


@app.command()
def get(bot_id: BotId, url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False) -> None:
    """Show a bot: how its states went, and links to what it recorded.

    Example: `rapporteur bot get 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11`
    """
    bot = Api(url, key).get(f"{PATH}{segment(bot_id)}/")
    if as_json:
        return show_json(bot)
    show_table(("state", "reason", "at"), [(s["code"], s["sub_code"], s["created_at"]) for s in bot["status_changes"]],
               empty="The bot has not started.")
    rows = [(r["started_at"], *row) for r in bot["recordings"] for row in _artifacts(r)]
    if rows:
        typer.echo()
        show_table(("recording of", "artifact", "status", "link"), rows, empty="")


@app.command("list")
def list_bots(
    status: Annotated[list[str] | None, typer.Option(help="Only bots in this state; may be repeated.")] = None,
    url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False,
) -> None:
    """List bots, newest first; the first page of them.

    Example: `rapporteur bot list --status in_call_recording`
    """
    answer = Api(url, key).get(PATH, status=status)
    if as_json:
        return show_json(answer)
    rows = [(b["id"], b["bot_name"], _state(b), b["join_at"], len(b["recordings"])) for b in answer["results"]]
    show_table(("id", "name", "state", "joins at", "recordings"), rows, empty="No bots.")
    if answer["next"]:
        note(f"{answer.get('count', 'More')} in all; the API pages through them: {answer['next']}")


@app.command()
def leave(bot_id: BotId, url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False) -> None:
    """Make a bot leave its meeting. What it recorded is finished and kept.

    Example: `rapporteur bot leave 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11`
    """
    bot = Api(url, key).post(f"{PATH}{segment(bot_id)}/leave_call/")
    if as_json:
        return show_json(bot)
    note("It is leaving.")


@app.command("start-recording")
def start_recording(
    bot_id: BotId,
    body: Annotated[Path | None, typer.Option(
        help="A file with the fields of a recording_config, as JSON; - reads standard input.", allow_dash=True)] = None,
    url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False,
) -> None:
    """Begin a new recording, in place of the one that runs, if one does. What the body leaves out has the API's defaults.

    Example: `rapporteur bot start-recording 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11`
    """
    _command(Api(url, key), bot_id, "start_recording", as_json, _further(body))


@app.command("stop-recording")
def stop_recording(bot_id: BotId, url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False) -> None:
    """Close the recording; the bot stays in the meeting.

    Example: `rapporteur bot stop-recording 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11`
    """
    _command(Api(url, key), bot_id, "stop_recording", as_json)


@app.command()
def pause(bot_id: BotId, url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False) -> None:
    """Let nothing more into the recording until it is resumed: a black and silent gap, of which nothing is told.

    Example: `rapporteur bot pause 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11`
    """
    _command(Api(url, key), bot_id, "pause_recording", as_json)


@app.command()
def resume(bot_id: BotId, url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False) -> None:
    """Go on with a paused recording.

    Example: `rapporteur bot resume 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11`
    """
    _command(Api(url, key), bot_id, "resume_recording", as_json)


@app.command()
def watch(bot_id: BotId, url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False) -> None:
    """Show what happens to a bot while it happens: states, who comes and speaks, what is said. Ends with the bot.

    With --json every line is one event.

    Example: `rapporteur bot watch 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11`
    """
    _follow(Api(url, key), bot_id, as_json)


@app.command()
def logs(bot_id: BotId, url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False) -> None:
    """Show what a bot has to say about itself: ignored keys, troubles on the way.

    Example: `rapporteur bot logs 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11`
    """
    lines = Api(url, key).get(f"{PATH}{segment(bot_id)}/logs/")
    if as_json:
        return show_json(lines)
    show_table(("at", "level", "message"), [(line["created_at"], line["level"], line["message"]) for line in lines],
               empty="The bot has nothing to say.")


def _command(api: Api, bot_id: str, command: str, as_json: bool, body: dict[str, Any] | None = None) -> None:
    bot = api.post(f"{PATH}{segment(bot_id)}/{command}/", body)
    if as_json:
        return show_json(bot)
    note(f"It is {_state(bot).replace('_', ' ')}.")


def _further(body: Path | None) -> dict[str, Any]:
    if body is None:
        return {}
    try:
        given = json.loads(sys.stdin.read() if str(body) == "-" else body.read_text())
    except OSError as error:
        raise InvalidRequest("--body", f"--body {body}: {error.strerror}") from error
    except ValueError as error:
        raise InvalidRequest("--body", f"--body {body} is not JSON: {error}") from error
    if not isinstance(given, dict):
        raise InvalidRequest("--body", f"--body {body} is not a JSON object")
    return given


def _follow(api: Api, bot_id: str, as_json: bool) -> None:
    for event in api.events(f"/rapporteur/v1/bots/{segment(bot_id)}/events/"):
        line = json.dumps(event, ensure_ascii=False) if as_json else _line(event)
        if line:
            typer.echo(line)


def _line(event: dict[str, Any]) -> str:
    """One event as a person reads it; empty for those that say nothing to a person."""
    body = event["body"]
    match event["type"]:
        case "state_changed":
            text = body["state"] + (f" ({body['sub_code']})" if body.get("sub_code") else "")
        case "participant_event":
            text = f"{_name(body)}: {body['action'].replace('_', ' ')}"
        case "utterance":
            text = f"{_name(body)}: “{' '.join(word[0] for word in body['utterance']['words'])}”"
        case "artifact_stored":
            text = f"{body['artifact']} is stored"
        case "artifact_failed":
            text = f"{body['artifact']} failed ({body['sub_code']})"
        case "log":
            text = body["message"]
        case "recording_started" | "recording_stopped" | "recording_paused" | "recording_resumed":
            text = event["type"].replace("_", " ")
        case _:
            return ""
    return f"{event['at'][11:19]}  {text}"


def _name(body: dict[str, Any]) -> str:
    return body["participant"].get("name") or f"participant {body['participant']['id']}"


def _state(bot: dict[str, Any]) -> str:
    return bot["status_changes"][-1]["code"] if bot["status_changes"] else "scheduled"


def _artifacts(recording: dict[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    for kind, artifact in recording["media_shortcuts"].items():
        if artifact is not None:
            yield kind, artifact["status"]["code"], artifact["data"].get("download_url")
