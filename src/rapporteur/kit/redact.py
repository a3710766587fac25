"""The last gate before a log line is written: fields that carry meeting content or secrets lose their value.

Code does not log such things in the first place, and a lint looks for it. This catches what slips through: a library that logs
an address, an exception text with a signed link in it. It is a structlog processor and belongs right before the renderer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

HIDDEN = "[redacted]"
CONTENT = frozenset({
    "name", "bot_name", "participant", "text", "words", "transcript", "chat", "title", "topic", "url", "meeting_url", "body",
    "email", "token", "secret", "password", "authorization", "key_secret",
})
"""Field names whose values are never written, whatever they hold."""
_SECRETS = (  # what group 1 matches stays, so that a reader sees what was there
    re.compile(r"\b()(?:rpt_|whsec_)[A-Za-z0-9+/=_-]{6,}"),
    re.compile(r"([?&#](?:Signature|token|pw|host)=)[^&\s\"']+"),
    re.compile(r"((?:bearer|authorization: token) )\S+", re.IGNORECASE),
)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The structlog processor."""
    for field, value in event.items():
        event[field] = HIDDEN if field.lower() in CONTENT and value is not None else redacted(value)
    return event


def redacted(value: Any) -> Any:
    """The value with every recognisable secret replaced, inside mappings and lists too; other types pass as they are."""
    if isinstance(value, str):
        for pattern in _SECRETS:
            value = pattern.sub(rf"\g<1>{HIDDEN}", value)
        return value
    if isinstance(value, Mapping):
        return {k: HIDDEN if str(k).lower() in CONTENT else redacted(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(redacted(item) for item in value)
    return value
