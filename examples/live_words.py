"""Prints what is said in a meeting while it is said. The bot dials in; nothing has to be answered.

    python examples/live_words.py [PORT]

Give the address it prints as `url` of a realtime endpoint of type `websocket`, with the event `transcript.data`.
"""

from __future__ import annotations

import asyncio
import json
import sys

from websockets.asyncio.server import ServerConnection, serve


async def listen(connection: ServerConnection) -> None:
    last = 0
    async for message in connection:
        event = json.loads(message)
        # After a broken connection the last events come once more, with their old numbers.
        if event["number"] <= last:
            continue
        last = event["number"]
        said = event["data"]["data"]
        print(f"{said['participant']['name']}: {said['text']}", flush=True)


async def main(port: int) -> None:
    async with serve(listen, "127.0.0.1", port) as server:
        print(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9100))
