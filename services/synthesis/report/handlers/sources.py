"""Sources of evidence with their reports, and what to call them."""

from collections.abc import Mapping
from typing import Any

from services.synthesis.configurations.store import inputs
from services.synthesis.engine import Review
from services.synthesis.projections.domain.naming import labelled
from services.synthesis.projections.store import flow, projections
from services.synthesis.report.domain.material import SourcePart
from shared.db import Tx
from shared.review.studies import canonical_studies

Rows = Mapping[str, Mapping[str, Any]]


async def source_parts(review_id: str, review: Review, fragments: Rows, tx: Tx) -> list[SourcePart]:
    """Every source that was described or is cited, with flags of its record."""
    described = {row["document_id"]: row for row in await flow.documents_of(tx, review_id)}
    told = await inputs.sources_of(tx, review_id, described)
    records = await projections.records_by_id(
        tx, review_id, {row["record_id"] for row in described.values() if row["record_id"]}
    )
    canonical = canonical_studies(review.links)
    uses = _uses(fragments)
    return [
        _source(key, described.get(key, {}), records, canonical, uses.get(key, ([], [])), told)
        for key in sorted(described.keys() | uses.keys())
    ]


def _uses(fragments: Rows) -> dict[str, tuple[list[str], list[str]]]:
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
    title = row.get("title") or record.get("title") or ""
    return SourcePart(
        key=key,
        title=title or record.get("label") or labelled(key),
        kind=row.get("kind") or "literature",
        study=canonical.get(study, study),
        year=row.get("year") or record.get("year"),
        fragments=len(uses[0]),
        theories=sorted(uses[1]),
        active=source is None or source.active,
        flags=[flag["kind"] for flag in record.get("flags") or []],
        label=labelled(key, record.get("label"), title),
        reference=_reference(record, title),
    )


def _reference(record: Mapping[str, Any], title: str) -> str:
    """Authors (year). Title. Journal. As far as the record says; empty without a record.

    Without authors the year stands behind the title; without either there is nothing to say.
    """
    if not record:
        return ""
    authors = [str(name) for name in record.get("authors") or []]
    listed = "; ".join(authors[:6]) + (" et al." if len(authors) > 6 else "")
    year = f"({record['year']})" if record.get("year") else ""
    if not listed and not title:
        return ""
    parts = [f"{listed} {year}".strip(), title] if listed else [f"{title} {year}".strip()]
    parts.append(str(record.get("journal") or ""))
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)
