"""Identities and open sign-ins: every query."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, delete, func, select

from shared.db import insert_ignoring_twins
from shared.kernel.tx import Tx
from workbench.identity.store.tables import sign_ins
from workbench.tables import accounts, identities, invitations, members, people, tokens

NAMING = (people, accounts, identities, members, invitations, tokens)
"""Where somebody's sign-in name stands, also of who was only invited yet."""


async def begin(tx: Tx, row: Mapping[str, Any]) -> None:
    """Keep a sign-in that begins; those that ran out go."""
    await tx.execute(delete(sign_ins).where(sign_ins.c.expires_at <= tx.now()))
    await tx.execute(sign_ins.insert(), [dict(row)])


async def take(tx: Tx, state_hash: str) -> RowMapping | None:
    """An open sign-in, which ends with this; None for one that ran out or was used."""
    await tx.lock(f"sign-in/{state_hash}")
    found = select(sign_ins).where(
        sign_ins.c.state_hash == state_hash, sign_ins.c.expires_at > tx.now()
    )
    row = (await tx.execute(found)).mappings().first()
    await tx.execute(delete(sign_ins).where(sign_ins.c.state_hash == state_hash))
    return row


async def person_of(tx: Tx, issuer: str, subject: str) -> str | None:
    """Whom a provider's subject means here."""
    found = select(identities.c.person_id).where(
        identities.c.issuer == issuer, identities.c.subject == subject
    )
    return (await tx.execute(found)).scalar_one_or_none()


async def is_linked(tx: Tx, issuer: str, person_id: str) -> bool:
    """Whether a person has an identity of this provider."""
    found = select(identities.c.subject).where(
        identities.c.issuer == issuer, identities.c.person_id == person_id
    )
    return (await tx.execute(found.limit(1))).first() is not None


async def link(tx: Tx, issuer: str, subject: str, person_id: str) -> None:
    """Keep whom a provider's subject means."""
    row = {"issuer": issuer, "subject": subject, "person_id": person_id, "linked_at": tx.now()}
    await tx.execute(insert_ignoring_twins(tx.dialect, identities), row)


async def called(tx: Tx, sign_in_name: str) -> list[str]:
    """People whose sign-in name this is, whatever the case of its letters; at most two."""
    found: set[str] = set()
    for table in NAMING:
        named = select(table.c.person_id).where(
            func.lower(table.c.person_id) == sign_in_name.lower()
        )
        found |= set((await tx.execute(named.limit(2))).scalars())
    return sorted(found)[:2]


async def taken(tx: Tx) -> set[str]:
    """Every sign-in name that is somebody's."""
    found: set[str] = set()
    for table in NAMING:
        found |= set((await tx.execute(select(table.c.person_id))).scalars())
    return found
