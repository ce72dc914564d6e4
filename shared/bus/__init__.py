"""What carries envelopes from outboxes to inboxes: transports without policy."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Receiver = Callable[[Sequence[bytes]], Awaitable[None]]
Topology = Mapping[str, frozenset[str]]
"""Every service of the system with the event types it subscribes to."""


class UnknownService(LookupError):
    """A service that is not in the topology, so that nobody would get its messages."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no service is called '{name}'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One envelope on its way: `type` is `service.event_name`, `body` its exact bytes."""

    id: str
    type: str
    routing_key: str
    body: bytes


class Bus(Protocol):
    """Returns from `publish` only when every subscriber's copy is safe."""

    async def declare(self, topology: Topology) -> None:
        """Make every service's queue exist before anything is published."""
        ...

    async def publish(self, messages: Sequence[Message], *, to: str | None = None) -> None:
        """Hand over messages in order; `to` sends them to one service only (replay).

        Raises `UnknownService` when no service of that name was declared.
        """
        ...

    async def subscribe(self, service: str, receive: Receiver) -> None:
        """Give one service's messages to `receive`; returning means they are stored."""
        ...

    async def watch(self) -> None:
        """Wait for ever, or raise when delivering has died."""
        ...

    async def close(self) -> None:
        """Stop delivering."""
        ...
