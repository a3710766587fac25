"""Where the one recognition process of a host is found: its folder, its socket, its lock, and what it is started with.

All of one user's bots that want the same engine from the same release share one process; the names tell them apart.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from rapporteur import __version__
from rapporteur.domain.errors import RecognitionFailure
from rapporteur.wire.recognition import VERSION

LONGEST_SOCKET_PATH = 107
"""Linux keeps a socket's address in 108 bytes, the last of them zero."""
IDLE_S = 60.0


@dataclass(frozen=True, slots=True)
class RecognitionHost:
    run_dir: Path
    """A folder of this user alone; made when it is missing. Short, because sockets have short names."""
    whisper_model: Path | None = None
    idle_s: float = IDLE_S
    """How long the process stays when nobody is connected."""

    @property
    def socket(self) -> Path:
        return self.run_dir / f"recognition-{self._key}.sock"

    @property
    def lock(self) -> Path:
        """Held as long as the process lives."""
        return self.run_dir / f"recognition-{self._key}.lock"

    @property
    def log(self) -> Path:
        return self.run_dir / f"recognition-{self._key}.log"

    @property
    def _key(self) -> str:
        identity = json.dumps([VERSION, __version__, str(self.whisper_model)])
        return hashlib.sha256(identity.encode()).hexdigest()[:12]

    def prepare(self) -> None:
        """Make the folder. RecognitionFailure when others could enter it or its name is too long for a socket."""
        self.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = self.run_dir.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise RecognitionFailure("the folder of the recognition process must belong to this user alone (mode 700)")
        if len(os.fsencode(self.socket)) > LONGEST_SOCKET_PATH:
            raise RecognitionFailure("the folder of the recognition process has too long a name for a socket")

    def as_line(self) -> str:
        """One line of JSON, for the standard input of the process; `from_line` is its inverse."""
        model = str(self.whisper_model) if self.whisper_model else None
        return json.dumps({"run_dir": str(self.run_dir), "whisper_model": model, "idle_s": self.idle_s}) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Self:
        body = json.loads(line)
        model = body.get("whisper_model")
        return cls(Path(body["run_dir"]), Path(model) if model else None, float(body.get("idle_s", IDLE_S)))
