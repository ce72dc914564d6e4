"""Codebooks: put whole, versioned where their content changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.extraction.codebook import store as codebook_store
from services.extraction.codebook.domain import ROLES, codebook_hash, problems, symmetric, unchecked
from services.extraction.projections.handlers import require_review, require_theory
from shared.db import Tx
from shared.db.rows import plain
from shared.events.extraction import CodebookChanged, CodeDefinition, GroupState
from shared.http.problems import Conflict, Invalid

ACTIVE = "active"


class CodebookAmbiguous(Invalid):
    """A codebook that could be counted in two ways."""

    title = "The codebook is ambiguous"


class CodeIsGone(Conflict):
    """Nothing is coded with a code that was merged or retired, and nothing done to it but undoing
    that.
    """

    title = "The code is no longer in use"


@dataclass(frozen=True, slots=True)
class CodebookResult:
    """The version at which a codebook stands, and whether this command made it."""

    theory_id: str
    version: int
    changed: bool


async def lock_codebook(tx: Tx, review_id: str, theory_id: str) -> None:
    """Let nobody else change this codebook until the transaction ends."""
    await tx.lock(f"codebook/{review_id}/{theory_id}")


async def put_codebook(
    review_id: str,
    theory_id: str,
    groups: Sequence[GroupState],
    tx: Tx,
    *,
    theory_may_follow: bool = False,
) -> CodebookResult:
    """Replace a theory's codebook by these groups.

    A new version, and an event, only where the content changed: the order of groups and
    codes is not content. Raises `CodebookAmbiguous` with everything that is wrong, each named
    by its field, or `NotKnownYet` for the review or the theory (unless that may follow).
    """
    _refuse(groups)
    await require_review(tx, review_id)
    if not theory_may_follow:
        await require_theory(tx, review_id, theory_id)
    await lock_codebook(tx, review_id, theory_id)
    whole = symmetric(groups)
    content = codebook_hash(whole)
    before = await codebook_store.codebook_of(tx, review_id, theory_id)
    if before is not None and before["hash"] == content:
        return CodebookResult(theory_id, before["version"], changed=False)
    version = 1 if before is None else before["version"] + 1
    row = {
        "review_id": review_id,
        "theory_id": theory_id,
        "version": version,
        "hash": content,
        "groups": plain(whole),
        "stored_at": tx.now(),
        "stored_by": tx.actor,
    }
    await codebook_store.keep_codebook(tx, row)
    tx.emit(
        CodebookChanged(review_id=review_id, theory_id=theory_id, version=version, groups=whole)
    )
    return CodebookResult(theory_id, version, changed=True)


def _refuse(groups: Sequence[GroupState]) -> None:
    found = problems(groups)
    if found:
        errors = [{"field": p.field, "detail": p.sentence} for p in found]
        more = f" (and {len(found) - 1} more, see errors)" if len(found) > 1 else ""
        raise CodebookAmbiguous(found[0].sentence + more, field=found[0].field, errors=errors)


async def read_codebook(
    tx: Tx, review_id: str, theory_id: str, version: int | None
) -> dict[str, Any]:
    """A theory's codebook with the number of fragments per code, the codes that are in no
    group, and the senses that no person has checked. Version 0 is the empty one.

    `loose` are codes in use that stand in no group of any theory.
    """
    made = await codebook_store.codes_of(tx, review_id)
    row = await codebook_store.codebook_of(tx, review_id, theory_id, version)
    groups = codebook_store.groups_of(row)
    counted = await codebook_store.code_counts(tx, review_id, theory_id)
    ungrouped = _ungrouped(counted, groups)
    return {
        "theory": theory_id,
        "version": row["version"] if row else 0,
        "groups": [_shown(group, counted, made) for group in groups],
        "ungrouped": [{"role": r, "code": c, "fragments": counted[(r, c)]} for r, c in ungrouped],
        "unchecked": unchecked(groups),
        "loose": await _loose(tx, review_id, made.values()),
    }


def _shown(
    group: GroupState, counted: Mapping[tuple[str, str], int], made: Mapping[str, CodeDefinition]
) -> dict[str, Any]:
    """A group with its codes, the status and the fragments of each."""
    return {
        "id": group.group_id,
        "role": group.role,
        "label": group.label,
        "level": group.level,
        "valence": group.valence,
        "two_valued": group.two_valued,
        "opposite_of": list(group.opposites) or group.opposite_of,
        "parent": group.parent,
        "description": group.description,
        "codes": [
            {
                "id": c.code_id,
                "label": c.label,
                "sense": c.sense,
                "sense_by": c.sense_by,
                "status": made[c.code_id].status if c.code_id in made else ACTIVE,
                "fragments": counted.get((group.role, c.code_id), 0),
            }
            for c in group.codes
        ],
    }


async def _loose(tx: Tx, review_id: str, made: Iterable[CodeDefinition]) -> list[dict[str, str]]:
    """Codes in use that stand in no group of any theory, by role and label."""
    books = await codebook_store.codebooks_of(tx, review_id)
    grouped = {
        one
        for row in books.values()
        for one in codebook_store.known_codes(codebook_store.groups_of(row))
    }
    found = [c for c in made if c.status == ACTIVE and (c.role, c.code_id) not in grouped]
    ordered = sorted(found, key=lambda c: (c.role, c.label.casefold(), c.code_id))
    return [{"role": c.role, "id": c.code_id, "label": c.label} for c in ordered]


async def ungrouped_codes(
    tx: Tx, review_id: str, coded: Sequence[str], groups: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Codes that fragments of these theories use and no group of their codebook holds."""
    found = []
    for theory in coded:
        counted = await codebook_store.code_counts(tx, review_id, theory)
        found += [
            {"theory": theory, "role": role, "code": code, "fragments": counted[(role, code)]}
            for role, code in _ungrouped(counted, groups.get(theory, ()))
        ]
    return found


def _ungrouped(
    counted: Mapping[tuple[str, str], int], groups: Sequence[GroupState]
) -> list[tuple[str, str]]:
    """Coded codes of roles that have groups, which stand in none."""
    grouped = codebook_store.known_codes(groups)
    return sorted(one for one in counted.keys() - grouped if one[0] in ROLES)
