"""Comments tell how things are, never how they came to be.

"Fixed", "previously" and issue numbers belong to the commit; in the source they grow stale and are believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.lint.source import Source

NAME = "no-history-in-comments"
WHERE = ""
SKIP = {"tools/lint/no_history_in_comments.py": "names the words", "tests/unit/test_lint_rules.py": "plants them"}
HISTORY = re.compile(r"\b(previously|formerly|used to (be|have|do)|no longer|fixed (in|by|a|the)|bug ?fix|hotfix|was changed|"
                     r"we (changed|moved|renamed|removed)|(issue|ticket|pr|bug) #?\d+|GH-\d+)\b|(?<![\w&/])#\d{1,5}\b(?!;)",
                     re.IGNORECASE)


def check(source: Source) -> Iterator[tuple[int, str]]:
    for line, comment in source.comments.items():
        if HISTORY.search(comment[1:]):
            yield line, "say how it is; how it came to be is the commit's"
