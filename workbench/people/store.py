"""People: their names, their tokens, and what they may."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, RowMapping, Select, bindparam, delete, func, select, update

from shared.db import insert_ignoring_twins, upsert
from shared.kernel.tx import Tx
from workbench.tables import (
    accounts,
    acts,
    identities,
    invitations,
    join_links,
    members,
    people,
    tokens,
)


def _held(column: Column[str]) -> Select[Any]:
    """Personal tokens in which the column is `which`, and that hold at `now`."""
    return select(tokens).where(
        column == bindparam("which"),
        tokens.c.revoked_at.is_(None),
        tokens.c.expires_at > bindparam("now"),
    )


# Of every request: put together once, for that takes longer than to run them.
_BY_HASH, _BY_ID = _held(tokens.c.token_hash), _held(tokens.c.token_id)
_ROLES = select(members.c.roles).where(
    members.c.review_id == bindparam("review"),
    members.c.person_id == bindparam("person"),
    members.c.left_at.is_(None),
)


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


async def names_of(tx: Tx, person_ids: Collection[str]) -> dict[str, str]:
    """The names of these people, of those who have one."""
    if not person_ids:
        return {}
    found = select(people).where(people.c.person_id.in_(sorted(person_ids)))
    return {row.person_id: row.name for row in await tx.execute(found) if row.name}


async def roles_in(tx: Tx, person_id: str, review_id: str) -> frozenset[str]:
    """A person's roles in a review; none for who never joined, or left."""
    found = await tx.execute(_ROLES, {"review": review_id, "person": person_id})
    return frozenset(found.scalar_one_or_none() or ())


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
    return await _holding(tx, _BY_HASH, token_hash)


async def token_of_id(tx: Tx, token_id: str) -> RowMapping | None:
    """A personal token that holds, by its id."""
    return await _holding(tx, _BY_ID, token_id)


async def _holding(tx: Tx, by: Select[Any], which: str) -> RowMapping | None:
    return (await tx.execute(by, {"which": which, "now": tx.now()})).mappings().first()


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
    for table in (invitations, accounts, join_links, identities):
        await tx.execute(delete(table).where(table.c.person_id == person_id))
    mine = tokens.c.person_id == person_id
    ended = update(tokens).where(mine, tokens.c.revoked_at.is_(None))
    await tx.execute(ended.values(revoked_at=tx.now()))
    await tx.execute(update(tokens).where(mine).values(label=""))


async def note_act(tx: Tx, what: str, about: str, review_id: str = "") -> None:
    """Note who did something that no event tells; for the audit log."""
    row = {"review_id": review_id, "at": tx.now(), "actor_id": tx.actor, "what": what}
    await tx.execute(acts.insert(), [{**row, "about": about}])


async def account(tx: Tx, person_id: str) -> RowMapping | None:
    """A person's account, or None."""
    found = select(accounts).where(accounts.c.person_id == person_id)
    return (await tx.execute(found)).mappings().first()


async def keep_account(
    tx: Tx, person_id: str, password_hash: str, *, everywhere: bool | None = None
) -> None:
    """Set a person's password; `everywhere` None leaves what they own."""
    row = {
        "person_id": person_id,
        "password_hash": password_hash,
        "everywhere": bool(everywhere),
        "changed_at": tx.now(),
    }
    changing = ["password_hash", "changed_at", *([] if everywhere is None else ["everywhere"])]
    stmt = upsert(tx.dialect, accounts).values(row)
    await tx.execute(
        stmt.on_conflict_do_update(
            index_elements=["person_id"], set_={name: row[name] for name in changing}
        )
    )


async def count_owners(tx: Tx) -> int:
    """How many accounts own the installation."""
    found = select(func.count()).select_from(accounts).where(accounts.c.everywhere.is_(True))
    return int((await tx.execute(found)).scalar_one())


async def everybody(tx: Tx) -> Sequence[RowMapping]:
    """All people with a name or an account, by name."""
    found = (
        select(people.c.person_id, people.c.name, accounts.c.everywhere, accounts.c.changed_at)
        .join(accounts, accounts.c.person_id == people.c.person_id, isouter=True)
        .order_by(people.c.name, people.c.person_id)
    )
    return (await tx.execute(found)).mappings().all()


async def put_link(tx: Tx, link_hash: str, person_id: str, expires_at: datetime) -> None:
    """Keep the hash of a person's only link; an older one ends."""
    await drop_links(tx, person_id)
    row = {
        "link_hash": link_hash,
        "person_id": person_id,
        "created_at": tx.now(),
        "expires_at": expires_at,
    }
    await tx.execute(insert_ignoring_twins(tx.dialect, join_links), row)


async def link_person(tx: Tx, link_hash: str) -> str | None:
    """Whose link this is, while it holds."""
    found = select(join_links.c.person_id).where(
        join_links.c.link_hash == link_hash, join_links.c.expires_at > tx.now()
    )
    return (await tx.execute(found)).scalar_one_or_none()


async def drop_links(tx: Tx, person_id: str) -> None:
    """End a person's links."""
    await tx.execute(delete(join_links).where(join_links.c.person_id == person_id))


async def is_new(tx: Tx, person_id: str, review_id: str) -> bool:
    """Whether a person is known by this review alone: no account, no token, no other review."""
    for table in (accounts, tokens):
        found = select(table.c.person_id).where(table.c.person_id == person_id).limit(1)
        if (await tx.execute(found)).first() is not None:
            return False
    for table in (members, invitations):
        other = select(table.c.person_id).where(
            table.c.person_id == person_id, table.c.review_id != review_id
        )
        if (await tx.execute(other.limit(1))).first() is not None:
            return False
    return True


async def any_token(tx: Tx) -> bool:
    """Whether anybody was ever given a personal token."""
    return (await tx.execute(select(tokens.c.token_id).limit(1))).first() is not None
