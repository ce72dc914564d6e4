"""The groups of each theory, as the engine reads them."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from services.synthesis.engine.values import Codebook, Group, Membership
from services.synthesis.projections.store import tables
from shared.db import Tx
from shared.db.rows import all_of, rows_among


async def codebooks_of(tx: Tx, review_id: str, theories: Collection[str]) -> dict[str, Codebook]:
    """Codebooks of the theories that have one."""
    rows = await rows_among(tx, tables.codebooks, review_id, tables.codebooks.c.theory_id, theories)
    return {
        row["theory_id"]: Codebook(tuple(_group(item) for item in row["groups"]), row["version"])
        for row in rows
    }


def _opposites(item: Mapping[str, Any]) -> tuple[str, ...]:
    named = {*(item.get("opposites") or ()), item["opposite_of"]}
    return tuple(sorted(name for name in named if name))


def _group(item: Mapping[str, Any]) -> Group:
    return Group(
        role=item["role"],
        id=item["group_id"],
        members=tuple(
            Membership(code["code_id"], code["sense"], code["sense_by"] != "person")
            for code in item["codes"]
        ),
        opposite_of=_opposites(item),
        two_valued=bool(item.get("two_valued")),
        level=item["level"] or "unset",
        valence=item.get("valence") or "unset",
        label=item["label"],
    )


async def groups_of(tx: Tx, review_id: str, theory_id: str) -> list[dict[str, Any]]:
    """The groups of a theory's codebook as they were published; none where there is no codebook."""
    rows = await rows_among(
        tx, tables.codebooks, review_id, tables.codebooks.c.theory_id, [theory_id]
    )
    return list(rows[0]["groups"]) if rows else []


async def codes_of(tx: Tx, review_id: str, codes: Collection[str]) -> dict[str, str]:
    """Labels of those of the codes that a codebook of the review holds."""
    query = select(tables.codebooks.c.groups).where(tables.codebooks.c.review_id == review_id)
    return {
        code["code_id"]: code["label"] or code["code_id"]
        for row in await all_of(tx, query)
        for group in row["groups"]
        for code in group["codes"]
        if code["code_id"] in codes
    }
