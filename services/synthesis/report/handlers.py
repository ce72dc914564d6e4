"""Gathering what a report is written from, out of one snapshot."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.synthesis.configurations.domain.saturation import saturation
from services.synthesis.configurations.store import ccmocs, inputs
from services.synthesis.engine import Evidence, Review, evidences, issues_of, outcome_ranking
from services.synthesis.engine.issues import kind_of
from services.synthesis.engine.rows import Row
from services.synthesis.engine.values import Codebook, Element
from services.synthesis.projections.handlers import flow as flow_handlers
from services.synthesis.projections.store import flow, projections
from services.synthesis.report.domain.material import (
    Material,
    Passage,
    SourcePart,
    Standing,
    TheoryPart,
)
from services.synthesis.theories import store as theories_store
from services.synthesis.theories.handlers import require_review
from services.synthesis.versions import handlers as versions_handlers
from services.synthesis.versions import store as versions_store
from shared.db import Tx
from shared.review.studies import canonical_studies

Rows = Mapping[str, Mapping[str, Any]]


async def material_of(review_id: str, tx: Tx) -> Material:
    """All that the report of a review says; raises `NotKnownYet` for an unknown one."""
    await require_review(tx, review_id)
    review_row = await projections.review_of(tx, review_id) or {}
    review = await inputs.inputs_of_review(tx, review_id)
    fragments = await ccmocs.fragments_of(tx, review_id, review.fragments)
    sources = await _sources(review_id, review, fragments, tx)
    labels = {source.key: source.title or source.key for source in sources}
    frozen = await versions_store.every(tx, review_id)
    parts = await _parts(review_id, review, fragments, labels, tx)
    issues = await tx.compute(issues_of, review)
    return Material(
        review_id=review_id,
        title=str(review_row["title"]),
        question=str(review_row["question"]),
        written_at=tx.now().isoformat(),
        flow=await flow_handlers.flow_of_review(review_id, review, tx),
        theories=parts,
        sources=sources,
        searches=await versions_store.searches_of(tx, review_id),
        versions=[{"number": row["number"], "at": row["at"].isoformat()} for row in frozen],
        changes=await _changes(review_id, frozen, parts, tx),
        triggers=[asdict(item) for item in await versions_handlers.proposed(review_id, tx)],
        issues={kind: len(items) for kind, items in issues.items()},
        appraisals=await projections.appraisals_of(tx, review_id),
        registration=str(review_row["registration"]),
        amendments=max(0, int(review_row["subject_version"]) - 1),
        retracted=[s.title or s.key for s in sources if "retraction" in s.flags],
    )


async def _changes(
    review_id: str, frozen: Sequence[Any], parts: Sequence[TheoryPart], tx: Tx
) -> list[dict[str, Any]]:
    """Changes since the last version, each configuration named in people's words."""
    if not frozen:
        return []
    last = frozen[-1]["number"]
    names = {
        str(standing.body["id"]): part.short(standing.body)
        for part in parts
        for standing in part.standings
    }
    found = await versions_handlers.difference_of(review_id, last, versions_handlers.NOW, tx)
    return [
        {
            "theory": item["theory"],
            "name": names.get(item["ccmoc"], "a configuration that lapsed"),
            "kinds": list(item["kinds"]),
            "words": item["words"][1:],
        }
        for item in found
    ]


async def _parts(
    review_id: str, review: Review, fragments: Rows, sources: Mapping[str, str], tx: Tx
) -> list[TheoryPart]:
    stated = {row["theory_id"]: row for row in await theories_store.every(tx, review_id)}
    order = [*stated, *(name for name in review.theories if name not in stated)]
    pins = await theories_store.pins(tx, review_id)
    history = _grouped(await theories_store.history(tx, review_id))
    notes = _grouped(await theories_store.notes(tx, review_id))
    standings = _grouped(await ccmocs.page(tx, review_id, limit=1_000_000))
    return [
        TheoryPart(
            id=evidence.theory,
            state=stated[evidence.theory]["state"] if evidence.theory in stated else {},
            pin=pins.get(evidence.theory),
            history=[_past(item) for item in history.get(evidence.theory, [])],
            notes=[
                {"kind": item["kind"], "id": item["note_id"], **item["content"]}
                for item in notes.get(evidence.theory, [])
            ],
            labels=_labels(review.codebooks.get(evidence.theory)),
            standings=[_standing(row) for row in standings.get(evidence.theory, [])],
            ranking=_ranking(evidence),
            kinds=Counter(kind_of(review.fragments[r.fragment].elements) for r in evidence.rows),
            fragments=len(evidence.rows),
            studies=len({entry.study for row in evidence.rows for entry in row.entries}),
            passages=_passages(evidence.rows, fragments, sources),
            saturation=_saturation(evidence, fragments),
            undesired=_undesired(review.codebooks.get(evidence.theory)),
        )
        for evidence in await tx.compute(evidences, review, order)
    ]


