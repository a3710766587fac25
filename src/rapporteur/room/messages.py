"""What a room's page may say to the server, checked at the edge. What the server says is in state.py and server.py.

    hello    asks to be let in; may be repeated after a refusal
    state    the member's own switches changed
    signal   a description or candidate for one other browser, unread
    chat     a line for everybody
    admit deny remove end   the host's orders
    leave    goodbye; a closed connection without it may come back
    ping     is anybody there? answered by pong
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, TypeAdapter

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Key = Annotated[str, StringConstraints(max_length=64)]


class Hello(BaseModel):
    type: Literal["hello"]
    name: Name
    password: Annotated[str, StringConstraints(max_length=200)] | None = None
    host: str | None = None
    """Host token, from the fragment of the host's link."""
    resume: str | None = None
    """Resume token, from an earlier welcome or lobby message."""
    microphone: bool = False
    camera: bool = False


class State(BaseModel):
    type: Literal["state"]
    microphone: bool
    camera: bool
    screen: Annotated[str, StringConstraints(max_length=128)] | None = None


class Signal(BaseModel):
    type: Literal["signal"]
    to: Key
    data: dict[str, Any]


class Chat(BaseModel):
    type: Literal["chat"]
    text: str


class Order(BaseModel):
    type: Literal["admit", "deny", "remove"]
    key: Key


class Plain(BaseModel):
    type: Literal["end", "leave", "ping"]


Message = Hello | State | Signal | Chat | Order | Plain
_MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="type")])


def message(text: str) -> Message:
    """Read a text frame; pydantic's ValidationError when it is none of these."""
    return _MESSAGE.validate_json(text)


class NewRoom(BaseModel):
    """Body of `POST /room/`."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")] | None = None
    """Letters, digits and hyphens; made up when left out."""
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)] | None = None
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    waiting_room: bool = False


class RoomLinks(BaseModel):
    code: str
    url: str
    host_url: str
    """Carries the host token in its fragment, which browsers never send to a server."""
