"""The inputs of the engine, read from one snapshot of the tables."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import select

from services.synthesis.arguments.store import held_arguments
from services.synthesis.configurations.domain.judging import in_force
from services.synthesis.engine.values import (
    Citation,
    Element,
    Fragment,
    Judgement,
    Parameters,
    Pin,
    Review,
    Source,
    pair,
)
from services.synthesis.projections.store import fragments as fragments_store
from services.synthesis.projections.store import projections, tables
from services.synthesis.projections.store.codebooks import codebooks_of
from shared.db import Tx
from shared.db.rows import all_of, first_of, rows_among

COUNTED = tuple(
    tables.fragments.c[name]
    for name in (
        "fragment_id",
        "version",
        "status",
        "duplicate_of",
        "theories",
        "elements",
        "sources",
    )
)
"""What counting needs of a fragment: no words."""


async def inputs_of_theory(tx: Tx, review_id: str, theory_id: str) -> Review:
    """All that one theory is computed from.

    Besides its own fragments that is what else cites the studies that they rest on (a case that
    is named anywhere in a study makes unnamed ones of it unknown), and the codebooks of the
    theories that share a fragment with it.
    """
    member = (tables.fragment_theories.c.review_id == tables.fragments.c.review_id) & (
        tables.fragment_theories.c.fragment_id == tables.fragments.c.fragment_id
    )
    query = (
        select(*COUNTED)
        .join(tables.fragment_theories, member)
        .where(
            tables.fragment_theories.c.review_id == review_id,
            tables.fragment_theories.c.theory_id == theory_id,
        )
    )
    known = {row["fragment_id"]: fragment_of(row) for row in await all_of(tx, query)}
    books = {theory_id, *(name for item in known.values() for name in item.theories)}
    await _add_repeated(tx, review_id, known)
    cited = {item.source for fragment in known.values() for item in fragment.citations}
    beside = await _beside(tx, review_id, cited)
    citing = await fragments_store.fragments_citing(tx, review_id, beside) - known.keys()
    rows = await rows_among(tx, tables.fragments, review_id, tables.fragments.c.fragment_id, citing)
    known |= {row["fragment_id"]: fragment_of(row) for row in rows}
    await _add_repeated(tx, review_id, known)
    return await _review(tx, review_id, (theory_id,), known, books, beside)


async def inputs_of_review(tx: Tx, review_id: str) -> Review:
    """All that a whole review is computed from."""
    rows = await all_of(tx, select(*COUNTED).where(tables.fragments.c.review_id == review_id))
    known = {row["fragment_id"]: fragment_of(row) for row in rows}
    theories = await projections.known_theories(tx, review_id)
    cited = {item.source for fragment in known.values() for item in fragment.citations}
    beside = await _beside(tx, review_id, cited)
    return await _review(tx, review_id, tuple(theories), known, theories, beside)


async def _beside(tx: Tx, review_id: str, cited: Collection[str]) -> set[str]:
    found = await projections.documents_beside(tx, review_id, dict.fromkeys(cited, ""))
    return set().union(*found.values())


async def _review(
    tx: Tx,
    review_id: str,
    theories: tuple[str, ...],
    known: Mapping[str, Fragment],
    books: Collection[str],
    documents: Collection[str],
) -> Review:
    judgements = tuple(await judgements_of(tx, review_id, theories))
    review = Review(
        theories=theories,
        fragments=known,
        versions=await versions_of(tx, review_id, judgements),
        sources=await sources_of(tx, review_id, documents),
        links=frozenset(pair(*link) for link in await projections.links_of(tx, review_id)),
        codebooks=await codebooks_of(tx, review_id, books),
        pins=await pins_of(tx, review_id, theories),
        judgements=judgements,
        arguments=await held_arguments(tx, review_id, theories),
        parameters=await parameters_of(tx, review_id),
    )
    return replace(review, judgements=in_force(review))


async def versions_of(
    tx: Tx, review_id: str, judgements: Iterable[Judgement]
) -> dict[tuple[str, int], Fragment]:
    """The bodies of the fragment versions that judgements name, as far as they are kept."""
    named = {
        (item.fragment, item.fragment_version)
        for item in judgements
        if item.fragment_version is not None
    }
    table = tables.fragment_versions
    ids = {fragment for fragment, _ in named}
    rows = await rows_among(tx, table, review_id, table.c.fragment_id, ids)
    return {
        key: fragment_of(row)
        for row in rows
        if (key := (row["fragment_id"], row["version"])) in named
    }


async def _add_repeated(tx: Tx, review_id: str, known: dict[str, Fragment]) -> None:
    """Fetch what duplicates repeat, however long the chain; what is not there is not there."""
    asked: set[str] = set(known)
    wanted = _repeated(known.values()) - asked
    while wanted:
        asked |= wanted
        rows = await rows_among(
            tx, tables.fragments, review_id, tables.fragments.c.fragment_id, wanted
        )
        fetched = {row["fragment_id"]: fragment_of(row) for row in rows}
        known.update(fetched)
        wanted = _repeated(fetched.values()) - asked


def _repeated(fragments: Iterable[Fragment]) -> set[str]:
    return {item.duplicate_of for item in fragments if item.duplicate_of is not None}


def fragment_of(row: Mapping[str, Any]) -> Fragment:
    """A stored fragment as the engine sees it."""
    return Fragment(
        id=row["fragment_id"],
        theories=tuple(row["theories"]),
        elements=tuple(
            Element(
                item["role"],
                item["code_id"] or None,
                item["state"] or "not_stated",
                bool(item.get("of_group")),
                bool(item.get("wished")),
            )
            for item in row["elements"]
        ),
        citations=tuple(
            Citation(item["document_id"], item["attribution"], item["case_id"], item["participant"])
            for item in row["sources"]
        ),
        version=row["version"],
        active=row["status"] == "active",
        duplicate_of=row["duplicate_of"],
    )


async def sources_of(tx: Tx, review_id: str, document_ids: Collection[str]) -> dict[str, Source]:
    """The cited documents with what their records' settlements and flags say now.

    A record is included while it, or a record that was merged into it, is settled include at
    the last stage of the main path; a review without stages includes all.
    """
    table = tables.documents
    rows = await rows_among(tx, table, review_id, table.c.document_id, document_ids)
    wanted = {row["record_id"] for row in rows if row["record_id"]}
    names = await _names(tx, review_id, wanted)
    every = {name for record in wanted for name in names[record]}
    review = await projections.review_of(tx, review_id)
    stage = review["last_stage"] if review else None
    included = await projections.settled_include(tx, review_id, stage, every)
    told = await projections.records_by_id(tx, review_id, every)
    found: dict[str, Source] = {}
    for row in rows:
        record = row["record_id"]
        same = names[record] if record else ()
        found[row["document_id"]] = Source(
            key=row["document_id"],
            study=row["study_id"] or row["document_id"],
            case=row["case_id"],
            record=record,
            included=stage is None or not included.isdisjoint(same),
            retracted=_speaks_for(same, told, "retracted") or _speaks_for(same, told, "removed"),
            withdrawn=bool(row["withdrawn"]),
        )
    return found


async def _names(tx: Tx, review_id: str, record_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Each of the records with all ids by which it is known, the survivor's first."""
    stands = await projections.names_of(tx, review_id, record_ids)
    sets: dict[str, list[str]] = {}
    for name in sorted(stands, key=lambda name: (stands[name] != name, name)):
        sets.setdefault(stands[name], []).append(name)
    return {record_id: tuple(sets[stands[record_id]]) for record_id in record_ids}


