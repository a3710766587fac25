"""All rooms of one server and the connections into them: turns messages into calls on a Room and posts into queued frames.

Knows no HTTP: a connection is an object with an outbox. Everything happens on the event loop without waiting, so no two
messages ever interleave inside a room.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import string
from dataclasses import dataclass, field
from typing import Any

import structlog

from rapporteur.kit.clock import Clock
from rapporteur.room.messages import Chat, Hello, Message, NewRoom, Order, Plain, Signal, State
from rapporteur.room.state import GRACE_S, Knock, Post, Room, RoomOptions
from rapporteur.room.tokens import Claim, Mint

MAX_ROOMS = 10_000
FORGET_CLAIMED_S = 24 * 3600
"""A created room nobody uses is kept this long; its host token can rebuild it after that."""
FORGET_ENDED_S = 60
"""How long an unclaimed code stays ended, so that a browser that was away learns of it; then the code is free again."""
OUTBOX_SIZE = 512

log = structlog.get_logger()


@dataclass(eq=False)
class Connection:
    """One browser's line into one room. `key` is its seat, None before it was let in or to the door."""

    code: str
    key: str | None = None
    outbox: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(OUTBOX_SIZE))
    """Frames to send; None closes the line."""

    def send(self, body: dict[str, Any]) -> None:
        try:
            self.outbox.put_nowait(json.dumps(body))
        except asyncio.QueueFull:
            self._give_up()

    def close(self) -> None:
        try:
            self.outbox.put_nowait(None)
        except asyncio.QueueFull:
            self._give_up()

    def _give_up(self) -> None:
        """A reader this slow would see a room that is long gone; it reconnects and is told anew."""
        while not self.outbox.empty():
            self.outbox.get_nowait()
        self.outbox.put_nowait(None)


@dataclass(slots=True)
class _Open:
    room: Room
    touched_s: float
    seats: dict[str, Connection] = field(default_factory=dict)


class TooManyRooms(Exception):
    pass


class CodeTaken(Exception):
    pass


