"""Only kit/tasks.py creates free tasks.

A task that nobody owns is garbage-collected in mid-flight, or fails and nobody hears of it. A TaskGroup's create_task has an
owner and is welcome.
"""

from __future__ import annotations

from collections.abc import Iterator

from tools.lint.source import Source

NAME = "no-create-task"
SKIP = {"src/rapporteur/kit/tasks.py": "the owner of tasks"}
FORBIDDEN = {"asyncio.create_task", "asyncio.ensure_future"}


def check(source: Source) -> Iterator[tuple[int, str]]:
    for call, name in source.calls():
        of_loop = name.endswith("loop.create_task") or name.endswith("get_running_loop.create_task")
        if name in FORBIDDEN or of_loop:
            yield call.lineno, "start the task by a TaskOwner of kit/tasks.py or in a TaskGroup"
