"""A recorded meeting as the player shows it: who spoke when, what was said, what happened in between.

Pure: it reads the documents of a recording (transcript, participant events, speaker timeline) and answers values the
template prints. Seconds are counted from the recording's first frame. Documents may be missing or empty, and participants
may have no name; nothing here may fail for that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

GAP_S = 1.2
"""A pause this long begins a new paragraph of the same speaker."""
PARAGRAPH_S = 40.0
"""A speech without pauses is still broken at the next utterance after this long, so that there is something to aim at."""
HUES = (255, 25, 150, 70, 310, 195, 110, 345, 225, 50)
"""Hues of the speakers, in order of appearance, each far from the ones before."""

BADGES: dict[str, tuple[str, str]] = {
    "join": ("in", "joined"),
    "leave": ("out", "left"),
    "webcam_on": ("camera", "turned the camera on"),
    "webcam_off": ("camera-off", "turned the camera off"),
    "screenshare_on": ("screen", "started sharing the screen"),
    "screenshare_off": ("screen-off", "stopped sharing the screen"),
    "chat_message": ("chat", "wrote"),
}
"""Participant events that are shown, with icon and words; the others are too many or say nothing to a reader."""

Json = dict[str, Any]


@dataclass(slots=True)
class Speaker:
    id: int
    name: str
    hue: int
    is_host: bool = False
    talk_s: float = 0.0
    share: float = 0.0
    """Of everybody's talk time, 0 to 1."""
    stretches: list[tuple[float, float]] = field(default_factory=list)

    @property
    def initials(self) -> str:
        parts = self.name.split()
        return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper() or "?"


@dataclass(slots=True)
class Line:
    """A paragraph of one speaker."""

    speaker: Speaker
    start_s: float
    end_s: float
    words: list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Badge:
    icon: str
    words: str
    at_s: float
    speaker: Speaker
    text: str | None = None
    """What was written, for a chat message."""


@dataclass(frozen=True, slots=True)
class MeetingView:
    speakers: list[Speaker]
    """Everybody who was there, the most talkative first."""
    items: list[Line | Badge]
    """The transcript with the events between its lines, in order of time."""
    badges: list[Badge]
    duration_s: float

    @property
    def lines(self) -> list[Line]:
        return [item for item in self.items if isinstance(item, Line)]

    @property
    def talkers(self) -> list[Speaker]:
        return [speaker for speaker in self.speakers if speaker.stretches]


def meeting_view(
    transcript: list[Json] | None, events: list[Json] | None, timeline: list[Json] | None, duration_s: float = 0.0,
) -> MeetingView:
    people = _People()
    lines = list(_lines(transcript or [], people))
    badges = [badge for event in events or [] if (badge := _badge(event, people))]
    stretches = list(_stretches(timeline, people)) if timeline else [(x.speaker, x.start_s, x.end_s) for x in lines]
    for speaker, start_s, end_s in stretches:
        speaker.stretches.append((start_s, end_s))
        speaker.talk_s += end_s - start_s
    total = sum(speaker.talk_s for speaker in people.all)
    for speaker in people.all:
        speaker.share = speaker.talk_s / total if total else 0.0
    ends = [end for _, _, end in stretches] + [line.end_s for line in lines] + [badge.at_s for badge in badges]
    return MeetingView(
        speakers=sorted(people.all, key=lambda s: -s.talk_s),
        items=sorted([*lines, *badges], key=lambda item: item.start_s if isinstance(item, Line) else item.at_s),
        badges=badges,
        duration_s=duration_s or max(ends, default=0.0),
    )


class _People:
    def __init__(self) -> None:
        self._by_id: dict[int, Speaker] = {}

    @property
    def all(self) -> list[Speaker]:
        return list(self._by_id.values())

    def of(self, participant: Json) -> Speaker:
        number = participant.get("id") or 0
        speaker = self._by_id.get(number)
        if speaker is None:
            name = participant.get("name") or f"Speaker {len(self._by_id) + 1}"
            speaker = self._by_id[number] = Speaker(number, name, HUES[len(self._by_id) % len(HUES)])
        speaker.is_host = speaker.is_host or bool(participant.get("is_host"))
        return speaker


def _lines(transcript: list[Json], people: _People) -> Iterable[Line]:
    """Utterances of one speaker that follow closely become one paragraph."""
    open_line: Line | None = None
    for entry in sorted((e for e in transcript if e.get("words")), key=lambda e: _second(e["words"][0], "start_timestamp")):
        speaker = people.of(entry.get("participant") or {})
        words = [(str(w.get("text", "")), _second(w, "start_timestamp")) for w in entry["words"]]
        end_s = _second(entry["words"][-1], "end_timestamp")
        if open_line is not None and _continues(open_line, speaker, words[0][1]):
            open_line.words += words
            open_line.end_s = max(open_line.end_s, end_s)
            continue
        if open_line is not None:
            yield open_line
        open_line = Line(speaker, words[0][1], end_s, words)
    if open_line is not None:
        yield open_line


def _continues(line: Line, speaker: Speaker, start_s: float) -> bool:
    return line.speaker is speaker and start_s - line.end_s <= GAP_S and start_s - line.start_s <= PARAGRAPH_S


def _badge(event: Json, people: _People) -> Badge | None:
    kind = BADGES.get(event.get("action") or event.get("type") or "")
    if kind is None:
        return None
    icon, words = kind
    text = (event.get("data") or {}).get("text")
    return Badge(icon, words, _second(event, "timestamp"), people.of(event.get("participant") or {}), text)


def _stretches(timeline: list[Json], people: _People) -> Iterable[tuple[Speaker, float, float]]:
    for entry in timeline:
        start_s, end_s = _second(entry, "start_timestamp"), _second(entry, "end_timestamp")
        if end_s > start_s:
            yield people.of(entry.get("participant") or {}), start_s, end_s


def _second(holder: Json, key: str) -> float:
    """`relative` of a timestamp; what happened before the first frame is shown at it."""
    return max(0.0, float((holder.get(key) or {}).get("relative") or 0.0))
