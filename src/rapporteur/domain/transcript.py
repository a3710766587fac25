"""Words that were said: one utterance has one speaker, and each word is one token with a start and an end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rapporteur.domain.timeline import moment


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    """One token without blanks."""
    start_ms: float
    end_ms: float
    """UTC milliseconds in an utterance; milliseconds from the start of the audio as a recogniser returns them."""

    def shifted(self, by_ms: float) -> Word:
        return Word(self.text, self.start_ms + by_ms, self.end_ms + by_ms)


@dataclass(frozen=True, slots=True)
class Utterance:
    participant_id: int
    words: tuple[Word, ...]
    language_code: str | None = None

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    def as_json(self) -> dict[str, Any]:
        """The form in which utterances cross a process; `from_json` is its inverse."""
        return {
            "participant_id": self.participant_id, "language_code": self.language_code,
            "words": [[w.text, w.start_ms, w.end_ms] for w in self.words],
        }

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Utterance:
        return cls(body["participant_id"], tuple(Word(*w) for w in body["words"]), body.get("language_code"))


def artifact(utterances: list[Utterance], participants: dict[int, dict[str, Any]], zero_ms: float) -> list[dict[str, Any]]:
    """The transcript document of the Recall dialect, in the order of speaking."""
    return [
        {"participant": participants[u.participant_id], "language_code": u.language_code, "words": words_of(u, zero_ms)}
        for u in sorted((u for u in utterances if u.words), key=lambda u: u.words[0].start_ms)
    ]


def words_of(utterance: Utterance, zero_ms: float) -> list[dict[str, Any]]:
    """Its words as the document has them."""
    return [
        {"text": w.text, "start_timestamp": moment(w.start_ms, zero_ms), "end_timestamp": moment(w.end_ms, zero_ms)}
        for w in utterance.words
    ]


def language_of(transcript: dict[str, Any]) -> str:
    """The language a configuration of transcripts asks for, in whichever provider's options; "auto" when none is."""
    options = next(iter((transcript.get("provider") or {}).values()), None) or {}
    return str(options.get("language_code") or options.get("language") or "auto")


def word_error_rate(said: str, heard: str) -> float:
    """Insertions, deletions and substitutions per word that was said, without regard to case and punctuation."""
    reference, answer = _tokens(said), _tokens(heard)
    row = list(range(len(answer) + 1))
    for i, word in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(answer, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1] / max(1, len(reference))


def _tokens(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "'" else " " for c in text.casefold()).split()
