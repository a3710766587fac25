"""Whose request is next: one of each client in turn, so that a bot with a full meeting does not starve the others. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Client = TypeVar("Client", bound=Hashable)
Request = TypeVar("Request")


class Turns(Generic[Client, Request]):
    def __init__(self) -> None:
        self._waiting: OrderedDict[Client, deque[Request]] = OrderedDict()

    def add(self, client: Client, request: Request) -> None:
        self._waiting.setdefault(client, deque()).append(request)

    def next(self) -> tuple[Client, Request] | None:
        """The request whose turn it is; its client goes to the end of the line."""
        if not self._waiting:
            return None
        client, requests = self._waiting.popitem(last=False)
        request = requests.popleft()
        if requests:
            self._waiting[client] = requests
        return client, request

    def drop(self, client: Client, unwanted: Callable[[Request], bool] = lambda _: True) -> None:
        """Forget the client's waiting requests, all or those that are unwanted."""
        if client not in self._waiting:
            return
        kept = deque(r for r in self._waiting[client] if not unwanted(r))
        if kept:
            self._waiting[client] = kept
        else:
            del self._waiting[client]

    def count(self, client: Client) -> int:
        return len(self._waiting.get(client, ()))
