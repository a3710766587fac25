"""What the demo promises, checked on what came out: every row names what was expected and what was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rapporteur.domain.transcript import word_error_rate
from rapporteur.media import inspection
from rapporteur.simulators.receiver import Received

MAX_BITS_PER_S = 2_200_000
MAX_OFFSET_MS = 80.0
MIN_MARKS = 8
MIN_UNIQUE_FPS = 24.0
MAX_WORD_ERROR = 0.25
DURATION_SLACK_S = 1.5
BOT_EVENTS = ["bot.joining_call", "bot.in_waiting_room", "bot.in_call_not_recording", "bot.in_call_recording",
              "bot.call_ended", "bot.done"]


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    expected: str
    seen: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that came out of the demo, and what was staged."""

    mp4: Path
    mp3: Path
    transcript: list[dict[str, Any]]
    events: list[dict[str, Any]]
    received: list[Received]
    recorded_s: float
    """From in_call_recording to call_ended, by the bot's status changes."""
    moving: list[tuple[float, float]]
    """Passages, in seconds of the recording, in which pictures move."""
    spoken: dict[str, str]
    """Per person: every word said, in order."""
    scripted: dict[str, dict[str, int]]
    """Per person: how often each action was staged, for actions whose number is certain."""


def check_all(evidence: Evidence) -> list[Check]:
    return [
        check for group in (_video, _sync, _sound, _words, _people, _webhooks) for check in group(evidence)
    ]


def as_json(checks: Iterable[Check], files: dict[str, str]) -> dict[str, Any]:
    """The content of summary.json."""
    rows = [asdict(check) for check in checks]
    return {"ok": all(row["ok"] for row in rows), "checks": rows, "files": files}


def _video(e: Evidence) -> list[Check]:
    streams = {s.media: s for s in inspection.streams(e.mp4)}
    video, audio = streams["video"], streams["audio"]
    unique = min(inspection.unique_frames_per_second(e.mp4, start, end) for start, end in e.moving)
    rate = inspection.bit_rate(e.mp4)
    return [
        _equal("MP4 codecs", "h264 + aac", f"{video.codec} + {audio.codec}"),
        _equal("MP4 picture", "1280x720", f"{video.width}x{video.height}"),
        _length("MP4 duration", e.recorded_s, video.duration_s),
        Check("MP4 frame rate", "at most 30/s", f"{video.frame_rate:.2f}/s", video.frame_rate <= 30.01),
        Check("unique frames, moving", f"at least {MIN_UNIQUE_FPS:.0f}/s", f"{unique:.1f}/s", unique >= MIN_UNIQUE_FPS),
        Check("MP4 bit rate", f"at most {MAX_BITS_PER_S / 1e6:.1f} Mbps", f"{rate / 1e6:.2f} Mbps", rate <= MAX_BITS_PER_S),
    ]


def _sync(e: Evidence) -> list[Check]:
    offsets = sorted(inspection.offsets_ms(inspection.flash_times(e.mp4), inspection.beep_times(e.mp4)))
    median = offsets[len(offsets) // 2] if offsets else float("nan")
    return [
        Check("flash-and-beep marks", f"at least {MIN_MARKS}", str(len(offsets)), len(offsets) >= MIN_MARKS),
        Check("sound against picture", f"median within {MAX_OFFSET_MS:.0f} ms", f"{median:+.0f} ms",
              abs(median) <= MAX_OFFSET_MS),
    ]


def _sound(e: Evidence) -> list[Check]:
    [stream] = inspection.streams(e.mp3)
    return [
        _equal("MP3 codec", "mp3", stream.codec),
        _length("MP3 duration", e.recorded_s, stream.duration_s),
    ]


def _words(e: Evidence) -> list[Check]:
    heard: dict[str, list[str]] = {}
    for entry in e.transcript:
        heard.setdefault(str(entry["participant"]["name"]), []).extend(word["text"] for word in entry["words"])
    checks = [_equal("speakers named", ", ".join(sorted(e.spoken)), ", ".join(sorted(heard)))]
    for person, said in sorted(e.spoken.items()):
        wrong = word_error_rate(said, " ".join(heard.get(person, [])))
        promised = f"at most {MAX_WORD_ERROR:.0%} wrong"
        checks.append(Check(f"words of {person}", promised, f"{wrong:.0%}", wrong <= MAX_WORD_ERROR))
    return checks


def _people(e: Evidence) -> list[Check]:
    seen: dict[str, Counter[str]] = {}
    for event in e.events:
        seen.setdefault(str(event["participant"]["name"]), Counter())[event["action"]] += 1
    checks = []
    for person, staged in sorted(e.scripted.items()):
        had = Counter({action: seen.get(person, Counter())[action] for action in staged})
        checks.append(_equal(f"events of {person}", _counts(Counter(staged)), _counts(had)))
    spoke = sorted(name for name, actions in seen.items() if actions["speech_on"] and actions["speech_off"])
    checks.append(_equal("who spoke", ", ".join(sorted(e.spoken)), ", ".join(spoke)))
    times = [event["ts_ms"] for event in e.events]
    checks.append(Check("events in order", "by time", "by time" if times == sorted(times) else "mixed", times == sorted(times)))
    return checks


def _webhooks(e: Evidence) -> list[Check]:
    names = [r.event for r in e.received]
    bot = [name for name in names if name.startswith("bot.") and name != "bot.status_change"]
    signed = sum(r.signed for r in e.received)
    media = [f"{noun}.done" for noun in
             ("audio_mixed", "meeting_metadata", "participant_events", "recording", "transcript", "video_mixed")]
    return [
        _equal("webhooks of the bot, in order", _nouns_off(BOT_EVENTS), _nouns_off(bot)),
        _equal("webhooks of the media", ", ".join(media), ", ".join(sorted(n for n in names if n in media))),
        Check("webhook signatures", "all valid", f"{signed} of {len(e.received)}", signed == len(e.received) > 0),
    ]


def _nouns_off(names: list[str]) -> str:
    return ", ".join(name.partition(".")[2] for name in names)


def _equal(name: str, expected: str, seen: str) -> Check:
    return Check(name, expected, seen, expected == seen)


def _length(name: str, expected_s: float, seen_s: float) -> Check:
    close = abs(seen_s - expected_s) <= DURATION_SLACK_S
    return Check(name, f"{expected_s:.1f} s ± {DURATION_SLACK_S} s", f"{seen_s:.1f} s", close)


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {action}" for action, count in sorted((+counts).items()))


