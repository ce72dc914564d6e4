"""Reviews, their members, and the tokens of people."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import RowMapping, delete, select, update

from shared.db import insert_ignoring_twins, upsert
from shared.events.workbench import ReviewState
from shared.kernel.tx import Tx
from workbench.tables import amendments, members, people, reviews, tokens


async def review(tx: Tx, review_id: str) -> RowMapping | None:
    """A review's row, or None."""
    found = await tx.execute(select(reviews).where(reviews.c.review_id == review_id))
    return found.mappings().first()


async def all_reviews(tx: Tx) -> Sequence[RowMapping]:
    """Every review, oldest first."""
    ordered = select(reviews).order_by(reviews.c.opened_at, reviews.c.review_id)
    return (await tx.execute(ordered)).mappings().all()


def state_of(row: RowMapping) -> ReviewState:
    """The review as its readers know it."""
    return msgspec.convert(row["state"], ReviewState)


async def put_review(
    tx: Tx, state: ReviewState, *, version: int, reason: str, reported: Any, protocol: Any
) -> None:
    """Write a review at a version, and the version into its history."""
    plain = msgspec.to_builtins(state)
    row = {
        "review_id": state.review_id,
        "state": plain,
        "reported_numbers": reported,
        "protocol": protocol,
        "version": version,
        "opened_at": tx.now(),
    }
    stmt = upsert(tx.dialect, reviews).values(row)
    changing = ("state", "reported_numbers", "protocol", "version")
    stmt = stmt.on_conflict_do_update(
        index_elements=["review_id"], set_={name: row[name] for name in changing}
    )
    await tx.execute(stmt)
    note = {
        "review_id": state.review_id,
        "version": version,
        "state": plain,
        "reason": reason,
        "person_id": tx.actor,
        "at": tx.now(),
    }
    await tx.execute(insert_ignoring_twins(tx.dialect, amendments), note)


async def history(tx: Tx, review_id: str) -> Sequence[RowMapping]:
    """Every version of a review, with who changed it and why."""
    found = select(amendments).where(amendments.c.review_id == review_id)
    return (await tx.execute(found.order_by(amendments.c.version))).mappings().all()


async def name_person(tx: Tx, person_id: str, name: str) -> None:
    """Keep a person's name; names live nowhere else."""
    stmt = upsert(tx.dialect, people).values(person_id=person_id, name=name)
    await tx.execute(stmt.on_conflict_do_update(index_elements=["person_id"], set_={"name": name}))


async def names(tx: Tx) -> dict[str, str]:
    """Every person's name."""
    return {row.person_id: row.name for row in await tx.execute(select(people))}


async def member(tx: Tx, review_id: str, person_id: str) -> RowMapping | None:
    """A person's membership, also after they left."""
    found = select(members).where(
        members.c.review_id == review_id, members.c.person_id == person_id
    )
    return (await tx.execute(found)).mappings().first()


async def put_member(tx: Tx, review_id: str, person_id: str, roles: Sequence[str]) -> None:
    """Give a person these roles."""
    row = {
        "review_id": review_id,
        "person_id": person_id,
        "roles": list(roles),
        "joined_at": tx.now(),
        "left_at": None,
    }
    stmt = upsert(tx.dialect, members).values(row)
    await tx.execute(
        stmt.on_conflict_do_update(
            index_elements=["review_id", "person_id"],
            set_={"roles": list(roles), "left_at": None},
        )
    )


async def end_membership(tx: Tx, review_id: str, person_id: str) -> None:
    """A person left."""
    gone = update(members).where(members.c.review_id == review_id, members.c.person_id == person_id)
    await tx.execute(gone.values(left_at=tx.now()))


async def team(tx: Tx, review_id: str) -> Sequence[RowMapping]:
    """Members with their names, in order of their ids; those who left too."""
    joined = (
        select(members, people.c.name)
        .join(people, people.c.person_id == members.c.person_id, isouter=True)
        .where(members.c.review_id == review_id)
        .order_by(members.c.person_id)
    )
    return (await tx.execute(joined)).mappings().all()


async def roles_of(tx: Tx, person_id: str) -> dict[str, frozenset[str]]:
    """A person's roles in every review they have not left."""
    mine = select(members).where(members.c.person_id == person_id, members.c.left_at.is_(None))
    return {row.review_id: frozenset(row.roles) for row in await tx.execute(mine)}


async def put_token(tx: Tx, row: Mapping[str, Any]) -> None:
    """Keep the hash of a personal token."""
    await tx.execute(insert_ignoring_twins(tx.dialect, tokens), dict(row))


async def token(tx: Tx, token_hash: str) -> RowMapping | None:
    """A personal token that has not been revoked, by its hash."""
    found = select(tokens).where(tokens.c.token_hash == token_hash, tokens.c.revoked_at.is_(None))
    return (await tx.execute(found)).mappings().first()


async def tokens_of(tx: Tx, person_id: str) -> Sequence[RowMapping]:
    """A person's tokens, newest first, without their secrets."""
    mine = select(tokens).where(tokens.c.person_id == person_id)
    return (await tx.execute(mine.order_by(tokens.c.created_at.desc()))).mappings().all()


async def drop_token(tx: Tx, token_id: str, person_id: str) -> int:
    """Forget a token; returns how many there were."""
    gone = delete(tokens).where(tokens.c.token_id == token_id, tokens.c.person_id == person_id)
    return int((await tx.execute(gone)).rowcount)
