"""Decisions made elsewhere: exports of Rayyan, Covidence, ASReview and EPPI-Reviewer.

Only what such a file says of verdicts is read; the records themselves come
through search, and are found again by DOI, PubMed id or title.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMATS = ("rayyan", "covidence", "asreview", "eppi")

Fields = Mapping[str, str]


class UnreadableExport(ValueError):
    """The file is not what its format says; the message says what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionElsewhere:
    """One verdict in an export: by `person` (as the tool calls them, or empty), on what record."""

    line: int
    title: str
    doi: str
    pmid: str
    person: str
    verdict: str
    reason: str = ""
    note: str = ""


def decisions_elsewhere(
    tool: str, text: str, verdict: str | None = None
) -> list[DecisionElsewhere]:
    """Every verdict in the export, in its order.

    `verdict` is what all records of the file were given, for a tool that
    exports each list apart (Covidence). Raises `UnreadableExport`.
    """
    text = text.lstrip("\ufeff")
    match tool:
        case "rayyan":
            return [d for line, row in _rows(text) for d in _rayyan(line, row)]
        case "covidence":
            return [d for line, row in _rows(text) for d in _covidence(line, row, verdict)]
        case "asreview":
            return [d for line, row in _rows(text) for d in _asreview(line, row)]
        case "eppi":
            return list(_eppi(text))
    raise UnreadableExport(f"'{tool}' is no export that is read; say one of {', '.join(FORMATS)}")


def _rows(text: str) -> Iterator[tuple[int, Fields]]:
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
          "exclusion reason": "reason", "reason for exclusion": "reason"}  # fmt: skip
"""Names of columns that say the same."""


def _name(column: str) -> str:
    name = column.strip().strip("\ufeff").lower()
    return _NAMES.get(name, name)


_WORDS = {
    "include": ("1", "true", "yes", "y", "include", "included", "relevant", "accept", "accepted"),
    "exclude": ("0", "false", "no", "n", "exclude", "excluded", "irrelevant", "not relevant",
                "reject", "rejected"),
    "maybe": ("maybe", "unsure", "undecided", "unclear"),
}  # fmt: skip
_VERDICTS = {word: verdict for verdict, words in _WORDS.items() for word in words}


def _verdict_of(cell: str) -> str | None:
    """The verdict that a cell's word or number means; None where it means none."""
    return _VERDICTS.get(cell.strip().lower().removesuffix(".0"))


_RIS_NAMES = {"ti": "title", "t1": "title", "do": "doi", "n1": "notes", "an": "pubmed_id"}


def _ris(text: str) -> Iterator[tuple[int, Fields]]:
    fields: dict[str, str] = {}
    start = 1
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r"([A-Z][A-Z0-9])  ?- ?(.*)", line)
        if found is None:
            continue
        tag, value = found[1].lower(), found[2].strip()
        if tag == "ty":
            fields, start = {}, number
        elif tag == "er":
            yield start, fields
        else:
            name = _RIS_NAMES.get(tag, tag)
            fields[name] = f"{fields[name]} | {value}" if name in fields else value


def _about(line: int, row: Fields) -> dict[str, Any]:
    pmid = row.get("pubmed_id", "").strip().removesuffix(".0")
    return {
        "line": line,
        "title": row.get("title", "").strip(),
        "doi": re.sub(
            r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", row.get("doi", "").strip().lower()
        ),
        "pmid": pmid if pmid.isdigit() else "",
    }


