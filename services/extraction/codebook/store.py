"""Codebooks, every version of them, and the codes that have an object of their own."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select

from services.extraction.rounds.store import hidden_ids, visible
from services.extraction.tables import (
    codebooks,
    codes,
    fragment_codes,
    fragment_theories,
    fragments,
)
from shared.db import Tx
from shared.db.among import among
from shared.db.rows import Row, all_of, first_of, put, rows_among, state
from shared.events.extraction import CodeDefinition, GroupState


def groups_of(row: Row | None) -> tuple[GroupState, ...]:
    """The groups of a codebook's row; none where there is no codebook."""
    return () if row is None else tuple(state(group, GroupState) for group in row["groups"])


async def codebook_of(
    tx: Tx, review_id: str, theory_id: str, version: int | None = None
) -> dict[str, Any] | None:
    """A theory's codebook at a version, or the newest."""
    here = (codebooks.c.review_id == review_id) & (codebooks.c.theory_id == theory_id)
    query = select(codebooks).where(here).order_by(codebooks.c.version.desc()).limit(1)
    if version is not None:
        query = query.where(codebooks.c.version == version)
    return await first_of(tx, query)


async def newest_version(tx: Tx, review_id: str, theory_id: str) -> int:
    """The version at which a theory's codebook stands; 0 where there is none."""
    row = await codebook_of(tx, review_id, theory_id)
    return 0 if row is None else int(row["version"])


async def codebooks_of(tx: Tx, review_id: str) -> dict[str, dict[str, Any]]:
    """The newest codebook of every theory that has one, by theory id."""
    newest = (
        select(codebooks.c.theory_id, func.max(codebooks.c.version).label("version"))
        .where(codebooks.c.review_id == review_id)
        .group_by(codebooks.c.theory_id)
        .subquery()
    )
    same = (codebooks.c.theory_id == newest.c.theory_id) & (codebooks.c.version == newest.c.version)
    query = select(codebooks).join(newest, same).where(codebooks.c.review_id == review_id)
    return {row["theory_id"]: row for row in await all_of(tx, query)}


async def versions_of(tx: Tx, review_id: str, theory_id: str) -> list[dict[str, Any]]:
    """Number, time and person of each version of a codebook, oldest first."""
    here = (codebooks.c.review_id == review_id) & (codebooks.c.theory_id == theory_id)
    columns = (codebooks.c.version, codebooks.c.stored_at, codebooks.c.stored_by)
    return await all_of(tx, select(*columns).where(here).order_by(codebooks.c.version))


async def keep_codebook(tx: Tx, row: Row) -> None:
    """Store a codebook as a new version."""
    await put(tx, codebooks, [row])


async def code_counts(tx: Tx, review_id: str, theory_id: str) -> dict[tuple[str, str], int]:
    """In how many of the theory's fragments each `(role, code)` is coded."""
    same = (fragment_theories.c.review_id == fragment_codes.c.review_id) & (
        fragment_theories.c.fragment_id == fragment_codes.c.fragment_id
    )
    query = (
        select(fragment_codes.c.role, fragment_codes.c.code_id, func.count().label("fragments"))
        .join(fragment_theories, same)
        .where(fragment_codes.c.review_id == review_id)
        .where(fragment_theories.c.theory_id == theory_id)
        .where(fragment_codes.c.fragment_id.not_in(hidden_ids(review_id, tx.actor)))
        .group_by(fragment_codes.c.role, fragment_codes.c.code_id)
    )
    return {(row.role, row.code_id): row.fragments for row in await tx.execute(query)}


def known_codes(groups: Collection[GroupState]) -> set[tuple[str, str]]:
    """Every `(role, code)` that is in one of the groups."""
    return {(group.role, code.code_id) for group in groups for code in group.codes}


def definition_of(row: Row) -> CodeDefinition:
    """A row as the code it holds."""
    return state({k: row[k] for k in CodeDefinition.__dataclass_fields__}, CodeDefinition)


async def codes_of(tx: Tx, review_id: str) -> dict[str, CodeDefinition]:
    """Every code that has an object of its own, by id."""
    rows = await all_of(tx, select(codes).where(codes.c.review_id == review_id))
    return {row["code_id"]: definition_of(row) for row in rows}


async def definitions_among(
    tx: Tx, review_id: str, code_ids: Collection[str]
) -> dict[str, CodeDefinition]:
    """Those of these codes that have an object of their own, by id."""
    rows = await rows_among(tx, codes, review_id, codes.c.code_id, code_ids)
    return {row["code_id"]: definition_of(row) for row in rows}


async def labels_among(tx: Tx, review_id: str, code_ids: Collection[str]) -> dict[str, str]:
    """What these codes are called, by id; those of which nobody said it are left out."""
    if not code_ids:
        return {}
    books = await codebooks_of(tx, review_id)
    found = {
        member.code_id: member.label
        for row in books.values()
        for group in groups_of(row)
        for member in group.codes
        if member.code_id in code_ids and member.label
    }
    made = await definitions_among(tx, review_id, list(code_ids))
    return found | {code.code_id: code.label for code in made.values()}


async def coded_among(tx: Tx, review_id: str, code_ids: Collection[str]) -> set[str]:
    """Those of these codes that active fragments have which whoever acts sees."""
    table = fragment_codes
    same = (fragments.c.review_id == table.c.review_id) & (
        fragments.c.fragment_id == table.c.fragment_id
    )
    query = (
        select(table.c.code_id)
        .join(fragments, same)
        .where(table.c.review_id == review_id, among(tx.dialect, table.c.code_id, code_ids))
        .where(fragments.c.status == "active", visible(tx.actor))
        .distinct()
    )
    return set((await tx.execute(query)).scalars())


async def has_codes(tx: Tx, review_id: str) -> bool:
    """Whether anybody made, or did something to, a code of the review."""
    query = select(codes.c.code_id).where(codes.c.review_id == review_id).limit(1)
    return (await tx.execute(query)).first() is not None
