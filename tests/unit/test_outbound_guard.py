from __future__ import annotations

import socket
from pathlib import Path

import pytest

from rapporteur.domain.errors import BlockedAddress, InvalidRequest
from rapporteur.outbound.guard import Guard, Refused
from rapporteur.settings import Settings

pytestmark = pytest.mark.unit

PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1"]
LOOPBACK = ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"]
HIDDEN = [
    "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "255.255.255.255", "224.0.0.1",
    "192.0.0.192", "168.63.129.16", "240.0.0.1", "::", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "fec0::1", "ff02::1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::", "::10.0.0.1",
    "2001:db8::1", "2001::1", "not an address", "",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_dialled(address: str) -> None:
    assert Guard().allows(address)


@pytest.mark.parametrize("address", HIDDEN + LOOPBACK)
def test_everything_else_may_not(address: str) -> None:
    assert not Guard().allows(address)


@pytest.mark.parametrize("address", LOOPBACK)
def test_a_server_on_loopback_may_dial_loopback(address: str) -> None:
    assert Guard.from_settings(Settings(host="127.0.0.1")).allows(address)
    assert not Guard.from_settings(Settings(host="0.0.0.0")).allows(address)


@pytest.mark.parametrize("address", HIDDEN)
def test_loopback_opens_nothing_else(address: str) -> None:
    assert not Guard(loopback=True).allows(address)


def test_a_named_network_is_open_and_its_neighbour_is_not() -> None:
    guard = Guard.from_settings(Settings(host="0.0.0.0", allowed_networks=("10.1.0.0/16", "fd12::/16")))
    assert guard.allows("10.1.2.3")
    assert guard.allows("::ffff:10.1.2.3")
    assert guard.allows("fd12::5")
    assert not guard.allows("10.2.0.1")
    assert not guard.allows("fd13::5")


def test_a_network_that_is_none_is_told_with_its_setting() -> None:
    with pytest.raises(InvalidRequest) as caught:
        Guard.from_settings(Settings(data_dir=Path("x"), allowed_networks=("10.0.0.0/99",)))
    assert caught.value.field == "RAPPORTEUR_ALLOWED_NETWORKS"


@pytest.mark.parametrize("url", [
    "http://10.0.0.1/x", "http://127.0.0.1:9/", "https://localhost/x", "https://a.localhost", "http://[::1]/", "http://0/",
    "http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/latest/",
])
def test_a_url_that_points_inside_is_refused_when_it_is_given(url: str) -> None:
    with pytest.raises(BlockedAddress, match="RAPPORTEUR_ALLOWED_NETWORKS"):
        Guard().check_url(url)


@pytest.mark.parametrize("url", ["", "example.com", "ftp://example.com", "http://", "http://[x", "http://u:p@a.com", "/a"])
def test_what_is_no_url_is_told_with_its_field(url: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        Guard().check_url(url, field="endpoint.url")
    assert caught.value.field == "endpoint.url"


def test_a_public_url_passes_unresolved() -> None:
    assert Guard().check_url("https://hooks.example.com/a?token=b").hostname == "hooks.example.com"
    assert Guard(loopback=True).check_url("http://localhost:8080/").port == 8080


def test_a_socket_is_made_for_an_allowed_address_only() -> None:
    stream = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    with Guard(loopback=True).socket((*stream, ("127.0.0.1", 80))) as made:
        assert made.family is socket.AF_INET
    with pytest.raises(Refused):
        Guard().socket((*stream, ("127.0.0.1", 80)))
