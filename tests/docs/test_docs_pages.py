"""What the documentation says is true: generated blocks are fresh, links resolve, blocks parse, commands exist."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer.main

from rapporteur.cli.main import app
from rapporteur.domain.lifecycle import CALL_ENDED_SUB_CODES, FATAL_SUB_CODES, BotState
from rapporteur.settings import Settings
from tests.docs.pages import NAMES, PAGES, ROOT, Block, blocks, commands_in_blocks, commands_in_prose, prose
from tools import docs

pytestmark = pytest.mark.contract

LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")


def test_generated_blocks_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert docs.main(["--check"]) == 0, f"run `make docs`: {capsys.readouterr().out}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_inside_the_project_resolve(page: Path) -> None:
    for match in LINK.finditer(prose(page)):
        target, _, anchor = match["target"].partition("#")
        if "://" in target:
            continue
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{target} does not exist"
        if anchor:
            assert anchor in anchors(file), f"{target} has no heading #{anchor}"


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_reached_from_the_index() -> None:
    index = {(ROOT / "docs" / match["target"]).resolve() for match in LINK.finditer((ROOT / "docs" / "README.md").read_text())}
    missing = [page for page in (ROOT / "docs").rglob("*.md") if page not in index and page.name != "README.md"]
    assert not missing


@pytest.mark.parametrize("block", blocks(), ids=str)
def test_block_says_what_it_is_and_parses(block: Block) -> None:
    match block.info:
        case "bash" | "bash run":
            result = subprocess.run(["bash", "-n"], input=block.text, text=True, capture_output=True, check=False)
            assert result.returncode == 0, result.stderr
        case "json":
            json.loads(block.text)
        case "python":
            compile(block.text, str(block), "exec")
        case other:
            assert other in {"text", "mermaid"}, f"unknown kind of block: {other!r}"


@pytest.mark.parametrize(("where", "line"), commands_in_blocks())
def test_command_of_a_block_exists_and_takes_these_arguments(where: str, line: str) -> None:
    program, *arguments = shlex.split(line)
    if program == "make":
        check_target(arguments)
    else:
        command, left = walk(arguments)
        command.make_context(command.name, left, resilient_parsing=hasattr(command, "commands"))


@pytest.mark.parametrize(("where", "line"), commands_in_prose())
def test_command_mentioned_in_the_text_exists_and_knows_these_options(
    where: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    program, *arguments = shlex.split(line)
    monkeypatch.chdir(tmp_path)
    for name in (a for a in arguments if a.endswith(".pem")):
        Path(name).touch()
    if program == "make":
        check_target(arguments)
    else:
        command, left = walk(arguments)
        if left:
            command.make_context(command.name, left, resilient_parsing=hasattr(command, "commands"))


def check_target(arguments: list[str]) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {a for a in arguments if "=" not in a} <= set(targets)


def walk(arguments: list[str]) -> tuple[Any, list[str]]:
    """The command that the words name, and what is left for it."""
    command: Any = typer.main.get_command(app)
    while arguments and hasattr(command, "commands") and not arguments[0].startswith("-"):
        assert arguments[0] in command.commands, f"there is no command {arguments[0]!r}"
        command, arguments = command.commands[arguments[0]], arguments[1:]
    return command, arguments


def leaf_commands(command: Any, path: str) -> list[tuple[str, Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        return [(path, command)]
    return [leaf for name, sub in below.items() for leaf in leaf_commands(sub, f"{path} {name}")]


@pytest.mark.parametrize(("path", "command"), leaf_commands(typer.main.get_command(app), "rapporteur"))
def test_every_command_shows_an_example_of_itself(path: str, command: Any) -> None:
    examples = re.findall(r"`([^`]*)`", (command.help or "").partition("Example")[2])
    assert any(example.startswith(path) or f"$({path}" in example for example in examples)


def test_every_variable_in_the_documentation_is_a_setting() -> None:
    known = {f"RAPPORTEUR_{f.name.upper()}" for f in fields(Settings)} | {"RAPPORTEUR_URL", "RAPPORTEUR_API_KEY"}
    used = {name for page in PAGES for name in re.findall(r"RAPPORTEUR_[A-Z_]+(?!\*)\b", page.read_text())}
    assert used <= known


def test_every_state_and_reason_is_explained() -> None:
    explained = set(re.findall(r"^\| `([a-z_]+)` \|", (ROOT / "docs/reference/errors.md").read_text(), re.MULTILINE))
    assert {state.value for state in BotState} | CALL_ENDED_SUB_CODES | FATAL_SUB_CODES <= explained
