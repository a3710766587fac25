"""Ways in which a page changes without warning, as a fixed list; by a seed, so that a failure can be had again.

What each does to an element is the page's matter (page/src/simulators/mutations.ts). They stand for what platforms really do
between two releases: class names that are made anew, a button that becomes a div, another layer of wrapping, an attribute that
goes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rapporteur.simulators.meetings import Meeting


@dataclass(frozen=True, slots=True)
class Mutation:
    kind: Literal["rename", "swap_buttons", "wrap", "delay", "drop"]
    """rename: every class and id becomes another. swap_buttons: button ↔ div with the role of one. wrap: one to three elements
    around every control. delay: controls come up to `most_s` later. drop: `attribute` is gone from every element."""
    attribute: str = ""
    """A whole name, or the beginning of several with a star at its end: data-*."""
    most_s: float = 8.0


RENAME, SWAP_BUTTONS, WRAP, DELAY = Mutation("rename"), Mutation("swap_buttons"), Mutation("wrap"), Mutation("delay")
DROPPED = ("aria-label", "placeholder", "title", "id", "class", "name", "data-*", "jsname", "role")
"""Attributes by which a control can be known; one at a time, because a page that loses all of them is another page."""
OPERATORS: tuple[str, ...] = (
    "rename", "swap_buttons", "wrap", "delay", "german", "spanish", "japanese", *(f"drop {name}" for name in DROPPED),
)
"""What can be done to a page, each by its name."""
_LANGUAGES = {"german": "de", "spanish": "es", "japanese": "ja"}
_PLAIN = {mutation.kind: mutation for mutation in (RENAME, SWAP_BUTTONS, WRAP, DELAY)}


def mutated(meeting: Meeting, operator: str, *, seed: int) -> Meeting:
    """The meeting on a page to which one operator was applied. KeyError when there is no such operator."""
    if operator in _LANGUAGES:
        return replace(meeting, language=_LANGUAGES[operator], seed=seed)
    dropped = operator.removeprefix("drop ")
    mutation = _PLAIN[operator] if dropped == operator else Mutation("drop", attribute=dropped)
    return replace(meeting, mutations=(*meeting.mutations, mutation), seed=seed)


def mutated_by(meeting: Meeting, *, seed: int, most: int = 3) -> tuple[Meeting, tuple[str, ...]]:
    """The meeting after one to `most` operators, and which; no two drops and no two languages together."""
    chance = Random(seed)
    wanted, chosen = chance.randint(1, most), []
    for operator in chance.sample(OPERATORS, len(OPERATORS)):
        if len(chosen) < wanted and not any(_clash(operator, other) for other in chosen):
            chosen.append(operator)
    for operator in chosen:
        meeting = mutated(meeting, operator, seed=seed)
    return meeting, tuple(chosen)


def _clash(one: str, other: str) -> bool:
    return (one in _LANGUAGES and other in _LANGUAGES) or (one.startswith("drop ") and other.startswith("drop "))