def _rayyan(line: int, row: Fields) -> Iterator[DecisionElsewhere]:
    """`RAYYAN-INCLUSION: {"Ann"=>"Included", …} | RAYYAN-EXCLUSION-REASONS: a,b` in the notes."""
    notes = row.get("notes", "").replace('""', '"')
    inclusion = re.search(r"RAYYAN-INCLUSION:\s*\{([^}]*)\}", notes)
    if inclusion is None:
        return
    reasons = re.search(r"RAYYAN-EXCLUSION-REASONS:\s*([^|]*)", notes)
    remark = re.search(r"USER-NOTES:\s*(.*)", notes)
    for person, word in re.findall(r'"([^"]+)"\s*=>\s*"([^"]+)"', inclusion[1]):
        verdict = _verdict_of(word)
        if verdict is not None:
            yield DecisionElsewhere(
                **_about(line, row),
                person=person,
                verdict=verdict,
                reason=reasons[1].strip() if reasons and verdict == "exclude" else "",
                note=remark[1].strip() if remark else "",
            )


def _covidence(line: int, row: Fields, verdict: str | None) -> Iterator[DecisionElsewhere]:
    """A list of one verdict; the reason, at full text, stands in the notes."""
    noted = re.search(r"Exclusion reason:\s*([^;|\n]*)", row.get("notes", ""), re.IGNORECASE)
    reason = noted[1].strip() if noted else row.get("reason", "").strip()
    said = row.get("verdict", "")
    given = _verdict_of(said) or verdict or ("exclude" if reason else None)
    if given is None and "verdict" in row:
        return  # not judged yet, or in conflict
    if given is None:
        raise UnreadableExport(
            "a Covidence export holds one list; say its verdict (include, exclude or maybe)"
        )
    yield DecisionElsewhere(
        **_about(line, row),
        person=row.get("person", "").strip(),
        verdict=given,
        reason=reason if given == "exclude" else "",
        note=row.get("notes", ""),
    )


def _asreview(line: int, row: Fields) -> Iterator[DecisionElsewhere]:
    """A column of labels (`asreview_label`, `included`, …), or `ASReview_relevant` in RIS notes."""
    notes = row.get("notes", "")
    if "ASReview_relevant" in notes:
        verdict: str | None = "include"
    elif "ASReview_irrelevant" in notes:
        verdict = "exclude"
    else:
        names = ("asreview_label", "included", "label_included", "label", "final_included")
        label = next((row[n] for n in names if row.get(n, "").strip()), "")
        verdict = _verdict_of(label)
    if verdict is not None:
        person = row.get("asreview_user", "") or row.get("asreview_user_name", "")
        note = row.get("asreview_note", "") or row.get("exported_notes", "")
        yield DecisionElsewhere(**_about(line, row), person=person, verdict=verdict, note=note)


def _eppi(text: str) -> Iterator[DecisionElsewhere]:
    """EPPI-Reviewer's JSON: codes named `INCLUDE …` or `EXCLUDE …` on each reference."""
    try:
        report = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableExport(
            f"an EPPI-Reviewer export is JSON ({error}); export the coding report as JSON"
        ) from error
    if not isinstance(report, dict) or not isinstance(report.get("References"), list):
        raise UnreadableExport("an EPPI-Reviewer export has a list 'References'")
    names = dict(_attributes(report.get("CodeSets", [])))
    for number, reference in enumerate(report["References"], 1):
        row = {str(k).lower(): str(v) for k, v in reference.items() if not isinstance(v, list)}
        for code in reference.get("Codes", []):
            name = names.get(code.get("AttributeId"), "")
            word = name.split(" ", 1)[0].lower().rstrip(":")
            if word in ("include", "exclude"):
                yield DecisionElsewhere(
                    **_about(number, row),
                    person=str(code.get("ContactName") or ""),
                    verdict=word,
                    reason=_after_word(name) if word == "exclude" else "",
                    note=str(code.get("AdditionalText") or ""),
                )


def _attributes(nodes: Sequence[Any]) -> Iterator[tuple[Any, str]]:
    """`(id, name)` of every code, through all levels."""
    for node in nodes:
        if "AttributeId" in node:
            yield node["AttributeId"], str(node.get("AttributeName", ""))
        yield from _attributes((node.get("Attributes") or {}).get("AttributesList", []))


def _after_word(name: str) -> str:
    return re.sub(r"^\w+:?\s*(on\s+)?", "", name, flags=re.IGNORECASE).strip()
