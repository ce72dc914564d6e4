"""Sample events, and the golden file of every event version ever published.

`python -m tests.support.golden` writes the files that are missing and never
touches one that exists: a published version is not edited.
"""

import dataclasses
import json
import types
import typing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.events import Event, registered
from shared.kernel.envelope import seal

FOLDER = Path(__file__).resolve().parents[1] / "contract" / "events"


def sample(cls: type[Any]) -> Any:
    """An instance with every field filled by its type."""
    hints = typing.get_type_hints(cls)
    values = {f.name: _value(hints[f.name], f.name) for f in dataclasses.fields(cls)}
    return cls(**values)


def _value(hint: Any, name: str) -> Any:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _value(next(a for a in args if a is not type(None)), name)
    if origin is tuple:
        items = args[:1] if args[-1] is Ellipsis else args
        return tuple(_value(item, name) for item in items)
    if origin is dict:
        return {"example": 1}
    if dataclasses.is_dataclass(hint):
        return sample(typing.cast("type[Any]", hint))
    plain: dict[Any, Any] = {str: f"{name} ä", int: 2, bool: True, float: 0.5}
    return plain[hint]


def golden(cls: type[Event]) -> dict[str, Any]:
    """The envelope of a sample event, as JSON."""
    body = seal(
        sample(cls),
        id=f"golden-{cls.NAME}",
        time=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        subject_version=2,
        correlation_id="golden",
    )
    parsed: dict[str, Any] = json.loads(body)
    return parsed


def path_of(name: str, version: int) -> Path:
    """Where the golden file of a version lies."""
    return FOLDER / f"{name}.v{version}.json"


def write_missing() -> list[Path]:
    """Write golden files for versions that have none yet."""
    written = []
    for (name, version), cls in sorted(registered().items()):
        path = path_of(name, version)
        if not path.exists():
            path.write_text(json.dumps(golden(cls), indent=1, ensure_ascii=False) + "\n")
            written.append(path)
    return written


if __name__ == "__main__":
    for written_path in write_missing():
        print(written_path.name)
