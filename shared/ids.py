"""Identifiers: names decide identity."""

import os
import time
from hashlib import blake2b
from uuid import UUID


def stable_id(*parts: str) -> str:
    """The same parts give the same id (32 hex digits), in every process and on every retry."""
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def new_id() -> str:
    """A UUIDv7 (RFC 9562): unique, and sorted by the millisecond of its making."""
    stamp = time.time_ns() // 1_000_000
    tail = int.from_bytes(os.urandom(10), "big")
    value = (stamp << 80) | tail
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(UUID(int=value))
