"""The envelope an event travels in: CloudEvents 1.0, structured JSON.

Source: https://github.com/cloudevents/spec (core 1.0.2, JSON format 1.0.2).
Extensions are ours: `reviewid`, `subjectversion`, `causationid`,
`correlationid`, `actorid`, `actorkind` (person, machine or service; of an older
envelope without it, it follows from `actorid`), `replay`, `traceparent`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from shared.actors import ActorKind, known_kind
from shared.events import Event, Received
from shared.events.codec import UnknownEvent, decode, encode

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
MAX_PACKED_EVENTS = 50
MAX_PACKED_BYTES = 64 * 1024
MAX_INTEGER, MAX_BIGINT = 2**31 - 1, 2**63 - 1
"""What the columns of the inbox hold."""
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are no JSON, no UTF-8, or nested without end."""

Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_BIGINT)]
Small = Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)]


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event with the facts of its journey; `data` stays undecoded bytes."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    reviewid: str
    subjectversion: Count
    correlationid: str
    data: msgspec.Raw
    specversion: str = "1.0"
    datacontenttype: str = "application/json"
    causationid: str | None = None
    actorid: str | None = None
    actorkind: str | None = None
    traceparent: str | None = None
    replay: Small = 0

    @property
    def service(self) -> str:
        """The publisher's name."""
        return self.source.rsplit("/", 1)[-1]

    @property
    def event_type(self) -> tuple[str, int]:
        """`(service.event_name, version)`; raises `Undecodable` on a foreign type."""
        parts = self.type.split(".")
        if len(parts) != 4 or parts[0] != "retroduct" or not _is_version(parts[3]):
            raise Undecodable(f"type '{self.type}' is not retroduct.<service>.<event>.v<n>")
        return f"{parts[1]}.{parts[2]}", int(parts[3][1:])

    @property
    def routing_key(self) -> str:
        """`<service>.<event>.v<n>.<review id>`."""
        return f"{self.type.removeprefix('retroduct.')}.{self.reviewid}"


class Undecodable(ValueError):
    """Bytes that are no envelope, or data that do not fit their type."""


def _is_version(part: str) -> bool:
    """Whether it is `v` and a number that the inbox's column holds, from 1."""
    number = part[1:]
    digits = part.startswith("v") and number.isascii() and number.isdecimal()
    return digits and len(number) < 10 and int(number) >= 1


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Envelope)
_many = msgspec.json.Decoder(list[msgspec.Raw])


def seal(
    event: Event,
    *,
    id: str,
    time: datetime,
    subject_version: int,
    correlation_id: str,
    causation_id: str | None = None,
    actor_id: str | None = None,
    actor_kind: ActorKind | None = None,
    traceparent: str | None = None,
) -> bytes:
    """The exact bytes that are stored, published and replayed."""
    cls = type(event)
    whole = Envelope(
        id=id,
        source=f"/retroduct/{cls.SERVICE}",
        type=f"retroduct.{cls.SERVICE}.{cls.NAME}.v{cls.VERSION}",
        subject=event.subject,
        time=time,
        reviewid=event.review_id,
        subjectversion=subject_version,
        correlationid=correlation_id,
        causationid=causation_id,
        actorid=actor_id,
        actorkind=actor_kind or known_kind(None, actor_id),
        traceparent=traceparent,
        data=msgspec.Raw(encode(event)),
    )
    # `specversion` is a default to us but required by CloudEvents, so it is written by hand.
    return (
        b'{"specversion":"1.0","datacontenttype":"application/json",' + _encoder.encode(whole)[1:]
    )


def open_bytes(body: bytes) -> Envelope:
    """Parse one envelope; raises `Undecodable` saying what is wrong."""
    try:
        parsed = _decoder.decode(body)
    except UNREADABLE as error:
        raise Undecodable(str(error)) from error
    _ = parsed.event_type
    if b"\\u0000" in body:
        _refuse_nul(parsed)
    return parsed


def _refuse_nul(parsed: Envelope) -> None:
    """PostgreSQL keeps no U+0000 in a text; what lies in `data` stays bytes in the inbox."""
    for name in ("id", "type", "subject", "reviewid"):
        if "\x00" in getattr(parsed, name):
            raise Undecodable(f"'{name}' holds the character U+0000")


def unpack(body: bytes, content_type: str | None) -> list[bytes]:
    """The single envelopes' bytes of a message, packed or not."""
    if content_type != BATCH:
        return [body]
    try:
        return [bytes(raw) for raw in _many.decode(body)]
    except UNREADABLE:
        return [body]


def pack(bodies: Sequence[bytes]) -> bytes:
    """Several envelopes as one batch message."""
    return b"[" + b",".join(bodies) + b"]"


def with_replay(body: bytes, number: int) -> bytes:
    """The same event, marked as sent again by replay `number`."""
    return body[:-1] + b',"replay":' + str(number).encode() + b"}"


def receive(envelope: Envelope) -> Received[Any]:
    """The event inside, lifted to its newest version.

    Raises `UnknownEvent` for types or versions this program does not know yet,
    `Undecodable` for data that do not fit.
    """
    name, version = envelope.event_type
    try:
        event = decode(name, version, bytes(envelope.data))
    except UNREADABLE as error:
        raise Undecodable(f"{name} v{version}: {error}") from error
    return Received(
        id=envelope.id,
        event=event,
        subject=envelope.subject,
        subject_version=envelope.subjectversion,
        time=envelope.time,
        correlation_id=envelope.correlationid,
        causation_id=envelope.causationid,
        actor_id=envelope.actorid,
        actor_kind=known_kind(envelope.actorkind, envelope.actorid),
        replay=envelope.replay,
    )


__all__ = [
    "BATCH",
    "STRUCTURED",
    "Envelope",
    "Undecodable",
    "UnknownEvent",
    "open_bytes",
    "pack",
    "receive",
    "seal",
    "unpack",
    "with_replay",
]
