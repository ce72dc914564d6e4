"""Two coders beside each other: by passage, by code, by role."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from services.extraction.codes.handlers.reading import all_codes
from services.extraction.comparison.domain import (
    Coded,
    Comparison,
    Counted,
    Pair,
    pairs,
    segments,
)
from services.extraction.fragments.store import fragments
from services.extraction.projections.handlers import require_review
from shared.db import Tx
from shared.events.extraction import CodeDefinition
from shared.http.problems import Invalid

PAGE = 1000


async def compare(
    tx: Tx, review_id: str, first: str, second: str, document_id: str | None
) -> dict[str, Any]:
    """How two people coded one document, or every document on which both coded something.

    Passages without a place in a text are not compared; how many there are is said.
    """
    await require_review(tx, review_id)
    if first == second:
        raise Invalid("Name two different people.", field="second")
    coded, without_place = await _coded(tx, review_id, (first, second), document_id)
    both = {d: c for d, c in sorted(coded.items()) if {o.coder for o in c} == {first, second}}
    return await side_by_side(tx, review_id, (first, second), both, without_place)


async def side_by_side(
    tx: Tx,
    review_id: str,
    people: tuple[str, str],
    both: Mapping[str, Sequence[Coded]],
    without_place: int,
) -> dict[str, Any]:
    """The comparison of two people's passages, by document; `without_place` more have none."""
    first, second = people
    comparison = Comparison()
    for passages in both.values():
        comparison.add(segments(passages, first, second))
    codes = await all_codes(tx, review_id)
    found = {d: [_shown_pair(p, codes) for p in pairs(c, first, second)] for d, c in both.items()}
    by_code = [_shown(codes, code, counted) for code, counted in sorted(comparison.codes.items())]
    return {
        "first": first,
        "second": second,
        "documents": [{"document": d, "passages": p} for d, p in found.items()],
        "characters": comparison.characters,
        "without_place": without_place,
        "codes": by_code,
        "roles": [{"role": r, **_figures(c)} for r, c in sorted(comparison.roles.items())],
        "summary": _summary(by_code),
    }


async def _coded(
    tx: Tx, review_id: str, people: tuple[str, str], document_id: str | None
) -> tuple[dict[str, list[Coded]], int]:
    """Passages of both by document; and how many of their fragments stand in no text."""
    found: dict[str, list[Coded]] = defaultdict(list)
    without_place = 0
    for person in people:
        filters = {"coder": person, "status": "active"}
        filters |= {} if document_id is None else {"document": document_id}
        after = ""
        while rows := await fragments.fragment_page(
            tx, review_id, filters, after=after, limit=PAGE
        ):
            after = rows[-1]["fragment_id"]
            for row in rows:
                one = passage(row, person)
                without_place += one is None
                if one is not None:
                    found[row["document_id"]].append(one)
    return found, without_place


def passage(row: Mapping[str, Any], person: str) -> Coded | None:
    """A fragment's row as a passage that this person coded; None where it has no place."""
    place = fragments.place_of(row)
    if place is None or row["anchor"] == "broken" or row["document_id"] is None:
        return None
    elements = fragments.state_of(row).elements
    return Coded(
        fragment_id=row["fragment_id"],
        coder=person,
        start=place.start,
        end=place.end,
        codes=frozenset((e.role, e.code_id) for e in elements),
    )


def _figures(counted: Counted) -> dict[str, Any]:
    return {
        "both": counted.both,
        "first_only": counted.first_only,
        "second_only": counted.second_only,
        "neither": counted.neither,
        "agreement": counted.agreement(),
        "kappa": counted.kappa(),
        "alpha": counted.alpha(),
    }


Codes = Mapping[str, CodeDefinition]


def _shown(codes: Codes, code: tuple[str, str], counted: Counted) -> dict[str, Any]:
    role, code_id = code
    return {"role": role, "code": code_id, "label": _label(codes, code_id), **_figures(counted)}


def _label(codes: Codes, code_id: str) -> str:
    return codes[code_id].label if code_id in codes else code_id


def _summary(by_code: list[dict[str, Any]]) -> dict[str, Any]:
    """The mean over codes with the worst one beside it, so that a mean hides nothing."""
    known = [one for one in by_code if one["kappa"] is not None]
    if not known:
        return {"mean_kappa": None, "worst": None}
    worst = min(known, key=lambda one: one["kappa"])
    mean = sum(one["kappa"] for one in known) / len(known)
    return {
        "mean_kappa": mean,
        "worst": {"label": worst["label"], "role": worst["role"], "kappa": worst["kappa"]},
    }


def _shown_pair(pair: Pair, codes: Codes) -> dict[str, Any]:
    return {
        "what": pair.what,
        "overlap": pair.overlap,
        "first": _shown_passage(pair.first, codes),
        "second": _shown_passage(pair.second, codes),
    }


def _shown_passage(one: Coded | None, codes: Codes) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "fragment": one.fragment_id,
        "start": one.start,
        "end": one.end,
        "codes": [
            {"role": role, "code": code, "label": _label(codes, code)}
            for role, code in sorted(one.codes)
        ],
    }
