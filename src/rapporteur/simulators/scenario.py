"""What simulated people do, as data: who they are, what they say when, and what can be expected of a recording of it.

Pure. Times are seconds from the moment the scenario is begun. A mark is a white flash of a person's whole picture together
with a beep, by one clock: the thing to measure a recording's sound against its picture.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapporteur.simulators.speech import CLIPS

MARK_S = 0.27
"""Length of the flash; the beep takes its first 0.1 s."""


@dataclass(frozen=True, slots=True)
class Line:
    at_s: float
    clip: str
    """A name of speech.CLIPS."""

    @property
    def text(self) -> str:
        return CLIPS[self.clip].text

    @property
    def end_s(self) -> float:
        return self.at_s + CLIPS[self.clip].duration_s


@dataclass(frozen=True, slots=True)
class Span:
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Message:
    at_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    colour: str = "#2f5d8a"
    """CSS colour of the picture's background."""
    is_host: bool = False
    lines: tuple[Line, ...] = ()
    marks: tuple[float, ...] = ()
    camera_off: tuple[Span, ...] = ()
    screen: tuple[Span, ...] = ()
    messages: tuple[Message, ...] = ()
    camera: bool = True
    """Whether the person comes in with the camera on."""
    microphone: bool = True
    joins_at_s: float = 0.0
    """On a simulated platform's page: when the person comes, seen from the visitor's admission; 0 is there before."""
    leaves_at_s: float | None = None

    @property
    def text(self) -> str:
        """Everything the person says, in order."""
        return " ".join(line.text for line in sorted(self.lines, key=lambda line: line.at_s))


@dataclass(frozen=True, slots=True)
class Scenario:
    people: tuple[Person, ...]
    ends_at_s: float | None = None
    """When the host ends the meeting for all; None: nobody does."""

    @property
    def host(self) -> Person | None:
        return next((person for person in self.people if person.is_host), None)

    def person(self, name: str) -> Person:
        """KeyError when there is nobody of this name."""
        for person in self.people:
            if person.name == name:
                return person
        raise KeyError(name)


BLUE, GREEN, PLUM = "#2f5d8a", "#3f6b4a", "#7a3f66"

DEMO = Scenario(
    people=(
        Person(
            "Ada", BLUE, is_host=True,
            lines=(Line(1.0, "welcome"), Line(19.4, "numbers"), Line(31.0, "report")),
            marks=(5.3, 6.1, 35.3, 36.1),
            screen=(Span(19.0, 27.2),),
        ),
        Person(
            "Alan", GREEN,
            lines=(Line(7.0, "project"), Line(22.9, "sales")),
            marks=(11.7, 12.5, 28.1, 28.9),
            camera_off=(Span(13.6, 17.2),),
        ),
        Person(
            "Emil", PLUM,
            lines=(Line(13.4, "customers"), Line(29.8, "agreed"), Line(37.0, "again")),
            marks=(17.5, 18.3, 40.7, 41.4),
            messages=(Message(24.0, "The report is in the shared folder."),),
        ),
    ),
    ends_at_s=42.4,
)
"""Three people, about forty seconds: sentences one after the other, two of them overlapping at 31 s. Whoever spoke last makes
the marks, because a recording that follows the speaker shows that person then; no mark falls near anybody's speech, because a
recogniser would hear a beep as a word."""

HOST_ALONE = Scenario(people=(Person("Ada", BLUE, is_host=True),))
COUPLE = Scenario(people=(Person("Ada", BLUE, is_host=True), Person("Alan", GREEN)))
