"""Nothing of a meeting reaches a log: no names, speech, chat, titles or addresses.

Logs are copied to places that recordings may never go, and outlive every retention.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tools.lint.source import Source

NAME = "log-no-content"
METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log", "msg", "bind"}
LOGGERS = {"log", "logger", "_log", "_logger", "logging"}
CONTENT = {"name", "participant", "text", "words", "speech", "transcript", "chat", "title", "topic", "url", "meeting_url",
           "bot_name", "display_name", "body", "email", "token", "secret", "password"}


def check(source: Source) -> Iterator[tuple[int, str]]:
    for call, _ in source.calls():
        if not is_log_call(call):
            continue
        for argument in call.args:
            if isinstance(argument, ast.JoinedStr):
                yield call.lineno, "a fixed message and fields, no f-string"
        for word in sorted(CONTENT & set(fields_of(call))):
            yield call.lineno, f"{word} is meeting content or a secret"


def is_log_call(call: ast.Call) -> bool:
    if not (isinstance(call.func, ast.Attribute) and call.func.attr in METHODS):
        return False
    owner = call.func.value
    return (isinstance(owner, ast.Name) and owner.id in LOGGERS) or (isinstance(owner, ast.Attribute) and owner.attr in LOGGERS)


def fields_of(call: ast.Call) -> Iterator[str]:
    """The names of keywords, and the last names of what is handed over: `x=person.name` hands over `name`."""
    for keyword in call.keywords:
        if keyword.arg:
            yield keyword.arg
    for value in [*call.args, *(keyword.value for keyword in call.keywords)]:
        for node in ast.walk(value):
            if isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.Name):
                yield node.id
