"""The programs that make pictures: `python -m rapporteur.wiring.lean compose | view`, which bots start for themselves.

Apart from the bot's own program, because a process that loads a browser's driver and a web client to draw pictures spends
half a second and twenty megabytes more on its start, once per recorded meeting.
"""

from __future__ import annotations

import os
import sys

from rapporteur.wiring import lean

TASKS = COMPOSE, VIEW = "compose", "view"
COMMAND, VIEW_COMMAND = [*lean.COMMAND, COMPOSE], [*lean.COMMAND, VIEW]


def run(task: str) -> int:
    # Imported only here: the bot takes its programs' commands from this module, and has no use for what they load.
    from rapporteur.wiring.logs import log_to

    os.umask(0o077)
    if task == VIEW:
        from rapporteur.media import viewing

        log_to(sys.stderr, "info")
        with open(0, "rb", closefd=False) as stdin, open(1, "wb", closefd=False) as stdout:
            return viewing.main(stdin, stdout)
    from rapporteur.media import composing

    log_to(sys.stdout, "info")
    return composing.main(sys.stdin)
