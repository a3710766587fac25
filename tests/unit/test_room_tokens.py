"""Tokens that outlive a server's memory but not a forger."""

from __future__ import annotations

from pathlib import Path

import pytest

from rapporteur.room.state import RoomOptions
from rapporteur.room.tokens import Claim, Mint, kept_secret

pytestmark = pytest.mark.unit

CLAIM = Claim("weekly", RoomOptions("Weekly", "digest", waiting_room=True, claimed=True), is_host=True, key="k", admitted=True)


def test_a_token_gives_its_claim_back_to_whoever_has_the_secret() -> None:
    assert Mint(b"secret").read(Mint(b"secret").seal(CLAIM), "weekly") == CLAIM


@pytest.mark.parametrize("spoil", [lambda t: "", lambda t: "no-token", lambda t: t[:-1] + "x", lambda t: "A" + t])
def test_a_token_that_was_touched_is_worth_nothing(spoil: object) -> None:
    mint = Mint(b"secret")
    assert mint.read(spoil(mint.seal(CLAIM)), "weekly") is None  # pyright: ignore[reportCallIssue]


def test_a_token_of_another_server_or_room_is_worth_nothing() -> None:
    token = Mint(b"secret").seal(CLAIM)
    assert Mint(b"other").read(token, "weekly") is None
    assert Mint(b"secret").read(token, "monthly") is None


def test_the_same_password_has_another_digest_in_another_room() -> None:
    mint = Mint(b"secret")
    assert mint.digest("a", "pw") == mint.digest("a", "pw") != mint.digest("b", "pw")


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "room-secret"
    assert kept_secret(path) == kept_secret(path)
    assert len(path.read_bytes()) == 32
    assert path.stat().st_mode & 0o777 == 0o600
