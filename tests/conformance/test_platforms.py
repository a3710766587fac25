"""What every platform promises, asked of all of them."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from rapporteur.bot.browser import Browser
from rapporteur.bot.platform import Captioned, Platform, Sign
from rapporteur.bot.platforms import PLATFORMS
from rapporteur.domain.lifecycle import FATAL_SUB_CODES, PLATFORM_SUB_CODES
from rapporteur.domain.meeting import JOINABLE, KNOWN_PLATFORMS
from rapporteur.domain.providers import CAPTIONED, ZOOM_STREAM
from rapporteur.domain.session import Admitted, JoinFailed

pytestmark = pytest.mark.conformance

every_platform = pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS.keys())


@every_platform
def test_its_examples_are_claimed_by_it_alone(platform: Platform) -> None:
    for url in platform.addresses.examples:
        assert [name for name, other in PLATFORMS.items() if other.addresses.claim(url)] == [platform.addresses.platform]


@every_platform
def test_its_near_misses_are_claimed_by_nobody(platform: Platform) -> None:
    for url in platform.addresses.near_misses:
        assert not any(other.addresses.claim(url) for other in PLATFORMS.values())


@every_platform
def test_its_name_is_one_the_api_knows(platform: Platform) -> None:
    assert platform.addresses.platform in KNOWN_PLATFORMS


def test_the_platforms_are_those_the_server_sends_bots_to() -> None:
    assert set(PLATFORMS) == JOINABLE


def test_captions_are_offered_where_a_page_has_them() -> None:
    assert {name for name, platform in PLATFORMS.items() if isinstance(platform, Captioned)} == CAPTIONED - {ZOOM_STREAM}


@every_platform
def test_its_screens_have_one_name_and_one_meaning_each(platform: Platform) -> None:
    names = [screen.name for screen in platform.screens]
    assert len(set(names)) == len(names)
    assert all((screen.fact is None) == screen.asks for screen in platform.screens)


@every_platform
def test_its_call_is_told_by_the_screen_of_that_name(platform: Platform) -> None:
    assert [screen.name for screen in platform.screens if isinstance(screen.fact, Admitted)] == ["call"]


@every_platform
def test_every_sign_says_something(platform: Platform) -> None:
    assert all(sign.css or sign.phrases or sign.address or sign.state for sign in _signs(platform))


@every_platform
def test_it_can_be_entered_and_asked(platform: Platform) -> None:
    assert any(isinstance(screen.fact, Admitted) for screen in platform.screens)
    assert any(screen.asks for screen in platform.screens)


@every_platform
def test_failures_to_join_are_documented_sub_codes(platform: Platform) -> None:
    told = {screen.fact.sub_code for screen in platform.screens if isinstance(screen.fact, JoinFailed)}
    assert told <= FATAL_SUB_CODES | PLATFORM_SUB_CODES


@every_platform
def test_its_page_script_is_built(platform: Platform) -> None:
    assert files("rapporteur.bot").joinpath("bundles", f"{platform.page_script}.js").is_file()


def _signs(platform: Platform) -> list[Sign]:
    rows = [*platform.screens, *platform.notices]
    return [sign for row in rows for sign in (*row.signs, *getattr(row, "unless", ()))]


@pytest.mark.timeout(60)
async def test_every_selector_is_one_the_page_can_ask(tmp_path: Path, chromium: Path) -> None:
    browser = Browser(tmp_path, executable=chromium, on_lost=lambda _: None)
    selectors = [sign.css for platform in PLATFORMS.values() for sign in _signs(platform) if sign.css]
    addresses = [sign.address for platform in PLATFORMS.values() for sign in _signs(platform) if sign.address]
    try:
        page = await browser.open("")
        broken = await page.evaluate("""([selectors, addresses]) => {
            const fails = (run) => { try { run(); return false; } catch { return true; } };
            return [...selectors.filter(selector => fails(() => document.querySelector(selector))),
                    ...addresses.filter(address => fails(() => new RegExp(address)))];
        }""", [selectors, addresses])
    finally:
        await browser.close()
    assert broken == [], json.dumps(broken)
