"""The parts of a report that tell of one theory each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.synthesis.configurations.domain.saturation import saturation
from services.synthesis.configurations.store import ccmocs
from services.synthesis.engine import (
    Evidence,
    Labels,
    Review,
    evidences,
    labels_of,
    outcome_ranking,
)
from services.synthesis.engine.cells import cells_of
from services.synthesis.engine.issues import kind_of
from services.synthesis.engine.rows import Row
from services.synthesis.engine.values import OUTCOME, Codebook, Term, part_unit
from services.synthesis.inference.handlers.references import References, references_of
from services.synthesis.projections.domain.naming import SourceLabels
from services.synthesis.report.domain.material import (
    ArgumentPart,
    CaseRows,
    JudgedConfiguration,
    ReportPassage,
    TheoryPart,
)
from services.synthesis.theories import store as theories_store
from shared.db import Tx
from shared.events.synthesis import Reference

Rows = Mapping[str, Mapping[str, Any]]
UNTOLD = ("conjectured", "rejected", "dormant")
"""States in which people do not rest on a CCMOC: it is told case by case only if it leads."""


async def theory_parts(
    review_id: str,
    review: Review,
    fragments: Rows,
    names: SourceLabels,
    arguments: Mapping[str, Sequence[ArgumentPart]],
    tx: Tx,
) -> list[TheoryPart]:
    """Every theory that was stated or has evidence, in the order of their numbers."""
    stated = {row["theory_id"]: row for row in await theories_store.every(tx, review_id)}
    order = [*stated, *(name for name in review.theories if name not in stated)]
    history = await theories_store.history(tx, review_id)
    moved_by = await references_of(tx, review_id, (r for row in history for r in _moved_by(row)))
    teller = _Teller(
        review=review,
        fragments=fragments,
        names=names,
        arguments=arguments,
        stated=stated,
        pins=await theories_store.pins(tx, review_id),
        history=_grouped(history),
        moved_by=moved_by,
        notes=_grouped(await theories_store.notes(tx, review_id)),
        standings=_grouped(await ccmocs.page(tx, review_id, limit=1_000_000)),
        gaps={name: await ccmocs.gaps_of(tx, review_id, name) for name in order},
    )
    return [teller.part(item) for item in await tx.compute(_every, review, order)]


def _every(review: Review, order: Sequence[str]) -> list[Evidence]:
    return list(evidences(review, order))


def _grouped(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["theory_id"], []).append(row)
    return found


class _Teller:
    """Puts together what was read for all theories."""

    def __init__(self, **read: Any) -> None:
        self._review: Review = read["review"]
        self._fragments: Rows = read["fragments"]
        self._names: SourceLabels = read["names"]
        self._read = read

    def part(self, evidence: Evidence) -> TheoryPart:
        """One theory."""
        theory, read = evidence.theory, self._read
        codebook = self._review.codebooks.get(theory)
        stated = read["stated"].get(theory)
        return TheoryPart(
            id=theory,
            state=stated["state"] if stated else {},
            pin=read["pins"].get(theory),
            history=[_past(item, read["moved_by"]) for item in read["history"].get(theory, [])],
            notes=[
                {"kind": item["kind"], "id": item["note_id"], **item["content"]}
                for item in read["notes"].get(theory, [])
            ],
            labels={group.id: group.label or group.id for group in _groups(codebook)},
            standings=[self._standing(row, evidence) for row in read["standings"].get(theory, [])],
            ranking=_ranking(evidence),
            kinds=Counter(self._kind(row) for row in evidence.rows),
            fragments=len(evidence.rows),
            studies=len({entry.study for row in evidence.rows for entry in row.entries}),
            passages=self._passages(evidence),
            saturation=_saturation(evidence, self._fragments),
            undesired=frozenset(g.id for g in _groups(codebook) if g.valence == "undesired"),
            arguments=list(read["arguments"].get(theory, [])),
            names=self._names,
            gaps=[
                {"kind": gap["kind"], "detail": gap["detail"]}
                for gap in read["gaps"][theory].values()
                if not gap["closed"]
            ],
        )

    def _kind(self, row: Row) -> str:
        return kind_of(self._review.fragments[row.fragment].elements)

    def _standing(self, row: Mapping[str, Any], evidence: Evidence) -> JudgedConfiguration:
        body, state = row["body"], row["state"]
        first = body["leading"] and body["outcome_rank"] == 1
        cases = self._cases(body, evidence) if first or state not in UNTOLD else []
        return JudgedConfiguration(body, state, bool(row["recheck"]), row["revision"], cases)

    def _cases(self, body: Mapping[str, Any], evidence: Evidence) -> list[CaseRows]:
        """Its cases with the fragments that speak for it, against it, or of its not firing."""
        unit = part_unit(body["role"], body["mechanism"])
        cells = cells_of(evidence, body["outcome"]).get(unit)
        if cells is None:
            return []
        sides = (
            ("for", cells.positive),
            ("against", cells.contradicting),
            ("not fired", cells.not_fired),
        )
        found: dict[tuple[str, str], list[str]] = {}
        for how, rows in sides:
            for row in rows:
                for case in sorted({entry.case for entry in row.entries}):
                    found.setdefault((how, case), []).append(row.fragment)
        return [CaseRows(self._names.case(c), how, names) for (how, c), names in found.items()]

    def _passages(self, evidence: Evidence) -> dict[str, ReportPassage]:
        labels = labels_of(self._review, evidence.theory)
        ordered = sorted(evidence.rows, key=lambda row: _place(self._kind(row), row.fragment))
        return {
            row.fragment: self._passage(row, number, labels)
            for number, row in enumerate(ordered, start=1)
        }

    def _passage(self, row: Row, number: int, labels: Labels) -> ReportPassage:
        item = self._fragments[row.fragment]
        hidden = bool(item["confidential"])
        return ReportPassage(
            fragment=row.fragment,
            number=number,
            quote="" if hidden else item["quote"],
            paraphrase="" if hidden else item["paraphrase"] or _statements(item),
            locator=item["locator"],
            source=self._sources(item),
            confidential=hidden,
            kind=self._kind(row),
            parts=_parts(row, labels),
            counts=_counts(row),
        )

    def _sources(self, item: Mapping[str, Any]) -> str:
        """Cited sources by name; what was inferred, or is a summary, says so."""
        said = {"cited": "", "inferred": "inferred: ", "summary": "summary by the authors of "}
        names = [
            said[source["attribution"]] + self._names.document(source["document_id"])
            for source in item["sources"]
        ]
        return "; ".join(dict.fromkeys(names)) or "no source"


KINDS = ("CMO", "CM", "MO", "CO", "RR", "single")


def _place(kind: str, fragment: str) -> tuple[int, str]:
    """Triads, then dyads, then single codes."""
    return KINDS.index(kind) if kind in KINDS else len(KINDS), fragment


def _groups(codebook: Codebook | None) -> Sequence[Any]:
    return codebook.groups if codebook else ()


def _parts(row: Row, labels: Labels) -> dict[str, str]:
    """Role → its groups in words, as coded; what is not there or failed says so."""
    found: dict[str, list[str]] = {}
    for unit, sign in row.signs.items():
        said = labels.of(*unit)
        plain = sign and unit.role != OUTCOME
        words = said if plain else f"{said}: {labels.terms([Term(unit, sign)]).rsplit(' ', 1)[1]}"
        found.setdefault(unit.role, []).append(words)
    unsigned = row.stated - {unit.group for unit in row.signs if unit.role == OUTCOME}
    found.setdefault(OUTCOME, []).extend(
        f"{labels.outcome(group)}: not said whether" for group in sorted(unsigned)
    )
    return {role: "; ".join(sorted(words)) for role, words in found.items() if words}


def _counts(row: Row) -> str:
    studies = len({entry.study for entry in row.entries})
    inferred = len({entry.study for entry in row.inferred_entries})
    said = f"{studies} {'study' if studies == 1 else 'studies'}" if studies else "counts 0"
    return f"{said}, {inferred} inferred" if inferred else said


def _moved_by(row: Mapping[str, Any]) -> list[Reference]:
    return [Reference(**item) for item in row["moved_by"] or ()]


def _past(item: Mapping[str, Any], known: References) -> dict[str, Any]:
    return {
        "version": item["version"],
        "state": item["state"],
        "reason": item["reason"],
        "moved_by": known.shown(_moved_by(item)),
        "person": item["person"],
        "at": item["at"].isoformat(),
    }


def _ranking(evidence: Evidence) -> list[dict[str, Any]]:
    return [
        {"rank": rank, **asdict(item)}
        for rank, item in enumerate(outcome_ranking(evidence), start=1)
    ]


def _statements(item: Mapping[str, Any]) -> str:
    """What the coder wrote of each part, where nothing is quoted."""
    words = dict.fromkeys(part["statement"] for part in item["elements"] if part.get("statement"))
    return ". ".join(words)


def _saturation(evidence: Evidence, fragments: Rows) -> list[dict[str, Any]]:
    """Yields per source, in the order in which sources were first coded."""
    steps: dict[str, list[Row]] = {}
    for row in sorted(
        evidence.rows, key=lambda row: (fragments[row.fragment]["coded_at"], row.fragment)
    ):
        for source in fragments[row.fragment]["sources"]:
            steps.setdefault(source["document_id"], []).append(row)
    return [asdict(item) for item in saturation(steps.items())]
