"""The durable workflows. Their bodies only choose; every effect is a step, because a body runs again after a crash and a step
that was recorded does not. Arguments and results are ids and plain JSON, so that no secret rests in the engine's tables.

A body that is changed must be changed for workflows that are under way, too: under a new name, or with DBOS.patch.
"""

from __future__ import annotations

from typing import Any

from dbos import DBOS
from dbos import error as dbos_error

from rapporteur.domain.errors import CaptureFailure, RapporteurError
from rapporteur.engine import holder

BOTS, HOOKS, ERRANDS = "bots", "hooks", "errands"
"""The queues."""
NEWS = "bot"
"""The topic on which a lifecycle hears what became of its bot."""
ENDED, LOST = "ended", "lost"
_GOES_ON = frozenset({"rejoin", "finish"})
"""Fates that call for a further generation."""
_TRIES = 3
"""Of an errand: what kills three processes would kill the fourth."""
_LISTEN_S = 3600.0
"""A lifecycle listens in stretches of this length; only the sweep decides that a bot is lost."""


def worth_retrying(error: BaseException) -> bool:
    """Whether a step that failed may succeed later: outages do, refusals and mistakes of ours do not."""
    return not isinstance(error, RapporteurError) or error.retryable


# An outage of the database is waited out: about ten minutes in all.
_PATIENT: dict[str, Any] = {
    "retries_allowed": True, "interval_seconds": 0.5, "backoff_rate": 2.0, "max_attempts": 11, "should_retry": worth_retrying,
}


@DBOS.step(name="next_generation", **_PATIENT)
async def next_generation(bot_id: str) -> int | None:
    return await holder.call(lambda services: services.lifecycle.next_generation(bot_id))


@DBOS.step(name="launch", **_PATIENT)
async def launch(bot_id: str, generation: int) -> bool:
    """False if no process can be started."""
    try:
        await holder.call(lambda services: services.lifecycle.launch(bot_id, generation))
    except CaptureFailure as error:
        DBOS.logger.warning("bot %s generation %s was not launched: %s", bot_id, generation, error.message)
        return False
    return True


@DBOS.step(name="lost", **_PATIENT)
async def lost(bot_id: str, generation: int) -> str:
    return await holder.call(lambda services: services.lifecycle.lost(bot_id, generation))


@DBOS.step(name="publish", **_PATIENT)
async def publish(bot_id: str) -> None:
    await holder.call(lambda services: services.lifecycle.publish(bot_id))


@DBOS.step(name="redeliver", **_PATIENT)
async def redeliver(delivery_id: str, attempts: int) -> None:
    await holder.call(lambda services: services.redelivery.redeliver(delivery_id, attempts))


@DBOS.workflow(name="lifecycle", max_recovery_attempts=1000)
async def lifecycle(bot_id: str) -> None:
    """One bot from its first process to the publication of what it left, over as many generations as that takes."""
    while (generation := await next_generation(bot_id)) is not None:
        launched = await launch(bot_id, generation)
        if await _fate(bot_id, generation, launched) not in _GOES_ON:
            break
    await publish(bot_id)


async def _fate(bot_id: str, generation: int, launched: bool) -> str:
    """What is to follow this generation: rejoin | finish | ended | give_up."""
    news = await _news(generation) if launched else LOST
    while news == LOST:
        fate = await lost(bot_id, generation)
        if fate != "stale":
            return fate
        news = await _news(generation)
    return ENDED


async def _news(generation: int) -> str:
    """The next word about this generation. Late words about older ones are dropped."""
    while True:
        word = await DBOS.recv_async(NEWS, timeout_seconds=_LISTEN_S)
        if word is not None and word["generation"] == generation:
            return word["news"]


@DBOS.workflow(name="hook", max_recovery_attempts=1000)
async def hook(delivery_id: str, attempts: int) -> None:
    """One further attempt of a webhook; the wait before it is the delay it was enqueued with."""
    await redeliver(delivery_id, attempts)


@DBOS.step(
    name="perform", retries_allowed=True, interval_seconds=1.0, backoff_rate=4.0, max_attempts=_TRIES,
    should_retry=worth_retrying,
)
async def perform(kind: str, about: str) -> str | None:
    """None once it is done, the code of its failure if a further try would change nothing."""
    try:
        await holder.call(lambda services: services.errands.perform(kind, about))
    except RapporteurError as error:
        if worth_retrying(error):
            raise
        return error.code
    return None


@DBOS.step(name="give_up", **_PATIENT)
async def give_up(kind: str, about: str, code: str) -> None:
    await holder.call(lambda services: services.errands.give_up(kind, about, code))


@DBOS.workflow(name="errand", max_recovery_attempts=1000)
async def errand(kind: str, about: str) -> None:
    """Work on stored media: done, or given up for a reason."""
    try:
        failure = await perform(kind, about)
    except dbos_error.DBOSMaxStepRetriesExceeded:
        failure = "errand_died"
    if failure is not None:
        await give_up(kind, about, failure)
