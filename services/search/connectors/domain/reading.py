"""Reading of JSON that nobody here has written: values as they should be, or nothing."""

from collections.abc import Mapping
from typing import Any

from services.search.library.domain.cleaning import clean
from shared.text import clean as without_controls

Json = Mapping[str, Any]
LONGEST = 100_000


def part(value: Any, *path: str) -> Any:
    """What stands below `path` in objects within objects; None where it does not."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def text(value: Any, *path: str) -> str:
    """The text below `path`, without markup and outer blanks; of a list its first text."""
    found = part(value, *path)
    if isinstance(found, list):
        found = next((one for one in found if isinstance(one, str) and one), "")
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return clean(without_controls(str(found))[:LONGEST])[0]


def texts(value: Any, *path: str) -> tuple[str, ...]:
    """The texts of a list below `path`, each once."""
    found = (text(one) for one in listed(value, *path))
    return tuple(dict.fromkeys(one for one in found if one))


def listed(value: Any, *path: str) -> list[Any]:
    """The list below `path`; empty where there is none."""
    found = part(value, *path)
    return found if isinstance(found, list) else []


def objects(value: Any, *path: str) -> list[Json]:
    """The objects of a list below `path`."""
    return [one for one in listed(value, *path) if isinstance(one, Mapping)]


def number(value: Any, *path: str) -> int | None:
    """The whole number below `path`."""
    found = part(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else None
