"""What workbench remembers of the other services' things: the newest version of each."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, select

from shared.db import chunks
from shared.kernel.tx import Tx
from shared.projections import aliases
from workbench import tables
from workbench.projections.domain.group_words import GroupWords
from workbench.tables import (
    ccmoc_states,
    ccmocs,
    criteria,
    documents,
    groups,
    study_links,
    theories,
)


async def survivors(tx: Tx, review_id: str) -> dict[str, str]:
    """Every absorbed record with the record that stands for it now, however often merged."""
    return await aliases.all_survivors(tx, tables.aliases, review_id)


async def names_of(tx: Tx, review_id: str, record_ids: Collection[str]) -> dict[str, str]:
    """Every id by which these records are known, each with the record that stands for it."""
    return await aliases.names_of(tx, tables.aliases, review_id, record_ids)


async def studies_by_record(tx: Tx, review_id: str) -> dict[str, list[str]]:
    """The studies of the documents of each record that has any."""
    found = select(documents.c.record_id, documents.c.study_id).where(
        documents.c.review_id == review_id, documents.c.record_id.is_not(None)
    )
    studies: dict[str, list[str]] = {}
    for row in await tx.execute(found):
        studies.setdefault(row.record_id, []).append(row.study_id)
    return studies


async def documents_of(tx: Tx, review_id: str, record_ids: Collection[str]) -> list[str]:
    """The documents of a record that is known by these ids."""
    found = select(documents.c.document_id).where(
        documents.c.review_id == review_id, documents.c.record_id.in_(record_ids)
    )
    return [row.document_id for row in await tx.execute(found.order_by(documents.c.document_id))]


async def documents_of_studies(
    tx: Tx, review_id: str, study_ids: Collection[str]
) -> dict[str, list[str]]:
    """The documents of each of these studies, in order of their ids."""
    found: dict[str, list[str]] = {}
    for part in chunks(sorted(study_ids), 500):
        wanted = select(documents.c.study_id, documents.c.document_id).where(
            documents.c.review_id == review_id, documents.c.study_id.in_(part)
        )
        for row in await tx.execute(wanted.order_by(documents.c.document_id)):
            found.setdefault(row.study_id, []).append(row.document_id)
    return found


async def links(tx: Tx, review_id: str) -> list[tuple[str, str]]:
    """Sibling links that stand."""
    found = select(study_links.c.a, study_links.c.b).where(
        study_links.c.review_id == review_id, study_links.c.linked.is_(True)
    )
    return [(row.a, row.b) for row in await tx.execute(found)]


async def standing_ccmocs(
    tx: Tx, review_id: str, theory: str | None = None
) -> Sequence[RowMapping]:
    """CCMOCs with evidence, with what people say of them."""
    found = (
        select(ccmocs, ccmoc_states.c.state, ccmoc_states.c.recheck)
        .join(
            ccmoc_states,
            (ccmoc_states.c.review_id == ccmocs.c.review_id)
            & (ccmoc_states.c.ccmoc_id == ccmocs.c.ccmoc_id),
            isouter=True,
        )
        .where(ccmocs.c.review_id == review_id, ccmocs.c.lapsed.is_(False))
    )
    if theory:
        found = found.where(ccmocs.c.theory_id == theory)
    return (await tx.execute(found.order_by(ccmocs.c.ccmoc_id))).mappings().all()


async def ccmoc(tx: Tx, review_id: str, ccmoc_id: str) -> RowMapping | None:
    """One CCMOC, also when it lapsed."""
    found = select(ccmocs).where(ccmocs.c.review_id == review_id, ccmocs.c.ccmoc_id == ccmoc_id)
    return (await tx.execute(found)).mappings().first()


async def theory_states(tx: Tx, review_id: str) -> list[Mapping[str, Any]]:
    """Theories at their newest version, by number and id."""
    found = select(theories.c.state).where(theories.c.review_id == review_id)
    states: list[Mapping[str, Any]] = [row.state for row in await tx.execute(found)]
    return sorted(states, key=lambda s: (s.get("number") or 0, s["theory_id"]))


async def group_words(tx: Tx, review_id: str) -> dict[str, GroupWords]:
    """Theory → what people call its groups."""
    found = select(groups.c.theory_id, groups.c.labels, groups.c.undesired)
    rows = await tx.execute(found.where(groups.c.review_id == review_id))
    return {row.theory_id: GroupWords(row.labels, frozenset(row.undesired)) for row in rows}


async def reason_words(tx: Tx, review_id: str) -> dict[str, Mapping[str, str]]:
    """Stage → reason to exclude → what people call it."""
    found = select(criteria.c.stage, criteria.c.words).where(criteria.c.review_id == review_id)
    return {row.stage: row.words for row in await tx.execute(found)}


async def ccmoc_bodies(
    tx: Tx, review_id: str, ccmoc_ids: Sequence[str]
) -> dict[str, Mapping[str, Any]]:
    """The bodies of these CCMOCs as last heard (empty of a lapsed one)."""
    bodies: dict[str, Mapping[str, Any]] = {}
    for part in chunks(ccmoc_ids, 5000):
        found = select(ccmocs.c.ccmoc_id, ccmocs.c.body).where(
            ccmocs.c.review_id == review_id, ccmocs.c.ccmoc_id.in_(part)
        )
        bodies |= {row.ccmoc_id: row.body for row in await tx.execute(found)}
    return bodies
