"""Every house rule catches what it was made for, and lets its neighbours pass."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from tools.lint.__main__ import broken_in, main, rules
from tools.lint.source import Source

pytestmark = pytest.mark.unit

CAUGHT = [
    ("no-clock", "import time\nx = time.time()"),
    ("no-clock", "from time import monotonic as m\nx = m()"),
    ("no-clock", "from datetime import UTC, datetime\nx = datetime.now(UTC)"),
    ("no-clock", "import asyncio\nasync def f():\n    await asyncio.sleep(1)"),
    ("no-create-task", "import asyncio\nasyncio.create_task(f())"),
    ("no-create-task", "loop.create_task(f())"),
    ("no-create-task", "from asyncio import ensure_future\nensure_future(f())"),
    ("environment-read-once", "import os\nx = os.environ['HOME']"),
    ("environment-read-once", "from os import environ\nx = environ.get('HOME')"),
    ("environment-read-once", "import os\nx = os.getenv('HOME')"),
    ("no-html-in-python", "x = '<div class=\"a\">'"),
    ("no-html-in-python", "x = f'<p>{name}</p>'"),
    ("no-history-in-comments", "# fixed in the last release\n"),
    ("no-history-in-comments", "# see #123\n"),
    ("no-history-in-comments", "# this used to be a list\n"),
    ("names", "class BotManager: ...\n"),
    ("names", "class UrlUtils: ...\n"),
    ("log-no-content", "log.info(f'joined {x}')"),
    ("log-no-content", "log.info('joined', name=x)"),
    ("log-no-content", "log.info('joined', who=person.name)"),
    ("log-no-content", "self.log.warning('not dialled', address=endpoint.url)"),
    ("broad-except-needs-reason", "try:\n    f()\nexcept Exception:\n    pass"),
    ("broad-except-needs-reason", "try:\n    f()\nexcept (ValueError, BaseException):  # noqa: BLE001\n    pass"),
    ("lint-skip", "import time\nx = time.time()  # lint-skip: no-clocks because of something"),
]
PASSED = [
    "import asyncio\nasync def f():\n    await asyncio.sleep(0)",
    "import time\nx = time.strftime('%Y')",
    "async def f(group):\n    group.create_task(g())",
    "import os\nx = os.path.join('a', 'b')",
    '"""Answers <video> elements."""\nx = "a < b and c > d"',
    "import logging\nclass Collecting(logging.Handler): ...\nclass CollectingHandler(logging.Handler): ...",
    "log.info('joined', bot_id=bot.id, state=state)",
    "try:\n    f()\nexcept Exception:  # noqa: BLE001 – the task's root; it is logged and ends\n    pass",
    "try:\n    f()\nexcept Exception as error:  # the root of a standing task\n    log.error('failed', exc_info=error)",
    "try:\n    f()\nexcept BaseException:\n    close()\n    raise",
    "import time\nx = time.time()  # lint-skip: no-clock this is the tape's own header",
    "import time\n# lint-skip: no-clock this is the tape's own header\nx = time.time()",
]


def broken(text: str, path: str = "src/rapporteur/planted.py") -> set[str]:
    return {rule for _, _, rule, _ in broken_in(Source(path, textwrap.dedent(text)))}


@pytest.mark.parametrize(("rule", "text"), CAUGHT)
def test_rule_catches_planted_violation(rule: str, text: str) -> None:
    assert rule in broken(text)


@pytest.mark.parametrize("text", PASSED)
def test_neighbour_of_a_violation_passes(text: str) -> None:
    assert broken(text) == set()


def test_empty_name_of_a_file_or_folder_is_caught() -> None:
    assert broken("", "src/rapporteur/bot_utils.py") == {"names"}
    assert broken("", "src/rapporteur/common/words.py") == {"names"}


def test_skip_without_a_reason_does_not_count() -> None:
    assert broken("import time\nx = time.time()  # lint-skip: no-clock") == {"no-clock", "lint-skip"}


def test_every_rule_names_the_failure_it_prevents_and_has_a_planted_violation() -> None:
    assert {rule.NAME for rule in rules()} <= {rule for rule, _ in CAUGHT}
    assert all(len((rule.__doc__ or "").splitlines()) > 2 for rule in rules())


def test_runner_names_place_and_rule_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "late.py").write_text("import time\n\nx = time.time()\n")
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith("src/late.py:3: no-clock: time.time()")


def test_runner_passes_a_clean_tree(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "clean.py").write_text("x = 1\n")
    assert main([str(tmp_path)]) == 0
