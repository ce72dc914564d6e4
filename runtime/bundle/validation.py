"""Plain values to models; every fault becomes a problem with its field and a remedy."""

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from runtime.bundle.model.evidence import Part
from runtime.bundle.problems import Problems
from runtime.bundle.reading import Row

M = TypeVar("M")

FieldPath = tuple[str | int, ...]
LineOf = Callable[[FieldPath], int | None]

REMEDIES = {
    "missing": "add it",
    "string_type": "write a text in quotes",
    "int_type": "write a whole number without quotes",
    "int_parsing": "write a whole number",
    "bool_type": "write true or false without quotes",
    "float_type": "write a number",
    "tuple_type": "write a list",
    "list_type": "write a list",
    "dict_type": "write an object with named keys",
    "model_type": "write an object with named keys",
    "string_too_short": "write a key of at least one character",
    "string_too_long": "write a shorter key",
    "string_pattern_mismatch": "write up to 64 letters, digits, '-' and '_'",
}


def validated(
    model: type[M] | TypeAdapter[M],
    data: Any,
    problems: Problems,
    file: str,
    line_of: LineOf,
) -> M | None:
    """The model made of `data`, or None and its problems (all of them, each with its field)."""
    adapter = model if isinstance(model, TypeAdapter) else TypeAdapter(model)
    try:
        value = adapter.validate_python(data)
    except ValidationError as error:
        for detail in error.errors():
            _note(detail, data, problems, file, line_of)
        return None
    for path, known in _unknown(value, ()):
        field = dotted(path)
        near = get_close_matches(str(path[-1]), known, n=1)
        remedy = f"did you mean '{near[0]}'? it is not loaded" if near else "it is not loaded"
        problems.warn(file, "is not known", remedy, line=line_of(path), field=field)
    return value


def validated_rows(
    model: type[M] | TypeAdapter[M], rows: Iterable[Row], problems: Problems, file: str
) -> Iterator[tuple[Row, M]]:
    """Each row that is good, with its model; the others are noted in `problems`."""
    adapter = model if isinstance(model, TypeAdapter) else TypeAdapter(model)
    for row in rows:
        value = validated(adapter, row.data, problems, file, _always(row.line))
        if value is not None:
            yield row, value


def _always(line: int | None) -> LineOf:
    def line_of(_: FieldPath) -> int | None:
        return line

    return line_of


def dotted(path: FieldPath) -> str:
    """`("elements", 0, "state")` as `elements[0].state`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


def _note(detail: ErrorDetails, data: Any, problems: Problems, file: str, line_of: LineOf) -> None:
    path = _data_path(detail["loc"], data)
    if detail["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        path = (*path, str(detail.get("ctx", {}).get("discriminator", "event")).strip("'"))
    what, remedy = _in_words(detail)
    problems.add(file, what, remedy, line=line_of(path), field=dotted(path))


def _in_words(detail: ErrorDetails) -> tuple[str, str]:
    kind, message = detail["type"], detail["msg"]
    if kind in {"missing", "union_tag_not_found"}:
        return "is missing", "add it"
    if kind == "value_error":
        what, _, remedy = message.removeprefix("Value error, ").partition("; ")
        return f"is wrong: {what}", remedy or "mend it"
    if kind in {"literal_error", "union_tag_invalid"}:
        expected = detail.get("ctx", {})
        allowed = expected.get("expected") or expected.get("expected_tags") or "a known value"
        got = expected.get("tag") or detail["input"]
        return f"is {got!r}", f"write {allowed}"
    shown = repr(detail["input"])
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    remedy = REMEDIES.get(kind, message[0].lower() + message[1:])
    return f"is {shown}", remedy


def _data_path(loc: tuple[int | str, ...], data: Any) -> FieldPath:
    """The steps of pydantic's location that lead into `data` (its union tags do not)."""
    path: list[str | int] = []
    for position, step in enumerate(loc):
        last = position == len(loc) - 1
        if isinstance(data, dict) and (step in data or last):
            path.append(step)
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int):
            path.append(step)
            data = data[step] if step < len(data) else None
    return tuple(path)


def _unknown(value: Any, path: FieldPath) -> Iterator[tuple[FieldPath, list[str]]]:
    """Paths of keys that no model knows, with the keys that it does know."""
    if isinstance(value, Part):
        fields = type(value).model_fields
        known = [field.alias or name for name, field in fields.items()]
        yield from (((*path, extra), known) for extra in value.model_extra or {})
    for step, item in _inside(value):
        yield from _unknown(item, (*path, step))


def _inside(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, Part):
        for name, field in type(value).model_fields.items():
            yield field.alias or name, getattr(value, name)
    elif isinstance(value, tuple):
        yield from ((i, item) for i, item in enumerate(value) if isinstance(item, BaseModel))
    elif isinstance(value, dict):
        yield from ((k, item) for k, item in value.items() if isinstance(item, BaseModel))
