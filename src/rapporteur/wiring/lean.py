"""The programs of a bot as hosts start them: `python -m rapporteur.wiring.lean TASK OPTIONS`, for the tasks of wiring.bot and
wiring.composing.

Every meeting has two such processes, so what their libraries load for others' purposes is kept out of them.
"""

from __future__ import annotations

import gc
import sys
from typing import cast

COMMAND = [sys.executable, "-P", "-m", "rapporteur.wiring.lean"]
"""Safe path mode keeps the folder it runs in off the import path."""
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"}
"""For the process of a bot and all below it. Threads that wait for each other anyway need no heaps of their own; glibc gives
each one, and what a thread gave back there, no other gets. Matrices here are too small to be shared between threads."""
_UNUSED = ("rich",)
"""structlog loads it for consoles wherever it is installed, and with it as much again: 4 MB and 60 ms. Logs here are JSON."""

_GARBAGE = 20_000
"""Objects after which circles of them are looked for. Media leaves none behind, and every packet has a dozen objects: at
Python's own measure of 700 a thirtieth of a composer's time goes into looking."""


def main(arguments: list[str]) -> int:
    gc.set_threshold(_GARBAGE)
    # To the import system None means that there is no such module.
    cast("dict[str, object]", sys.modules).update(dict.fromkeys(_UNUSED))
    from rapporteur.wiring import composing

    if arguments[0] in composing.TASKS:
        return composing.run(arguments[0])
    from rapporteur.wiring import bot

    return bot.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
