"""Where a meeting is: one address, claimed by exactly one platform."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Protocol

from rapporteur.domain import links
from rapporteur.domain.addresses import VENDORS, Place, Vendor, generic_at, janus_at, jitsi_at
from rapporteur.domain.errors import InvalidRequest
from rapporteur.domain.links import Link


@dataclass(frozen=True, slots=True)
class MeetingAddress:
    platform: str
    url: str
    """The link to open: what the user gave, unwrapped, in the platform's usual form."""
    meeting_id: str
    password: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The object that `meeting_url` becomes when a bot is read; each platform has keys of its own."""
        place = _PLACES[self.platform].place(self.url) if self.platform in _PLACES else None
        if place is not None and place.parts:
            return {"platform": self.platform, **dict(place.parts)}
        if self.platform in _WITHOUT_PASSWORD:
            return {"platform": self.platform, "meeting_id": self.meeting_id}
        return {"platform": self.platform, "meeting_id": self.meeting_id, "meeting_password": self.password}


class Addresses(Protocol):
    """The links of one platform. `examples` are claimed by it and no other, `near_misses` by none."""

    @property
    def platform(self) -> str: ...

    @property
    def examples(self) -> tuple[str, ...]: ...

    @property
    def near_misses(self) -> tuple[str, ...]: ...

    def claim(self, url: str) -> MeetingAddress | None: ...


@dataclass(frozen=True, slots=True)
class VendorAddresses:
    """Links of a vendor's platform, told apart by a reader of domain.addresses."""

    vendor: Vendor

    @property
    def platform(self) -> str:
        return self.vendor.platform

    @property
    def examples(self) -> tuple[str, ...]:
        return self.vendor.examples

    @property
    def near_misses(self) -> tuple[str, ...]:
        return self.vendor.near_misses

    def place(self, url: str) -> Place | None:
        link = Link.parse(url)
        return self.vendor.read(link) if link is not None else None

    def claim(self, url: str) -> MeetingAddress | None:
        place = self.place(url)
        return MeetingAddress(self.platform, place.url, place.meeting_id, place.password) if place is not None else None


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


VENDOR_PATTERNS: dict[str, VendorAddresses] = {vendor.platform: VendorAddresses(vendor) for vendor in VENDORS}
_PLACES = VENDOR_PATTERNS
_WITHOUT_PASSWORD = frozenset({"google_meet", "goto_meeting"})

KNOWN_PLATFORMS = ("room", *VENDOR_PATTERNS)
"""Names the create call accepts in `platform`; which of them can be joined is the catalogue's answer."""

JOINABLE = frozenset({
    "room", "janus", "google_meet", "jitsi", "microsoft_teams", "zoom", "webex", "slack_huddle_observer", "goto_meeting",
    "generic",
})
"""Platforms whose pages a bot can attend."""


def jitsi_pattern(hosts: frozenset[str]) -> VendorAddresses:
    """Jitsi Meet on its public servers and on the ones named in the settings."""
    known = VENDOR_PATTERNS["jitsi"].vendor
    return VendorAddresses(replace(known, hosts=(*known.hosts, *sorted(hosts)), read=jitsi_at(hosts)))


def janus_pattern(hosts: frozenset[str]) -> VendorAddresses:
    """VideoRoom pages of Janus on their public server and on the ones named in the settings."""
    known = VENDOR_PATTERNS["janus"].vendor
    return VendorAddresses(replace(known, hosts=(*known.hosts, *sorted(hosts)), read=janus_at(hosts)))


def generic_pattern(hosts: frozenset[str]) -> VendorAddresses:
    """Every page of the hosts named in the settings, and no other."""
    return VendorAddresses(replace(VENDOR_PATTERNS["generic"].vendor, hosts=tuple(sorted(hosts)), read=generic_at(hosts)))


def claim(url: str, patterns: tuple[Addresses, ...]) -> MeetingAddress | None:
    """The address, by the first pattern that claims the link; patterns are disjoint, which a test proves."""
    return next((address for p in patterns if (address := p.claim(url))), None)


def platform_by_host(url: str) -> str | None:
    """Whose a link is by its host alone."""
    link = Link.parse(url)
    return next((v.platform for v in VENDORS if link is not None and link.at(*v.hosts)), None)


_NUMBERED: dict[str, str] = {
    "zoom": "https://zoom.us/j/{number}", "microsoft_teams": "https://teams.microsoft.com/meet/{number}?p={passcode}",
    "goto_meeting": "https://meet.goto.com/{number}",
}
"""Platforms whose meetings can be reached by their number, and how."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Which links this build understands, and which platforms it can send a bot to."""

    patterns: tuple[Addresses, ...]
    joinable: frozenset[str]

    def address(self, given: str, *, platform: str | None = None, password: str | None = None) -> MeetingAddress:
        """The meeting behind a link, with its scheme or without, a wrapped link, an invitation, or a number where `platform`
        says of what.

        A password given aside wins over the link's. InvalidRequest on `meeting_url` says what is wrong and names the remedy.
        """
        invitation = links.read(given)
        given_links = invitation.links or invitation.bare
        found = tuple(dict.fromkeys(address for url in given_links if (address := claim(url, self.patterns))))
        if len({(address.platform, address.meeting_id) for address in found}) > 1:
            raise InvalidRequest("meeting_url", "This text holds links to several meetings. Send the link of one.")
        address = found[0] if found else self._numbered(invitation, platform, password)
        if address is None:
            raise InvalidRequest("meeting_url", self._why_not(invitation))
        if address.platform not in self.joinable:
            raise InvalidRequest("meeting_url", self._not_joined(address.platform))
        password = password or address.password or invitation.passcode
        return MeetingAddress(address.platform, address.url, address.meeting_id, password)

    def _numbered(self, invitation: links.Invitation, platform: str | None, password: str | None) -> MeetingAddress | None:
        number, passcode = invitation.number, password or invitation.passcode
        if number is None or invitation.links:
            return None
        # A number alone does not tell whose it is; those of an invitation by text do by their length.
        platform = platform or (("zoom" if len(number) <= 11 else "microsoft_teams") if invitation.passcode else None)
        form = _NUMBERED.get(platform or "")
        return claim(form.format(number=number, passcode=passcode or ""), self.patterns) if form else None

    def _why_not(self, invitation: links.Invitation) -> str:
        platform = next((name for url in invitation.links or invitation.bare if (name := platform_by_host(url))), None)
        if platform is not None and platform not in self.joinable:
            return self._not_joined(platform)
        if platform is not None:
            return f"This is a page of {platform}, but not the link of one of its meetings. Send the whole invitation link."
        if invitation.number is not None and not invitation.links:
            return f"This is a meeting's number. Name its platform in `platform` ({', '.join(_NUMBERED)}) or send its link."
        example = next((p.examples[0] for p in self.patterns if p.platform in self.joinable), "")
        return (f"This is not a link of a platform that can be joined ({self._names}). "
                f"Send the whole invitation link, such as {example}")

    def _not_joined(self, platform: str) -> str:
        return f"{platform} is not supported by this build yet. It can join: {self._names}."

    @property
    def _names(self) -> str:
        return ", ".join(sorted(self.joinable))
