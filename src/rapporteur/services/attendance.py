"""The server's half of the control channel: what bot processes are told, and what becomes of the facts they report.

Nothing here knows a socket. A generation that is no longer the present one, or a bot that is over, is refused with the code
`fenced`: its process has to go and to report nothing more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rapporteur.domain.errors import BlockedAddress, DestinationFailure, Refused, Unauthenticated
from rapporteur.domain.lifecycle import BotState
from rapporteur.domain.output import settings_of, without_outputs
from rapporteur.domain.providers import MINTING
from rapporteur.domain.recording import MediaStatus
from rapporteur.domain.retention import kept
from rapporteur.kit.clock import Clock
from rapporteur.services import accounts, logins, publishing, streams
from rapporteur.services import facts as meaning
from rapporteur.services.course import Course, following
from rapporteur.services.keys import BotTokens
from rapporteur.services.links import Links
from rapporteur.services.ports import BlobStore, Engine, Minter
from rapporteur.services.rows import BotRow, RecordingRow
from rapporteur.services.store import Store, UnitOfWork, orders_topic
from rapporteur.services.transcripts import AFTER_CALL
from rapporteur.services.webhooks import workspace_secret
from rapporteur.wire import control
from rapporteur.wire.control import ASKS_FOR_PASSES, Fact, Fenced, Hello, Job, Order, PassGranted, Welcome

ORDER_POLL_S = 5.0
"""How often a waiting channel looks for orders itself: another process may have written one."""
_MEDIA_CLOSED = frozenset({BotState.RECORDING_DONE, BotState.DONE, BotState.FATAL})


class Attendance:
    def __init__(
        self, store: Store, engine: Engine, blobs: BlobStore, links: Links, clock: Clock, *, tokens: BotTokens, minter: Minter,
        lease_s: float,
    ) -> None:
        self._store = store
        self._engine = engine
        self._blobs = blobs
        self._links = links
        self._clock = clock
        self._tokens = tokens
        self._minter = minter
        self._lease_ms = lease_s * 1000

    async def hello(self, bot_id: str, token: str, hello: Hello) -> Welcome | Fenced:
        """Let a bot process in. Unauthenticated for a wrong token, Fenced for an older generation or a bot that is over."""
        if hello.bot_id != bot_id or not self._tokens.matches(bot_id, hello.generation, token):
            raise Unauthenticated("This token does not open this bot's channel.")
        now = self._clock.now_ms()

        def admit(tx: UnitOfWork) -> Welcome | Fenced:
            bot = tx.bots.get(bot_id)
            if bot is None or not tx.bots.renew(bot_id, hello.generation, now + self._lease_ms):
                return Fenced()
            return Welcome(_job(tx, bot, hello.version).as_json(), bot.fact_number, self._clock.now_ms())

        return await self._store.write(admit)

    async def take(self, bot_id: str, generation: int, facts: list[Fact]) -> int:
        """Store facts, all in one transaction; answers the highest number that is safe. Repeats are known by their number.

        Refused(fenced) when this generation is no longer the present one.
        """
        workspace_id = (await self._store.read(lambda tx: _present(tx, bot_id, generation))).workspace_id
        missing = await self._missing(workspace_id, facts)

        def store(tx: UnitOfWork) -> tuple[int, bool]:
            with following(tx, _present(tx, bot_id, generation)) as course:
                for fact in sorted(facts, key=lambda fact: fact.number):
                    if fact.number > course.bot.fact_number:
                        _apply(course, fact, missing)
                        course.change(fact_number=fact.number)
                return course.bot.fact_number, _ended(course)

        number, ended = await self._store.write(store)
        if ended:
            # Said again with every repeat: the first saying may have been lost in a crash.
            await self._engine.tell(bot_id, generation, "ended")
        return number

    async def heartbeat(self, bot_id: str, generation: int, at_ms: float, media_records: int) -> None:
        """Renew the lease, by this machine's clock. Refused(fenced) when this generation is no longer the present one."""
        until_ms = self._clock.now_ms() + self._lease_ms
        if not await self._store.write(lambda tx: tx.bots.renew(bot_id, generation, until_ms)):
            raise _fenced()

    async def uploads(self, bot_id: str, generation: int, files: list[dict[str, str]]) -> list[dict[str, str]]:
        """One {recording_id, name, key, path} per file of {recording_id, name}; `path` takes one PUT, signed.

        InvalidRequest for a recording that is not the bot's and for a name that no artifact has.
        """

        def keys(tx: UnitOfWork) -> list[str]:
            course = Course(tx, _present(tx, bot_id, generation))
            return [meaning.upload_key(course, file["recording_id"], file["name"]) for file in files]

        return [
            {"recording_id": file["recording_id"], "name": file["name"], "key": key, "path": self._links.sign_put(key)}
            for file, key in zip(files, await self._store.read(keys), strict=True)
        ]

    async def grant(self, bot_id: str, generation: int, request: int, account: str) -> PassGranted:
        """What opens one connection of this bot to a vendor; nothing for an account that none of its recordings needs.

        Refused(fenced) when this generation is no longer the present one.
        """

        def secrets(tx: UnitOfWork) -> dict[str, str]:
            bot = _present(tx, bot_id, generation)
            return _needed(tx, bot, [r.config for r in tx.recordings.of_bots([bot.id])]).get(account) or {}

        found = await self._store.read(secrets)
        if account not in MINTING or not found:
            return PassGranted(request, None, status=404)
        try:
            opening = await self._minter.mint(account, found)
        except DestinationFailure as failure:
            return PassGranted(request, None, status=failure.status)
        except BlockedAddress:
            return PassGranted(request, None, status=403)
        return PassGranted(request, opening.secret, opening.minted)

    async def orders(self, bot_id: str, after: int, version: int = control.VERSION) -> list[Order]:
        """Those not acknowledged yet, with a higher number than `after`, for a bot that speaks this version."""
        return await self._store.read(
            lambda tx: [_with_secrets(tx, bot_id, order, version) for order in tx.history.orders(bot_id, after)])

    async def acknowledge_order(self, bot_id: str, number: int) -> None:
        """The bot has every order up to this number."""
        await self._store.write(lambda tx: tx.history.acknowledge_orders(bot_id, number))

    async def order_waiting(self, bot_id: str, after: int | None = None) -> None:
        """Return when there may be an order beyond `after`: at once if there is one, on a signal, or after a second."""
        with self._store.signals.listen(orders_topic(bot_id)) as bell:
            if after is None or not await self.orders(bot_id, after):
                await bell.rung(ORDER_POLL_S)

    async def _missing(self, workspace_id: str, facts: list[Fact]) -> frozenset[str]:
        return frozenset([key for key in meaning.keys_claimed(workspace_id, facts) if await self._blobs.size(key) is None])


