"""Decisions made elsewhere: exports of Rayyan, Covidence, ASReview and EPPI-Reviewer.

Only what such a file says of verdicts is read; the records themselves come
through search, and are found again by DOI, PubMed id or title.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape

from services.screening.external.domain.eppi import coded_references
from services.screening.external.domain.tables import (
    Fields,
    UnreadableExport,
    about,
    rows_of,
    verdict_of,
)
from shared.clock import in_utc

FORMATS = ("rayyan", "covidence", "asreview", "eppi")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalDecision:
    """One verdict in an export: by `person` (as the tool calls them, or empty), on what record.

    `decided_at`: when, where the tool tells.
    """

    line: int
    title: str
    doi: str
    pmid: str
    person: str
    verdict: str
    reason: str = ""
    note: str = ""
    decided_at: datetime | None = None


def external_decisions(
    tool: str, text: str, verdict: str | None = None, code_set: str | None = None
) -> list[ExternalDecision]:
    """Every verdict in the export, in its order.

    `verdict` is what all records of the file were given, for a tool that
    exports each list apart (Covidence, EPPI-Reviewer's reference lists);
    `code_set` whose verdicts are meant (EPPI-Reviewer). Raises `UnreadableExport`.
    """
    text = text.lstrip("\ufeff")
    match tool:
        case "rayyan":
            return [d for line, row in rows_of(text) for d in _rayyan(line, row)]
        case "covidence":
            return [d for line, row in rows_of(text) for d in _listed(line, row, verdict)]
        case "asreview":
            return [d for line, row in rows_of(text) for d in _asreview(line, row)]
        case "eppi":
            return list(_eppi(text, verdict, code_set))
    raise UnreadableExport(f"'{tool}' is no export that is read; say one of {', '.join(FORMATS)}")


_SAID = re.compile(r'"([^"]+)"\s*=>\s*"?([A-Za-z]+)"?')
LONGEST_NOTES = 50_000
_NOTED = re.compile(r'"([^"]+)"\s*=>\s*\[(.*?)\](?=\s*[,}]|\s*$)', re.DOTALL)


def _rayyan(line: int, row: Fields) -> Iterator[ExternalDecision]:
    """`RAYYAN-INCLUSION: {"Ann"=>"Included", …} | RAYYAN-EXCLUSION-REASONS: a,b` in the notes."""
    notes = unescape(unescape(row.get("notes", "")[:LONGEST_NOTES]))
    notes = notes.replace('""', '"').replace('\\"', '"')
    inclusion = re.search(r"RAYYAN-INCLUSION:\s*\{([^}]*)\}", notes)
    if inclusion is None:
        return
    reasons = re.search(r"RAYYAN-EXCLUSION-REASONS:([^|]*)", notes)
    reason = reasons[1].partition("USER-NOTES:")[0].strip() if reasons else ""
    remark = re.search(r"USER-NOTES:\s*(.*)", notes, re.DOTALL)
    remarks = {who: said.strip('" ') for who, said in _NOTED.findall(remark[1])} if remark else {}
    for person, word in _SAID.findall(inclusion[1]):
        verdict = verdict_of(word)
        if verdict is not None:
            yield ExternalDecision(
                **about(line, row),
                person=person,
                verdict=verdict,
                reason=reason if verdict == "exclude" else "",
                note=remarks.get(person, ""),
            )


def _listed(line: int, row: Fields, verdict: str | None) -> Iterator[ExternalDecision]:
    """A list of one verdict; the reason, at full text, stands in the notes."""
    noted = re.search(r"Exclusion reason:\s*([^;|\n]*)", row.get("notes", ""), re.IGNORECASE)
    reason = noted[1].strip() if noted else row.get("reason", "").strip()
    said = row.get("verdict", "")
    given = verdict_of(said) or verdict or ("exclude" if reason else None)
    if given is None and "verdict" in row:
        return  # not judged yet, or in conflict
    if given is None:
        raise UnreadableExport(
            "this export holds one list; say its verdict (include, exclude or maybe)"
        )
    yield ExternalDecision(
        **about(line, row),
        person=row.get("person", "").strip(),
        verdict=given,
        reason=reason if given == "exclude" else "",
        note=row.get("notes", ""),
    )


_LABELS = ("included", "label_included", "label", "final_included", "included_label",
           "included_final", "included_flag", "include")  # fmt: skip
"""Columns of labels in files that ASReview 1 wrote, or was given."""


def _asreview(line: int, row: Fields) -> Iterator[ExternalDecision]:
    """A column of labels (`asreview_label`, `included`, …), or `ASReview_relevant` in RIS notes.

    Where the tool's own column stands, one that came with the data is no decision made in it.
    """
    notes = row.get("notes", "")
    if "ASReview_relevant" in notes:
        verdict: str | None = "include"
    elif "ASReview_irrelevant" in notes:
        verdict = "exclude"
    else:
        names = ("asreview_label",) if "asreview_label" in row else _LABELS
        verdict = verdict_of(next((row[n] for n in names if row.get(n, "").strip()), ""))
    if verdict is not None:
        person = row.get("asreview_user_name", "") or row.get("asreview_user", "")
        noted = [row.get("asreview_note", "")]
        noted += [text for name, text in row.items() if name.startswith("exported_notes")]
        yield ExternalDecision(
            **about(line, row),
            person=person.strip() or row.get("asreview_user_email", "").strip(),
            verdict=verdict,
            note="; ".join(text.strip() for text in noted if text.strip()),
            decided_at=_moment(row.get("asreview_time", "")),
        )


def _moment(cell: str) -> datetime | None:
    """`2025-09-07 11:00:00` (in UTC) or seconds since 1970; None for anything else."""
    try:
        if re.fullmatch(r"\d{9,10}(\.\d+)?", cell.strip()):
            return datetime.fromtimestamp(float(cell), UTC)
        return in_utc(datetime.fromisoformat(cell.strip()))
    except (ValueError, OverflowError):
        return None


def _eppi(text: str, verdict: str | None, code_set: str | None) -> Iterator[ExternalDecision]:
    """The coding report, or a list of references whose verdict is said or stands in a column."""
    table = not text.lstrip().startswith(("{", "["))
    if table and (verdict is not None or re.search(r"(?im)^TY  ?-|\btitle\b", text)):
        for line, row in rows_of(text):
            yield from _listed(line, row, verdict)
        return
    for one in coded_references(text, code_set):
        yield ExternalDecision(
            **about(one.number, one.row),
            person=one.person,
            verdict=one.verdict,
            reason=one.reason,
            note=one.note,
        )
