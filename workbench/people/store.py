"""People: their names, their tokens, and what they may."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, delete, select, update

from shared.db import insert_ignoring_twins, upsert
from shared.kernel.tx import Tx
from workbench.tables import acts, invitations, members, people, tokens


async def name_person(tx: Tx, person_id: str, name: str) -> None:
    """Change a person's name; names live nowhere else."""
    stmt = upsert(tx.dialect, people).values(person_id=person_id, name=name)
    await tx.execute(stmt.on_conflict_do_update(index_elements=["person_id"], set_={"name": name}))


async def propose_name(tx: Tx, person_id: str, name: str) -> None:
    """Name a person who has no name yet."""
    row = {"person_id": person_id, "name": name}
    await tx.execute(insert_ignoring_twins(tx.dialect, people), row)


async def name_of(tx: Tx, person_id: str) -> str:
    """A person's name; empty where none was given."""
    found = select(people.c.name).where(people.c.person_id == person_id)
    return (await tx.execute(found)).scalar_one_or_none() or ""


async def roles_in(tx: Tx, person_id: str, review_id: str) -> frozenset[str]:
    """A person's roles in a review; none for who never joined, or left."""
    found = select(members.c.roles).where(
        members.c.review_id == review_id,
        members.c.person_id == person_id,
        members.c.left_at.is_(None),
    )
    return frozenset((await tx.execute(found)).scalar_one_or_none() or ())


async def reviews_of(tx: Tx, person_id: str) -> frozenset[str]:
    """The reviews in which a person is."""
    mine = select(members.c.review_id).where(
        members.c.person_id == person_id, members.c.left_at.is_(None)
    )
    return frozenset((await tx.execute(mine)).scalars())


async def put_token(tx: Tx, row: Mapping[str, Any]) -> None:
    """Keep the hash of a personal token."""
    await tx.execute(insert_ignoring_twins(tx.dialect, tokens), dict(row))


async def token(tx: Tx, token_hash: str) -> RowMapping | None:
    """A personal token that holds, by its hash."""
    return await _holding(tx, tokens.c.token_hash == token_hash)


async def token_of_id(tx: Tx, token_id: str) -> RowMapping | None:
    """A personal token that holds, by its id."""
    return await _holding(tx, tokens.c.token_id == token_id)


async def _holding(tx: Tx, which: Any) -> RowMapping | None:
    found = select(tokens).where(which, tokens.c.revoked_at.is_(None))
    return (await tx.execute(found.where(tokens.c.expires_at > tx.now()))).mappings().first()


async def tokens_of(tx: Tx, person_id: str | None) -> Sequence[RowMapping]:
    """A person's tokens (None: everybody's), newest first, without their secrets."""
    listed = select(tokens).order_by(tokens.c.created_at.desc(), tokens.c.token_id)
    if person_id is not None:
        listed = listed.where(tokens.c.person_id == person_id)
    return (await tx.execute(listed)).mappings().all()


async def revoke_token(tx: Tx, token_id: str, person_id: str | None) -> int:
    """End a token of a person (None: of anybody); returns how many that were."""
    ended = update(tokens).where(tokens.c.token_id == token_id, tokens.c.revoked_at.is_(None))
    if person_id is not None:
        ended = ended.where(tokens.c.person_id == person_id)
    return int((await tx.execute(ended.values(revoked_at=tx.now()))).rowcount)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Delete a person's name and invitations, and end their tokens, which lose their labels."""
    await tx.execute(delete(people).where(people.c.person_id == person_id))
    await tx.execute(delete(invitations).where(invitations.c.person_id == person_id))
    mine = tokens.c.person_id == person_id
    ended = update(tokens).where(mine, tokens.c.revoked_at.is_(None))
    await tx.execute(ended.values(revoked_at=tx.now()))
    await tx.execute(update(tokens).where(mine).values(label=""))


async def note_act(tx: Tx, what: str, about: str, review_id: str = "") -> None:
    """Note who did something that no event tells; for the audit log."""
    row = {"review_id": review_id, "at": tx.now(), "actor_id": tx.actor, "what": what}
    await tx.execute(acts.insert(), [{**row, "about": about}])
