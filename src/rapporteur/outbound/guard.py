"""Which addresses may be dialled on a user's behalf: public ones, plus what the operator named.

Two questions are answered here. `check_url` says early, when somebody types an address, that it cannot work; it resolves
nothing. `socket` is the wall: it is asked with the very address a connection is about to be made to, so a name that resolves
differently the second time gains nothing. An address that carries another one inside (IPv4 in IPv6) is judged by both.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

from rapporteur.domain.errors import BlockedAddress, InvalidRequest
from rapporteur.settings import Settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_REMEDY = "add its network to RAPPORTEUR_ALLOWED_NETWORKS if it is meant"
_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_NEVER_PUBLIC = (
    ip_network("192.0.0.0/24"),      # special-purpose; a cloud's metadata service answers at .192
    ip_network("168.63.129.16/32"),  # a cloud's metadata service on an address that looks public
    ip_network("192.88.99.0/24"),    # relays of a retired tunnel
)
_UNICAST6 = ip_network("2000::/3")
"""The only IPv6 space in which anything public lives."""
_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv6 addresses that a NAT64 gateway turns into the IPv4 address in their last 32 bits."""


class Refused(OSError):
    """The guard's no, as the error a socket would give, so that connectors try the name's other addresses."""


@dataclass(frozen=True, slots=True)
class Guard:
    networks: tuple[Network, ...] = ()
    """Allowed beside the public internet; what is named here is believed, whatever it is."""
    loopback: bool = False

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """InvalidRequest if a network of the settings is none."""
        try:
            networks = tuple(ip_network(text, strict=False) for text in settings.allowed_networks)
        except ValueError as error:
            raise InvalidRequest("RAPPORTEUR_ALLOWED_NETWORKS", f"not a network in CIDR form: {error}") from None
        return cls(networks, settings.loopback_only)

    def allows(self, address: str) -> bool:
        """Whether this numeric address may be dialled; a name is never allowed."""
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return all(self._allows(each) for each in (found, *_inside(found)))

    def _allows(self, address: Address) -> bool:
        if any(address in network for network in self.networks):
            return True
        if any(address in network for network in _LOOPBACK):
            return self.loopback
        return bool(_inside(address)) or _is_public(address)

    def check_url(self, url: str, schemes: tuple[str, ...] = ("https", "http"), *, field: str = "url") -> SplitResult:
        """The parts of a URL that may be dialled as far as can be told without resolving it.

        InvalidRequest names `field` for what is no such URL, BlockedAddress for an address that is refused.
        """
        parts = _split(url, schemes, field)
        host = parts.hostname or ""
        named_loopback = host == "localhost" or host.endswith(".localhost")
        if (named_loopback and not self.allows("127.0.0.1")) or (_is_numeric(host) and not self.allows(_canonical(host))):
            raise BlockedAddress(f"{field} points to {host}, which is not a public address; {_REMEDY}")
        return parts

    def socket(self, address: tuple[Any, ...]) -> socket.socket:
        """A socket for one entry of getaddrinfo, or Refused; the factory that connectors are given."""
        family, kind, protocol, _, target = address
        if not self.allows(str(target[0])):
            raise Refused(f"the address is not public; {_REMEDY}")
        return socket.socket(family, kind, protocol)


def _split(url: str, schemes: tuple[str, ...], field: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        valid = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, valid = None, False
    if parts is None or not valid:
        raise InvalidRequest(field, f"Enter a full URL that begins with {' or '.join(f'{s}://' for s in schemes)}.")
    if parts.username or parts.password:
        raise InvalidRequest(field, "A URL with a user name or password in it is not accepted; use the query for a token.")
    return parts


def _is_numeric(host: str) -> bool:
    """Also for the old spellings of IPv4 (127.1, 0x7f000001, 2130706433), which resolvers understand."""
    try:
        _canonical(host)
    except ValueError:
        return False
    return True


def _canonical(host: str) -> str:
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        raise ValueError(host) from None


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _UNICAST6:
        return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _NEVER_PUBLIC)


def _inside(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses an IPv6 address stands for: mapped, NAT64, 6to4. They are judged in its place."""
    if isinstance(address, IPv4Address):
        return ()
    translated = IPv4Address(int(address) & 0xFFFFFFFF) if address in _TRANSLATED else None
    return tuple(inner for inner in (address.ipv4_mapped, translated, address.sixtofour) if inner is not None)
