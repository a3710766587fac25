"""Print who said what in a recorded meeting: `python examples/minutes.py BOT_ID`. Needs the standard library only."""

from __future__ import annotations

import json
import os
import sys
from typing import Any
from urllib.request import Request, urlopen

URL = os.environ.get("RAPPORTEUR_URL", "http://127.0.0.1:8000")
KEY = os.environ["RAPPORTEUR_API_KEY"]


def main(bot_id: str) -> None:
    bot = fetch(f"{URL}/api/v1/bot/{bot_id}/", Authorization=f"Token {KEY}")
    for recording in bot["recordings"]:
        transcript = recording["media_shortcuts"]["transcript"]
        if transcript is None or transcript["status"]["code"] != "done":
            sys.exit("No transcript was asked for, or it is not done yet.")
        # A download link is signed: it needs no key, and works for some hours.
        for utterance in fetch(transcript["data"]["download_url"]):
            print(line(utterance))


def fetch(address: str, **headers: str) -> Any:
    with urlopen(Request(address, headers=headers)) as answer:
        return json.load(answer)


def line(utterance: dict[str, Any]) -> str:
    """`02:07 Ada: Good morning`; the time is the moment in the video."""
    words = utterance["words"]
    minutes, seconds = divmod(int(words[0]["start_timestamp"]["relative"]), 60)
    name = utterance["participant"]["name"] or "Somebody"
    return f"{minutes:02}:{seconds:02} {name}: {' '.join(word['text'] for word in words)}"


if __name__ == "__main__":
    main(sys.argv[1])
