"""The composer's program: `python -m rapporteur.wiring.composing compose`, which bots start for themselves.

Apart from the bot's own program, because a process that loads a browser's driver and a web client to draw pictures spends
half a second and twenty megabytes more on its start, once per recorded meeting.
"""

from __future__ import annotations

import os
import sys

COMMAND = [sys.executable, "-P", "-m", "rapporteur.wiring.composing", "compose"]
"""Safe path mode keeps the folder it runs in off the import path; the last word is for whoever lists processes."""


def run() -> int:
    # Only here: the bot takes its composer's command from this module, and has no use for what the composer loads.
    from rapporteur.media.composing import main
    from rapporteur.wiring.logs import log_to

    log_to(sys.stdout, "info")
    os.umask(0o077)
    return main(sys.stdin)


if __name__ == "__main__":
    sys.exit(run())
