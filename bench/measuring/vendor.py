"""A provider of live words that understands nothing: 250 ms after a certain sample has come it says one word that ended there.

It speaks Deepgram's protocol as far as a client needs it, in a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.fakes.speech_providers import answering_posts

ANSWERS_AFTER_S = 0.25
WORD_MS = 370
"""From one word's end to the next one's: no multiple of what sound is sent in, so that they meet it everywhere."""
BYTES_PER_MS = 32


@contextmanager
def vendor() -> Iterator[str]:
    """Its address."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_work, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"ws://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _work(told: Connection) -> None:
    async def listen(connection: ServerConnection) -> None:
        async with asyncio.TaskGroup() as answers:
            heard_ms, said = 0.0, 0
            async for message in connection:
                if isinstance(message, str):
                    await _obey(connection, json.loads(message)["type"])
                    continue
                heard_ms += len(message) / BYTES_PER_MS
                while (said + 1) * WORD_MS <= heard_ms:
                    said += 1
                    answers.create_task(_say(connection, said))

    async def run() -> None:
        async with serve(listen, "127.0.0.1", 0, create_connection=answering_posts(_token)) as server:
            told.send(next(iter(server.sockets)).getsockname()[1])
            await asyncio.Event().wait()

    asyncio.run(run())


def _token(path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
    return 200, {"access_token": "stand-in"}


async def _obey(connection: ServerConnection, kind: str) -> None:
    if kind == "CloseStream":
        await connection.send(json.dumps({"type": "Metadata"}))
        await connection.close()


async def _say(connection: ServerConnection, number: int) -> None:
    await asyncio.sleep(ANSWERS_AFTER_S)
    start_s, end_s = (number - 1) * WORD_MS / 1000, number * WORD_MS / 1000
    word = {"word": f"w{number}", "start": end_s - 0.2, "end": end_s, "confidence": 1.0}
    try:
        await connection.send(json.dumps({
            "type": "Results", "start": start_s, "duration": end_s - start_s, "is_final": True, "speech_final": True,
            "channel": {"alternatives": [{"transcript": word["word"], "words": [word]}]}}))
    except ConnectionClosed:
        return
