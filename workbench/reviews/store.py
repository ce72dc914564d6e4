"""Reviews, their members, and who is invited."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import RowMapping, delete, select, update

from shared.db import insert_ignoring_twins, upsert
from shared.decoding import convert
from shared.events.workbench import ReviewState
from shared.kernel.tx import Tx
from workbench.tables import amendments, invitations, members, people, reviews


async def review(tx: Tx, review_id: str) -> RowMapping | None:
    """A review's row, or None."""
    found = await tx.execute(select(reviews).where(reviews.c.review_id == review_id))
    return found.mappings().first()


async def all_reviews(tx: Tx) -> Sequence[RowMapping]:
    """Every review, oldest first."""
    ordered = select(reviews).order_by(reviews.c.opened_at, reviews.c.review_id)
    return (await tx.execute(ordered)).mappings().all()


async def titles_of(tx: Tx, person_id: str | None, limit: int) -> list[tuple[str, str]]:
    """Key and title of the newest reviews that a person is in; None: of any."""
    found = select(reviews.c.review_id, reviews.c.state)
    if person_id is not None:
        found = found.join(members, members.c.review_id == reviews.c.review_id).where(
            members.c.person_id == person_id, members.c.left_at.is_(None)
        )
    newest = found.order_by(reviews.c.opened_at.desc(), reviews.c.review_id).limit(limit)
    return [(row.review_id, row.state["title"]) for row in await tx.execute(newest)]


async def title_of(tx: Tx, review_id: str) -> str:
    """A review's title; empty where there is no such review."""
    row = await review(tx, review_id)
    return str(row["state"]["title"]) if row else ""


def state_of(row: RowMapping) -> ReviewState:
    """The review as its readers know it."""
    return convert(row["state"], ReviewState)


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


async def put_invitation(
    tx: Tx, review_id: str, person_id: str, roles: Sequence[str], name: str
) -> None:
    """Invite a person; a later invitation takes the place of an earlier one."""
    row = {
        "review_id": review_id,
        "person_id": person_id,
        "roles": list(roles),
        "name": name,
        "invited_by": tx.actor,
        "invited_at": tx.now(),
    }
    stmt = upsert(tx.dialect, invitations).values(row)
    changing = ("roles", "name", "invited_by")
    stmt = stmt.on_conflict_do_update(
        index_elements=["review_id", "person_id"], set_={key: row[key] for key in changing}
    )
    await tx.execute(stmt)


async def invitation(tx: Tx, review_id: str, person_id: str) -> RowMapping | None:
    """A person's invitation to a review."""
    found = select(invitations).where(
        invitations.c.review_id == review_id, invitations.c.person_id == person_id
    )
    return (await tx.execute(found)).mappings().first()


async def drop_invitation(tx: Tx, review_id: str, person_id: str) -> bool:
    """Take an invitation away; returns whether there was one."""
    gone = delete(invitations).where(
        invitations.c.review_id == review_id, invitations.c.person_id == person_id
    )
    return bool((await tx.execute(gone)).rowcount)


async def invited(tx: Tx, review_id: str) -> Sequence[RowMapping]:
    """Who is invited to a review, in order of their ids."""
    found = select(invitations).where(invitations.c.review_id == review_id)
    return (await tx.execute(found.order_by(invitations.c.person_id))).mappings().all()


async def invitations_of(tx: Tx, person_id: str) -> Sequence[RowMapping]:
    """A person's invitations with the state of the reviews, oldest first."""
    found = (
        select(invitations, reviews.c.state)
        .join(reviews, reviews.c.review_id == invitations.c.review_id)
        .where(invitations.c.person_id == person_id)
        .order_by(invitations.c.invited_at, invitations.c.review_id)
    )
    return (await tx.execute(found)).mappings().all()
