"""One meeting room, sans I/O: who is in, who waits at the door, who is host, and what everybody is told about it.

Every method takes something that happened and answers the posts it causes, each addressed to one member's key. The room knows
no socket, no clock and no cryptography: keys, times and the digest of a password come from outside. It keeps no chat and no
media; what two browsers say to each other to connect passes through it unread.

There are two kinds of room. A *claimed* room was created with options and has a host token: whoever holds the token is host,
and nobody else ever becomes one. An *unclaimed* room appeared because somebody visited it: its first member is host, and when
no host is left the longest present member follows.

A member whose connection breaks stays in the room for GRACE_S: the media between browsers needs no server, so nobody should
see a person leave because a server was restarted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

MAX_PARTICIPANTS = 8
"""In a mesh everybody sends to everybody; beyond eight the upstream of an ordinary line is too small."""
GRACE_S = 15.0
MAX_WAITING = 50
MAX_CHAT_CHARACTERS = 4000

Refusal = Literal["password_required", "wrong_password", "full", "ended", "removed", "denied", "unknown_room"]


@dataclass(frozen=True, slots=True)
class RoomOptions:
    title: str
    password_digest: str | None = None
    """None: no password."""
    waiting_room: bool = False
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody asks to be let in."""

    key: str
    name: str
    is_host: bool = False
    """Proved by a host token, or by a resume token of a host."""
    resumed: bool = False
    """Proved by a resume token: this key was inside before."""
    password_digest: str | None = None
    microphone: bool = False
    camera: bool = False


@dataclass(slots=True)
class Member:
    key: str
    name: str
    is_host: bool = False
    microphone: bool = False
    camera: bool = False
    screen: str | None = None
    """Id of the media stream that carries the shared screen."""
    lost_since_s: float | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key, "name": self.name, "host": self.is_host,
            "microphone": self.microphone, "camera": self.camera, "screen": self.screen,
        }


@dataclass(frozen=True, slots=True)
class Post:
    """One message for one key; after `closes` nothing more goes to that key."""

    to: str
    body: dict[str, Any]
    closes: bool = False


