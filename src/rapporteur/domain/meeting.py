"""Where a meeting is: one address, claimed by exactly one platform."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from rapporteur.domain.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class MeetingAddress:
    platform: str
    url: str
    """The link as the user gave it, trimmed."""
    meeting_id: str
    password: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The object that `meeting_url` becomes when a bot is read."""
        return {"platform": self.platform, "meeting_id": self.meeting_id, "meeting_password": self.password}


@dataclass(frozen=True, slots=True)
class AddressPattern:
    """How links of one platform look. Named group `id` is the meeting; `examples` are claimed, `near_misses` are not."""

    platform: str
    regex: re.Pattern[str]
    examples: tuple[str, ...]
    near_misses: tuple[str, ...] = ()

    def claim(self, url: str) -> MeetingAddress | None:
        match = self.regex.fullmatch(url.strip())
        if match is None:
            return None
        password = match.groupdict().get("password")
        return MeetingAddress(self.platform, url.strip(), match["id"], password)


_ROOM_PATH = r"/room/(?P<id>[a-z0-9](?:[a-z0-9-]{1,62}))/?(?:\?(?:pw=(?P<password>[^&#]+))?)?"
_LOOPBACK_HOST = r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?"

ROOM_PATTERN = AddressPattern(
    platform="room",
    regex=re.compile(rf"https?://[^/?#@\s]+{_ROOM_PATH}"),
    examples=("http://127.0.0.1:8000/room/weekly-sync", "https://meet.example.org/room/abc-def-ghi/"),
    near_misses=("http://127.0.0.1:8000/rooms/weekly-sync", "http://127.0.0.1:8000/room/", "https://example.org/abc"),
)
"""Rooms of whatever server. A server claims only those of the servers it knows: see `room_pattern`."""


def room_pattern(hosts: frozenset[str], *, loopback: bool) -> AddressPattern:
    """Built-in rooms of these servers (host:port), and of any on this machine when `loopback` is allowed."""
    known = [re.escape(host) for host in sorted(hosts)] + ([_LOOPBACK_HOST] if loopback else [])
    regex = re.compile(rf"https?://(?:{'|'.join(known)}){_ROOM_PATH}")
    examples = tuple(f"http://{host}/room/weekly-sync" for host in sorted(hosts))
    return AddressPattern("room", regex, examples, ROOM_PATTERN.near_misses)


KNOWN_PLATFORMS = (
    "room", "zoom", "google_meet", "microsoft_teams", "webex", "slack_huddle_observer", "goto_meeting", "jitsi",
)
"""Names the create call accepts in `platform`; which of them can be joined is the catalogue's answer."""


def claim(url: str, patterns: tuple[AddressPattern, ...]) -> MeetingAddress | None:
    """The address, by the first pattern that claims the link; patterns are disjoint, which a test proves."""
    return next((address for p in patterns if (address := p.claim(url))), None)


HOSTS: dict[str, tuple[str, ...]] = {
    "zoom": ("zoom.us", "zoomgov.com"),
    "google_meet": ("meet.google.com",),
    "microsoft_teams": ("teams.microsoft.com", "teams.live.com"),
    "webex": ("webex.com",),
    "slack_huddle_observer": ("slack.com",),
    "goto_meeting": ("gotomeeting.com", "meet.goto.com", "gotomeet.me"),
    "jitsi": ("meet.jit.si",),
}
"""Whose a link is by its host alone, so that a platform that cannot be joined yet is refused by its name."""


def platform_by_host(url: str) -> str | None:
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return None
    return next((name for name, hosts in HOSTS.items() if any(host == h or host.endswith(f".{h}") for h in hosts)), None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Which links this build understands, and which platforms it can send a bot to."""

    patterns: tuple[AddressPattern, ...]
    joinable: frozenset[str]

    def address(self, url: str) -> MeetingAddress:
        """The meeting behind a link. InvalidRequest on `meeting_url` names the platforms and the remedy."""
        address = claim(url, self.patterns)
        platform = address.platform if address else platform_by_host(url)
        names = ", ".join(sorted(self.joinable))
        if platform is not None and platform not in self.joinable:
            raise InvalidRequest("meeting_url", f"{platform} is not supported by this build yet. It can join: {names}.")
        if address is None:
            example = next((p.examples[0] for p in self.patterns if p.platform in self.joinable), "")
            raise InvalidRequest(
                "meeting_url", f"This is not a link of a platform that can be joined ({names}). "
                f"Send the whole invitation link, such as {example}")
        return address
