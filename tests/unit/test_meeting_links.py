"""Every form of a meeting's link, wrapped, pasted whole or given as a number, leads to one address of one platform."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapporteur.domain import links
from rapporteur.domain.errors import InvalidRequest
from rapporteur.domain.meeting import (
    ROOM_PATTERN,
    VENDOR_PATTERNS,
    Catalogue,
    generic_pattern,
    janus_pattern,
    jitsi_pattern,
)

pytestmark = pytest.mark.unit

PATTERNS = (ROOM_PATTERN, *VENDOR_PATTERNS.values())
EVERYTHING = Catalogue(PATTERNS, frozenset(p.platform for p in PATTERNS))
EXAMPLES = [(p.platform, url) for p in PATTERNS for url in p.examples]

WRAPPINGS = {
    "nothing": lambda url: url,
    "angle brackets": lambda url: f"<{url}>",
    "quotes": lambda url: f'"{url}"',
    "a sentence": lambda url: f"Please come to {url}.",
    "a search engine": lambda url: f"https://www.google.com/url?q={quote(url, safe='')}&sa=D&usg=AOv",
    "a mail gateway": lambda url: (
        f"https://nam02.safelinks.protection.outlook.com/?url={quote(url, safe='')}&data=05%7C01&reserved=0"),
    "another gateway": lambda url: f"https://urldefense.com/v3/__{url}__;!!abc$",
    "base64": lambda url: f"https://click.example.com/t?u={urlsafe_b64encode(url.encode()).decode().rstrip('=')}",
    "percent signs": lambda url: quote(url, safe=""),
}


@pytest.mark.parametrize(("platform", "url"), EXAMPLES)
def test_an_example_is_claimed_by_its_platform_alone(platform, url):
    assert [p.platform for p in PATTERNS if p.claim(url)] == [platform]


@pytest.mark.parametrize(("platform", "url"), [(p.platform, url) for p in PATTERNS for url in p.near_misses])
def test_a_near_miss_is_refused_with_its_reason(platform, url):
    with pytest.raises(InvalidRequest) as refused:
        EVERYTHING.address(url)
    if platform != "room":
        assert f"a page of {platform}" in refused.value.message


@pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS.keys())
@pytest.mark.parametrize(("platform", "url"), [e for e in EXAMPLES if not e[1].startswith("zoommtg")])
def test_a_wrapped_link_leads_to_the_same_meeting(platform, url, wrap):
    assert EVERYTHING.address(wrap(url)) == EVERYTHING.address(url)


@given(st.lists(st.sampled_from(["a search engine", "a mail gateway", "percent signs"]), max_size=3), st.sampled_from(EXAMPLES))
def test_wrappings_may_be_nested(names, example):
    wrapped = example[1].replace("zoommtg", "https")
    expected = links.unwrap(wrapped)
    for name in names:
        wrapped = WRAPPINGS[name](wrapped)
    assert links.unwrap(wrapped) == expected


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    with suppress(InvalidRequest):
        EVERYTHING.address(text)


@given(st.sampled_from(EXAMPLES))
def test_the_address_is_claimed_again_as_the_same_meeting(example):
    address = EVERYTHING.address(example[1])
    assert EVERYTHING.address(address.url) == address


def test_two_forms_of_one_meeting_are_one_address():
    zoom = {EVERYTHING.address(url).url for url in (
        "https://zoom.us/j/84212345678?pwd=abc.1", "https://app.zoom.us/wc/84212345678/join?pwd=abc.1",
        "https://zoom.com/wc/join/84212345678?pwd=abc%252E1", "zoommtg://zoom.us/join?confno=84212345678&pwd=abc.1")}
    assert zoom == {"https://zoom.us/j/84212345678?pwd=abc.1"}
    teams = {EVERYTHING.address(url).url for url in VENDOR_PATTERNS["microsoft_teams"].examples[1:] if "meetup" not in url}
    assert len(teams) == 2


@pytest.mark.parametrize(("text", "platform", "meeting_id", "password"), [
    ("Ada invites you.\nJoin: https://us02web.zoom.us/j/84212345678?pwd=tok.1\n\nMeeting ID: 842 1234 5678\nPasscode: 4711",
     "zoom", "84212345678", "tok.1"),
    ("Meeting ID: 842 1234 5678\nPasscode: s3cret", "zoom", "84212345678", "s3cret"),
    ("Meeting ID: 234 567 890 123 4\nPasscode: Qw3rTy", "microsoft_teams", "2345678901234", "Qw3rTy"),
    ("https://zoom.us/j/84212345678\nPasscode: s3cret", "zoom", "84212345678", "s3cret"),
])
def test_an_invitation_is_read_whole(text, platform, meeting_id, password):
    address = EVERYTHING.address(text)
    assert (address.platform, address.meeting_id, address.password) == (platform, meeting_id, password)


BARE = [(platform, url) for platform, url in EXAMPLES if url.startswith("https://") and ":" not in url[8:].partition("/")[0]]


@pytest.mark.parametrize(("platform", "url"), BARE)
def test_a_link_without_its_scheme_is_the_same_meeting(platform, url):
    bare = url.removeprefix("https://")
    expected = EVERYTHING.address(url)
    assert EVERYTHING.address(bare) == expected
    assert EVERYTHING.address(f"Please come to <{bare}>, at noon.") == expected


@pytest.mark.parametrize("text", [
    "127.0.0.1:8000/room/weekly-sync", "meet.example.org:8443/room/weekly-sync", "ada@meet.google.com/abc-defg-hij",
    "ftp://meet.google.com/abc-defg-hij", "//meet.google.com/abc-defg-hij", "meet.google.com", "meet.google.com/",
    "example.org/abc",
])
def test_a_text_that_may_be_something_else_is_not_taken_for_a_link_without_scheme(text):
    with pytest.raises(InvalidRequest):
        EVERYTHING.address(text)


def test_links_without_scheme_to_two_meetings_are_refused_and_one_with_a_scheme_wins():
    with pytest.raises(InvalidRequest, match="several meetings"):
        EVERYTHING.address("meet.google.com/abc-defg-hij or meet.google.com/xyz-defg-hij")
    both = EVERYTHING.address("https://meet.google.com/abc-defg-hij (not meet.google.com/xyz-defg-hij)")
    assert both.meeting_id == "abc-defg-hij"


def test_a_number_needs_its_platform_beside_it():
    assert EVERYTHING.address("842 1234 5678", platform="zoom", password="s3cret").password == "s3cret"
    assert EVERYTHING.address("123-456-789", platform="goto_meeting").url == "https://meet.goto.com/123456789"
    with pytest.raises(InvalidRequest, match="Name its platform"):
        EVERYTHING.address("842 1234 5678")


def test_a_text_with_links_to_two_meetings_is_refused():
    with pytest.raises(InvalidRequest, match="several meetings"):
        EVERYTHING.address("https://meet.google.com/abc-defg-hij or https://zoom.us/j/84212345678")


def test_a_password_given_aside_wins():
    assert EVERYTHING.address("https://zoom.us/j/84212345678?pwd=tok.1", password="typed").password == "typed"


def test_a_platform_without_a_joiner_is_refused_by_its_name():
    with pytest.raises(InvalidRequest, match="zoom is not supported by this build yet"):
        Catalogue(PATTERNS, frozenset({"room"})).address("https://zoom.us/j/84212345678")


def test_jitsi_servers_of_ones_own_are_named_in_the_settings():
    url = "https://talk.example.org:8443/team/Standup"
    assert VENDOR_PATTERNS["jitsi"].claim(url) is None
    address = jitsi_pattern(frozenset({"talk.example.org:8443"})).claim(url)
    assert address is not None
    assert (address.url, address.meeting_id) == (url, "Standup")


def test_janus_pages_of_ones_own_are_named_in_the_settings():
    url = "http://talk.example.org:8090/demos/videoroomtest.html?room=7&simulcast=true"
    assert VENDOR_PATTERNS["janus"].claim(url) is None
    address = janus_pattern(frozenset({"talk.example.org:8090"})).claim(url)
    assert address is not None
    assert (address.url, address.meeting_id) == ("http://talk.example.org:8090/demos/videoroomtest.html?room=7", "7")


def test_pages_of_no_known_platform_are_claimed_on_the_hosts_of_the_settings_alone():
    url = "https://townhall.example.org/live/friday?seat=4"
    assert VENDOR_PATTERNS["generic"].claim(url) is None
    hall = generic_pattern(frozenset({"townhall.example.org"}))
    assert hall.claim(url.replace("townhall", "www.townhall")) is None
    address = hall.claim(url)
    assert address is not None
    assert (address.url, address.meeting_id) == (url, "friday")


@pytest.mark.parametrize(("url", "keys"), [
    ("https://zoom.us/j/84212345678", {"platform", "meeting_id", "meeting_password"}),
    ("https://meet.google.com/abc-defg-hij", {"platform", "meeting_id"}),
    ("https://teams.microsoft.com/meet/2345678901234?p=Qw3rTy", {
        "platform", "meeting_id", "meeting_password", "organizer_id", "tenant_id", "message_id", "thread_id",
        "business_meeting_id", "business_meeting_password"}),
    (VENDOR_PATTERNS["webex"].examples[0], {"platform", "meeting_subdomain", "meeting_mtid", "meeting_path"}),
    (VENDOR_PATTERNS["webex"].examples[1], {"platform", "meeting_subdomain", "meeting_personal_room_id"}),
])
def test_each_platform_is_read_back_in_its_own_keys(url, keys):
    assert EVERYTHING.address(url).as_json().keys() == keys


def test_personal_teams_meetings_say_so_when_read():
    assert EVERYTHING.address("https://teams.live.com/meet/9312345678901?p=x").as_json()["platform"] == "microsoft_teams_live"
