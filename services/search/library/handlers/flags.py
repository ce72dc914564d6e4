"""Flags of a record: what its sources say, what sources that were asked say, what people said."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.search.library.domain.record import Bibliography
from services.search.library.domain.retraction import RetractionAnswer, flags_of
from services.search.library.domain.retraction import RetractionFlag as Found
from shared.db.rows import Row

PUBMED = "pubmed"
OF_A_ROW = {"hand": ["hand"], "watch": [PUBMED], "source": []}
"""Who says a flag that a row keeps by itself: a person, or PubMed of another source's record."""


def standing_flags(
    best: Bibliography,
    members: Mapping[str, tuple[str, Bibliography]],
    answers: Iterable[RetractionAnswer],
    stood: Sequence[Row],
    now: str,
) -> list[dict[str, Any]]:
    """Every flag that stands, each notice once with all who name it (`sources`).

    `members` are the record's sources with what they hold, `answers` what others said when they
    were asked; `stood` are its flags so far: what people said stays, the rest is reckoned anew.
    """
    kept = [dict(flag) for flag in stood if flag["by"] != "source"]
    said = _said(best, members, answers)
    reinstated = any(flag["kind"] == "reinstatement" for flag in kept)
    known = {(flag["kind"], flag["notice"]) for flag in kept}
    for flag in kept:
        others = said.get((flag["kind"], flag["notice"]), ())
        flag["sources"] = list(dict.fromkeys([*OF_A_ROW[flag["by"]], *others]))
    flags = kept + [
        {"kind": kind, "notice": notice, "raised_at": now, "by": "source", "sources": by}
        for (kind, notice), by in said.items()
        if (kind, notice) not in known and not (reinstated and kind != "correction")
    ]
    return keeping_dates(flags, stood)


def _said(
    best: Bibliography,
    members: Mapping[str, tuple[str, Bibliography]],
    answers: Iterable[RetractionAnswer],
) -> dict[tuple[str, str], list[str]]:
    """By kind and notice: who says so. Sources' own flags come first, the gravest first."""
    said: dict[tuple[str, str], list[str]] = {
        (flag.kind, flag.notice or flag.citation): [] for flag in flags_of(best)
    }
    if said:
        for source, content in members.values():
            for flag in flags_of(content):
                by = said.get((flag.kind, flag.notice or flag.citation))
                if by is not None and source not in by:
                    by.append(source)
    for answer in answers:
        for flag in answer.flags:
            by = said.setdefault((flag.kind, flag.notice or flag.citation), [])
            if answer.source not in by:
                by.append(answer.source)
    return said


def said_by(flag: Row) -> list[str]:
    """Who says a stored flag; flags of earlier versions name nobody but a person and PubMed."""
    named: list[str] = flag.get("sources") or OF_A_ROW.get(flag["by"], [])
    return named


def keeping_dates(flags: list[dict[str, Any]], before: Iterable[Row]) -> list[dict[str, Any]]:
    """The flags, those that stood before with the moment they were first raised."""
    dates = {(flag["kind"], flag["notice"]): flag["raised_at"] for flag in before}
    return [
        flag | {"raised_at": dates.get((flag["kind"], flag["notice"]), flag["raised_at"])}
        for flag in flags
    ]


def found(flag: Row) -> Found:
    """A stored flag as the domain's value."""
    return Found(kind=flag["kind"], notice=flag["notice"])
