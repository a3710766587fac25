"""Where a meeting is: one address, claimed by exactly one platform."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


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


ROOM_PATTERN = AddressPattern(
    platform="room",
    regex=re.compile(r"https?://[^/?#\s]+/room/(?P<id>[a-z0-9](?:[a-z0-9-]{1,62}))/?(?:\?(?:pw=(?P<password>[^&#]+))?)?"),
    examples=("http://127.0.0.1:8000/room/weekly-sync", "https://meet.example.org/room/abc-def-ghi/"),
    near_misses=("http://127.0.0.1:8000/rooms/weekly-sync", "http://127.0.0.1:8000/room/", "https://example.org/abc"),
)

KNOWN_PLATFORMS = (
    "room", "zoom", "google_meet", "microsoft_teams", "webex", "slack_huddle_observer", "goto_meeting", "jitsi",
)
"""Names the create call accepts in `platform`; which of them can be joined is the catalogue's answer."""


def claim(url: str, patterns: tuple[AddressPattern, ...]) -> MeetingAddress | None:
    """The address, by the first pattern that claims the link; patterns are disjoint, which a test proves."""
    return next((address for p in patterns if (address := p.claim(url))), None)
