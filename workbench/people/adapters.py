"""Passwords as they are kept: hashed by Argon2, in threads, a few at a time."""

import asyncio

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError

AT_ONCE = 2
_HASHES = PasswordHash.recommended()
_UNKNOWN = _HASHES.hash("nobody has this password")
_places = asyncio.Semaphore(AT_ONCE)


async def hash_of(password: str) -> str:
    """How a password is kept; takes some ten milliseconds of a thread."""
    async with _places:
        return await asyncio.to_thread(_HASHES.hash, password)


async def is_right(password: str, kept: str | None) -> bool:
    """Whether a password has this hash; takes as long where there is none."""
    async with _places:
        return await asyncio.to_thread(_verify, password, kept)


def _verify(password: str, kept: str | None) -> bool:
    try:
        return _HASHES.verify(password, kept or _UNKNOWN) and kept is not None
    except UnknownHashError:
        return False
