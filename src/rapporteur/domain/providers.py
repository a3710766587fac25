"""Who turns speech into words: the providers by their keys, and what a workspace must hand over before one works for it.

A key names a way of working, live or after the call; an account is a vendor's, and serves several keys. Options inside a key
are the vendor's own and pass through. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rapporteur.domain.errors import InvalidRequest, Unsupported

LIVE, AFTER_CALL = "live", "after_call"
OWN = "recallai_streaming"
"""The key that means the engine of this server."""
OWN_AFTER_CALL = "recallai_async"
CAPTIONS = "meeting_captions"
UNREACHABLE = "provider_connection_failed"
"""The sub_code of a transcript whose provider could not be spoken to."""
FALLBACK, GATE = "fallback", "voice_gate"
"""Fields of any account: the key that takes over when this one fails, and `off` for sending silence too."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a workspace keeps about a vendor."""

    name: str
    needs: tuple[str, ...]
    """Fields without which nothing works."""
    may_have: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pass:
    """What opens one connection to a vendor."""

    secret: str = field(repr=False)
    minted: bool = False
    """A token for this connection alone, soon worth nothing; otherwise the workspace's lasting key."""


@dataclass(frozen=True, slots=True)
class Provider:
    key: str
    when: str
    """live | after_call"""
    account: str | None = None
    """None: this server's own engine."""


ACCOUNTS: dict[str, Account] = {account.name: account for account in (
    Account("deepgram", ("api_key",), ("base_url", FALLBACK, GATE)),
    Account("assemblyai", ("api_key",), ("base_url", "streaming_url", FALLBACK, GATE)),
    Account("openai_compatible", ("base_url",), ("api_key", "model", "path")),
)}

LASTING = "api_key"
"""The field of the key that a vendor knows its customer by."""
MINTING = frozenset({"deepgram", "assemblyai"})
"""Accounts whose vendors give short-lived tokens for it: bots are told those, and never the key."""

PROVIDERS: dict[str, Provider] = {provider.key: provider for provider in (
    Provider(OWN, LIVE),
    Provider("deepgram_streaming", LIVE, "deepgram"),
    Provider("assembly_ai_v3_streaming", LIVE, "assemblyai"),
    Provider(OWN_AFTER_CALL, AFTER_CALL),
    Provider("deepgram_async", AFTER_CALL, "deepgram"),
    Provider("assembly_ai_async", AFTER_CALL, "assemblyai"),
    Provider("openai_compatible", AFTER_CALL, "openai_compatible"),
)}

ZOOM_STREAM = "zoom_rtms"
"""Zoom's media stream: as a platform for who asks what can be had of it, and the vendor's own key for its captions."""
CAPTIONED: frozenset[str] = frozenset({ZOOM_STREAM, "google_meet", "microsoft_teams", "slack_huddle_observer", "zoom"})
"""Platforms whose captions a bot can read in this build."""


def chosen(transcript: Mapping[str, object] | None) -> Provider | None:
    """The provider of a recording's `transcript`; None where there is none, or one that this build does not have."""
    provider = (transcript or {}).get("provider")
    key = next(iter(provider), None) if isinstance(provider, Mapping) else None
    return PROVIDERS.get(str(key))


def captioned(transcript: Mapping[str, object] | None) -> bool:
    """Whether a recording's words are to be the meeting's own captions."""
    provider = (transcript or {}).get("provider")
    return isinstance(provider, Mapping) and next(iter(provider), None) in (CAPTIONS, ZOOM_STREAM)


def transcribes_after(transcript: Mapping[str, object] | None) -> bool:
    """Whether a recording's words are made when the call is over."""
    provider = chosen(transcript)
    return provider is not None and provider.when == AFTER_CALL


def check_available(key: str, field: str, platform: str | None = None) -> Provider:
    """InvalidRequest on `field` for a provider that this build does not have; Unsupported for captions where there are none."""
    if key == CAPTIONS and platform not in CAPTIONED:
        raise Unsupported(CAPTIONS, f"{CAPTIONS}: {platform or 'this platform'} has no captions that a bot could read; "
                                    f"use {OWN} for this server's own engine.")
    if key == CAPTIONS or key == platform == ZOOM_STREAM:
        return Provider(key, LIVE)
    if (provider := PROVIDERS.get(key)) is None:
        raise InvalidRequest(field, f"{key} is not available on this server. Choose from {', '.join(PROVIDERS)}.")
    return provider


def check_account(provider: Provider, secrets: Mapping[str, str] | None, field: str) -> None:
    """InvalidRequest on `field`, with the remedy, unless the workspace has what the provider needs."""
    if provider.account is None:
        return
    missing = [name for name in ACCOUNTS[provider.account].needs if not (secrets or {}).get(name)]
    if missing:
        example = ", ".join(f'"{name}": "…"' for name in missing)
        raise InvalidRequest(
            field,
            f"{provider.key} needs this workspace's {provider.account} account, and {' and '.join(missing)} is missing: "
            f"PUT /rapporteur/v1/providers/{provider.account}/ with {{\"secrets\": {{{example}}}}}, "
            f"or `rapporteur provider set {provider.account}`. {OWN} needs no account.",
        )
