"""Bibliographies as they lie in the tables: MessagePack, small and quick to read."""

from dataclasses import fields
from typing import Any

import msgspec

from services.search.library.domain.record import Bibliography

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Bibliography)
_DEFAULTS = {spec.name: spec.default for spec in fields(Bibliography)}


def encode(bibliography: Bibliography) -> bytes:
    """The bibliography's bytes, without the fields that say nothing."""
    said: dict[str, Any] = {}
    for name, default in _DEFAULTS.items():
        value = getattr(bibliography, name)
        if value != default:
            said[name] = value
    return _ENCODER.encode(said)


def decode(octets: bytes) -> Bibliography:
    """The bibliography that `encode` wrote."""
    return _DECODER.decode(octets)
