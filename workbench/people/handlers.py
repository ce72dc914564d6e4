"""Use cases of people: their personal tokens, their names, and what they may."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from shared.http.auth import LOCAL_OWNER, Principal
from shared.http.problems import Conflict, Forbidden, Unauthenticated
from shared.kernel import scrub
from shared.kernel.tx import Tx
from shared.text import clean
from workbench.people import store

PERSONAL = "rd_"
"""How a personal token begins."""
LINK_HOLDS = timedelta(days=7)


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
    account = await store.account(tx, row["person_id"])
    everywhere = bool(account and account["everywhere"])
    return Principal(row["person_id"], everywhere=everywhere, grant=row["token_id"])


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


async def found_installation(tx: Tx, person_id: str, name: str, password_hash: str) -> None:
    """The first owner's account. Raises `Conflict` where there is one."""
    await tx.lock("accounts")
    if await store.count_owners(tx):
        raise Conflict("This installation has an owner; sign in, or ask the owner for a link.")
    await store.name_person(tx, person_id, clean(name))
    await store.keep_account(tx, person_id, password_hash, everywhere=True)


async def make_link(tx: Tx, person_id: str) -> str:
    """A secret with which a person sets their password, once within a week; older ones end."""
    secret = secrets.token_urlsafe(32)
    await store.put_link(tx, hashed(secret), person_id, tx.now() + LINK_HOLDS)
    await store.note_act(tx, "link_made", person_id)
    return secret


async def make_link_for_new(tx: Tx, person_id: str, review_id: str) -> str:
    """A link for somebody whom a review's owner added. Raises `Forbidden` for anybody else.

    Somebody who is known elsewhere signs in as they do there: a link would hand their name over;
    so would one for who works at the server itself.
    """
    if person_id == LOCAL_OWNER or not await store.is_new(tx, person_id, review_id):
        raise Forbidden(
            "This person signs in already, or is in another review; they see the invitation "
            "on their first page. Only the owner of the installation makes a link for them."
        )
    return await make_link(tx, person_id)


async def person_of_link(tx: Tx, secret: str) -> str:
    """Whose link this is; raises `Unauthenticated` for one that ran out or was used."""
    person = await store.link_person(tx, hashed(secret))
    if person is None:
        raise Unauthenticated("This link was used, or has run out; ask for a new one.")
    return person


async def take_link(tx: Tx, secret: str, password_hash: str) -> str:
    """Set the password of the person whose link it is, and end it; gives the person."""
    await tx.lock("accounts")
    person = await person_of_link(tx, secret)
    await store.drop_links(tx, person)
    await set_password(tx, person, password_hash)
    return person


async def set_password(tx: Tx, person_id: str, password_hash: str) -> None:
    """Keep the password by which a person signs in from now on."""
    await store.keep_account(tx, person_id, password_hash)
    await store.note_act(tx, "password_set", person_id)


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