def _apply(course: Course, fact: Fact, missing: frozenset[str]) -> None:
    if fact.kind == control.RECORDING_COMPLETE:
        publishing.complete(course, str(fact.body.get("recording_id")), fact.at_ms)
    else:
        meaning.apply(course, fact, missing)


def _present(tx: UnitOfWork, bot_id: str, generation: int) -> BotRow:
    bot = tx.bots.get(bot_id)
    if bot is None or bot.generation != generation or bot.task not in ("attend", "finish"):
        raise _fenced()
    return bot


def _fenced() -> Refused:
    return Refused("Another process owns this bot, or it is over.", code="fenced")


def _ended(course: Course) -> bool:
    """Whether the generation has done its task, so that what was recorded can be published.

    One that attended still has to say `recording_done` after its media is finished, unless it ended fatally.
    """
    bot = course.bot
    return bot.media_finished and (bot.task == "finish" or bot.state in _MEDIA_CLOSED)


def _with_secrets(tx: UnitOfWork, bot_id: str, order: Order, version: int) -> Order:
    """What opens accounts and streams is not kept with an order: it is added whenever the bot is told."""
    bot, config = tx.bots.get(bot_id), order.body.get("recording_config")
    if bot is None:
        return order
    if not config or not (needed := accounts.needed(tx, bot.workspace_id, config)):
        return streams.with_signature(tx, bot, order)
    return replace(order, body=order.body | {"accounts": _told(needed, version)})


def _told(needed: accounts.Accounts, version: int) -> accounts.Accounts:
    return accounts.without_keys(needed) if version >= ASKS_FOR_PASSES else needed


def _needed(tx: UnitOfWork, bot: BotRow, own: list[dict[str, Any] | None]) -> accounts.Accounts:
    """By the bot's own configuration and those of its recordings."""
    return accounts.needed(tx, bot.workspace_id, bot.config.get("recording_config"), *own)


def _job(tx: UnitOfWork, bot: BotRow, version: int) -> Job:
    begun = tx.recordings.of_bots([bot.id])
    own = [recording.config for recording in begun]
    return Job(
        bot_id=bot.id, generation=bot.generation, task=bot.task or "", platform=bot.meeting["platform"],
        meeting_url=bot.meeting["url"], meeting_password=bot.meeting["password"], bot_name=bot.bot_name,
        recording_config=without_outputs(kept(bot.config.get("recording_config") or {})), outputs=settings_of(bot.config),
        automatic_leave=bot.config.get("automatic_leave") or {}, metadata=bot.metadata, external_id=bot.external_id,
        accounts=_told(_needed(tx, bot, own), version),
        signing_secret=workspace_secret(tx, bot.workspace_id),
        stream=streams.opened(tx, bot), login=logins.handed(tx, bot), recordings=[_begun(tx, r) for r in begun],
        past=_past(tx, bot),
    )


def _begun(tx: UnitOfWork, recording: RecordingRow) -> dict[str, Any]:
    artifacts = [a for a in tx.artifacts.of_recordings([recording.id]) if not a.detail.get(AFTER_CALL)]
    return {
        "id": recording.id, "started_at_ms": recording.started_at_ms, "open": recording.completed_at_ms is None,
        "recording_config": None if recording.config is None else without_outputs(kept(recording.config)),
        "paused": recording.status.code == MediaStatus.PAUSED,
        "published": bool(artifacts) and not any(a.status.code == MediaStatus.PROCESSING for a in artifacts),
    }


def _past(tx: UnitOfWork, bot: BotRow) -> dict[str, Any] | None:
    """Where a bot stands that joins again; None for one that never set out."""
    if bot.task != "attend" or not bot.losses_ms or bot.state is BotState.READY:
        return None
    statuses = tx.bots.statuses([bot.id]).get(bot.id, ())
    first = {s.code: s.updated_at_ms for s in reversed(statuses)}
    return {
        "state": bot.state.value, "began_at_ms": first.get(BotState.JOINING_CALL.value, bot.created_at_ms),
        "joined_at_ms": first.get(BotState.IN_CALL_NOT_RECORDING.value), "lost_at_ms": bot.losses_ms[-1],
    }
