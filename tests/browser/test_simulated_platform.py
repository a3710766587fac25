"""Simulated platforms' pages in a real browser: the door keeps its word, and sound and pictures really arrive."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from rapporteur.bot.browser import Browser
from rapporteur.simulators.meetings import ADMIT, CATALOGUE, PEOPLE, End, Meeting, lobby, wall
from rapporteur.simulators.mutations import mutated
from rapporteur.simulators.pages import Simulator, simulated
from rapporteur.simulators.scenario import Line

pytestmark = pytest.mark.browser

expect.set_options(timeout=20_000)
ADDRESS = "https://meet.example.com/Weekly"
DEVICES = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--auto-accept-this-tab-capture")
ADA, ALAN, _ = PEOPLE
TALK = (replace(ADA, lines=(Line(0.7, "welcome"),), marks=(4.4,)), replace(ALAN, lines=(Line(2.5, "project"),), camera_off=()))
RECEIVED = """async () => {
  const seen = [];
  for (const receiver of simulatedConnections.flatMap((connection) => connection.getReceivers())) {
    const entry = [...(await receiver.getStats()).values()].find(({ type }) => type === "inbound-rtp");
    if (!entry) continue;
    const sources = receiver.getContributingSources().map(({ source }) => source);
    seen.push({ kind: entry.kind, frames: entry.framesDecoded ?? 0, energy: entry.totalAudioEnergy ?? 0, sources });
  }
  return seen;
}"""
WATCH = """
  globalThis.simulatedConnections = [];
  globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, { construct(target, given) {
    const made = new target(...given);
    simulatedConnections.push(made);
    return made;
  } });
"""


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with simulated("jitsi", CATALOGUE["alone"], speed=5) as simulator:
        yield simulator


@pytest.fixture
async def page(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Page]:
    browser = Browser(tmp_path, switches=(*simulator.switches, *DEVICES), on_lost=lambda _: None)
    try:
        page = await browser.open(WATCH)
        await page.context.grant_permissions(["camera", "microphone", "local-network-access"])
        yield page
    finally:
        await browser.close()


async def come(page: Page, simulator: Simulator, meeting: Meeting, platform: str = "jitsi") -> None:
    simulator.play(meeting, platform=platform)
    await page.goto(ADDRESS)


async def join_jitsi(page: Page) -> None:
    await page.fill("#premeeting-name-input", "Notes")
    await page.click("[data-testid='prejoin.joinMeeting']")


async def received(page: Page, simulator: Simulator, enough: Any) -> list[dict[str, Any]]:
    """What the page's connections got, once it is enough."""
    async with asyncio.timeout(20):
        while not enough(got := await page.evaluate(RECEIVED)):
            await page.wait_for_timeout(100)
    assert simulator.said("fault") == []
    return got


