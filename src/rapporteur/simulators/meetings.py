"""What happens when a bot comes to a simulated platform's page, as data; loaded from files, or one of the named ones.

Pure but for reading a file. It knows what can happen at any platform's door and in its call, and nothing of how one platform
shows it; that is the skin's (page/src/simulators/skins). Times of people and of the end are seconds from the visitor's
admission and are never scaled; those of the door are divided by the speed.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError

from rapporteur.domain.errors import InvalidRequest
from rapporteur.simulators.mutations import Mutation
from rapporteur.simulators.scenario import BLUE, GREEN, PLUM, Line, Message, Person, Span
from rapporteur.simulators.speech import CLIPS

Wall = Literal[
    "deny", "no_answer", "login_wall", "captcha", "bot_wall", "not_found", "full", "locked", "ended_before", "wrong_password",
]
"""What ends a visit at the door. After `wrong_password` no password is right."""
StepKind = Literal[
    "not_started", "lobby", "admit", "password",
    "deny", "no_answer", "login_wall", "captcha", "bot_wall", "not_found", "full", "locked", "ended_before", "wrong_password",
]
Language = Literal["en", "de", "es", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
COMMON_QUIRKS = frozenset({"late_buttons", "reload_mid_join", "cover_button", "typographic_apostrophes", "second_dialog"})
"""Those that every platform's page has; a skin may know more."""
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens on the way in. A door that ends without `admit` or a wall admits."""

    kind: StepKind
    for_s: float | None = None
    """How long `not_started` and `lobby` last; None: for ever."""
    text: str | None = None
    """The password that is asked for."""
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


def not_started(for_s: float | None = None) -> Step:
    return Step("not_started", for_s=for_s)


def lobby(for_s: float | None = None) -> Step:
    return Step("lobby", for_s=for_s)


def password(text: str) -> Step:
    return Step("password", text=text)


def wall(kind: Wall) -> Step:
    return Step(kind)


ADMIT = Step("admit")


@dataclass(frozen=True, slots=True)
class End:
    kind: Literal["ended", "removed"]
    at_s: float
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True)
class Notice:
    """A dialog that comes up in the call and lies over it until it is answered."""

    at_s: float
    kind: str
    """recording, transcription and ask_to_unmute are known to every skin; further ones are the skin's."""
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True)
class Meeting:
    people: tuple[Person, ...] = ()
    door: tuple[Step, ...] = (ADMIT,)
    end: End | None = None
    notices: tuple[Notice, ...] = ()
    title: str = "Weekly sync"
    language: Language = "en"
    generation: str = ""
    """The look of the page, of those the skin names; empty: its first."""
    quirks: frozenset[str] = frozenset()
    signed_in: bool = False
    """Whether the platform knows the visitor's account, so that it asks for no name."""
    mutations: tuple[Mutation, ...] = ()
    seed: int = 0
    """Everything that is left to chance comes from it."""
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    def person(self, name: str) -> Person:
        """KeyError when there is nobody of this name."""
        for person in self.people:
            if person.name == name:
                return person
        raise KeyError(name)

    def with_quirks(self, *quirks: str) -> Meeting:
        return replace(self, quirks=self.quirks | set(quirks))


PEOPLE = (
    Person(
        "Ada Lovelace", BLUE, is_host=True,
        lines=(Line(1.0, "welcome"), Line(9.0, "numbers")),
        marks=(5.1, 5.9, 12.9),
    ),
    Person(
        "Alan Turing", GREEN,
        lines=(Line(6.8, "project"), Line(14.0, "sales")),
        camera_off=(Span(9.0, 12.0),),
        messages=(Message(4.0, "The report is in the shared folder."),),
    ),
    Person("Emil Nolde", PLUM, lines=(Line(17.6, "agreed"),), screen=(Span(7.0, 12.0),), joins_at_s=3.0, leaves_at_s=22.0),
)
"""Two who are there and one who comes later; a sentence each, marks, a line of chat, a screen, a camera that goes off."""

