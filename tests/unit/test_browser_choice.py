"""Which browser is started, and under which account."""

from __future__ import annotations

from pathlib import Path

import pytest

from rapporteur.bot.browser import ACCOUNTS, FIRST_ACCOUNT, account_of, find_browser, is_snap
from rapporteur.domain.errors import CaptureFailure

pytestmark = pytest.mark.unit

STUB = '#!/bin/sh\nif ! [ -x /snap/bin/chromium ]; then\n  echo "requires the chromium snap: snap install chromium" >&2\nfi\n'


def executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing but this folder holds programs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python3"))
    return tmp_path


def test_the_configured_browser_wins(tmp_path: Path) -> None:
    mine = executable(tmp_path / "my-chromium", "#!/bin/sh\n")
    assert find_browser(mine) == mine


def test_a_configured_browser_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaptureFailure, match="my-chromium"):
        find_browser(tmp_path / "my-chromium")


def test_a_real_browser_is_preferred_to_the_snap_stub(only: Path) -> None:
    executable(only / "chromium-browser", STUB)
    chrome = executable(only / "google-chrome", "#!/bin/sh\nexec /opt/google/chrome/chrome\n")
    assert find_browser() == chrome


def test_the_snap_stub_alone_is_refused_by_name_with_the_remedy(only: Path) -> None:
    executable(only / "chromium-browser", STUB)
    with pytest.raises(CaptureFailure, match=r"chromium-browser is Ubuntu's snap.*Install Google Chrome"):
        find_browser()


def test_no_browser_at_all_says_what_to_install(only: Path) -> None:
    with pytest.raises(CaptureFailure, match="apt-get install chromium") as failure:
        find_browser()
    assert failure.value.code == "no_browser"


def test_a_link_to_the_snap_program_is_a_snap(tmp_path: Path) -> None:
    snap = executable(tmp_path / "usr" / "snap", "\x7fELF")
    link = tmp_path / "chromium"
    link.symlink_to(snap)
    assert is_snap(link)


def test_every_bot_has_an_account_of_its_own_in_the_passing_range(tmp_path: Path) -> None:
    accounts = {account_of(tmp_path / str(n)) for n in range(20)}
    assert len(accounts) > 15
    assert all(FIRST_ACCOUNT <= account < FIRST_ACCOUNT + ACCOUNTS for account in accounts)
    assert account_of(tmp_path) == account_of(tmp_path)
