"""Headers of an answer: keys of the request that were ignored, and what was taken otherwise than it was sent."""

from __future__ import annotations

from collections.abc import Sequence

UNKNOWN_KEYS = "X-Rapporteur-Unknown-Keys"
NOTICE = "X-Rapporteur-Notice"


def told(unknown: Sequence[str], notices: Sequence[str] = ()) -> dict[str, str]:
    """Only those that have something to say."""
    headers = {UNKNOWN_KEYS: _printable(", ".join(unknown)), NOTICE: _printable("; ".join(notices))}
    return {name: value for name, value in headers.items() if value}


def _printable(text: str) -> str:
    """Header values are printable ASCII; keys of a request need not be."""
    return "".join(c if " " <= c <= "~" else "?" for c in text)[:2000]
