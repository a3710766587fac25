"""Headers in which an answer says what became of its request beyond what was asked."""

from __future__ import annotations

from collections.abc import Iterable

UNKNOWN_KEYS = "X-Rapporteur-Unknown-Keys"
"""Keys of the request that were ignored."""
NOTICE = "X-Rapporteur-Notice"
"""What was taken otherwise than it was sent."""
_LONGEST = 2000


def header(values: Iterable[str], separator: str = ", ") -> str:
    """As the value of a header: printable ASCII, which keys of a request need not be."""
    return "".join(c if " " <= c <= "~" else "?" for c in separator.join(values))[:_LONGEST]


def told(unknown: Iterable[str], notices: Iterable[str] = ()) -> dict[str, str]:
    """The headers that have anything to say."""
    values = {UNKNOWN_KEYS: header(unknown), NOTICE: header(notices, "; ")}
    return {name: value for name, value in values.items() if value}
