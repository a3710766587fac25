"""When something happened that Zoom stamped: its server's clock, brought onto our timeline.

One measure for all media of a meeting, because Zoom stamps them by one clock and sound and picture must stay together: the
smallest delay between stamp and arrival is the truth, every other was the network's. Pure.
"""

from __future__ import annotations

LATEST_MS = 1_500.0
"""What is later than this is likely to find its moment composed already."""
CREEP = 0.0002
"""By which part of the time that passes the measure may grow: more than two clocks drift apart, less than anybody sees."""
DISPROVED_MS = 10_000.0
"""When everything has been too late for so long, it is the measure that is wrong: Zoom's clock was set."""


class Timing:
    def __init__(self) -> None:
        self.late = 0
        """Messages that came later than LATEST_MS."""
        self._offset_ms: float | None = None
        self._measured_ms = 0.0
        self._on_time_ms = 0.0

    def place(self, stamp_ms: float, arrival_ms: float, lasting_ms: float = 0.0) -> float:
        """UTC milliseconds of our timeline, however late it comes: what builds on it must find it.

        `lasting_ms`: how long what is stamped with its beginning lasts; Zoom cannot have sent it before it was over.
        """
        delay = arrival_ms - lasting_ms - stamp_ms
        if self._offset_ms is None or delay <= self._offset_ms or arrival_ms - self._on_time_ms > DISPROVED_MS:
            self._offset_ms = delay
        else:
            self._offset_ms += min(CREEP * max(0.0, arrival_ms - self._measured_ms), delay - self._offset_ms)
        self._measured_ms = max(self._measured_ms, arrival_ms)
        if delay - self._offset_ms > LATEST_MS:
            self.late += 1
        else:
            self._on_time_ms = arrival_ms
        return stamp_ms + self._offset_ms

    def at(self, stamp_ms: float) -> float:
        """The same for a stamp near one that was placed."""
        return stamp_ms + (self._offset_ms or 0.0)
