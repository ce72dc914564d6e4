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

from services.screening.domain.ranking.text import RecordText

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
    """Read `title, abstract, label_included` and, where given, `keywords` and `year`.

    A `.gz` is unpacked while reading. Keywords are split at `;`, `|` and line ends. A set
    without an include or an exclude cannot be simulated: ValueError.
    """
    with _opened(path) as lines:
        rows = list(csv.DictReader(lines))
    included = np.asarray([int(float(row["label_included"] or 0)) for row in rows], dtype=np.int64)
    if not 0 < included.sum() < len(included):
        raise ValueError(f"{path} needs at least one include and one exclude")
    return LabelledSet(
        name=path.name.removesuffix(".gz").removesuffix(".csv"),
        texts=tuple(_text(row) for row in rows),
        included=included,
        years=_years(rows),
    )


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _text(row: dict[str, str]) -> RecordText:
    keywords = re.split(r"[;|\n]", row.get("keywords") or "")
    return RecordText(
        title=row["title"] or "",
        abstract=row["abstract"] or "",
        keywords=tuple(k.strip() for k in keywords if k.strip()),
    )


def _years(rows: Sequence[dict[str, str]]) -> Ints | None:
    if not rows or "year" not in rows[0]:
        return None
    found = (re.search(r"\d{4}", row["year"] or "") for row in rows)
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
