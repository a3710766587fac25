"""Who a bot is signed in as: accounts of meeting platforms, kept like those of providers, and the cookies that stand for them.

A login is a browser's cookies, as Playwright's `storage_state` writes them, taken once by a person who signed in. No password
is ever kept, and nothing here signs in. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rapporteur.domain.errors import InvalidRequest

COOKIES, AT_ONCE = "cookies", "at_once"
MAX_COOKIES = 48 * 1024
"""Characters of the cookies of one login; a browser sends a host far fewer."""
_KEPT = ("name", "value", "domain", "path", "expires", "httpOnly", "secure", "sameSite")
_SAME_SITE = ("Strict", "Lax", "None")


@dataclass(frozen=True, slots=True)
class Login:
    account: str
    """Its name among the workspace's accounts."""
    asked_by: str | None
    """The field of a bot's request that asks for it; None: nobody comes in without."""
    unavailable: str
    """The sub_code of a bot that sets out when none is to be had."""


LOGINS: dict[str, Login] = {
    "slack_huddle_observer": Login("slack_huddle_login", None, "meeting_requires_sign_in"),
    "google_meet": Login("google_meet_login", "google_meet.login_required", "google_meet_login_not_available"),
}
"""By platform."""
ACCOUNTS: frozenset[str] = frozenset(login.account for login in LOGINS.values())


def wanted(platform: str, config: Mapping[str, Any]) -> Login | None:
    """The login that a bot of this request uses; None for a guest."""
    login = LOGINS.get(platform)
    if login is None or login.asked_by is None:
        return login
    section, name = login.asked_by.split(".")
    asked = config.get(section)
    return login if isinstance(asked, Mapping) and asked.get(name) is True else None


def check_kept(secrets: Mapping[str, str]) -> None:
    """InvalidRequest on the field of a login's secrets that no browser could use."""
    cookies_of(secrets)
    at_once_of(secrets)
    if unknown := sorted(set(secrets) - {COOKIES, AT_ONCE}):
        raise InvalidRequest(f"secrets.{unknown[0]}", f"A login is kept as `{COOKIES}` and, if you like, `{AT_ONCE}`.")


def at_once_of(secrets: Mapping[str, str]) -> int:
    """How many bots may use it at the same time; one, where it does not say."""
    text = secrets.get(AT_ONCE, "1")
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 1000):
        raise InvalidRequest(f"secrets.{AT_ONCE}", "This is how many bots may use the login at once, 1 to 1000.")
    return int(text)


def cookies_of(secrets: Mapping[str, str]) -> list[dict[str, Any]]:
    """The cookies as a browser context takes them. InvalidRequest says which one it would not, never what it holds."""
    try:
        given = json.loads(secrets.get(COOKIES, ""))
    except ValueError:
        given = None
    # The whole of a storage state is taken as well; what it keeps besides is not.
    found = given.get("cookies") if isinstance(given, dict) else given
    if not isinstance(found, list) or not found:
        raise _unusable("This is a JSON list of cookies, as in the `cookies` of Playwright's storage state.")
    return [_cookie(number, cookie) for number, cookie in enumerate(found)]


def _cookie(number: int, cookie: Any) -> dict[str, Any]:
    texts = ("name", "value", "domain")
    if not isinstance(cookie, dict) or not all(isinstance(cookie.get(field), str) for field in texts):
        raise _unusable(f"Cookie {number} needs `name`, `value` and `domain` as texts.")
    kept = {field: cookie[field] for field in _KEPT if cookie.get(field) is not None} | {"path": str(cookie.get("path") or "/")}
    if kept.get("sameSite") not in (None, *_SAME_SITE):
        raise _unusable(f"`sameSite` of cookie {number} is one of {', '.join(_SAME_SITE)}.")
    for field, kind in (("expires", (int, float)), ("httpOnly", bool), ("secure", bool)):
        if field in kept and not isinstance(kept[field], kind):
            raise _unusable(f"`{field}` of cookie {number} has another type in a storage state.")
    return kept


def _unusable(message: str) -> InvalidRequest:
    return InvalidRequest(f"secrets.{COOKIES}", message)
