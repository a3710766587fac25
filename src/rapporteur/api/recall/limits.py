"""How often a workspace may call each endpoint of the Recall dialect, as its reference says."""

from __future__ import annotations

from rapporteur.api.limits import Limit

LISTS_PER_MINUTE = 60
OTHERS_PER_MINUTE = 300

LIMITS: dict[str, Limit] = {
    "POST /bot/": Limit(120),
    "GET /bot/*/screenshots/": Limit(LISTS_PER_MINUTE),
    "POST /recording/*/create_transcript/": Limit(5, each=True),
    "GET /billing/usage/": Limit(5),
    "POST /calendar-events/*/bot/": Limit(600),
    "DELETE /calendar-events/*/bot/": Limit(600),
}
"""The exceptions; every other list, which is a GET of a path without an id, and everything else have the limits above."""


def limit_of(name: str) -> Limit:
    if name in LIMITS:
        return LIMITS[name]
    return Limit(LISTS_PER_MINUTE if name.startswith("GET ") and "*" not in name else OTHERS_PER_MINUTE)
