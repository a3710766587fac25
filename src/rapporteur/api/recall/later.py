"""Endpoints of the dialect that this build does not have yet: each answers 501 and says by name what is missing.

A client then knows that its call was right and its server too old, which "Not found" would hide.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from fastapi.responses import Response

from rapporteur.api.errors import NotImplementedYet
from rapporteur.api.recall.conventions import DialectRoute

V1: tuple[tuple[str, str, str], ...] = (
    ("GET", "/bot/{bot_id}/intelligence/", "analysis of a recording"),
    ("POST", "/bot/{bot_id}/analyze/", "analysis of a recording"),
    ("POST", "/calendar/authenticate/", "calendars"),
    ("GET PATCH PUT DELETE", "/calendar/user/", "calendars"),
    ("POST", "/calendar/user/disconnect/", "calendars"),
    ("GET", "/calendar/users/", "calendars"),
    ("GET", "/calendar/meetings/", "calendars"),
    ("POST", "/calendar/meetings/refresh/", "calendars"),
    ("PATCH PUT", "/calendar/meetings/{meeting_id}/", "calendars"),
    ("GET POST", "/meeting_direct_connect/", "meetings without a bot"),
    ("GET POST", "/slack-teams/", "Slack huddles"),
)
"""Methods, path and what is missing, in words."""

V2: tuple[tuple[str, str, str], ...] = (
    ("GET POST", "/calendars/", "calendars"),
    ("GET PATCH DELETE", "/calendars/{calendar_id}/", "calendars"),
    ("POST", "/calendars/{calendar_id}/access-token/", "calendars"),
    ("GET", "/calendar-accounts/{account_id}/", "calendars"),
    ("POST", "/calendar-accounts/{account_id}/access_token/", "calendars"),
    ("GET", "/calendar-events/", "calendars"),
    ("GET", "/calendar-events/{event_id}/", "calendars"),
    ("POST DELETE", "/calendar-events/{event_id}/bot/", "calendars"),
    ("GET POST", "/google-logins/", "signed-in bots"),
    ("GET POST", "/google-login-groups/", "signed-in bots"),
    ("GET POST", "/zoom-oauth-apps/", "Zoom's OAuth"),
    ("GET POST", "/zoom-oauth-credentials/", "Zoom's OAuth"),
    ("GET POST", "/zoom-meetings-to-credentials/", "Zoom's OAuth"),
)


def router() -> APIRouter:
    """All of them, under the versions they belong to. To be included last, so that a route which does the work goes first."""
    later = APIRouter()
    for prefix, endpoints in (("/api/v1", V1), ("/api/v2", V2)):
        version = APIRouter(prefix=prefix, route_class=DialectRoute, include_in_schema=False)
        for methods, path, missing in endpoints:
            version.add_api_route(path, _refusing(missing), methods=methods.split())
        later.include_router(version)
    return later


def _refusing(missing: str) -> Callable[[], Awaitable[Response]]:
    async def refuse() -> Response:
        raise NotImplementedYet(f"This build does not have it yet: {missing}.")

    return refuse
