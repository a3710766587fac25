"""Print who said what in a recorded meeting: `python examples/minutes.py BOT_ID`."""

from __future__ import annotations

import os
import sys
from typing import Any

from rapporteur.client import NoSuchMedia, Rapporteur

URL = os.environ.get("RAPPORTEUR_URL", "http://127.0.0.1:8000")
KEY = os.environ["RAPPORTEUR_API_KEY"]


def main(bot_id: str) -> None:
    with Rapporteur(URL, KEY) as server:
        try:
            transcript = server.document(server.bot(bot_id), "transcript")
        except NoSuchMedia:
            sys.exit("No transcript was asked for, or it is not done yet.")
    for utterance in transcript:
        print(line(utterance))


def line(utterance: dict[str, Any]) -> str:
    """`02:07 Ada: Good morning`; the time is the moment in the video."""
    words = utterance["words"]
    minutes, seconds = divmod(int(words[0]["start_timestamp"]["relative"]), 60)
    name = utterance["participant"]["name"] or "Somebody"
    return f"{minutes:02}:{seconds:02} {name}: {' '.join(word['text'] for word in words)}"


if __name__ == "__main__":
    main(sys.argv[1])
