"""Which login a bot goes in with, and that no more bots use one at the same time than it allows.

A login is leased by being used: whoever set out and has not left yet holds it, so nothing has to be given back. What opens it
goes to the bot that holds it, in its job, and nowhere else.
"""

from __future__ import annotations

from typing import Any

from rapporteur.domain.errors import InvalidRequest, PoolDepleted
from rapporteur.domain.lifecycle import BEFORE_END, BotState
from rapporteur.domain.logins import COOKIES, Login, at_once_of, cookies_of, wanted
from rapporteur.services import scheduling
from rapporteur.services.filters import BotFilters
from rapporteur.services.rows import BotRow
from rapporteur.services.store import UnitOfWork

_MOST = 1000


def check(tx: UnitOfWork, workspace_id: str, platform: str, config: dict[str, Any], *, now: bool) -> None:
    """Of a new bot: InvalidRequest, with the remedy, where its workspace has no login; PoolDepleted where it is taken `now`."""
    login = wanted(platform, config)
    if login is None:
        return
    secrets = _secrets(tx, workspace_id, login)
    if secrets is None:
        raise InvalidRequest(login.asked_by or "meeting_url", (
            f"A bot goes to this meeting of {platform} signed in, and this workspace has no login for it: "
            f"PUT /rapporteur/v1/providers/{login.account}/ with {{\"secrets\": {{\"{COOKIES}\": \"[…]\"}}}}, the cookies of a "
            f"browser in which its member signed in, or `rapporteur provider set {login.account} --field {COOKIES}`."))
    if now and len(_holders(tx, workspace_id, platform)) >= at_once_of(secrets):
        raise PoolDepleted(_taken(login, at_once_of(secrets)), scheduling.RETRY_AFTER_S)


def handed(tx: UnitOfWork, bot: BotRow) -> dict[str, Any] | None:
    """wire.control.Job.login of a bot; None for a guest."""
    login = wanted(bot.meeting["platform"], bot.config)
    if login is None or bot.task != "attend":
        return None
    secrets = _secrets(tx, bot.workspace_id, login)
    if secrets is None:
        return {"unavailable": login.unavailable, "message": f"The workspace's {login.account} is gone."}
    if len(_before(bot, _holders(tx, bot.workspace_id, bot.meeting["platform"]))) >= at_once_of(secrets):
        return {"unavailable": login.unavailable, "message": _taken(login, at_once_of(secrets))}
    return {"cookies": cookies_of(secrets)}


def _holders(tx: UnitOfWork, workspace_id: str, platform: str) -> list[BotRow]:
    """Those that use the login now or are about to, in the order in which they were sent."""
    filters = BotFilters(platform=(platform,), status=tuple(BEFORE_END))
    found = tx.bots.page(workspace_id, filters, None, _MOST)
    return [bot for bot in reversed(found) if scheduling.dispatched(bot) and wanted(platform, bot.config)]


def _before(bot: BotRow, holders: list[BotRow]) -> list[BotRow]:
    """Those who are at a meeting already, and of those that set out just now, those that were sent earlier than this one."""
    place = next((number for number, holder in enumerate(holders) if holder.id == bot.id), len(holders))
    return [
        holder for number, holder in enumerate(holders)
        if holder.id != bot.id and (holder.state is not BotState.READY or number < place)]


def _secrets(tx: UnitOfWork, workspace_id: str, login: Login) -> dict[str, str] | None:
    row = tx.workspaces.credentials(workspace_id, login.account)
    return None if row is None else row.secrets


def _taken(login: Login, at_once: int) -> str:
    return (f"The login {login.account} is in use by {at_once} bot{'' if at_once == 1 else 's'} and allows no more at the same "
            f"time. Wait until one has left, or keep the login with a larger `at_once` if its platform lets the same member in "
            f"that often.")
