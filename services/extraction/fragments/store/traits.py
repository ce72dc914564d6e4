"""What fragments are looked up by: an index of traits, kept with every coding.

Participants stand in it by a hash, so that no name is kept in the open.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, literal, select

from services.extraction.fragments.store.tables import fragment_traits
from services.extraction.rounds.store import visible
from services.extraction.tables import (
    codebooks,
    fragment_codes,
    fragment_documents,
    fragment_theories,
    fragments,
)
from shared.db import Tx, chunks
from shared.db.rows import CHUNK, all_of, put
from shared.events.extraction import FragmentState
from shared.ids import stable_id

Pair = tuple[str, str]
TRAITS = ("source_kind", "case", "participant", "relation", "target", "role", "explicitness")
COLUMNS = ("kind", "status", "coder", "anchor")
COUNTED = 4_000
"""How far the fragments of a filter are counted to see which filter is the narrowest."""


def participant_value(review_id: str, participant: str) -> str:
    """A participant as the index holds them."""
    return stable_id(review_id, "participant", participant)


def traits_of(
    review_id: str, state: FragmentState, documents: Mapping[str, Mapping[str, Any]]
) -> set[Pair]:
    """Every `(trait, value)` of a fragment; `documents` are the rows of its sources."""
    found: set[Pair] = {("explicitness", state.explicitness)}
    found |= {("role", element.role) for element in state.elements}
    for relation in state.relations:
        found |= {("relation", relation.relation), ("target", f"{relation.kind}/{relation.id}")}
    for source in state.sources:
        document = documents.get(source.document_id, {})
        found.add(("source_kind", _kind(document, source.participant)))
        case = source.case_id or document.get("case_id")
        if case:
            found.add(("case", case))
        if source.participant:
            found.add(("participant", participant_value(review_id, source.participant)))
    return {pair for pair in found if pair[1]}


def _kind(document: Mapping[str, Any], participant: str | None) -> str:
    """The kind of source: the speaker's own where it is told, else the document's."""
    for speaker in document.get("speakers") or ():
        if participant and speaker["participant"] == participant and speaker["kind"]:
            return str(speaker["kind"])
    return str(document.get("kind", ""))


async def keep_traits(
    tx: Tx, review_id: str, traits: Mapping[str, Collection[Pair]], new: Collection[str] = ()
) -> None:
    """Replace the traits of these fragments; those that are `new` have none yet."""
    table = fragment_traits
    for some in chunks(sorted(traits.keys() - set(new)), CHUNK):
        here = (table.c.review_id == review_id) & table.c.fragment_id.in_(some)
        await tx.execute(delete(table).where(here))
    rows = [
        {"review_id": review_id, "trait": trait, "value": value, "fragment_id": fragment_id}
        for fragment_id, pairs in traits.items()
        for trait, value in sorted(pairs)
    ]
    await put(tx, table, rows)


async def unindexed(tx: Tx, limit: int) -> list[Pair]:
    """Fragments of any review (`(review, fragment)`) that have no trait at all."""
    table = fragment_traits
    has_one = (
        select(literal(1))
        .where(table.c.review_id == fragments.c.review_id)
        .where(table.c.fragment_id == fragments.c.fragment_id)
        .exists()
    )
    query = select(fragments.c.review_id, fragments.c.fragment_id).where(~has_one).limit(limit)
    return [(row.review_id, row.fragment_id) for row in await tx.execute(query)]


async def codebook_versions(tx: Tx, review_id: str, theory_ids: Collection[str]) -> dict[str, int]:
    """The version at which the codebook of each of these theories stands."""
    newest = func.max(codebooks.c.version)
    here = (codebooks.c.review_id == review_id) & codebooks.c.theory_id.in_(sorted(theory_ids))
    query = select(codebooks.c.theory_id, newest.label("version")).where(here)
    rows = await tx.execute(query.group_by(codebooks.c.theory_id))
    return {row.theory_id: row.version for row in rows}


async def filtered_ids(
    tx: Tx, review_id: str, filters: Mapping[str, Any], *, after: str, limit: int
) -> list[str]:
    """Ids of the fragments that pass every filter and that whoever acts sees, sorted, after
    `after`.

    The index rows of the narrowest filter are read in order; each is looked up in the others.
    """
    indexes = [_Index.of(review_id, name, value) for name, value in _indexed(review_id, filters)]
    columns = {name: filters[name] for name in COLUMNS if name in filters}
    if not indexes:
        return await _plain(tx, review_id, columns, after, limit)
    counted = [await _count(tx, index) if len(indexes) > 1 else 0 for index in indexes]
    order = sorted(range(len(indexes)), key=lambda n: counted[n])
    first, *others = [indexes[n] for n in order]
    query = first.ids().where(first.fragment > after)
    for other in others:
        query = query.where(other.holds(first.fragment))
    query = query.where(_has(review_id, columns, first.fragment, tx.actor))
    rows = await tx.execute(query.order_by(first.fragment).limit(limit))
    return list(rows.scalars())


def _indexed(review_id: str, filters: Mapping[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in filters.items():
        if name == "participant":
            found.append((name, participant_value(review_id, value)))
        elif name not in COLUMNS and name != "uncoded_since":
            since = filters.get("uncoded_since") if name == "theory" else None
            found.append((name, value if since is None else (value, since)))
    return found


class _Index:
    """One filter: the rows of an index table that have a value."""

    def __init__(self, table: Any, here: ColumnElement[bool]) -> None:
        self.table = table
        self.here = here
        self.fragment = table.c.fragment_id

    @classmethod
    def of(cls, review_id: str, name: str, value: Any) -> "_Index":
        if name in TRAITS:
            table: Any = fragment_traits.alias()
            here = and_(table.c.trait == name, table.c.value == value)
        elif name == "theory" and isinstance(value, tuple):
            table = fragment_theories.alias()
            here = and_(table.c.theory_id == value[0], table.c.codebook_version < value[1])
        else:
            source = {
                "theory": fragment_theories,
                "document": fragment_documents,
                "code": fragment_codes,
            }[name]
            table = source.alias()
            here = table.c[f"{name}_id"] == value
        return cls(table, and_(table.c.review_id == review_id, here))

    def ids(self) -> Select[Any]:
        return select(self.fragment).where(self.here).distinct()

    def holds(self, fragment: ColumnElement[str]) -> ColumnElement[bool]:
        return select(literal(1)).where(self.here, self.fragment == fragment).exists()


async def _count(tx: Tx, index: _Index) -> int:
    some = select(index.fragment).where(index.here).limit(COUNTED).subquery()
    return int((await tx.execute(select(func.count()).select_from(some))).scalar_one())


def _has(
    review_id: str, columns: Mapping[str, Any], fragment: ColumnElement[str], reader: str | None
) -> ColumnElement[bool]:
    table = fragments.alias()
    here = [table.c.review_id == review_id, table.c.fragment_id == fragment]
    here.append(visible(reader, table))
    here += [_column(table, name) == value for name, value in columns.items()]
    return select(literal(1)).where(*here).exists()


def _column(table: Any, name: str) -> ColumnElement[Any]:
    """A fragment's own column; its coder is who sent it where nobody else is named."""
    if name == "coder":
        return func.coalesce(table.c.coder, table.c.coded_by)
    column: ColumnElement[Any] = table.c[name]
    return column


async def _plain(
    tx: Tx, review_id: str, columns: Mapping[str, Any], after: str, limit: int
) -> list[str]:
    query = select(fragments.c.fragment_id).where(fragments.c.review_id == review_id)
    query = query.where(visible(tx.actor))
    for name, value in columns.items():
        query = query.where(_column(fragments, name) == value)
    query = query.where(fragments.c.fragment_id > after)
    rows = await all_of(tx, query.order_by(fragments.c.fragment_id).limit(limit))
    return [row["fragment_id"] for row in rows]
