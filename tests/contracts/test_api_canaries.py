"""After a deletion nothing of the meeting is below the data directory: canaries are planted, and every byte is looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rapporteur.services.ledger import Attempt, settle
from rapporteur.services.store import UnitOfWork
from rapporteur.services.views import LiveEvent
from rapporteur.wire import control
from rapporteur.wire.control import Order
from tests.fakes.api_server import ApiServer, serving

pytestmark = pytest.mark.contract

CANARY = b"the canary sings"
TITLE = b"Weekly sync"
"""What every recorded bot's meeting is called here."""
EVERYTHING = {"transcript": {"provider": {"recallai_streaming": {}}}, "audio_mixed_mp3": {}}


@pytest.fixture
async def api(data_dir: Path) -> AsyncIterator[ApiServer]:
    async with serving(data_dir) as api:
        yield api


def found(folder: Path, *words: bytes) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path.relative_to(folder).as_posix() for path in files if any(word in path.read_bytes() for word in words))


async def planted(api: ApiServer, folder: Path) -> str:
    """A bot with canaries wherever something of its meeting may be kept, large ones too."""
    made = await api.call("POST", "/rapporteur/v1/webhooks/", json={"url": "http://127.0.0.1:9/hook"})
    assert made.status == 201
    long = CANARY.decode() + " and sings" * 5000
    documents = dict.fromkeys(("transcript.json", "participant_events.json", "video_mixed.mp4"), CANARY)
    bot_id, recording_id = await api.recorded(documents, recording_config=EVERYTHING)
    live = [(control.UTTERANCE, long), (control.PARTICIPANT_EVENT, CANARY.decode()), (control.UTTERANCE, CANARY.decode())]

    def plant(tx: UnitOfWork) -> None:
        bot = tx.bots.get(bot_id)
        assert bot is not None
        tx.history.add_events(bot.workspace_id, bot_id, [
            LiveEvent(bot.event_number + n, 0.0, kind, {"recording_id": recording_id, "text": text})
            for n, (kind, text) in enumerate(live, 1)
        ])
        tx.history.add_order(bot.workspace_id, bot_id, Order(bot.order_number + 1, "send_chat_message", {"message": long}))
        tx.history.acknowledge_orders(bot_id, bot.order_number + 1)
        settle(tx, [Attempt(row, 0.0, 1.0, 200, None, CANARY.decode()) for row in tx.webhooks.pending(1000)])

    await api.core.store.write(plant)
    for _ in range(3):  # kept for whoever repeats the request; the meeting's title is in it
        kept = await api.call("PATCH", f"/api/v1/recording/{recording_id}/", json={"metadata": {}},
                              headers={"Idempotency-Key": "again"})
        assert kept.status == 200
        assert TITLE in kept.raw
    for name in ("tape/0001.tape", "work/x/video.mp4", "run/profile/Cache/data_1", "live/backlog.jsonl"):
        path = folder / "bots" / bot_id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CANARY)
    return bot_id


@pytest.mark.parametrize("by", ["the bot", "its recordings", "time"])
async def test_nothing_of_a_deleted_meeting_remains_below_the_data_directory(api: ApiServer, data_dir: Path, by: str) -> None:
    bot_id = await planted(api, data_dir)
    other_id = (await api.create(bot_name="stays"))["id"]
    assert len(found(data_dir, CANARY, TITLE)) >= 8
    if by == "the bot":
        assert (await api.call("POST", f"/api/v1/bot/{bot_id}/delete_media/")).status == 200
    elif by == "time":
        api.core.clock.at_ms += 400 * 24 * 3600 * 1000
        await api.core.deletion.due()
    else:
        for recording in (await api.get("/api/v1/recording/"))["results"]:
            assert (await api.call("DELETE", f"/api/v1/recording/{recording['id']}/")).status == 204
    assert found(data_dir, CANARY, TITLE) == []
    bot = await api.get(f"/api/v1/bot/{bot_id}/")
    assert bot["status_changes"][-1]["code"] == "media_expired"
    assert bot["meeting_url"] is not None
    assert (await api.get(f"/api/v1/bot/{other_id}/"))["bot_name"] == "stays"


async def test_that_it_was_deleted_is_sent_and_what_was_sent_before_cannot_be_again(api: ApiServer, data_dir: Path) -> None:
    bot_id = await planted(api, data_dir)
    await api.call("POST", f"/api/v1/bot/{bot_id}/delete_media/")
    owed = await api.core.store.read(lambda tx: [row for row in tx.webhooks.pending(100) if row.bot_id == bot_id])
    assert {row.event for row in owed} >= {"recording.deleted", "transcript.deleted", "bot.status_change"}
    assert all(row.body for row in owed)
    [endpoint] = (await api.get("/rapporteur/v1/webhooks/"))["results"]
    path = f"/rapporteur/v1/webhooks/{endpoint['id']}/deliveries/"
    sent = (await api.get(f"{path}?state=delivered"))["results"]
    assert sent
    refused = await api.call("POST", f"{path}{sent[0]['id']}/resend/")
    assert (refused.status, refused.json["code"]) == (400, "content_deleted")
    detail = await api.get(f"{path}{sent[0]['id']}/")
    assert (detail["request"]["body"], detail["log"][0]["response"]) == (None, None)
    again = await api.call("POST", f"{path}resend/", json={"since": "2001-01-01T00:00:00Z", "states": ["delivered"]})
    assert (again.status, again.json) == (202, {"resent": 0})