def _speaks_for(names: Collection[str], told: Mapping[str, Mapping[str, Any]], what: str) -> bool:
    """The word of the first name that search told of: the survivor's, if it is there."""
    return next((bool(told[name][what]) for name in names if name in told), False)


async def pins_of(tx: Tx, review_id: str, theories: Collection[str]) -> dict[str, Pin]:
    """Pins that stand."""
    rows = await rows_among(tx, tables.pins, review_id, tables.pins.c.theory_id, theories)
    return {row["theory_id"]: Pin(row["outcome"], row["reason"]) for row in rows if row["outcome"]}


async def judgements_of(tx: Tx, review_id: str, theories: Collection[str]) -> list[Judgement]:
    """Judgements in the order in which they were given."""
    rows = await rows_among(
        tx, tables.judgements, review_id, tables.judgements.c.theory_id, theories
    )
    return [
        Judgement(
            theory=row["theory_id"],
            outcome=row["outcome"],
            role=row["role"],
            mechanism=row["mechanism"],
            fragment=row["fragment_id"],
            person=row["person"],
            acting_as=row["acting_as"],
            verdict=row["verdict"],
            fragment_version=row["fragment_version"],
            blind=bool(row["blind"]),
        )
        for row in sorted(rows, key=lambda row: row["position"])
    ]


async def parameters_of(tx: Tx, review_id: str) -> Parameters:
    """The stated thresholds; the method's own where none is stated."""
    row = await first_of(
        tx, select(tables.parameters).where(tables.parameters.c.review_id == review_id)
    )
    known = {field.name for field in fields(Parameters)}
    stated = row["stated"] if row else {}
    return Parameters(**{name: value for name, value in stated.items() if name in known})
