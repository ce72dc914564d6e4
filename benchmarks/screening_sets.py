"""Labelled review sets as the benchmark reads them."""

import csv
import gzip
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from services.screening.stages.domain.record_text import RecordText

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """A finished review: texts, 1 for included, and years (0 where unknown; None: no column)."""

    name: str
    texts: tuple[RecordText, ...]
    included: Ints
    years: Ints | None

    def part(self, rows: Ints) -> tuple[RecordText, ...]:
        """The texts of some rows, in their order."""
        return tuple(self.texts[int(row)] for row in rows)


def read_set(path: Path) -> LabelledSet:
    """Read `title`, `abstract`, `label_included` and, where given, `keywords` and `year`.

    Columns may stand in any order and any case, parted by comma, semicolon or tab; all but the
    label may be missing (it may be called `included` or `label`, the year `publication_year`).
    A `.gz` is unpacked while reading. Keywords are split at `;`, `|` and line ends. A set that
    cannot be read, or is too small to be simulated (two includes and two excludes, of which one
    each is known from the start): ValueError.
    """
    rows = _rows(path)
    try:
        included = np.asarray([_label(row[_named(row, LABELS)]) for row in rows], dtype=np.int64)
    except KeyError as error:
        raise ValueError(f"{path} has no column 'label_included'") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if included.sum() < 2 or len(included) - included.sum() < 2:
        raise ValueError(f"{path} needs at least two includes and two excludes")
    return LabelledSet(
        name=path.name.removesuffix(".gz").removesuffix(".csv"),
        texts=tuple(_text(row) for row in rows),
        included=included,
        years=_years(rows),
    )


LABELS = ("label_included", "included", "label")
YEARS = ("year", "publication_year", "published year")


def _named(row: dict[str, str], names: Sequence[str]) -> str:
    """The first of these columns that there is. KeyError: none."""
    found = next((name for name in names if name in row), None)
    if found is None:
        raise KeyError(names[0])
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with _opened(path) as lines:
        names = lines.readline()
        parted = max(",;\t", key=names.count)
        lines.seek(0)
        found = csv.DictReader(lines, delimiter=parted)
        return [{str(k).strip().lower(): _value(v) for k, v in row.items()} for row in found]


def _value(cell: object) -> str:
    """A cell's text; what programs write for a missing one is none."""
    text = cell if isinstance(cell, str) else ""
    return "" if text.strip().lower() in ("nan", "none", "null", "na", "<na>") else text


_LABELS = {"": 0, "false": 0, "no": 0, "exclude": 0, "excluded": 0, "irrelevant": 0,
           "true": 1, "yes": 1, "include": 1, "included": 1, "relevant": 1}  # fmt: skip


def _label(cell: str) -> int:
    """1 for included, 0 for excluded or not judged."""
    word = cell.strip().lower()
    if word in _LABELS:
        return _LABELS[word]
    try:
        return int(float(word) > 0)
    except ValueError as error:
        raise ValueError(f"'{cell}' is no label; write 1 or 0") from error


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def _text(row: dict[str, str]) -> RecordText:
    keywords = re.split(r"[;|\n]", row.get("keywords", ""))
    return RecordText(
        title=row.get("title", ""),
        abstract=row.get("abstract", ""),
        keywords=tuple(k.strip() for k in keywords if k.strip()),
    )


def _years(rows: Sequence[dict[str, str]]) -> Ints | None:
    try:
        column = _named(rows[0], YEARS)
    except (IndexError, KeyError):
        return None
    found = (re.search(r"\d{4}", row[column]) for row in rows)
    return np.asarray([int(m.group()) if m else 0 for m in found], dtype=np.int64)


def stitched(sets: Sequence[LabelledSet], records: int, seed: int = 0) -> Iterator[RecordText]:
    """Real records first, then as many as are missing, stitched from real sentences."""
    real = [text for labelled in sets for text in labelled.texts]
    yield from real[:records]
    sentences = [s for text in real for s in text.abstract.split(". ") if s]
    chance = random.Random(seed)
    for _ in range(records - len(real)):
        abstract = ". ".join(chance.choices(sentences, k=8))
        yield RecordText(title=chance.choice(real).title, abstract=abstract)
