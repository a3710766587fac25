"""Only kit/clock.py reads a clock or sleeps.

A clock read inside the logic makes a three-hour meeting take three hours to test, and mixes this host's wall clock into
timelines that are kept in the control plane's.
"""

from __future__ import annotations

from collections.abc import Iterator

from tools.lint.source import Source

NAME = "no-clock"
SKIP = {"src/rapporteur/kit/clock.py": "the clock itself"}
FORBIDDEN = {
    "asyncio.sleep", "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.sleep",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
}


def check(source: Source) -> Iterator[tuple[int, str]]:
    for call, name in source.calls():
        # asyncio.sleep(0) waits for nothing: it gives the loop a turn.
        if name in FORBIDDEN and not (name == "asyncio.sleep" and [getattr(a, "value", None) for a in call.args] == [0]):
            yield call.lineno, f"{name}() outside kit/clock.py; take a Clock"
