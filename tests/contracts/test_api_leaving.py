"""`automatic_leave` by the API: the least each timer may be, and what switches one off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.api_server import ROOM, ApiServer, serving

pytestmark = pytest.mark.contract

LEAST: dict[str, int] = {
    "waiting_room_timeout": 30, "noone_joined_timeout": 30, "everyone_left_timeout": 1, "everyone_left_timeout.timeout": 1,
    "in_call_not_recording_timeout": 1, "in_call_recording_timeout": 1, "recording_permission_denied_timeout": 1,
    "silence_detection.timeout": 10, "silence_detection.activate_after": 1,
    "bot_detection.using_participant_events.timeout": 10, "bot_detection.using_participant_events.activate_after": 1,
    "bot_detection.using_participant_names.timeout": 10, "bot_detection.using_participant_names.activate_after": 1,
}


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    async with serving(tmp_path) as running:
        yield running


def leaving(path: str, value: Any) -> dict[str, Any]:
    body: Any = value
    for name in reversed(path.split(".")):
        body = {name: body}
        if name == "using_participant_names":
            body[name]["matches"] = ["notetaker"]
    return {"automatic_leave": body}


async def test_every_timer_has_its_least(api: ApiServer) -> None:
    for path, least in LEAST.items():
        await api.create(**leaving(path, least))
        refused = await api.call("POST", "/api/v1/bot/", json={"meeting_url": ROOM} | leaving(path, least - 1))
        fault: Any = refused.json["automatic_leave"]
        while isinstance(fault, dict):
            [fault] = fault.values()
        assert (refused.status, fault) == (400, [f"Ensure this value is greater than or equal to {least}."]), path


async def test_detection_is_switched_off_by_null_and_names_need_their_matches(api: ApiServer) -> None:
    bot = await api.create(automatic_leave={
        "silence_detection": None, "bot_detection": {"using_participant_events": None}})
    assert bot["automatic_leave"]["silence_detection"] is None
    assert bot["automatic_leave"]["bot_detection"] == {"using_participant_events": None, "using_participant_names": None}
    names = {"bot_detection": {"using_participant_names": {"timeout": 10, "activate_after": 1}}}
    refused = await api.call("POST", "/api/v1/bot/", json={"meeting_url": ROOM, "automatic_leave": names})
    assert refused.json["automatic_leave"]["bot_detection"]["using_participant_names"] == {
        "matches": ["This field is required."]}


async def test_a_slip_in_the_options_of_our_own_engine_is_named(api: ApiServer) -> None:
    def config(options: dict[str, Any], provider: str = "recallai_streaming") -> dict[str, Any]:
        return {"meeting_url": ROOM, "recording_config": {"transcript": {"provider": {provider: options}}}}

    known = {"language_code": "en", "mode": "prioritize_low_latency", "spelling": [], "key_terms": [],
             "filter_profanity": False}
    answer = await api.call("POST", "/api/v1/bot/", json=config(known | {"languge_code": "en"}))
    assert answer.headers["X-Rapporteur-Unknown-Keys"] == "recording_config.transcript.provider.recallai_streaming.languge_code"
    await api.accounts()
    for silent in (config(known), config({"an_option": "of its own"}, "deepgram_streaming")):
        answer = await api.call("POST", "/api/v1/bot/", json=silent)
        assert (answer.status, answer.headers.get("X-Rapporteur-Unknown-Keys")) == (201, None)
