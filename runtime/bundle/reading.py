"""Reading the files of a bundle: text to plain values with their line numbers.

Every reader notes what it cannot read in `Problems` and gives back what it could.
"""

import csv
import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from runtime.bundle.problems import Problems
from shared.spreadsheets import unguarded


@dataclass(frozen=True, slots=True)
class Row:
    """One plain value and where it stands: `line` counts from 1."""

    line: int | None
    data: Any


MOST_NODES = 200_000
"""Values of a YAML file with every alias written out."""


class _Bounded(yaml.SafeLoader):
    """Reads plain values: ten lines of aliases to aliases would stand for billions of them."""

    def get_single_node(self) -> yaml.Node | None:
        """The document; refused where its aliases stand for too much or for themselves."""
        node = super().get_single_node()
        if node is not None and _written_out(node, {}) > MOST_NODES:
            mark = node.start_mark
            raise yaml.composer.ComposerError(None, None, "aliases that mean too much", mark)
        return node


def _written_out(node: yaml.Node, known: dict[int, float]) -> float:
    """How many values a node stands for; infinitely many where it holds itself."""
    if id(node) not in known:
        known[id(node)] = math.inf
        parts = node.value if isinstance(node, yaml.CollectionNode) else ()
        inner = (one for part in parts for one in (part if isinstance(part, tuple) else (part,)))
        known[id(node)] = 1 + sum(_written_out(one, known) for one in inner)
    return known[id(node)]


class Folder:
    """A bundle on disk; every method reads one file of it."""

    def __init__(self, root: Path, problems: Problems) -> None:
        self.root = root
        self.problems = problems
        self._composed: tuple[str, yaml.Node | None] | None = None

    def has(self, name: str) -> bool:
        """Whether the folder holds a file of this name."""
        return (self.root / name).is_file()

    def text(self, name: str) -> str | None:
        """The file as text, without a byte-order mark and U+0000; None where it is not UTF-8."""
        raw = (self.root / name).read_bytes()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            self.problems.add(name, "is not UTF-8", "save the file as UTF-8", line=line)
            return None
        if "\0" in text:
            self.problems.warn(name, "holds U+0000", "the characters are left out")
            text = text.replace("\0", "")
        return text

    def json(self, name: str) -> dict[str, Any] | None:
        """A JSON object, or None where the file is missing or no object."""
        text = self.text(name) if self.has(name) else None
        if text is None:
            return None
        try:
            value = json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            self._not_json(name, error)
            return None
        return self._object(name, value)

    def yaml(self, name: str) -> dict[str, Any] | None:
        """A YAML mapping, or None where the file is missing or no mapping."""
        text = self.text(name) if self.has(name) else None
        if text is None:
            return None
        try:
            value = yaml.load(text, Loader=_Bounded)  # noqa: S506
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            line = None if mark is None else mark.line + 1
            what = f"is not YAML ({getattr(error, 'problem', None) or 'unreadable'})"
            self.problems.add(name, what, "mend the line", line=line)
            return None
        return self._object(name, value)

    def jsonl(self, name: str) -> Iterator[Row]:
        """The objects of a JSON Lines file; a bad line is noted and left out."""
        text = self.text(name) if self.has(name) else None
        for number, line in enumerate((text or "").split("\n"), start=1):
            if not line.strip():
                continue
            try:
                value = json.loads(line, parse_constant=_no_constant)
            except (ValueError, RecursionError) as error:
                self._not_json(name, error, number)
                continue
            if self._object(name, value, number) is not None:
                yield Row(number, value)

    def csv(self, name: str) -> Iterator[Row]:
        """The rows of a CSV file with a header, as dicts; empty cells are left out."""
        text = self.text(name) if self.has(name) else None
        reader = csv.DictReader(io.StringIO(text or "", newline=""))
        try:
            for row in reader:
                if None in row:
                    self.problems.add(
                        name,
                        "has more cells than the header",
                        "quote cells that hold a comma",
                        line=reader.line_num,
                    )
                    continue
                filled = {
                    k.strip(): unguarded(v.strip()) for k, v in row.items() if v and v.strip()
                }
                if filled:
                    yield Row(reader.line_num, filled)
        except csv.Error as error:
            self.problems.add(name, f"is not CSV ({error})", "mend the line", line=reader.line_num)

    def header(self, name: str) -> tuple[str, ...]:
        """The column names of a CSV file."""
        reader = csv.reader(io.StringIO(self.text(name) or "", newline=""))
        return tuple(cell.strip() for cell in next(reader, []))

    def line_of(self, name: str, path: tuple[str | int, ...]) -> int | None:
        """Line on which the value at `path` begins, in a YAML or JSON file (JSON is read as YAML).

        The nearest existing parent where the path ends in a missing key; None if unreadable.
        The nodes are kept for the next problem of the same file.
        """
        if self._composed is None or self._composed[0] != name:
            self._composed = (name, _composed(self.text(name) or ""))
        node = self._composed[1]
        line: int | None = None
        for step in (None, *path):
            if node is not None and step is not None:
                node = _child(node, step)
            if node is not None:
                line = node.start_mark.line + 1
        return line

    def _not_json(
        self, name: str, error: ValueError | RecursionError, line: int | None = None
    ) -> None:
        at = getattr(error, "lineno", None)
        deep = "lists in lists have too many levels"
        message = deep if isinstance(error, RecursionError) else getattr(error, "msg", str(error))
        column = getattr(error, "colno", None)
        where = f"column {column}: " if column else ""
        self.problems.add(name, f"is not JSON ({where}{message})", "mend the line", line=line or at)

    def _object(self, name: str, value: Any, line: int | None = None) -> dict[str, Any] | None:
        if isinstance(value, dict):
            return value
        what = "is empty" if value is None else f"holds a {type(value).__name__}"
        self.problems.add(name, what, "write an object with named keys", line=line)
        return None


def _composed(text: str) -> yaml.Node | None:
    """The nodes of a file with their lines; None if it is unreadable."""
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _child(node: yaml.Node, step: Any) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value  # type: ignore[no-any-return]
    return None
