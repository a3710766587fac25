"""Endpoints of the dialect that this server does not have: each answers 501 and says by name what is missing.

Hosted agents and workflows are none of its business; the rest is not there yet. A client then knows that its call was right,
which "Not found" would hide.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from fastapi import APIRouter
from fastapi.responses import Response

from rapporteur.api.errors import NotImplementedYet
from rapporteur.api.meetstream.conventions import MeetStreamRoute
from rapporteur.domain.errors import RapporteurError, Unsupported

REFUSED: tuple[tuple[str, str, str], ...] = (
    ("GET POST PUT DELETE", "/mia/", "hosted agents"),
    ("POST", "/bots/{bot_id}/update_mia/", "hosted agents"),
)
"""Methods, path and what is missing, in words."""

LATER: tuple[tuple[str, str, str], ...] = (
    ("POST", "/calendar/create_calendar/", "calendars"),
    ("POST", "/calendar/create_outlook_calendar/", "calendars"),
    ("POST DELETE", "/calendar/disconnect/", "calendars"),
    ("GET", "/calendar/", "calendars"),
    ("GET", "/calendar/events/", "calendars"),
    ("GET", "/calendar/get_events/", "calendars"),
    ("POST DELETE", "/calendar/schedule/{event_id}/", "calendars"),
    ("GET", "/calendar/scheduled_bots/", "calendars"),
    ("PATCH DELETE", "/calendar/scheduled_bots/{bot_id}/", "calendars"),
    ("POST", "/calendar/auto-schedule/enable/", "calendars"),
    ("POST", "/calendar/auto-schedule/disable/", "calendars"),
    ("GET", "/calendar/auto-schedule/settings/", "calendars"),
    ("POST", "/calendar/toggle-recurrence/", "calendars"),
    ("GET", "/calendar/connections/", "calendars"),
    ("GET DELETE", "/calendar/connections/{provider}/{account_id}/", "calendars"),
    ("GET", "/calendar/calendars/", "calendars"),
    ("POST", "/calendar/auto-reschedule/", "calendars"),
    ("GET PUT DELETE", "/admin/configs/", "storage of one's own"),
    ("GET POST", "/google-login-domains/", "signed-in bots"),
    ("GET PUT PATCH DELETE", "/google-login-domains/{domain_id}/", "signed-in bots"),
    ("GET POST", "/google-logins/", "signed-in bots"),
    ("GET PUT PATCH DELETE", "/google-logins/{login_id}/", "signed-in bots"),
)


def router() -> APIRouter:
    """All of them."""
    missing = APIRouter(route_class=MeetStreamRoute, include_in_schema=False)
    for methods, path, words in REFUSED:
        refusal = partial(Unsupported, words, f"This server has no {words}.")
        missing.add_api_route(path, _refusing(refusal), methods=methods.split())
    for methods, path, words in LATER:
        refusal = partial(NotImplementedYet, f"This build does not have it yet: {words}.")
        missing.add_api_route(path, _refusing(refusal), methods=methods.split())
    return missing


def _refusing(refusal: Callable[[], RapporteurError]) -> Callable[[], Awaitable[Response]]:
    async def refuse() -> Response:
        raise refusal()

    return refuse
