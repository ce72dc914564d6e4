"""What people are shown: fragments with the reader's rights, codebooks, findings."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.extraction.codebook import store as codebook_store
from services.extraction.codebook.domain import unchecked
from services.extraction.codebook.handlers import ungrouped_codes
from services.extraction.fragments.domain import NOT_STATED, kind_of, withheld
from services.extraction.fragments.handlers.anchors import BROKEN, UNVERIFIED
from services.extraction.fragments.handlers.code import known_fragment
from services.extraction.fragments.handlers.publish import withheld_versions
from services.extraction.fragments.store import findings, fragments
from services.extraction.projections import store as projections_store
from services.extraction.studies import store as studies_store
from services.extraction.studies.handlers import kinships_of
from shared.db import Tx
from shared.db.rows import plain
from shared.events.extraction import FragmentState
from shared.review.studies import Pair, cycles, siblings

RENAMED = {"fragment_id", "document_id", "confidential", "elements", "sources"}
PLACE = ("start", "end", "before", "after")


def shown_fragment(row: Mapping[str, Any], *, may_read_all: bool) -> dict[str, Any]:
    """A fragment for a reader; one whose sources are confidential without words, unless
    `may_read_all`.
    """
    hidden = bool(row["withheld"]) and not may_read_all
    whole = fragments.state_of(row)
    shown = _shown(withheld(whole) if hidden else whole, may_read_all=may_read_all)
    place = fragments.place_of(row)
    stands = None if place is None else {name: getattr(place, name) for name in PLACE}
    if stands and hidden:
        stands |= {"before": "", "after": ""}
    about = {"anchor": row["anchor"], "place": stands, "updated_at": row["updated_at"]}
    return {**shown, **about, "confidential": bool(row["withheld"]), "words_withheld": hidden}


async def shown_history(
    tx: Tx, review_id: str, fragment_id: str, *, may_read_all: bool
) -> list[dict[str, Any]]:
    """Every version of a fragment, oldest first, for a reader; raises `NotFound`."""
    row = await known_fragment(tx, review_id, fragment_id)
    rows = await fragments.history_of(tx, review_id, fragment_id)
    states = [fragments.state_of(one) for one in rows]
    closed = await withheld_versions(tx, review_id, row, states)
    return [
        _shown_version(one, whole, hidden=hidden and not may_read_all, may_read_all=may_read_all)
        for one, whole, hidden in zip(rows, states, closed, strict=True)
    ]


def _shown_version(
    row: Mapping[str, Any], whole: FragmentState, *, hidden: bool, may_read_all: bool
) -> dict[str, Any]:
    """A version out of a fragment's history."""
    shown = _shown(withheld(whole) if hidden else whole, may_read_all=may_read_all)
    return {**shown, "at": row["at"], "by": row["by"], "reason": "" if hidden else row["reason"]}


def _shown(fragment: FragmentState, *, may_read_all: bool) -> dict[str, Any]:
    said = {k: v for k, v in plain(fragment).items() if k not in RENAMED}
    elements = [
        {
            "role": e.role,
            "code": e.code_id,
            "state": e.state or NOT_STATED,
            "statement": e.statement,
            "of_group": e.of_group,
            "wished": e.wished,
            "start": e.start,
            "end": e.end,
        }
        for e in fragment.elements
    ]
    sources = [
        {
            "document": s.document_id,
            "attribution": s.attribution,
            "case": s.case_id,
            "participant": s.participant if may_read_all else None,
        }
        for s in fragment.sources
    ]
    return {
        **said,
        "id": fragment.fragment_id,
        "document": fragment.document_id,
        "kind": kind_of(fragment.elements),
        "elements": elements,
        "sources": sources,
    }


async def read_findings(tx: Tx, review_id: str) -> dict[str, Any]:
    """Everything odd about the review's coding, so that people can put it right."""
    coded = await findings.coded_theories(tx, review_id)
    known = {row["theory_id"] for row in await projections_store.theories_of(tx, review_id)}
    books = await codebook_store.codebooks_of(tx, review_id)
    groups = {theory: codebook_store.groups_of(row) for theory, row in books.items()}
    return {
        "fragments_without_theory": await findings.without_theory(tx, review_id),
        "unknown_theories": [theory for theory in coded if theory not in known],
        "unknown_codes": await ungrouped_codes(tx, review_id, coded, groups),
        "unknown_documents": await findings.unknown_documents(tx, review_id),
        "unknown_records": await findings.unknown_records(tx, review_id),
        "broken_passages": await findings.with_anchor(tx, review_id, BROKEN),
        "unverified_passages": await findings.with_anchor(tx, review_id, UNVERIFIED),
        "unchecked_senses": [
            {"theory": theory, "code": code}
            for theory in sorted(groups)
            for code in unchecked(groups[theory])
        ],
        "link_cycles": _cycles(await studies_store.links_of(tx, review_id)),
    }


async def read_links(tx: Tx, review_id: str) -> dict[str, Any]:
    """The sibling links, the linked sets by canonical study, the cycles among them, and kin."""
    links = await studies_store.links_of(tx, review_id)
    return {
        "links": [{"a": a, "b": b} for a, b in links],
        "siblings": siblings(links),
        "cycles": _cycles(links),
        "kinships": await kinships_of(tx, review_id),
    }


def _cycles(links: Iterable[Pair]) -> list[list[str]]:
    """Linked sets with more links than they need: the studies of each, sorted."""
    sets = siblings(links)
    return [sets[canonical] for canonical in cycles(links)]


def shown_document(row: Mapping[str, Any], *, may_read_all: bool) -> dict[str, Any]:
    """A document for a reader; a confidential one without its title, unless `may_read_all`."""
    hidden = bool(row["confidential"]) and not may_read_all
    return {
        "id": row["document_id"],
        "kind": row["kind"],
        "title": "" if hidden else row["title"],
        "record": row["record_id"],
        "study": row["study_id"],
        "case": row["case_id"],
        "year": row["year"],
        "confidential": bool(row["confidential"]),
        "withdrawn": bool(row["withdrawn"]),
        "erased": bool(row["erased"]),
        "text_version": 0 if row["erased"] else row["text_version"],
        "version": row["version"],
        "fragments": row.get("fragments", 0),
        "updated_at": row["updated_at"],
        "participant": row["participant"] if may_read_all else None,
        "speakers": row["speakers"] if may_read_all else None,
        "retain_until": row["retain_until"],
        "retrieval": row.get("state"),
        "assignee": row.get("assignee"),
    }
