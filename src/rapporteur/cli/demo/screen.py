"""What the demo shows while it runs: the bot's state, who speaks, the words as they come; and at the end a table."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from rapporteur.cli.demo.checks import Check
from rapporteur.wire import control

LINES = 9
_STYLES = ("cyan", "green", "magenta", "yellow", "blue")


class Screen:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._step = Spinner("dots", "")
        self._state = "not sent yet"
        self._speaking: dict[str, None] = {}
        self._lines: deque[Text] = deque(maxlen=LINES)
        self._styles: dict[str, str] = {}
        self._live: Live | None = None

    @contextmanager
    def showing(self) -> Iterator[None]:
        with Live(get_renderable=self._render, console=self._console, refresh_per_second=8, transient=True) as self._live:
            yield

    def step(self, text: str) -> None:
        """What the demo is doing now. Where there is no terminal each step is a line."""
        self._step = Spinner("dots", Text(text))
        if not self._console.is_terminal:
            self._console.print(text)

    def event(self, event: dict[str, Any]) -> None:
        """One entry of the bot's event log."""
        body = event["body"]
        match event["type"]:
            case control.STATE_CHANGED:
                self._state = body["state"] + (f" ({body['sub_code']})" if body.get("sub_code") else "")
                self._plain(f"bot: {self._state}")
            case control.PARTICIPANT_EVENT:
                self._participant(body)
            case control.UTTERANCE:
                self._utterance(body)

    def pause(self) -> None:
        """Leave the terminal to what is printed next; `showing` may be entered again."""
        if self._live is not None:
            self._live.stop()

    def table(self, checks: list[Check]) -> None:
        table = Table("", "checked", "expected", "seen", box=None, header_style="bold", pad_edge=False)
        for check in checks:
            mark = Text("✓", style="green") if check.ok else Text("✗", style="bold red")
            table.add_row(mark, check.name, Text(check.expected, style="dim"), Text(check.seen))
        self._console.print(table)

    def say(self, text: str) -> None:
        # Not wrapped, because a link that is cut in two cannot be opened.
        self._console.print(Text(text), soft_wrap=True)

    # --- details --------------------------------------------------------------------------------------------------------

    def _participant(self, body: dict[str, Any]) -> None:
        name, action = str(body["participant"]["name"]), body["action"]
        if action == "speech_on":
            self._speaking[name] = None
        elif action == "speech_off":
            self._speaking.pop(name, None)
        elif action not in {"update", "mute", "unmute"}:
            said = f": {body['data']['text']}" if action == "chat_message" else ""
            self._lines.append(Text.assemble((name, self._style(name)), (f"  {action.replace('_', ' ')}{said}", "dim italic")))
            self._plain(f"{name}: {action}{said}")

    def _utterance(self, body: dict[str, Any]) -> None:
        name = str(body["participant"]["name"])
        words = " ".join(word[0] for word in body["utterance"]["words"])
        self._lines.append(Text.assemble((name, f"bold {self._style(name)}"), f"  {words}"))
        self._plain(f"{name}: {words}")

    def _style(self, name: str) -> str:
        return self._styles.setdefault(name, _STYLES[len(self._styles) % len(_STYLES)])

    def _plain(self, text: str) -> None:
        if not self._console.is_terminal:
            self._console.print(f"  {text}", markup=False, highlight=False)

    def _render(self) -> RenderableType:
        speaking = ", ".join(self._speaking) or "nobody"
        head = Text.assemble(("bot ", "dim"), (self._state, "bold"), ("   speaking ", "dim"), (speaking, "bold"))
        return Group(self._step, Panel(Group(head, Text(""), *self._lines), border_style="dim", height=LINES + 4))