@dataclass(slots=True)
class Room:
    options: RoomOptions
    new_id: Callable[[], str]
    members: dict[str, Member] = field(default_factory=dict)
    waiting: dict[str, Member] = field(default_factory=dict)
    ended: bool = False
    _turned_away: dict[str, Refusal] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.members and not self.waiting

    # --- coming in ------------------------------------------------------------------------------------------------------

    def enter(self, knock: Knock) -> list[Post]:
        """Let in, hold at the door, or refuse. A refused key is unknown to the room and may knock again."""
        if self.ended and knock.is_host and not knock.resumed:
            self.ended = False
        if knock.key in self.members:
            return self._come_back(knock)
        if knock.key in self.waiting:
            self.waiting[knock.key].lost_since_s = None
            return [Post(knock.key, {"type": "lobby"})]
        if (reason := self._refusal(knock)) is not None:
            return [_refused(knock.key, reason)]
        newcomer = Member(knock.key, knock.name, knock.is_host, knock.microphone, knock.camera)
        if self.options.waiting_room and not (knock.is_host or knock.resumed):
            return self._hold(newcomer)
        return self._join(newcomer)

    def _refusal(self, knock: Knock) -> Refusal | None:
        if self.ended:
            return "ended"
        if knock.key in self._turned_away:
            return self._turned_away[knock.key]
        if self.options.password_digest is not None and not (knock.is_host or knock.resumed):
            if knock.password_digest is None:
                return "password_required"
            if knock.password_digest != self.options.password_digest:
                return "wrong_password"
        if len(self.members) >= MAX_PARTICIPANTS or len(self.waiting) >= MAX_WAITING:
            return "full"
        return None

    def _come_back(self, knock: Knock) -> list[Post]:
        member = self.members[knock.key]
        member.lost_since_s = None
        member.microphone, member.camera = knock.microphone, knock.camera
        return [self._welcome(member), *self._tell(self._others(member.key), _state(member))]

    def _hold(self, newcomer: Member) -> list[Post]:
        self.waiting[newcomer.key] = newcomer
        knock = {"type": "waiting", "key": newcomer.key, "name": newcomer.name}
        return [Post(newcomer.key, {"type": "lobby"}), *self._tell(self._hosts(), knock)]

    def _join(self, newcomer: Member) -> list[Post]:
        if not self.options.claimed and not any(self._hosts()):
            newcomer.is_host = True
        self.members[newcomer.key] = newcomer
        joined = {"type": "joined", "participant": newcomer.as_json()}
        return [self._welcome(newcomer), *self._tell(self._others(newcomer.key), joined)]

    def _welcome(self, member: Member) -> Post:
        waiting = [{"key": w.key, "name": w.name} for w in self.waiting.values()] if member.is_host else []
        return Post(member.key, {
            "type": "welcome", "key": member.key, "title": self.options.title,
            "participants": [m.as_json() for m in self.members.values()], "waiting": waiting,
        })

    # --- what members do ------------------------------------------------------------------------------------------------

    def change(self, by: str, *, microphone: bool, camera: bool, screen: str | None) -> list[Post]:
        """A member's switches, as its browser tells them."""
        if (member := self.members.get(by)) is None:
            return []
        member.microphone, member.camera, member.screen = microphone, camera, screen
        return self._tell(self._others(by), _state(member))

    def signal(self, by: str, to: str, data: dict[str, Any]) -> list[Post]:
        if by not in self.members or to not in self.members:
            return []
        return [Post(to, {"type": "signal", "from": by, "data": data})]

    def chat(self, by: str, text: str) -> list[Post]:
        """Everybody is told, the writer too: seeing one's own message means that it went out."""
        text = text.strip()[:MAX_CHAT_CHARACTERS]
        if (member := self.members.get(by)) is None or not text:
            return []
        body = {"type": "chat", "id": self.new_id(), "from": by, "name": member.name, "to": "everyone", "text": text}
        return self._tell(self.members, body)

    def leave(self, key: str) -> list[Post]:
        if self.waiting.pop(key, None) is not None:
            return self._tell(self._hosts(), {"type": "waiting_left", "key": key})
        if self.members.pop(key, None) is None:
            return []
        return [*self._tell(self.members, {"type": "left", "key": key}), *self._pass_on_the_host()]

    def _pass_on_the_host(self) -> list[Post]:
        if self.options.claimed or not self.members or any(self._hosts()):
            return []
        heir = next(iter(self.members.values()))
        heir.is_host = True
        return self._tell(self.members, _state(heir))

    # --- what the host does ---------------------------------------------------------------------------------------------

    def admit(self, by: str, key: str) -> list[Post]:
        if not self._is_host(by) or key not in self.waiting:
            return []
        if len(self.members) >= MAX_PARTICIPANTS:
            return [Post(by, {"type": "notice", "reason": "full"})]
        newcomer = self.waiting.pop(key)
        return [*self._tell(self._hosts(), {"type": "waiting_left", "key": key}), *self._join(newcomer)]

    def deny(self, by: str, key: str) -> list[Post]:
        if not self._is_host(by) or self.waiting.pop(key, None) is None:
            return []
        self._turned_away[key] = "denied"
        return [Post(key, {"type": "denied"}, closes=True), *self._tell(self._hosts(), {"type": "waiting_left", "key": key})]

    def remove(self, by: str, key: str) -> list[Post]:
        if not self._is_host(by) or key not in self.members or key == by:
            return []
        self._turned_away[key] = "removed"
        return [Post(key, {"type": "removed"}, closes=True), *self.leave(key)]

    def end(self, by: str) -> list[Post]:
        if not self._is_host(by):
            return []
        everybody = [*self.members, *self.waiting]
        self.members.clear()
        self.waiting.clear()
        self.ended = True
        return [Post(key, {"type": "ended"}, closes=True) for key in everybody]

    # --- broken connections ---------------------------------------------------------------------------------------------

    def lost(self, key: str, now_s: float) -> None:
        """The connection of `key` broke; `now_s` is on any clock that only grows."""
        member = self.members.get(key) or self.waiting.get(key)
        if member is not None:
            member.lost_since_s = now_s

    def expire(self, now_s: float) -> list[Post]:
        """Let go of everybody who has been lost for GRACE_S."""
        gone = [
            member.key for member in [*self.members.values(), *self.waiting.values()]
            if member.lost_since_s is not None and now_s - member.lost_since_s >= GRACE_S
        ]
        return [post for key in gone for post in self.leave(key)]

    # --- who ------------------------------------------------------------------------------------------------------------

    def _is_host(self, key: str) -> bool:
        return key in self.members and self.members[key].is_host

    def _hosts(self) -> list[str]:
        return [m.key for m in self.members.values() if m.is_host]

    def _others(self, key: str) -> list[str]:
        return [other for other in self.members if other != key]

    def _tell(self, keys: Iterable[str], body: dict[str, Any]) -> list[Post]:
        return [Post(key, body) for key in keys]


def _refused(key: str, reason: Refusal) -> Post:
    return Post(key, {"type": "refused", "reason": reason})


def _state(member: Member) -> dict[str, Any]:
    return {"type": "state", "participant": member.as_json()}
