"""Simulated people in a real room: real browsers that really send each other sound and pictures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, expect

from rapporteur.room.server import running_room
from rapporteur.simulators.people import People, Received
from rapporteur.simulators.scenario import COUPLE, Line, Message, Person, Scenario, Span

pytestmark = pytest.mark.browser

expect.set_options(timeout=20_000)
TRIO = Scenario(people=(Person("Ada", is_host=True), Person("Alan", microphone=False), Person("Emil", camera=False)))


@pytest.fixture
async def base() -> AsyncIterator[str]:
    async with running_room() as address:
        yield address


async def create(base: str, **options: Any) -> dict[str, str]:
    async with aiohttp.ClientSession() as http, http.post(f"{base}/room/", json=options) as answer:
        return await answer.json()


def tile(page: Page, name: str) -> Any:
    return page.locator(f'[data-participant][data-name="{name}"]')


def flows_beyond(frames: int) -> Callable[[Received], bool]:
    """One connection, the same as before or a new one, that has brought more than so many pictures."""
    return lambda received: received.connections == 1 and received.video_frames > frames


async def test_three_people_see_hear_and_write_each_other_until_the_host_ends_it(base: str) -> None:
    links = await create(base, title="Weekly sync", waiting_room=True)
    async with People(TRIO, host_url=links["host_url"], guest_url=links["url"]) as people:
        await people.enter("Ada")
        await people.knock("Alan")
        assert await people.screen("Alan") == "lobby"
        await people.admit("Alan")
        await people.enter("Emil")
        ada, alan = people.page("Ada"), people.page("Alan")
        for name in ("Ada", "Alan", "Emil"):
            await expect(people.page(name)).to_have_title("Weekly sync")
            await people.wait_until_received(name, lambda r: r.connections == 2 and r.video_frames > 5 and r.audio_packets > 20)

        # The page tells the truth about everybody, and media elements are there although one camera is off.
        await expect(tile(ada, "Ada")).to_have_attribute("data-host", "true")
        await expect(tile(ada, "Alan")).to_have_attribute("data-microphone", "off")
        await expect(tile(alan, "Emil")).to_have_attribute("data-camera", "off")
        roles = "e => [...e.querySelectorAll('[data-role]')].map(m => [m.dataset.role, m.srcObject?.getTracks().length])"
        assert sorted(await tile(alan, "Emil").evaluate(roles)) == [["microphone", 1], ["webcam", 1]]

        before = await people.received("Alan")
        await people.say("Ada", "welcome")
        await people.wait_until_received("Alan", lambda r: r.audio_energy > before.audio_energy + 0.01)

        await people.camera("Emil", True)
        await expect(tile(alan, "Emil")).to_have_attribute("data-camera", "on")
        await alan.wait_for_function("document.querySelector('[data-name=Emil] video').videoWidth === 320")
        await people.camera("Emil", False)
        await expect(tile(ada, "Emil")).to_have_attribute("data-camera", "off")

        await people.share("Alan", True)
        shown = ada.locator("[data-screen-of] video[data-role=screenshare]")
        await expect(shown).to_have_count(1)
        await ada.wait_for_function("document.querySelector('[data-screen-of] video')?.videoWidth === 640")
        await people.share("Alan", False)
        await expect(shown).to_have_count(0)

        await people.chat("Alan", "Shall we start?")
        line = ada.locator("li[data-chat-id][data-name=Alan][data-to=everyone] .text")
        await expect(line).to_have_text("Shall we start?")

        await people.end()
        for name in ("Alan", "Emil"):
            await people.wait_until_on(name, "ended")


async def test_a_guest_is_denied_asks_again_comes_in_and_is_removed(base: str) -> None:
    links = await create(base, waiting_room=True, password="open sesame")
    async with People(COUPLE, host_url=links["host_url"], guest_url=links["url"]) as people:
        await people.enter("Ada")
        await people.knock("Alan", password="sesame")
        alan = people.page("Alan")
        await expect(alan.locator("body")).to_have_attribute("data-error", "wrong_password")
        await alan.fill("#password", "open sesame")
        await alan.click("#password-submit")
        await people.wait_until_on("Alan", "lobby")
        await people.deny("Alan")
        await people.wait_until_on("Alan", "denied")
        await alan.click(".view-denied .again")
        await people.wait_until_on("Alan", "password")
        await alan.click("#password-submit")
        await people.admit("Alan")
        await people.wait_until_in_call("Alan")
        await people.remove("Alan")
        await people.wait_until_on("Alan", "removed")
        await people.wait_until_gone("Alan")
        assert await people.screen("Ada") == "call"


async def test_a_restart_of_the_signalling_server_does_not_end_the_media_between_people() -> None:
    secret = b"kept over the restart"
    async with running_room(secret=secret) as base:
        port = int(base.rpartition(":")[2])
        people = People(COUPLE, host_url=f"{base}/room/sync")
        await people.__aenter__()
        await people.enter()
        await people.wait_until_received("Ada", flows_beyond(5))
        keys = await keys_seen(people.page("Ada"))
    try:
        await expect(people.page("Ada").locator("body[data-offline]")).to_have_count(1)
        frames = (await people.received("Ada")).video_frames
        await people.wait_until_received("Ada", flows_beyond(frames + 5))
        async with running_room(port=port, secret=secret):
            for name in ("Ada", "Alan"):
                await expect(people.page(name).locator("body[data-offline]")).to_have_count(0)
            await people.chat("Alan", "Back again")
            await expect(people.page("Ada").locator("li[data-chat-id] .text")).to_have_text("Back again")
            assert await keys_seen(people.page("Ada")) == keys
            frames = (await people.received("Ada")).video_frames
            await people.wait_until_received("Ada", flows_beyond(frames + 5))
    finally:
        await people.__aexit__(None, None, None)


async def keys_seen(page: Page) -> list[str]:
    return await page.evaluate("[...document.querySelectorAll('[data-participant]')].map(e => e.dataset.participant)")


async def test_a_scenario_is_played_to_its_end(base: str) -> None:
    brief = Scenario(
        people=(
            Person("Ada", is_host=True, lines=(Line(0.2, "goodbye"),), messages=(Message(1.0, "Hello"),)),
            Person("Alan", marks=(0.5, 1.2), camera_off=(Span(0.3, 1.5),)),
        ),
        ends_at_s=3.2,
    )
    async with People(brief, host_url=f"{base}/room/brief") as people:
        await people.enter()
        begun = await people.play()
        offsets = [mark.at_ms - begun.start_ms - at_s * 1000 for mark, at_s in zip(begun.marks, (0.5, 1.2), strict=True)]
        assert all(0 <= offset < 70 for offset in offsets), "a mark is moved to the next frame of its maker"
        assert await people.screen("Ada") == "ended"
        await people.wait_until_on("Alan", "ended")


async def test_a_page_without_https_says_so_and_lets_people_join_to_watch(base: str) -> None:
    async with People(COUPLE, host_url=f"{base}/room/plain") as people:
        await people.enter("Ada")
        guest = await people.page("Ada").context.browser.new_page()  # pyright: ignore[reportOptionalMemberAccess]
        await guest.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
        await guest.goto(f"{base}/room/plain")
        await expect(guest.locator("#device-note")).to_contain_text("plain http")
        await guest.fill("#name", "Watcher")
        await guest.click("#join")
        await guest.wait_for_selector("body[data-screen=call]")
        await expect(tile(people.page("Ada"), "Watcher")).to_have_attribute("data-camera", "off")
        await expect(tile(guest, "Ada").locator("video")).to_have_js_property("videoWidth", 320)
        await guest.close()
        await people.wait_until_gone("Watcher", timeout_s=5)
