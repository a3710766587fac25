"""Which provider turns a recording's speech into words, and whether its workspace has what opens the account for it.

Asked when something is ordered, so that nobody learns after a meeting that a key was missing; and answered to the process that
does the work, which keeps it in memory alone.
"""

from __future__ import annotations

from typing import Any

from rapporteur.domain.providers import (
    ACCOUNTS,
    FALLBACK,
    LASTING,
    MINTING,
    OWN,
    OWN_AFTER_CALL,
    PROVIDERS,
    check_account,
    check_available,
    chosen,
)
from rapporteur.domain.wording import Wording
from rapporteur.services.store import UnitOfWork

Accounts = dict[str, dict[str, str]]


def check(
    tx: UnitOfWork, workspace_id: str, transcript: dict[str, Any] | None, field: str, platform: str | None = None,
) -> None:
    """What keeps a recording's `transcript` from being made. `field` is where the caller said who makes it.

    InvalidRequest for a provider, option or account that is not there, Unsupported for captions on a platform without.
    """
    key, options = next(iter(((transcript or {}).get("provider") or {}).items()), (None, {}))
    if key is None:
        return
    provider = check_available(key, field, platform)
    if key in (OWN, OWN_AFTER_CALL):
        Wording.from_options(options or {}, f"{field}.{key}")
    if provider.account is not None:
        check_account(provider, _secrets(tx, workspace_id, provider.account), field)


def needed(tx: UnitOfWork, workspace_id: str, *recording_configs: dict[str, Any] | None) -> Accounts:
    """What opens the accounts that these recordings' transcripts need while they run, those that may take over included."""
    found: Accounts = {}
    for config in recording_configs:
        provider = chosen((config or {}).get("transcript"))
        while provider is not None and provider.account is not None and provider.account not in found:
            found[provider.account] = account = _secrets(tx, workspace_id, provider.account) or {}
            provider = PROVIDERS.get(account.get(FALLBACK, ""))
    return found


def without_keys(found: Accounts) -> Accounts:
    """What a bot may hold of it: a key in whose place it is given tokens is there, and empty."""
    return {
        name: account | {LASTING: ""} if name in MINTING and LASTING in account else account for name, account in found.items()
    }


def account_of(tx: UnitOfWork, workspace_id: str, key: str) -> dict[str, str]:
    """What opens the account of one provider; empty where there is none, or nothing is needed."""
    provider = PROVIDERS.get(key)
    if provider is None or provider.account not in ACCOUNTS:
        return {}
    return _secrets(tx, workspace_id, provider.account) or {}


def _secrets(tx: UnitOfWork, workspace_id: str, account: str) -> dict[str, str] | None:
    row = tx.workspaces.credentials(workspace_id, account)
    return None if row is None else row.secrets
