"""From what people paste to a meeting's link: wrapped links are unwrapped, invitations are read.

Mail gateways and search engines wrap links in links of their own, once or several times, and people paste whole invitations.
What comes out is either one bare link, or the number and passcode an invitation gives where it gives no link. Which platform a
link belongs to is decided elsewhere.
"""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

MOST_WRAPS = 8
"""Layers of wrapping or encoding that are taken off."""
LONGEST = 16_384

_URL = re.compile(r"""(?:https?|zoommtg)://[^\s<>"'`|\\]+""", re.IGNORECASE)
_BARE = re.compile(r"""(?<![\w@/.:%+-])(?:[\w-]+\.)+[a-z]{2,}/[^\s<>"'`|\\]+""", re.IGNORECASE)
"""What browsers open as well: without a scheme. A port tells of a server whose scheme nobody could guess."""
_ENCODED_URL = re.compile(r"https?%(?:25)*3A", re.IGNORECASE)
_TRAILING = ".,;:!?)]}>*'\"’”"
_WRAPPERS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"(?:www\.)?google\.[a-z.]+"), ("q", "url")),
    (re.compile(r".+\.safelinks\.protection\.outlook\.com"), ("url",)),
    (re.compile(r"(?:nam|eur|apc)\d+\.safelinks\.protection\.office365\.us"), ("url",)),
    (re.compile(r"l\.facebook\.com"), ("u",)),
    (re.compile(r"(?:www\.)?linkedin\.com"), ("url",)),
    (re.compile(r"slack-redir\.net"), ("url",)),
)
"""Hosts that wrap links, and the parameters the wrapped link is in. What else wraps is recognised by base64."""
_URLDEFENSE = re.compile(r"https://urldefense\.com/v3/__(?P<url>.+?)__;", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:meeting\s*(?:id|number)|webinar\s*id|access\s*code|konferenz-?id|besprechungs-?id|meeting-id)"
    r"[^\d\n]{0,24}(?P<number>\d[\d \t\u00a0-]{7,24}\d)", re.IGNORECASE,
)
_PASSCODE = re.compile(
    r"(?:pass\s*code|password|kenncode|passwort|meeting\s*pin)\s*(?:\([^)\n]*\))?\s*[:=]\s*(?P<passcode>[^\s,;]{1,64})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link in parts: `host` in lower case without port, `path` decoded and without empty segments."""

    url: str
    scheme: str
    host: str
    netloc: str
    path: tuple[str, ...]
    query: dict[str, str]
    fragment: str

    @classmethod
    def parse(cls, url: str) -> Link | None:
        """None for what is no absolute link."""
        try:
            parts: SplitResult = urlsplit(url.strip())
            host = parts.hostname
            _ = parts.port  # ValueError for a port that is none
        except ValueError:
            return None
        if not host or parts.scheme not in {"http", "https", "zoommtg"}:
            return None
        path = tuple(unquote(segment) for segment in parts.path.split("/") if segment)
        query = dict(reversed(parse_qsl(parts.query.replace("&amp;", "&"), keep_blank_values=True)))
        return cls(url.strip(), parts.scheme, host, parts.netloc.rpartition("@")[2].lower(), path, query, parts.fragment)

    def at(self, *hosts: str) -> bool:
        """Whether it points to one of the hosts, or below one."""
        return any(self.host == host or self.host.endswith(f".{host}") for host in hosts)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a pasted text holds: links in their order, already unwrapped, and what stands beside them."""

    links: tuple[str, ...]
    number: str | None = None
    """Digits only."""
    passcode: str | None = None
    bare: tuple[str, ...] = ()
    """Where there is no link: what may be one that lacks its scheme, with https:// before it."""


def read(text: str) -> Invitation:
    """Everything in a text by which a meeting can be found. Never raises; a text without anything gives nothing."""
    text = text.strip()[:LONGEST]
    found = [_trimmed(match[0]) for match in _URL.finditer(text)]
    if not found and _ENCODED_URL.match(text):
        found = [unwrap(text)]
    links = tuple(dict.fromkeys(unwrap(url) for url in found))
    number, passcode = _NUMBER.search(text), _PASSCODE.search(_URL.sub(" ", text))
    digits = re.sub(r"\D", "", number["number"]) if number else _bare_number(text)
    bare = () if links else tuple(dict.fromkeys(unwrap(f"https://{match[0]}") for match in _BARE.finditer(text)))
    return Invitation(links, digits, passcode["passcode"] if passcode else None, bare)


def unwrap(url: str) -> str:
    """The innermost link. What is not wrapped comes back as it was, without the marks that stand around links in mails."""
    url = _trimmed(url.strip())
    for _ in range(MOST_WRAPS):
        inner = _inner(url)
        if inner is None or inner == url:
            break
        url = _trimmed(inner)
    return url


def _inner(url: str) -> str | None:
    if _ENCODED_URL.match(url):
        return _decoded(url)
    if (defended := _URLDEFENSE.match(url)) is not None:
        return defended["url"]
    link = Link.parse(url)
    if link is None:
        return None
    for host, names in _WRAPPERS:
        if host.fullmatch(link.host):
            return next((value for name in names if _is_url(value := _decoded(link.query.get(name, "")))), None)
    return next((inner for value in link.query.values() if (inner := _from_base64(value)) is not None), None)


def _decoded(value: str) -> str:
    """A value that was encoded more often than it was decoded."""
    for _ in range(MOST_WRAPS):
        if not _ENCODED_URL.match(value):
            break
        value = unquote(value)
    return value


def _from_base64(value: str) -> str | None:
    """The link in a base64 value. Only a whole link counts: a passcode may decode to anything."""
    if len(value) < 16 or not re.fullmatch(r"[\w+/=-]+", value):
        return None
    try:
        text = urlsafe_b64decode(value.replace("+", "-").replace("/", "_") + "=" * (-len(value) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return text if _is_url(text) else None


def _is_url(text: str) -> bool:
    return _URL.fullmatch(text) is not None


def _trimmed(url: str) -> str:
    url = url.strip().strip("<>\"'`")
    while url and url[-1] in _TRAILING and not (url[-1] == ")" and url.count("(") >= url.count(")")):
        url = url[:-1]
    return url


def _bare_number(text: str) -> str | None:
    """A text that is nothing but a meeting's number."""
    digits = re.sub(r"[ \t\u00a0-]", "", text)
    return digits if re.fullmatch(r"\d{9,15}", digits) else None