class Hub:
    """The rooms of one server. `open_rooms`: a code nobody created becomes a room when it is visited."""

    def __init__(self, mint: Mint, clock: Clock, *, open_rooms: bool, ice_servers: tuple[str, ...]) -> None:
        self._mint = mint
        self._clock = clock
        self._open_rooms = open_rooms
        self._ice_servers = [{"urls": url} for url in ice_servers]
        self._rooms: dict[str, _Open] = {}

    # --- rooms ----------------------------------------------------------------------------------------------------------

    def create(self, wish: NewRoom) -> tuple[str, str]:
        """A claimed room: its code and host token. CodeTaken, TooManyRooms."""
        code = wish.code or _new_code()
        if code in self._rooms:
            raise CodeTaken(code)
        digest = None if wish.password is None else self._mint.digest(code, wish.password)
        title = wish.title or (_title(code) if wish.code else "Meeting")
        options = RoomOptions(title, digest, wish.waiting_room, claimed=True)
        self._add(code, options)
        return code, self._mint.seal(Claim(code, options, is_host=True))

    def exists(self, code: str) -> bool:
        """Whether somebody who opens this code finds a door."""
        return self._open_rooms or code in self._rooms

    def _add(self, code: str, options: RoomOptions) -> _Open:
        self._forget_old()
        if len(self._rooms) >= MAX_ROOMS:
            raise TooManyRooms
        self._rooms[code] = _Open(Room(options, _new_id), self._clock.monotonic_s())
        return self._rooms[code]

    def _forget_old(self) -> None:
        before = self._clock.monotonic_s() - FORGET_CLAIMED_S
        for code in [c for c, o in self._rooms.items() if o.room.is_empty and o.touched_s < before]:
            del self._rooms[code]

    def _find(self, code: str, claim: Claim | None) -> _Open | None:
        """The room of `code`; a genuine claim brings its room, or its options, back after a restart."""
        found = self._rooms.get(code)
        if found is not None and self._is_over(found):
            found = None
        if found is None:
            if claim is None and not self._open_rooms:
                return None
            return self._add(code, claim.options if claim else RoomOptions(_title(code)))
        if claim is not None and claim.options.claimed and not found.room.options.claimed:
            found.room.options = claim.options
        return found

    def _is_over(self, found: _Open) -> bool:
        room = found.room
        return room.ended and not room.options.claimed and self._clock.monotonic_s() - found.touched_s >= FORGET_ENDED_S

    # --- connections ----------------------------------------------------------------------------------------------------

    def connected(self, connection: Connection) -> None:
        """Tell what can be known before knocking."""
        found = self._rooms.get(connection.code)
        options = found.room.options if found else RoomOptions(_title(connection.code))
        locked = options.password_digest is not None
        title = _title(connection.code) if locked else options.title
        connection.send({"type": "room", "title": title, "password": locked})

    def disconnected(self, connection: Connection) -> None:
        """The line broke; unless its seat was taken over or given up, the seat is kept for GRACE_S."""
        found = self._rooms.get(connection.code)
        if found is None or connection.key is None or found.seats.get(connection.key) is not connection:
            return
        del found.seats[connection.key]
        found.room.lost(connection.key, self._clock.monotonic_s())
        # A timer of the loop and not a task: it needs no owner to wait for it when the server stops.
        asyncio.get_running_loop().call_later(GRACE_S + 0.05, self._expire, connection.code)

    def _expire(self, code: str) -> None:
        if (found := self._rooms.get(code)) is not None:
            self._deliver(code, found, found.room.expire(self._clock.monotonic_s()))

    def received(self, connection: Connection, message: Message) -> None:
        if isinstance(message, Hello):
            self._hello(connection, message)
        elif isinstance(message, Plain) and message.type == "ping":
            connection.send({"type": "pong"})
        elif connection.key is not None and (found := self._rooms.get(connection.code)) is not None:
            self._deliver(connection.code, found, _perform(found.room, connection.key, message))

    def _hello(self, connection: Connection, hello: Hello) -> None:
        code = connection.code
        back = self._mint.read(hello.resume, code) if hello.resume else None
        host = self._mint.read(hello.host, code) if hello.host else None
        key = (back.key if back else None) or connection.key or secrets.token_hex(4)
        self._give_up_seat(connection, unless=key)
        found = self._find(code, host or back)
        if found is None:
            return connection.send({"type": "refused", "reason": "unknown_room"})
        if (previous := found.seats.get(key)) is not None and previous is not connection:
            previous.close()
        connection.key = key
        found.seats[key] = connection
        self._deliver(code, found, found.room.enter(Knock(
            key, hello.name,
            is_host=bool(host and host.is_host) or bool(back and back.is_host),
            resumed=bool(back and back.admitted),
            password_digest=self._mint.digest(code, hello.password) if hello.password else None,
            microphone=hello.microphone, camera=hello.camera,
        )))

    def _give_up_seat(self, connection: Connection, *, unless: str) -> None:
        """A line has one seat; whoever knocks on it under another key leaves the first."""
        found = self._rooms.get(connection.code)
        if found is not None and connection.key is not None and connection.key != unless:
            found.seats.pop(connection.key, None)
            self._deliver(connection.code, found, found.room.leave(connection.key))

    # --- posts ----------------------------------------------------------------------------------------------------------

    def _deliver(self, code: str, found: _Open, posts: list[Post]) -> None:
        for post in posts:
            if (connection := found.seats.get(post.to)) is None:
                continue
            connection.send(self._with_pass(code, found.room, post))
            if post.closes or post.body["type"] == "refused":
                connection.key = None
                del found.seats[post.to]
            if post.closes:
                connection.close()
        found.touched_s = self._clock.monotonic_s()
        if found.room.is_empty and not found.room.ended and not found.room.options.claimed:
            self._rooms.pop(code, None)

    def _with_pass(self, code: str, room: Room, post: Post) -> dict[str, Any]:
        """Who is let in, or to the door, gets the token that brings it back to the same place."""
        if post.body["type"] not in {"welcome", "lobby"}:
            return post.body
        member = room.members.get(post.to) or room.waiting[post.to]
        claim = Claim(code, room.options, member.is_host, post.to, admitted=post.to in room.members)
        return post.body | {"resume": self._mint.seal(claim), "ice_servers": self._ice_servers}


def _perform(room: Room, by: str, message: Message) -> list[Post]:
    match message:
        case State():
            return room.change(by, microphone=message.microphone, camera=message.camera, screen=message.screen)
        case Signal():
            return room.signal(by, message.to, message.data)
        case Chat():
            return room.chat(by, message.text)
        case Order(type="admit"):
            return room.admit(by, message.key)
        case Order(type="deny"):
            return room.deny(by, message.key)
        case Order(type="remove"):
            return room.remove(by, message.key)
        case Plain(type="end"):
            return room.end(by)
        case Plain(type="leave"):
            return room.leave(by)
        case _:
            return []


def _new_id() -> str:
    return secrets.token_hex(6)


def _new_code() -> str:
    """Three groups of letters that can be read out: about 47 bits."""
    letters = [secrets.choice(string.ascii_lowercase) for _ in range(10)]
    return f"{''.join(letters[:3])}-{''.join(letters[3:7])}-{''.join(letters[7:])}"


def _title(code: str) -> str:
    return code.replace("-", " ").strip().capitalize()
