"""`make proof NAME=recordings`: whole meetings on platforms beside those that `make test` records, about ten minutes.

Exits as pytest does.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    sys.exit(pytest.main(["-m", "long", str(ROOT / "tests"), *sys.argv[1:]]))
