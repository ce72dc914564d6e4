"""Uploads packed with gzip (PubMed's own files are), unpacked while they are read."""

import zlib
from typing import BinaryIO

from services.search.imports.domain.result import ImportRefused

LARGEST_RATIO = 200
_INNOCENT = 64 << 20
_BLOCK = 1 << 16


class Gunzipped:
    """The bytes inside a gzip archive, as a stream that is read forward once.

    Never holds more than the piece asked for; a bomb is refused on the way.
    """

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._packed = head
        self._stream = stream
        self._taken = len(head)
        self._given = 0
        self._inside = True
        self._unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; empty at the end. Raises `ImportRefused` for what is no gzip."""
        if size < 0:
            size = _BLOCK
        while True:
            if not self._packed and not self._more():
                return b""
            try:
                plain = self._unpack.decompress(self._packed, size)
            except zlib.error as error:
                raise ImportRefused("The gzip archive is damaged; pack it again.") from error
            self._packed = self._unpack.unconsumed_tail
            if self._unpack.eof:
                self._next_member()
            if plain:
                return self._judged(plain)

    def _more(self) -> bool:
        self._packed = self._stream.read(_BLOCK)
        self._taken += len(self._packed)
        if not self._packed and self._inside:
            raise ImportRefused("The gzip archive breaks off; pack or send it again.")
        return bool(self._packed)

    def _next_member(self) -> None:
        """Archives may be joined: what follows one is the next, or padding."""
        rest = (self._unpack.unused_data or self._stream.read(_BLOCK)).lstrip(b"\0")
        self._packed, self._inside = rest, bool(rest)
        self._unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def _judged(self, plain: bytes) -> bytes:
        self._given += len(plain)
        if self._given > _INNOCENT and self._given > self._taken * LARGEST_RATIO:
            raise ImportRefused(
                f"The gzip archive unfolds more than {LARGEST_RATIO} times, "
                "which is refused as unsafe; upload the file as it is."
            )
        return plain
