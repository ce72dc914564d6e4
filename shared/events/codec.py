"""Events to JSON and back; old versions are lifted, unknown ones refused."""

from functools import cache
from typing import Any

import msgspec

from shared.decoding import convert, decoder
from shared.events.base import Event, registered, upcasts

_encoder = msgspec.json.Encoder()


class UnknownEvent(LookupError):
    """A type or version that this program does not know (yet)."""


def encode(event: Event) -> bytes:
    """The event's data as JSON."""
    return _encoder.encode(event)


def decode(name: str, version: int, data: bytes) -> Event:
    """The event in its newest version; unknown fields are ignored.

    Raises `UnknownEvent`, or msgspec's `DecodeError` naming the field that does not fit.
    """
    target = newest(name)
    if version > target or target == 0:
        raise UnknownEvent(f"{name} v{version} is not known here (newest: v{target})")
    if version == target:
        event: Event = _decoder(name, version).decode(data)
        return event
    lifted = msgspec.json.decode(data)
    for step in range(version, target):
        lifted = _lift(name, step)(lifted)
    lifted_event: Event = convert(lifted, registered()[(name, target)], strict=False)
    return lifted_event


@cache
def newest(name: str) -> int:
    """The newest registered version of a type, 0 if there is none."""
    return max((v for n, v in registered() if n == name), default=0)


@cache
def _decoder(name: str, version: int) -> Any:
    return decoder(registered()[(name, version)])


def _lift(name: str, since: int) -> Any:
    try:
        return upcasts()[(name, since)]
    except KeyError:
        raise UnknownEvent(f"{name} v{since} has no upcast to v{since + 1}") from None
