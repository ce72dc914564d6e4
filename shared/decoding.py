"""JSON to typed values, from many threads at once.

When msgspec meets a dataclass for the first time it keeps what it learns of it on the class while
it is still learning; a second thread that meets the class meanwhile reads what is half made, and
the process ends by a segmentation fault (msgspec 0.20). So a type is met for the first time under
a lock.
"""

from threading import Lock
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
_lock = Lock()
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """The decoder of JSON bytes into a type, made once."""
    found = _decoders.get(kind)
    if found is None:
        with _lock:
            found = _decoders.get(kind) or msgspec.json.Decoder(kind)
            _decoders[kind] = found
    return found


def convert(value: Any, kind: type[T], *, strict: bool = True) -> T:
    """Plain lists and mappings as a typed value; not `strict` takes text for numbers and so on.

    Raises msgspec's `ValidationError`, a `ValueError`, naming what does not fit.
    """
    decoder(kind)
    return msgspec.convert(value, kind, strict=strict)
