"""What a provider of live words has to say about itself: an address, a few messages, the meaning of its own.

A protocol is one connection's, does no I/O and knows no clock: whatever providers have in common, from dialling again to the
meeting's time, is stream.py's. Fields and codes that nobody told of are ignored: vendors add some every few months.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar
from urllib.parse import urlencode

from rapporteur.domain.providers import LASTING, Pass
from rapporteur.domain.transcript import Word


class Verdict(Enum):
    """Why a connection ended, or did not come about."""

    REFUSED = "refused for good"
    """A wrong key or parameter, no credit: trying again changes nothing."""
    PASSING = "refused for now"
    """Too many at once, a fault of theirs, a broken line."""
    AGREED = "ended as agreed"


@dataclass(frozen=True, slots=True)
class Understood:
    """Words, in milliseconds of the sound that the connection brought."""

    words: tuple[Word, ...]
    final: bool
    reached_ms: float | None = None
    """All sound up to here has its words, final or held by the protocol: it need not be sent again."""
    language_code: str | None = None


class LastWord:
    """The provider has said everything; it closes now."""


LAST_WORD = LastWord()


@dataclass(frozen=True, slots=True)
class Minting:
    """The request by which a vendor makes a token of a key."""

    method: str
    url: str
    headers: Mapping[str, str]
    answers: str
    """The field of the answer that has the token."""
    body: Mapping[str, Any] | None = None


TOKEN_LASTS_S = 60
"""A token opens a connection that is made at once, and nothing else."""


class LiveProtocol(ABC):
    key: ClassVar[str]
    """The provider's key in `transcript.provider`."""
    piece_ms: ClassVar[int] = 100
    """Length of one message of sound."""
    ahead_ms: ClassVar[float | None] = None
    """How far sound may run ahead of real time; None: as far as it likes."""
    goodbye: str
    """Ends the session politely."""
    pause: str | None = None
    """Makes the provider finish what was said so far."""
    keep_alive: str | None = None
    """A sign of life."""
    keep_alive_s: float = 5.0
    """How often a connection without sound needs it."""
    longest_s: ClassVar[float | None] = None
    """A pause in speech behind this age is used to begin a new connection, before the provider ends this one."""

    def __init__(self, account: Mapping[str, str], options: Mapping[str, Any], *, partials: bool) -> None:
        self.account, self.options, self.partials = account, options, partials
        self.opening = Pass(account.get(LASTING, ""))
        """What opens the connection; to be given before `address` and `headers` are asked."""

    @staticmethod
    @abstractmethod
    def minting(account: Mapping[str, str]) -> Minting:
        """How this vendor's tokens are had."""

    @abstractmethod
    def address(self) -> str: ...

    @abstractmethod
    def headers(self) -> dict[str, str]: ...

    @abstractmethod
    def take(self, message: dict[str, Any]) -> Iterator[Understood | LastWord]:
        """What a message of the provider means."""

    def left(self) -> Understood | None:
        """Final words that the protocol held back to join them with what never came."""
        return None

    def refused(self, status: int) -> Verdict:
        """What an HTTP status means in place of a connection."""
        if self.opening.minted and status in _UNWELCOME:
            return Verdict.PASSING  # its time was over; a key that is wrong gets no token
        return Verdict.PASSING if status in PASSING_STATUSES or status >= 500 else Verdict.REFUSED

    def closed(self, code: int | None, reason: str) -> Verdict:
        """What the code of a closing means that nobody asked for."""
        return Verdict.REFUSED if code in _WRONG else Verdict.PASSING


PASSING_STATUSES = frozenset({408, 409, 425, 429})
_UNWELCOME = frozenset({401, 403})
_WRONG = frozenset({1002, 1003, 1007, 1008})
"""Of the protocol itself: what we sent is wrong, and would be again."""


def over_http(address: str) -> str:
    """The same host, for a request."""
    return address.replace("ws", "http", 1) if address.startswith("ws") else address


def query(*layers: Mapping[str, Any], without: Iterable[str] = ()) -> str:
    """Options as a URL's query, later layers over earlier: booleans in small letters, lists as repetitions, nulls left out."""
    merged: dict[str, Any] = {}
    for layer in layers:
        merged |= layer
    dropped = frozenset(without)
    return urlencode(
        {key: _plain(value) for key, value in merged.items() if value is not None and key not in dropped}, doseq=True)


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return str(value)
