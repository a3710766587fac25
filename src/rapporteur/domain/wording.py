"""What a configuration asks of words that this server's own engine found: other spellings, and no profanity. Pure.

A vendor does such things by its own options. Words stay single tokens with times: what is respelled shares the time of what was
heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapporteur.domain.errors import InvalidRequest
from rapporteur.domain.transcript import Word

PROFANE = frozenset({
    "arse", "arsehole", "ass", "asshole", "bastard", "bitch", "bollocks", "bullshit", "cock", "crap", "cunt", "damn", "dick",
    "dickhead", "fuck", "fucked", "fucker", "fucking", "goddamn", "motherfucker", "piss", "pissed", "prick", "pussy", "shit",
    "shitty", "slut", "twat", "wanker", "whore",
})
"""English, because so is what is most often recognised; other languages' words pass."""


@dataclass(frozen=True, slots=True)
class Wording:
    spelling: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    """(what is heard, what is to be written), as tokens."""
    filter_profanity: bool = False

    @classmethod
    def from_options(cls, options: Mapping[str, Any], field: str = "provider") -> Wording:
        """InvalidRequest on a field below `field` for what is malformed, or what the engine cannot heed."""
        if options.get("key_terms"):
            raise InvalidRequest(f"{field}.key_terms", "key_terms: this server's own engine takes no hints; leave them out.")
        rules = options.get("spelling") or []
        if not isinstance(rules, list) or not all(map(_is_rule, rules)):  # pyright: ignore[reportUnknownArgumentType]
            raise InvalidRequest(f"{field}.spelling", 'spelling is a list of {"find": ["…"], "replace": "…"}.')
        pairs = [(find, rule["replace"]) for rule in rules for find in rule["find"]]  # pyright: ignore[reportUnknownVariableType]
        return cls(
            tuple((tuple(map(_bare, str(find).split())), tuple(str(replace).split())) for find, replace in pairs),
            options.get("filter_profanity") is True,
        )

    def applied(self, words: Iterable[Word]) -> list[Word]:
        out = list(words)
        for find, write in self.spelling:
            out = _respelled(out, find, write)
        return [_masked(word) for word in out] if self.filter_profanity else out


def _is_rule(rule: Any) -> bool:
    return (isinstance(rule, Mapping) and isinstance(rule.get("find"), list) and isinstance(rule.get("replace"), str)
            and all(isinstance(find, str) and find.split() for find in rule["find"]))


def _respelled(words: Sequence[Word], find: tuple[str, ...], write: tuple[str, ...]) -> list[Word]:
    out: list[Word] = []
    at = 0
    while at < len(words):
        heard = words[at:at + len(find)]
        if tuple(_bare(word.text) for word in heard) == find:
            out += _in_place_of(heard, write)
            at += len(find)
        else:
            out.append(words[at])
            at += 1
    return out


def _in_place_of(heard: Sequence[Word], write: tuple[str, ...]) -> list[Word]:
    start_ms, end_ms = heard[0].start_ms, heard[-1].end_ms
    per_word = (end_ms - start_ms) / max(1, len(write))
    tail = heard[-1].text[len(heard[-1].text.rstrip(".,;:!?")):]
    written = [Word(text, start_ms + n * per_word, start_ms + (n + 1) * per_word) for n, text in enumerate(write)]
    return [*written[:-1], Word(written[-1].text + tail, written[-1].start_ms, end_ms)] if written else []


def _masked(word: Word) -> Word:
    bare = _bare(word.text)
    if bare not in PROFANE:
        return word
    first = word.text.lower().index(bare)
    hidden = word.text[:first + 1] + "*" * (len(bare) - 1) + word.text[first + len(bare):]
    return Word(hidden, word.start_ms, word.end_ms)


def _bare(text: str) -> str:
    return text.casefold().strip(".,;:!?\"'()…")
