"""Reading a review bundle: every file, every problem, and the good part made whole."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from runtime.bundle import checks, filling
from runtime.bundle.bundle import Reading
from runtime.bundle.model.events import EVENT, BundleEvent
from runtime.bundle.model.evidence import CodebookFile, Fragment, Source, TheoryCodebook
from runtime.bundle.model.extraction import ExtractionFile
from runtime.bundle.model.review import DecisionRow, RecordRow, ReviewFile
from runtime.bundle.model.searching import SearchingFile
from runtime.bundle.model.theories import TheoriesFile
from runtime.bundle.problems import Problems
from runtime.bundle.raw import RawBundle
from runtime.bundle.reading import Folder, Row
from runtime.bundle.reco_words import theory_id
from runtime.bundle.validation import validated, validated_rows

M = TypeVar("M")

FILES = (
    "review.yaml",
    "theories.json",
    "codebook.json",
    "fragments.jsonl",
    "sources.jsonl",
    "decisions.csv",
    "events.jsonl",
    "extraction.json",
    "searching.json",
)


def read_bundle(root: Path, *, review_id: str | None = None) -> Reading:
    """Read the bundle in folder `root`; `review_id` stands in for the id in review.yaml.

    Nothing is raised for what is wrong *in* the bundle: `Reading.problems` lists all of it, and
    `Reading.bundle` holds what is good (None where there is nothing to load).
    """
    problems = Problems()
    if not _is_bundle(root, problems):
        return Reading(None, problems)
    folder = Folder(root, problems)
    raw = _read_files(folder, review_id)
    checks.check(raw, problems)
    return Reading(filling.whole(raw, root, digest_of(root)), problems)


def digest_of(root: Path) -> str:
    """sha256 over the names and bytes of all files of the bundle but events.jsonl, which grows."""
    seen = sha256()
    for path in sorted(_bundle_files(root)):
        if path.name == "events.jsonl":
            continue
        seen.update(str(path.relative_to(root)).encode() + b"\0")
        seen.update(sha256(path.read_bytes()).digest())
    return seen.hexdigest()


def _bundle_files(root: Path) -> Iterator[Path]:
    yield from (root / name for name in FILES if (root / name).is_file())
    yield from _record_files(root)


def _record_files(root: Path) -> list[Path]:
    folder = root / "records"
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))


def _is_bundle(root: Path, problems: Problems) -> bool:
    if not root.is_dir():
        what = "is a file" if root.exists() else "does not exist"
        problems.add(str(root), what, "name the folder that holds the bundle")
        return False
    if not any(_bundle_files(root)):
        known = ", ".join(FILES)
        problems.add(str(root), "holds no file of a bundle", f"a bundle has some of: {known}")
        return False
    return True


def _read_files(folder: Folder, review_id: str | None) -> RawBundle:
    tables, files = _split_records(folder)
    review, has_review = _review(folder, review_id)
    theories = _document(folder, TheoriesFile, "theories.json", folder.json("theories.json"))
    codebook = _document(folder, CodebookFile, "codebook.json", folder.json("codebook.json"))
    extraction = _document(
        folder, ExtractionFile, "extraction.json", folder.json("extraction.json")
    )
    searching = _document(folder, SearchingFile, "searching.json", folder.json("searching.json"))
    return RawBundle(
        review=review,
        has_review=has_review,
        theories=theories or TheoriesFile(),
        codebook=_by_theory((codebook or CodebookFile()).programme_theories, folder.problems),
        fragments=_lines(folder, Fragment, "fragments.jsonl", folder.jsonl("fragments.jsonl")),
        sources=_lines(folder, Source, "sources.jsonl", folder.jsonl("sources.jsonl")),
        records=[pair for name in tables for pair in _record_table(folder, name)],
        record_files=tuple(files),
        decisions=_decisions(folder),
        has_decisions=folder.has("decisions.csv"),
        events=_events(folder),
        extraction=extraction or ExtractionFile(),
        searching=searching or SearchingFile(),
    )


def _by_theory(
    books: Mapping[str, TheoryCodebook], problems: Problems
) -> dict[str, TheoryCodebook]:
    """The codebook by the ids of theories: `1` is short for `PT1`, as it is in fragments."""
    found: dict[str, TheoryCodebook] = {}
    for key, book in books.items():
        theory = theory_id(key)
        if theory in found or (theory != key and theory in books):
            problems.add(
                "codebook.json",
                f"names the groups of {theory} twice, once as '{key}'",
                f"put them together under '{theory}'",
                field=f"programme_theories.{key}",
            )
        elif theory != key:
            problems.warn(
                "codebook.json",
                f"'{key}' is a number, which is short for {theory}",
                f"its groups are those of {theory}",
                field=f"programme_theories.{key}",
            )
        found[theory] = book
    return found


def _review(folder: Folder, review_id: str | None) -> tuple[ReviewFile, bool]:
    """The review, and whether the bundle says it: names are compared with one that can be read."""
    given = folder.yaml("review.yaml")
    read = _document(folder, ReviewFile, "review.yaml", given)
    review = read or ReviewFile(id=_slug(folder.root.resolve().name))
    named = review.model_copy(update={"id": review_id}) if review_id else review
    return named, read is not None


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64] or "review"


def _document(folder: Folder, model: type[M], name: str, data: Any) -> M | None:
    if data is None:
        return None
    return validated(model, data, folder.problems, name, lambda path: folder.line_of(name, path))


def _lines(
    folder: Folder, model: type[M], name: str, rows: Iterator[Row]
) -> list[tuple[int | None, M]]:
    pairs = validated_rows(model, rows, folder.problems, name)
    return [(row.line, value) for row, value in pairs]


def _events(folder: Folder) -> list[tuple[int | None, BundleEvent]]:
    adapter: TypeAdapter[BundleEvent] = EVENT
    rows = folder.jsonl("events.jsonl")
    pairs = validated_rows(adapter, rows, folder.problems, "events.jsonl")
    return [(row.line, value) for row, value in pairs]


def _decisions(folder: Folder) -> list[tuple[int | None, DecisionRow]]:
    name = "decisions.csv"
    rows = (Row(row.line, _decision_cells(row.data)) for row in folder.csv(name))
    return _lines(folder, DecisionRow, name, rows)


def _decision_cells(cells: dict[str, str]) -> dict[str, Any]:
    theories = [part for part in re.split(r"[;,\s]+", cells.get("theories", "")) if part]
    return {**cells, "theories": theories}


def _split_records(folder: Folder) -> tuple[list[str], list[Path]]:
    """Record tables (CSV with a column `key`), and files that search imports as they are."""
    tables, files = [], []
    for path in _record_files(folder.root):
        name = str(path.relative_to(folder.root))
        if path.suffix.lower() == ".csv" and "key" in folder.header(name):
            tables.append(name)
        else:
            files.append(path)
    return tables, files


def _record_table(folder: Folder, name: str) -> list[tuple[int | None, RecordRow]]:
    numbered = {"own_id": ""} if "own_id" in folder.header(name) else {}
    rows = (Row(row.line, {**numbered, **_record_cells(row.data)}) for row in folder.csv(name))
    return _lines(folder, RecordRow, name, rows)


def _record_cells(cells: dict[str, str]) -> dict[str, Any]:
    listed = {
        name: [part.strip() for part in cells.get(name, "").split(";") if part.strip()]
        for name in ("authors", "keywords")
    }
    return {**cells, **listed}
