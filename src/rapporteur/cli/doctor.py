"""`rapporteur doctor`: walk into a real meeting step by step, and tell which of a platform's signs and controls still match.

For the people who check a platform live: no server, no recording, no webhooks; the bot's own page engine in a browser of this
machine, and a line for everything it recognises, with the date on which that was last known to be so.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rapporteur.cli.output import note
from rapporteur.domain.errors import MeetingFailure, RapporteurError
from rapporteur.domain.session import (
    Admitted,
    BrowserLost,
    ChatSeen,
    Fact,
    HeldAtDoor,
    JoinFailed,
    MeetingEnded,
    RefusedAtDoor,
    RemovedByHost,
    RosterSeen,
    SpeechBegan,
)

if TYPE_CHECKING:
    from rapporteur.bot.evidence import Evidence
    from rapporteur.bot.platform import Platform
    from rapporteur.domain.capture import Way, Why
    from rapporteur.services.ports import Caption, TrackSeen
    from rapporteur.wire.control import Job
    from rapporteur.wire.page import MediaFrame

LOOK_S = 0.25
OVER = (JoinFailed, RefusedAtDoor, RemovedByHost, MeetingEnded, BrowserLost)
SAYS: dict[type[Fact], str] = {
    Admitted: "the bot is in the call", HeldAtDoor: "the bot waits to be let in", RefusedAtDoor: "the bot was refused",
    RemovedByHost: "the bot was removed", MeetingEnded: "the meeting ended", BrowserLost: "the page or the browser is gone",
    SpeechBegan: "somebody is marked as speaking", ChatSeen: "a line of chat was read",
}


def doctor(
    url: Annotated[str, typer.Argument(help="The meeting's link.")],
    name: Annotated[str, typer.Option(help="The name the bot gives.")] = "Notetaker",
    password: Annotated[str | None, typer.Option(help="The meeting's password.")] = None,
    login: Annotated[Path | None, typer.Option(
        help="A file with a browser's storage state, for a bot that goes in signed in.")] = None,
    stay: Annotated[float, typer.Option(min=1, max=3600, help="Seconds to stay in the call.")] = 30.0,
    wait: Annotated[float, typer.Option(min=10, max=3600, help="Seconds to wait at the door.")] = 300.0,
    headed: Annotated[bool, typer.Option("--headed", help="A browser with windows, on a virtual screen.")] = False,
    capture: Annotated[str, typer.Option(help="How to take the media: auto, tracks, tab or display.")] = "auto",
    output: Annotated[Path, typer.Option(help="Where pictures of the page go.")] = Path("doctor-output"),
) -> None:
    """Walk into a meeting step by step, and print which sign of which screen matched.

    Exits 0 when the bot got in and media came. Where it did not, the last lines and the pictures in the output folder say what
    the page showed; nothing is recorded.

    Example: `rapporteur doctor http://127.0.0.1:8000/room/weekly-sync --stay 10`
    """
    import asyncio

    raise typer.Exit(asyncio.run(
        _examine(url, name, password, login=login, stay=stay, wait=wait, headed=headed, capture=capture, to=output)))


@dataclass
class Walk:
    """What the walk came to so far: a listener of the meeting, and where its evidence goes."""

    folder: Path
    in_call: bool = False
    over: bool = False
    tracks: dict[int, TrackSeen] = field(default_factory=dict)
    frames: Counter[int] = field(default_factory=Counter)
    people: int = 0
    pictures: int = 0

    def on_fact(self, fact: Fact) -> None:
        self.in_call |= isinstance(fact, Admitted)
        self.over |= isinstance(fact, OVER)
        if isinstance(fact, JoinFailed):
            note(f"! the meeting cannot be joined: {fact.sub_code}")
        elif isinstance(fact, RosterSeen):
            self._roster(fact)
        elif (said := SAYS.get(type(fact))) is not None:
            note(f"! {said}")

    def _roster(self, fact: RosterSeen) -> None:
        if len(fact.attendees) != self.people:
            self.people = len(fact.attendees)
            hosts, selves = sum(bool(a.is_host) for a in fact.attendees), sum(a.is_self for a in fact.attendees)
            note(f"  people: {self.people}, of them {hosts} hosts and {selves} the bot itself")

    def on_track(self, track: TrackSeen) -> None:
        if track != self.tracks.get(track.track):
            whose, over = "somebody's" if track.key else "nobody's yet", ", ended" if track.ended else ""
            note(f"  track {track.track}: {track.media} {track.mime}, {whose} {track.role or ''}{over}")
        self.tracks[track.track] = track

    def on_media(self, frames: list[MediaFrame]) -> None:
        self.frames.update(frame.track for frame in frames)

    def on_title(self, title: str | None) -> None:
        note(f"  the meeting has {'a' if title else 'no'} title")

    def on_caption(self, caption: Caption) -> None: ...

    def on_capture(self, way: Way, why: Why | None) -> None:
        note(f"  media is taken by `{way}`{f': {why.text}' if why else ''}")

    def on_log(self, level: str, message: str) -> None:
        note(f"  {level}: {message}")

    async def keep(self, evidence: Evidence) -> None:
        self.pictures += 1
        file = self.folder / f"page-{self.pictures}.jpg"
        if evidence.picture is not None:
            file.write_bytes(evidence.picture)
        body = {"screen": evidence.screen, "text": evidence.text, "console": evidence.console, "matched": evidence.matched}
        file.with_suffix(".json").write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
        note(f"  what the page shows is kept in {file}")


async def _examine(
    url: str, name: str, password: str | None, *, login: Path | None, stay: float, wait: float, headed: bool, capture: Any,
    to: Path,
) -> int:
    import shlex

    from rapporteur.bot.page_meeting import PageMeeting
    from rapporteur.bot.platforms import PLATFORMS
    from rapporteur.domain.logins import COOKIES, cookies_of
    from rapporteur.kit.clock import SystemClock
    from rapporteur.settings import from_environment
    from rapporteur.wiring.server import catalogue

    settings, clock = from_environment(), SystemClock()
    address = catalogue(settings).address(url, password=password)
    if address.platform not in PLATFORMS:
        raise RapporteurError(f"meetings of {address.platform} have no page that a bot could attend")
    platform = PLATFORMS[address.platform]
    job = _job(address.platform, address.url, name, address.password)
    if login is not None:
        job = replace(job, login={"cookies": cookies_of({COOKIES: _text(login)})})
    to.mkdir(parents=True, exist_ok=True)
    walk = Walk(to)
    meeting = PageMeeting(
        run_dir=to / "run", clock=clock, chromium=settings.chromium, sandbox=settings.sandbox, capture=capture,
        switches=tuple(shlex.split(settings.browser_switches)), keep=walk.keep,
        headed=frozenset({address.platform} if headed or address.platform in settings.headed else ()),
    )
    note(f"platform: {address.platform}; opens {platform.entrance(address.url)}")
    told = Told(platform)
    try:
        await meeting.join(job, walk)
        until_s, stays = clock.monotonic_s() + wait, False
        while not walk.over and clock.monotonic_s() < until_s:
            await clock.sleep(LOOK_S)
            told.new(meeting.matched)
            if walk.in_call and not stays:
                until_s, stays = clock.monotonic_s() + stay, True
    except MeetingFailure as failure:
        note(f"! the meeting cannot be joined: {failure.sub_code}: {failure.message}")
    finally:
        told.new(meeting.matched)
        await meeting.leave()
    told.summary(walk)
    return 0 if walk.in_call and walk.frames else 1


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise RapporteurError(f"{file}: {error.strerror}") from error


def _job(platform: str, url: str, name: str, password: str | None) -> Job:
    from rapporteur.domain.ids import new_id
    from rapporteur.wire.control import Job

    return Job(
        bot_id=new_id(), generation=1, task="attend", platform=platform, meeting_url=url, meeting_password=password,
        bot_name=name, recording_config={}, automatic_leave={},
    )


class Told:
    """Which alternates were of use, each told once, with what is known of it."""

    def __init__(self, platform: Platform) -> None:
        self._screens = {screen.name: screen for screen in platform.screens}
        self._seen: Counter[str] = Counter()

    def new(self, matched: Counter[str]) -> None:
        for alternate in matched - self._seen:
            note(f"- {self._line(alternate)}")
        self._seen = Counter(matched)

    def _line(self, alternate: str) -> str:
        kind, rest = alternate.split("/", 1)
        name, number = rest.rsplit(".", 1)
        if kind == "control":
            return f"control `{name}`, found in its way {number}"
        signs = self._screens[name].signs
        sign = signs[int(number)]
        how = sign.css or " | ".join(sign.phrases) or sign.address or sign.state
        return f"screen `{name}`, by sign {number} of {len(signs)}: {how}{f' (last seen {sign.seen})' if sign.seen else ''}"

    def summary(self, walk: Walk) -> None:
        unused = [name for name in self._screens if not any(key.startswith(f"screen/{name}.") for key in self._seen)]
        note(f"got in: {'yes' if walk.in_call else 'no'}; people: {walk.people}; frames: {sum(walk.frames.values())} on "
             f"{len(walk.frames)} tracks")
        note(f"screens that did not come up: {', '.join(unused) or 'none'}")
