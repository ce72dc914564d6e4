"""Use cases of people: their personal tokens, their names, and what they may."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from shared.http.auth import Principal
from shared.http.problems import Unauthenticated
from shared.kernel import scrub
from shared.kernel.tx import Tx
from shared.text import clean
from workbench.people import store

PERSONAL = "rd_"
"""How a personal token begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeToken:
    """A personal token, whose secret is shown this once."""

    secret: str
    token_id: str
    expires_at: datetime


async def make_token(tx: Tx, person_id: str, label: str, days: int) -> MadeToken:
    """A personal token that holds for so many days; only its hash is kept."""
    secret = f"{PERSONAL}{secrets.token_urlsafe(32)}"
    made = MadeToken(
        secret=secret,
        token_id=hashed(secret)[:16],
        expires_at=tx.now() + timedelta(days=days),
    )
    row = {
        "token_hash": hashed(secret),
        "token_id": made.token_id,
        "person_id": person_id,
        "label": clean(label),
        "created_at": tx.now(),
        "expires_at": made.expires_at,
        "revoked_at": None,
    }
    await store.put_token(tx, row)
    await store.note_act(tx, "token_made", person_id)
    return made


async def principal_of(tx: Tx, secret: str) -> Principal:
    """Whom a personal token names; raises `Unauthenticated` for one that does not hold."""
    row = await store.token(tx, hashed(secret))
    if row is None:
        raise Unauthenticated(
            "This personal token is unknown or was revoked, or has run out; make a new one."
        )
    return Principal(row["person_id"], grant=row["token_id"])


async def roles_now(tx: Tx, principal: Principal, review_id: str | None) -> frozenset[str]:
    """A person's roles in a review at this moment.

    Raises `Unauthenticated` when the personal token behind their short-lived one was revoked
    or has run out.
    """
    if principal.grant:
        row = await store.token_of_id(tx, principal.grant)
        if row is None or row["person_id"] != principal.person_id:
            raise Unauthenticated("The token was revoked, or has run out; sign in again.")
    if review_id is None:
        return frozenset()
    return await store.roles_in(tx, principal.person_id, review_id)


def hashed(secret: str) -> str:
    """How a token is kept."""
    return sha256(secret.encode()).hexdigest()


async def erase_person(tx: Tx, person_id: str) -> None:
    """Delete for good what is known of a person beyond the id, under which their work stays."""
    await store.forget_person(tx, person_id)
    await store.note_act(tx, "person_erased", person_id)
    await scrub.ask(tx)


async def revoke_token(tx: Tx, token_id: str, person_id: str | None) -> int:
    """End a token of a person (None: of anybody); returns how many that were."""
    held = await store.token_of_id(tx, token_id)
    gone = await store.revoke_token(tx, token_id, person_id)
    if gone and held is not None:
        await store.note_act(tx, "token_revoked", held["person_id"])
    return gone
