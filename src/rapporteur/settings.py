"""Every setting of the server, in one typed object; nothing else reads the environment.

Each field is read from `RAPPORTEUR_<FIELD>` in upper case. The command line overrides some of them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from rapporteur.domain.capture import AUTO, Setting
from rapporteur.domain.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Settings:
    data_dir: Path = Path(".data")
    """Where the database, the recordings and the bots' tapes lie."""
    host: str = "127.0.0.1"
    """The address to listen on. A server on loopback alone may also dial this machine, so local endpoints need no tunnel."""
    port: int = 8000
    """The port to listen on."""
    public_url: str | None = None
    """The address users reach this server at, for links; otherwise taken from the request."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose X-Forwarded-* headers are believed."""
    allowed_networks: tuple[str, ...] = ()
    """CIDR networks that user-given addresses may point into, beside the public internet."""
    room_hosts: tuple[str, ...] = ()
    """host:port of further servers whose /room/ links are built-in rooms; this server's own are always known."""
    jitsi_hosts: tuple[str, ...] = ()
    """host or host:port of Jitsi Meet servers, beside the public ones."""
    janus_pages: tuple[str, ...] = ()
    """host or host:port of servers whose /videoroomtest.html is a meeting on Janus, beside the public one."""
    generic_hosts: tuple[str, ...] = ()
    """host or host:port of servers each of whose pages may be attended as a meeting of no known platform."""
    certificate: Path | None = None
    """TLS certificate chain in PEM; with it the server speaks https."""
    certificate_key: Path | None = None
    """The private key of the certificate, in PEM."""
    internal_port: int = 8001
    """With a certificate: the plain port, on loopback alone, at which the bots of this host reach the server."""
    chromium: Path | None = None
    """The browser to drive; found by itself when unset."""
    capture: Setting = AUTO
    """How media is taken: auto, tracks, tab or display. `auto` is the platform's best, then `tab` if that brings nothing."""
    headed: tuple[str, ...] = ()
    """Platforms whose pages are opened in a browser with windows, on a virtual screen (needs Xvfb)."""
    browser_switches: str = ""
    """Further switches of bots' browsers, written as in a shell: those of a simulated platform, for instance."""
    sandbox: bool = True
    """False starts browsers without Chrome's sandbox, for machines without user namespaces."""
    link_lifetime_s: int = 5 * 3600
    """How long a download link works; reading the object again gives a fresh one."""
    lease_s: float = 45.0
    """A bot that has not been heard of for this long is lost."""
    sweep_s: float = 2.0
    """How often lost bots are looked for."""
    launch_timeout_s: float = 60.0
    """A bot process that has not said hello by then did not start."""
    max_bots: int | None = None
    """How many bots may be in meetings at once; further ones that are to join now are refused with 507. Unset: no limit."""
    rate_limits: bool = True
    """Whether the APIs hold each workspace to the limits of their originals."""
    callback_profile: Literal["seed", "current"] = "seed"
    """How MeetStream's `callback_url` is told: `seed` with the codes 102, 200 and 500, or `current` with every event."""
    retention_hours: int | Literal["forever"] | None = None
    """How long recordings are kept where a request does not say it: hours, or `forever`. Unset: a week."""
    keep_tapes: bool = False
    """Keep the raw tape after its artifacts are stored; for debugging."""
    whisper_model: Path | None = None
    """Folder of a faster-whisper model; without one PocketSphinx recognises English."""
    metrics_token: str | None = None
    """What a Prometheus shows to read /metrics, as `Authorization: Bearer TOKEN`. Unset: there is no /metrics."""
    log_level: str = "info"
    """debug, info, warning or error."""

    @property
    def loopback_only(self) -> bool:
        """A server that only this machine can reach may also dial this machine."""
        return self.host in {"127.0.0.1", "::1", "localhost"}


def from_environment(environ: dict[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from RAPPORTEUR_* variables, then `overrides` that are not None. InvalidRequest names a bad variable."""
    environ = dict(os.environ) if environ is None else environ
    hints = get_type_hints(Settings)
    values: dict[str, Any] = {}
    for f in fields(Settings):
        name = f"RAPPORTEUR_{f.name.upper()}"
        if name in environ:
            try:
                values[f.name] = _parse(environ[name], hints[f.name])
            except ValueError as error:
                raise InvalidRequest(name, f"{name}={environ[name]!r} is not valid: {error}") from None
    values |= {k: v for k, v in overrides.items() if v is not None}
    return replace(Settings(), **values)


def _parse(text: str, kind: Any) -> Any:
    if kind is bool:
        if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise ValueError("use true or false")
        return text.lower() in {"1", "true", "yes"}
    if kind in (int, int | None):
        return int(text)
    if kind is float:
        return float(text)
    if kind == int | Literal["forever"] | None:
        if text == "forever" or not text:
            return text or None
        if not text.isdecimal() or int(text) < 1:
            raise ValueError("use a number of hours, or forever")
        return int(text)
    if get_origin(kind) is Literal:
        if text not in get_args(kind):
            raise ValueError(f"use {', '.join(get_args(kind)[:-1])} or {get_args(kind)[-1]}")
        return text
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if kind in (Path, Path | None):
        return Path(text) if text else None
    return text or None