def of(got: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [entry for entry in got if entry["kind"] == kind]


async def test_a_visitor_waits_is_let_in_sees_hears_writes_and_leaves(page: Page, simulator: Simulator) -> None:
    await come(page, simulator, Meeting(TALK, (lobby(2), ADMIT)))
    await join_jitsi(page)
    await expect(page.locator(".videocontainer .displayname")).to_have_text(["Ada Lovelace", "Alan Turing", "Notes"])
    await page.wait_for_function("document.querySelector('video.camera').videoWidth === 320")

    for label in ("Unmute microphone", "Start camera", "Open chat"):
        # By script, because the toolbar may have hidden itself already.
        await page.locator(f"#new-toolbox [aria-label='{label}']").dispatch_event("click")
    await page.fill("#chat-input-messagebox", "Hello from the bot")
    await page.press("#chat-input-messagebox", "Enter")
    for said in ("Notes.*Hello from the bot", "Alan Turing.*shared folder"):
        await expect(page.locator("#chatconversation .chatmessage").filter(has_text=re.compile(said))).to_be_visible()
    names = "APP.conference.isJoined() && APP.conference._room.getParticipants().map((one) => one.getDisplayName())"
    assert await page.evaluate(names) == ["Ada Lovelace", "Alan Turing"]

    got = await received(page, simulator, lambda got: len([e for e in of(got, "audio") if e["energy"] > 0.02]) == 2)
    assert [entry["frames"] > 10 for entry in of(got, "video")] == [True, True]
    # What the visitor says and shows is measured, because nobody is there to see it.
    assert (await simulator.until(lambda r: r["kind"] == "heard" and r["level"] > 0.05))["level"] <= 1
    assert (await simulator.until("seen"))["part"] == "camera"
    await page.locator(".hangup-button").dispatch_event("click")
    await simulator.until(lambda report: report["kind"] == "phase" and report["phase"] == "out")
    phases = [report["phase"] for report in simulator.said("phase")]
    assert phases == ["prejoin", "waiting", "call", "out"]
    assert [report["text"] for report in simulator.said("chat")] == ["Hello from the bot"]
    assert [mark["name"] for mark in simulator.said("mark")] == ["Ada Lovelace"]


async def test_the_door_keeps_its_word(page: Page, simulator: Simulator) -> None:
    await come(page, simulator, Meeting(TALK, (lobby(1), wall("deny"))))
    await join_jitsi(page)
    await expect(page.get_by_text("Your request to join has been declined.")).to_be_visible()
    assert await page.evaluate("simulatedConnections.length") == 0

    await come(page, simulator, Meeting((), (wall("not_found"),)))
    await expect(page.get_by_text("This meeting does not exist.")).to_be_visible()

    await come(page, simulator, replace(CATALOGUE["password"], people=(), language="de"))
    await join_jitsi(page)
    for text, answer in (("guess", "Falsches Passwort"), ("swordfish", "")):
        await page.fill("input[type=password]", text)
        await page.press("input[type=password]", "Enter")
        if answer:
            await expect(page.get_by_text(answer)).to_be_visible()
    await simulator.until(lambda report: report.get("phase") == "call")
    assert await page.evaluate("document.documentElement.lang") == "de"

    await come(page, simulator, Meeting((), end=End("removed", 0.3)))
    await join_jitsi(page)
    await expect(page.get_by_text("You have been kicked out of the meeting")).to_be_visible()

    await come(page, simulator, CATALOGUE["reload_mid_join"])
    await join_jitsi(page)
    await simulator.until(lambda report: report["kind"] == "opened" and len(simulator.said("opened")) == 2)
    await join_jitsi(page)
    await simulator.until(lambda report: report.get("phase") == "call")
    assert simulator.said("fault") == []


async def test_media_come_in_every_way_that_a_platform_has(page: Page, simulator: Simulator) -> None:
    async def enter(mode: str) -> None:
        await come(page, simulator, Meeting(TALK, generation=mode), "generic")
        await page.fill("input", "Notes")
        await page.click("button")
        await simulator.until("began")

    await enter("mixed")
    got = await received(page, simulator, lambda got: any(set(e["sources"]) == {1001, 1002} for e in got))
    assert len(of(got, "audio")) == 1
    assert len(of(got, "video")) == 2

    await enter("rotating")
    got = await received(page, simulator, lambda got: [e["sources"] for e in of(got, "audio")] == [[1001], [1002], []])
    assert [entry["frames"] > 5 for entry in of(got, "video")] == [True, True]

    await enter("web_audio")
    assert await page.evaluate("simulatedConnections.length") == 0
    await page.wait_for_function("[...document.querySelectorAll('canvas')].filter(({ width }) => width === 320).length === 2")
    assert simulator.said("fault") == []


async def test_a_mutated_page_differs_by_its_seed_alone_and_still_works(page: Page, simulator: Simulator) -> None:
    shape = "[...document.body.querySelectorAll('*')].map((e) => e.outerHTML.split('>')[0]).join('\\n')"

    async def shown(operator: str, seed: int) -> str:
        await come(page, simulator, mutated(CATALOGUE["alone"], operator, seed=seed))
        await expect(page.get_by_role("button", name="Join meeting")).to_be_visible()
        return await page.evaluate(shape)

    plain = await shown("drop title", 1)
    for operator in ("rename", "wrap", "swap_buttons"):
        assert await shown(operator, 1) == await shown(operator, 1) != plain
    assert "premeeting-screen" not in await shown("rename", 2) != await shown("rename", 1)
    assert "data-testid" not in await shown("drop data-*", 1)

    await page.get_by_role("textbox").fill("Notes")
    await page.get_by_role("button", name="Join meeting").click()
    await simulator.until(lambda report: report.get("phase") == "call")
    assert simulator.said("fault") == []