def _grouped(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["theory_id"], []).append(row)
    return found


def _past(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": item["version"],
        "state": item["state"],
        "reason": item["reason"],
        "at": item["at"].isoformat(),
    }


def _labels(codebook: Codebook | None) -> dict[str, str]:
    groups = codebook.groups if codebook else ()
    return {group.id: group.label or group.id for group in groups}


def _standing(row: Mapping[str, Any]) -> Standing:
    return Standing(row["body"], row["state"], bool(row["recheck"]), row["revision"])


def _ranking(evidence: Evidence) -> list[dict[str, Any]]:
    return [
        {"rank": rank, **asdict(item)}
        for rank, item in enumerate(outcome_ranking(evidence), start=1)
    ]


def _passages(
    rows: Iterable[Row], fragments: Rows, sources: Mapping[str, str]
) -> dict[str, Passage]:
    found: dict[str, Passage] = {}
    for row in rows:
        item = fragments[row.fragment]
        cited = [sources.get(s["document_id"], s["document_id"]) for s in item["sources"]]
        found[row.fragment] = Passage(
            fragment=row.fragment,
            quote="" if item["confidential"] else item["quote"],
            paraphrase="" if item["confidential"] else item["paraphrase"] or _statements(item),
            locator=item["locator"],
            source="; ".join(cited) or "no source",
            confidential=bool(item["confidential"]),
            kind=kind_of(_elements(item)),
        )
    return found


def _elements(item: Mapping[str, Any]) -> tuple[Element, ...]:
    return inputs.fragment_of(item).elements


def _undesired(codebook: Codebook | None) -> frozenset[str]:
    groups = codebook.groups if codebook else ()
    return frozenset(group.id for group in groups if group.valence == "undesired")


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


async def _sources(review_id: str, review: Review, fragments: Rows, tx: Tx) -> list[SourcePart]:
    """Every source that was described or is cited, with flags of its record."""
    described = {row["document_id"]: row for row in await flow.documents_of(tx, review_id)}
    told = await inputs.sources_of(tx, review_id, described)
    records = await projections.records_by_id(
        tx, review_id, {row["record_id"] for row in described.values() if row["record_id"]}
    )
    canonical = canonical_studies(review.links)
    uses = _uses(review, fragments)
    return [
        _source(key, described.get(key, {}), records, canonical, uses.get(key, ([], [])), told)
        for key in sorted(described.keys() | uses.keys())
    ]


def _uses(review: Review, fragments: Rows) -> dict[str, tuple[list[str], list[str]]]:
    """Source → fragments that cite it, and the theories of these."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for name, item in fragments.items():
        for source in {s["document_id"] for s in item["sources"]}:
            cited, named = found.setdefault(source, ([], []))
            cited.append(name)
            named += [theory for theory in item["theories"] if theory not in named]
    return found


def _source(
    key: str,
    row: Mapping[str, Any],
    records: Rows,
    canonical: Mapping[str, str],
    uses: tuple[list[str], list[str]],
    told: Mapping[str, Any],
) -> SourcePart:
    record = records.get(row.get("record_id") or "", {})
    study = row.get("study_id") or key
    source = told.get(key)
    return SourcePart(
        key=key,
        title=row.get("title") or record.get("title") or record.get("label") or key,
        kind=row.get("kind") or "literature",
        study=canonical.get(study, study),
        year=row.get("year") or record.get("year"),
        fragments=len(uses[0]),
        theories=sorted(uses[1]),
        active=source is None or source.active,
        flags=[flag["kind"] for flag in record.get("flags") or []],
    )
