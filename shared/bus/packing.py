"""What RabbitMQ carries: events of one key packed together, at most 50 and 64 KB."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import aiormq

from shared.bus import Message
from shared.kernel.envelope import BATCH, MAX_PACKED_BYTES, MAX_PACKED_EVENTS, STRUCTURED, pack


class AmqpMessage(NamedTuple):
    """What RabbitMQ carries: one envelope, or several of one key."""

    id: str
    key: str
    content_type: str
    body: bytes

    def properties(self) -> Any:
        """Persistent, with its id and content type."""
        return aiormq.spec.Basic.Properties(
            message_id=self.id, content_type=self.content_type, delivery_mode=2
        )


def amqp_messages(messages: Sequence[Message], *, packed: bool) -> Iterator[AmqpMessage]:
    """What is sent for these messages, in their order within a key."""
    for bundle in bundles(messages) if packed else ([m] for m in messages):
        first = bundle[0]
        if len(bundle) == 1:
            yield AmqpMessage(first.id, first.routing_key, STRUCTURED, first.body)
        else:
            body = pack([message.body for message in bundle])
            yield AmqpMessage(first.id, first.routing_key, BATCH, body)


def bundles(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """Messages of one routing key together: at most 50 and 64 KB, order within a key kept."""
    by_key: dict[str, list[Message]] = {}
    sizes: dict[str, int] = {}
    for message in messages:
        key, size = message.routing_key, len(message.body)
        full = len(by_key.get(key, ())) >= MAX_PACKED_EVENTS
        if key in by_key and (full or sizes[key] + size > MAX_PACKED_BYTES):
            yield by_key.pop(key)
            sizes[key] = 0
        by_key.setdefault(key, []).append(message)
        sizes[key] = sizes.get(key, 0) + size
    yield from by_key.values()
