"""The import contracts of pyproject.toml hold, and catch what they are there for: violations planted in a copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.contract

ROOT = Path(__file__).resolve().parents[2]
PLANTED = {
    "Direction of imports": [
        ("domain/ids.py", "import rapporteur.services.ports"),
        ("services/views.py", "import rapporteur.storage"),
        ("storage/__init__.py", "import rapporteur.api"),
        ("media/__init__.py", "import rapporteur.transcription"),
        ("bot/__init__.py", "import rapporteur.launchers"),
        ("wiring/__init__.py", "import rapporteur.cli"),
    ],
    "The domain is pure": [
        ("domain/meeting.py", "import asyncio"),
        ("wire/tape.py", "import rapporteur.kit.clock"),
    ],
    "The bot is small and without the server's secrets": [
        ("wiring/bot.py", "import sqlalchemy"),
        ("bot/__init__.py", "import fastapi"),
    ],
}


def lint_imports(root: Path) -> str:
    environment = os.environ | {"PYTHONPATH": str(root / "src"), "COLUMNS": "200"}
    command = [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache", "--config", root / "pyproject.toml"]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=100, check=False).stdout


def broken(output: str) -> set[str]:
    return set(re.findall(r"^(.+?) BROKEN", output, re.MULTILINE))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "static", "bundles"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_planted_imports_break_their_contracts(copy: Path) -> None:
    for rows in PLANTED.values():
        for path, line in rows:
            file = copy / "src" / "rapporteur" / path
            file.write_text(f"{file.read_text()}\n{line}\n")
    output = lint_imports(copy)
    assert broken(output) >= set(PLANTED)
    for path, line in PLANTED["Direction of imports"]:
        importer = "rapporteur." + path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        assert f"{importer} -> {line.removeprefix('import ')}" in output


def test_package_without_a_place_in_the_order_breaks_the_contract(copy: Path) -> None:
    (copy / "src" / "rapporteur" / "extras").mkdir()
    (copy / "src" / "rapporteur" / "extras" / "__init__.py").write_text("")
    assert "extras" in lint_imports(copy)


def test_platform_that_imports_a_platform_breaks_the_contract(copy: Path) -> None:
    platforms = copy / "src" / "rapporteur" / "bot" / "platforms"
    platforms.mkdir(exist_ok=True)
    (platforms / "__init__.py").touch()
    (platforms / "planted_one.py").write_text("")
    (platforms / "planted_two.py").write_text("import rapporteur.bot.platforms.planted_one\n")
    assert "Platforms know no other platform" in broken(lint_imports(copy))


def test_a_bot_process_loads_nothing_of_the_server():
    program = "import sys, rapporteur.wiring.bot; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"fastapi", "starlette", "sqlalchemy", "dbos", "alembic", "uvicorn"}
