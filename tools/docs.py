"""`python -m tools.docs [--check]`: writes the generated blocks of the documentation from the code they describe.

A page holds `<!-- generated: NAME -->` … `<!-- end -->`; what stands between is made by the function of that name below, and
a test fails when it is stale. Everything around the blocks is written by hand.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import typer.main
import yaml

from rapporteur import settings
from rapporteur.api import metering
from rapporteur.api.app import ApiServices, create_app
from rapporteur.api.own import metrics
from rapporteur.api.recall import limits
from rapporteur.bot.platforms import PLATFORMS
from rapporteur.cli.main import app
from rapporteur.domain import errors, lifecycle
from rapporteur.domain.leaving import ORDER
from rapporteur.domain.recording import FILES, LIVE_ALONE
from rapporteur.services import callbacks
from rapporteur.services.events import EVENTS
from rapporteur.services.ledger import SCHEDULE_S
from rapporteur.services.metrics import FAMILIES
from tools import compatibility

ROOT = Path(__file__).resolve().parent.parent
API_DOCUMENT = ROOT / "docs" / "reference" / "openapi.json"
BLOCK = re.compile(r"<!-- generated: (?P<name>[a-z-]+) -->\n.*?<!-- end -->", re.DOTALL)


def main(arguments: list[str]) -> int:
    stale = 0
    for page in pages():
        before = page.read_text()
        after = regenerated(before)
        if before != after:
            stale += 1
            print(f"{page.relative_to(ROOT)}: {'stale' if '--check' in arguments else 'written'}")
            if "--check" not in arguments:
                page.write_text(after)
    made = api_document()
    if not API_DOCUMENT.exists() or API_DOCUMENT.read_text() != made:
        stale += 1
        print(f"{API_DOCUMENT.relative_to(ROOT)}: {'stale' if '--check' in arguments else 'written'}")
        if "--check" not in arguments:
            API_DOCUMENT.write_text(made)
    return 1 if stale and "--check" in arguments else 0


def api_document() -> str:
    """The OpenAPI document of all dialects, as the server gives it at /openapi.json."""
    services = cast(ApiServices, SimpleNamespace(clock=None))  # the document is made of routes, which nothing is asked of
    return json.dumps(create_app(services, settings.Settings()).openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def regenerated(text: str) -> str:
    """The page with every block made anew. KeyError for a block nobody makes."""
    return BLOCK.sub(lambda m: f"<!-- generated: {m['name']} -->\n{BLOCKS[m['name']]()}\n<!-- end -->", text)


def table(head: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


# --- the blocks ---------------------------------------------------------------------------------------------------------


def states() -> str:
    return f"```mermaid\n{lifecycle.mermaid()}\n```"


def settings_table() -> str:
    said = field_sentences(settings.Settings)
    rows = ((f"`RAPPORTEUR_{f.name.upper()}`", f"`{shown(f.default)}`" if shown(f.default) else "", said[f.name])
            for f in fields(settings.Settings))
    return table(("variable", "default", "what it is"), rows)


def shown(value: Any) -> str:
    if value is None or value == ():
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def field_sentences(cls: type) -> dict[str, str]:
    """Field → the sentence under it in the source. KeyError later for a field that has none."""
    body = ast.parse(inspect.getsource(cls)).body[0]
    assert isinstance(body, ast.ClassDef)
    said: dict[str, str] = {}
    for field, below in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr) \
                and isinstance(below.value, ast.Constant):
            said[field.target.id] = " ".join(str(below.value.value).split())
    return said


def errors_table() -> str:
    tree = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, errors.RapporteurError)]
    rows = ((f"`{cls.code}`", cls.__name__, cls.blame.value, "yes" if cls.retryable else "no")
            for cls in sorted(tree, key=lambda cls: cls.code))
    return table(("code", "class", "whose fault", "may be tried again"), rows)


def leaving_order() -> str:
    return "\n".join(f"{number}. `{sub_code}`" for number, (sub_code, _) in enumerate(ORDER, 1))


def webhook_events() -> str:
    return table(("noun", "events"), ((noun, ", ".join(f"`{name}`" for name in names)) for noun, names in EVENTS.items()))


def webhook_schedule() -> str:
    waits = ["at once" if wait == 0 else f"after {span(wait)}" for wait in SCHEDULE_S]
    return ", ".join(waits) + f": {len(SCHEDULE_S)} attempts in all."


def span(seconds: float) -> str:
    unit, size = next(((u, s) for u, s in (("h", 3600), ("min", 60)) if seconds >= s), ("s", 1))
    return f"{seconds / size:g} {unit}"


def metrics_table() -> str:
    told = (*FAMILIES, metering.REQUESTS, metering.DURATION, metrics.BUILD)
    return table(("metric", "labels", "what it is"), (
        (f"`{family.name}`", ", ".join(f"`{label}`" for label in family.labels), family.help) for family in told))


def artifacts() -> str:
    parts = {f.name: f", lists `{f.part(1).name}` ({f.part_type}) …" for f in FILES if f.part_type is not None}
    return table(("artifact", "file", "under the key"), (
        (f"`{f.artifact}`", f"`{f.name}` ({f.content_type}){parts.get(f.name, '')}", f"`{f.role}`") for f in FILES))


def live_alone() -> str:
    return ", ".join(f"`{key}`" for key in LIVE_ALONE)


def platforms() -> str:
    patterns = [platform.addresses for platform in PLATFORMS.values()]
    rows = ((f"`{p.platform}`", ", ".join(f"`{example}`" for example in p.examples) or "pages of hosts that the settings name")
            for p in patterns)
    return table(("platform", "links it takes"), rows)


def quality() -> str:
    """A row per feature, a column per sheet of docs/platforms/quality: its state, and the date of a live sighting."""
    sheets = [yaml.safe_load(path.read_text()) for path in sorted((ROOT / "docs" / "platforms" / "quality").glob("*.yaml"))]
    cells = [{row["feature"]: _cell(row) for row in sheet["rows"]} for sheet in sheets]
    features = list(dict.fromkeys(feature for column in cells for feature in column))
    rows = ((f"`{feature}`", *(column.get(feature, "") for column in cells)) for feature in features)
    return table(("feature", *(f"`{sheet['platform']}`" for sheet in sheets)), rows)


def _cell(row: dict[str, Any]) -> str:
    seen = row["last_seen_working"]
    return f"{row['state']}, live {seen}" if seen else row["state"]


def callback_table() -> str:
    """Each callback with its code in both profiles; a stop has several in the present one."""
    rows = ((f"`{callback.event}`", code(callback, callbacks.SEED), code(callback, callbacks.CURRENT))
            for callback in callbacks.every())
    return table(("event", "seed", "current"), rows)


def code(callback: callbacks.Callback, profile: str) -> str:
    says = callback.in_profile(profile)
    if says is None:
        return ""
    words = [str(value) for key, value in says.items() if key.endswith("_status")]
    return " ".join([*(f"`{word}`" for word in words), str(says.get("status_code", ""))]).rstrip()


def recall_limits() -> str:
    rows = [(f"`{name}`", f"{limit.per_minute}{' for each object' if limit.each else ''}") for name, limit in
            limits.LIMITS.items()]
    rows += [("every other list", str(limits.LISTS_PER_MINUTE)), ("everything else", str(limits.OTHERS_PER_MINUTE))]
    return table(("endpoint, behind its version", "requests a minute"), iter(rows))


def cli() -> str:
    return "\n\n".join(described(typer.main.get_command(app), "rapporteur"))


def described(command: Any, path: str) -> Iterator[str]:
    """Markdown of a command and everything below it."""
    groups = getattr(command, "commands", {})
    if path != "rapporteur":
        yield f"{'##' if groups else '###'} {path}"
    yield inspect.cleandoc(command.help or "")
    if not groups:
        yield f"```text\n{usage(command, path)}\n```"
        rows = [option(parameter) for parameter in command.params]
        if rows:
            yield table(("argument or option", "meaning"), iter(rows))
    # Commands before groups, so that no command seems to belong to the group above it.
    for name, below in sorted(groups.items(), key=lambda item: hasattr(item[1], "commands")):
        yield from described(below, f"{path} {name}")


def usage(command: Any, path: str) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    return " ".join([path, "[OPTIONS]", *(shown_name(p) for p in arguments)])


def shown_name(argument: Any) -> str:
    return str(argument.metavar or argument.name).upper()


def option(parameter: Any) -> tuple[str, str]:
    if parameter.param_type_name == "argument":
        return f"`{shown_name(parameter)}`", parameter.help or ""
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    extra = [f"`{parameter.envvar}`"] if parameter.envvar else []
    if parameter.default not in (None, "", False, True, [], ()) and not callable(parameter.default):
        extra.append(f"default `{parameter.default}`")
    return names, (parameter.help or "") + (f" ({', '.join(extra)})" if extra else "")


BLOCKS: dict[str, Callable[[], str]] = {
    "states": states, "settings": settings_table, "errors": errors_table, "leaving-order": leaving_order,
    "webhook-events": webhook_events, "webhook-schedule": webhook_schedule, "artifacts": artifacts,
    "live-alone": live_alone, "platforms": platforms, "quality": quality, "cli": cli,
    "recall-limits": recall_limits, "recall-tally": lambda: compatibility.tally("recall") + ".",
    "recall-compatibility": lambda: compatibility.page("recall"),
    "meetstream-tally": lambda: compatibility.tally("meetstream") + ".",
    "meetstream-compatibility": lambda: compatibility.page("meetstream"), "callbacks": callback_table,
    "metrics": metrics_table,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
