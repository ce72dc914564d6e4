"""Tables and RIS files of other tools: rows by name, and the words that mean a verdict."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

Fields = Mapping[str, str]


class UnreadableExport(ValueError):
    """The file is not what its format says; the message says what was expected."""


def rows_of(text: str) -> Iterator[tuple[int, Fields]]:
    """Rows of a CSV or RIS file with lower-case names, and the line each starts at."""
    if re.search(r"(?m)^TY  ?-", text):
        yield from _ris(text)
        return
    csv.field_size_limit(10_000_000)
    text = text.lstrip()
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=first.count))
    try:
        names = {_name(name) for name in reader.fieldnames or ()}
        if "title" not in names:
            raise UnreadableExport("a CSV export has a first row of names with 'title' among them")
        for row in reader:
            yield reader.line_num, {_name(k): v or "" for k, v in row.items() if k is not None}
    except csv.Error as error:
        raise UnreadableExport(f"line {reader.line_num} is no CSV ({error})") from error


_NAMES = {"primary title": "title", "primary_title": "title", "article title": "title",
          "note": "notes", "pmid": "pubmed_id", "pubmed id": "pubmed_id",
          "accession number": "pubmed_id", "reviewer": "person", "reviewer name": "person",
          "voter": "person", "decision": "verdict", "vote": "verdict", "status": "verdict",
          "item status": "verdict", "i/e/d/s": "verdict", "i/e/d/s flag": "verdict",
          "exclusion reason": "reason", "reason for exclusion": "reason"}  # fmt: skip
"""Names of columns that say the same."""


def _name(column: str) -> str:
    name = column.strip().strip("\ufeff").lower()
    return _NAMES.get(name, name)


_WORDS = {
    "include": ("1", "true", "yes", "y", "i", "include", "included", "relevant", "accept",
                "accepted"),
    "exclude": ("0", "false", "no", "n", "e", "exclude", "excluded", "irrelevant",
                "not relevant", "reject", "rejected"),
    "maybe": ("maybe", "unsure", "undecided", "unclear"),
}  # fmt: skip
_VERDICTS = {word: verdict for verdict, words in _WORDS.items() for word in words}


def verdict_of(cell: str) -> str | None:
    """The verdict that a cell's word or number means; None where it means none."""
    return _VERDICTS.get(cell.strip().lower().removesuffix(".0"))


_RIS_NAMES = {"ti": "title", "t1": "title", "do": "doi", "n1": "notes", "an": "pubmed_id"}
_SAID_ONCE = ("title", "doi", "pubmed_id")
"""Fields of which a further one says the same again (T1 beside TI)."""


def _ris(text: str) -> Iterator[tuple[int, Fields]]:
    """Records between TY and ER (or the next TY, or the end)."""
    fields: dict[str, list[str]] = {}
    start = 0
    for number, tag, value in _tagged(text):
        if tag in ("ty", "er"):
            if start:
                yield start, _joined(fields)
            fields, start = {}, number if tag == "ty" else 0
            continue
        name = _RIS_NAMES.get(tag, tag)
        if name not in fields or name not in _SAID_ONCE:
            fields.setdefault(name, []).append(value)
    if start:
        yield start, _joined(fields)


def _joined(fields: Mapping[str, list[str]]) -> Fields:
    return {name: " | ".join(values) for name, values in fields.items()}


def _tagged(text: str) -> Iterator[tuple[int, str, str]]:
    """`(line, tag, value)`; a line without a tag goes on with the value before it."""
    begun, held = (0, ""), list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r"([A-Z][A-Z0-9])  ?- ?(.*)", line)
        if found is not None:
            if begun[0]:
                yield *begun, " ".join(filter(None, held))
            begun, held = (number, found[1].lower()), [found[2].strip()]
        elif begun[0]:
            held.append(line.strip())
    if begun[0]:
        yield *begun, " ".join(filter(None, held))


def about(line: int, row: Fields) -> dict[str, Any]:
    """By what a record is found again: its line, title, DOI and PubMed id.

    An accession number of more than eight digits is another library's.
    """
    pmid = row.get("pubmed_id", "").strip().removesuffix(".0")
    return {
        "line": line,
        "title": row.get("title", "").strip(),
        "doi": _doi(row.get("doi", "")) or _doi_of_url(row.get("url", "")),
        "pmid": pmid if re.fullmatch(r"[0-9]{1,8}", pmid) else "",
    }


def _doi(cell: str) -> str:
    return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", cell.strip().lower())


def _doi_of_url(cell: str) -> str:
    """Rayyan writes a DOI as the address of the work."""
    found = re.search(r"\bhttps?://(?:dx\.)?doi\.org/(10\.\S+)", cell.lower())
    return found[1] if found else ""
