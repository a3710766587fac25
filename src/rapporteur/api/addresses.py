"""Absolute links: built on the public address where one is set, else on what the request itself was sent to.

`X-Forwarded-Proto`, `-Host` and `-Prefix` count only when the connection comes from a proxy named in the settings; anybody
else could otherwise make this server sign links to a host of theirs.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from urllib.parse import urlencode

from starlette.requests import HTTPConnection

from rapporteur.settings import Settings


class Addresses:
    def __init__(self, settings: Settings) -> None:
        self._public = settings.public_url.rstrip("/") if settings.public_url else None
        self._proxies = [ip_network(p, strict=False) for p in settings.trusted_proxies]

    def base(self, request: HTTPConnection) -> str:
        """Scheme and host (and a proxy's prefix) without a trailing slash."""
        if self._public:
            return self._public
        scheme, host, prefix = request.url.scheme, request.headers.get("host") or request.url.netloc, ""
        if self._trusts(request):
            scheme = _first(request, "x-forwarded-proto") or scheme
            host = _first(request, "x-forwarded-host") or host
            prefix = (_first(request, "x-forwarded-prefix") or "").rstrip("/")
        return f"{scheme}://{host}{prefix}"

    def link(self, request: HTTPConnection, path: str) -> str:
        return f"{self.base(request)}{path}"

    def page(self, request: HTTPConnection, cursor: str | None) -> str | None:
        """This very request with another cursor, for `next` and `previous`."""
        if cursor is None:
            return None
        query = [(k, v) for k, v in request.query_params.multi_items() if k not in {"cursor", "page"}]
        return self.link(request, f"{request.url.path}?{urlencode([*query, ('cursor', cursor)])}")

    def _trusts(self, request: HTTPConnection) -> bool:
        if request.client is None or not self._proxies:
            return False
        try:
            peer = ip_address(request.client.host)
        except ValueError:
            return False
        return any(peer in network for network in self._proxies)


def _first(request: HTTPConnection, header: str) -> str | None:
    """The nearest proxy's word: the value it added itself stands last."""
    value = request.headers.get(header)
    return value.rpartition(",")[2].strip() or None if value else None