_QUIET = tuple(replace(person, lines=(), marks=(), messages=(), screen=(), camera_off=()) for person in PEOPLE[:2])
CATALOGUE: dict[str, Meeting] = {
    "admitted": Meeting(PEOPLE),
    "lobby_then_admitted": Meeting(PEOPLE, (lobby(4), ADMIT)),
    "not_started_then_lobby": Meeting(PEOPLE, (not_started(4), lobby(3), ADMIT)),
    "lobby_for_ever": Meeting(_QUIET, (lobby(),)),
    "never_started": Meeting(_QUIET, (not_started(),)),
    "denied": Meeting(_QUIET, (lobby(3), wall("deny"))),
    "no_answer": Meeting(_QUIET, (lobby(5), wall("no_answer"))),
    "login_wall": Meeting(_QUIET, (wall("login_wall"),)),
    "captcha": Meeting(_QUIET, (wall("captcha"),)),
    "bot_wall": Meeting(_QUIET, (wall("bot_wall"),)),
    "not_found": Meeting(_QUIET, (wall("not_found"),)),
    "full": Meeting(_QUIET, (wall("full"),)),
    "locked": Meeting(_QUIET, (wall("locked"),)),
    "ended_before": Meeting(_QUIET, (wall("ended_before"),)),
    "password": Meeting(PEOPLE, (password("swordfish"), ADMIT)),
    "wrong_password": Meeting(_QUIET, (wall("wrong_password"),)),
    "removed": Meeting(PEOPLE, end=End("removed", 8)),
    "ended": Meeting(PEOPLE, end=End("ended", 24)),
    "signed_in": Meeting(PEOPLE, signed_in=True),
    "alone": Meeting(),
    "recorded": Meeting(PEOPLE, notices=(Notice(1.5, "recording"),)),
    "german": Meeting(PEOPLE, (lobby(3), ADMIT), language="de"),
    "spanish": Meeting(PEOPLE, (lobby(3), ADMIT), language="es"),
    "japanese": Meeting(PEOPLE, (lobby(3), ADMIT), language="ja"),
    **{quirk: Meeting(PEOPLE, (lobby(3), ADMIT), quirks=frozenset({quirk})) for quirk in sorted(COMMON_QUIRKS)},
}
"""Meetings that every platform can have."""


def load_meeting(text: str) -> Meeting:
    """A named meeting, or the one in a TOML or JSON file. InvalidRequest names the field that is wrong, by its path."""
    if text in CATALOGUE:
        return CATALOGUE[text]
    path = Path(text)
    if path.suffix not in {".toml", ".json"}:
        raise InvalidRequest("scenario", f"{text!r} is neither a file nor one of {', '.join(CATALOGUE)}")
    try:
        content = path.read_text(encoding="utf-8")
        return meeting_from(tomllib.loads(content) if path.suffix == ".toml" else json.loads(content))
    except OSError as error:
        raise InvalidRequest("scenario", f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise InvalidRequest("scenario", f"{path}: {error}") from error


def meeting_from(data: Any) -> Meeting:
    """The meeting that this data, as of a file, describes. InvalidRequest as `load_meeting`."""
    try:
        meeting = _MEETING.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"])) or "scenario"
        raise InvalidRequest(field, f"{field}: {first['msg']}") from error
    for p, person in enumerate(meeting.people):
        for n, line in enumerate(person.lines):
            if line.clip not in CLIPS:
                field = f"people.{p}.lines.{n}.clip"
                raise InvalidRequest(field, f"{field}: there is no {line.clip!r}, but {', '.join(CLIPS)}")
    return meeting


def setup(meeting: Meeting, *, platform: str, speed: float) -> dict[str, Any]:
    """The meeting as its page reads it (Setup in page/src/simulators/contract.ts)."""
    return asdict(meeting) | {
        "platform": platform, "speed": speed,
        "people": [asdict(person) | {"lines": [_line(line) for line in person.lines]} for person in meeting.people],
        "door": [_step(step) for step in meeting.door],
        "quirks": sorted(meeting.quirks),
    }


def _line(line: Line) -> dict[str, Any]:
    return {"at_s": line.at_s, "clip": line.clip, "text": line.text, "duration_s": round(line.end_s - line.at_s, 3)}


def _step(step: Step) -> dict[str, Any]:
    if step.kind == "wrong_password":
        return {"kind": "password", "text": None}
    return asdict(step)


_MEETING = TypeAdapter(Meeting)
