"""Kinds of values in the exchange format: which are valid, and what a strange one means."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID, uuid5

SPACE = UUID("5b0f6f0a-1c5e-5d6b-9c42-0f4f0a3f6d11")
"""The namespace of all identifiers that are made from content."""

_HEX = "[0-9a-fA-F]"
_GUID = f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
_TIME = r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"
_WORDS = {
    "variable": ("Text", "Boolean", "Integer", "Float", "Date", "DateTime"),
    "direction": ("Associative", "OneWay", "Bidirectional"),
    "line": ("dotted", "dashed", "solid"),
    "shape": (
        "Person", "Oval", "Rectangle", "RoundedRectangle", "Star", "LeftTriangle",
        "RightTriangle", "UpTriangle", "DownTriangle", "Note",
    ),
}  # fmt: skip
_PATTERNS = {
    "guid": re.compile(_GUID),
    "int": re.compile(r"[+-]?\d+"),
    "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "bool": re.compile("true|false|1|0"),
    "colour": re.compile(f"#({_HEX}{{6}}|{_HEX}{{3}})"),
    "time": re.compile(_TIME),
    "date": re.compile(r"-?\d{4,}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?"),
}
_LOOSE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)? ?(?:[Zz]|([+-]\d\d):?(\d\d))?"
)
_MOST_DIGITS = 18


def made_from(*parts: str) -> str:
    """The identifier (UUIDv5) of this content."""
    return str(uuid5(SPACE, "\x1f".join(parts)))


def is_valid(kind: str, value: str) -> bool:
    """Whether a value is of its kind."""
    if kind in _WORDS:
        return value in _WORDS[kind]
    if kind not in _PATTERNS:
        return True
    return _PATTERNS[kind].fullmatch(value) is not None and _is_real(kind, value)


def _is_real(kind: str, value: str) -> bool:
    """Whether a day or moment of the right form exists."""
    if kind not in ("time", "date"):
        return True
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        return False
    if kind == "date":
        return True
    hours, minutes, seconds = (int(value[at : at + 2]) for at in (11, 14, 17))
    return hours < 24 and minutes < 60 and seconds < 60


def tidied(kind: str, value: str) -> str | None:
    """The value as the standard writes it, or None where it cannot be told what it means."""
    if kind == "text":
        return value
    value = value.strip()
    tidy = _TIDY.get(kind, _same)(value)
    return tidy if tidy is not None and is_valid(kind, tidy) else None


def _same(value: str) -> str | None:
    return value


def _guid(value: str) -> str | None:
    """Without braces, in small letters; what is no GUID becomes one that stands for it."""
    bare = value.strip("{}").lower()
    if not bare:
        return None
    return bare if is_valid("guid", bare) else made_from("guid", value)


def _int(value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite() or number.adjusted() > _MOST_DIGITS:
        return None
    return str(round(number))


def _bool(value: str) -> str | None:
    return {"true": "true", "1": "true", "yes": "true", "false": "false", "0": "false",
            "no": "false"}.get(value.lower())  # fmt: skip


def _colour(value: str) -> str | None:
    bare = value.lstrip("#")
    return f"#{bare[-6:]}" if len(bare) == 8 else f"#{bare}"


def _time(value: str) -> str | None:
    """With a T, seconds, and a colon in its zone; midnight where only the day is said."""
    found = _LOOSE_TIME.fullmatch(value)
    if found is None:
        return f"{value}T00:00:00" if is_valid("date", value) and len(value) == 10 else value
    day, clock, seconds, hours, minutes = found.groups()
    zone = f"{hours}:{minutes}" if hours else "Z" if value.endswith(("Z", "z")) else ""
    return f"{day}T{clock}{seconds or ':00'}{zone}"


_TIDY = {"guid": _guid, "int": _int, "bool": _bool, "colour": _colour, "time": _time}
