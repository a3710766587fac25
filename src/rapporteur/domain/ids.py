"""Identifiers: uuids for objects, small round numbers for participants."""

from __future__ import annotations

from uuid import UUID, uuid4, uuid5

_NAMESPACE = UUID("6c0f2f5e-6d0f-4c58-9d4b-3f1b7d2a9b11")


def new_id() -> str:
    return str(uuid4())


def derived_id(*parts: str) -> str:
    """The same parts always give the same uuid, so a repeated effect writes the same row."""
    return str(uuid5(_NAMESPACE, "\x1f".join(parts)))


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
