"""Use cases of OpenID Connect: beginning, ending, and finding whom the provider means."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping

from shared.actors import is_machine
from shared.http.auth import LOCAL_OWNER
from shared.kernel.tx import Tx
from shared.text import clean
from workbench.identity.domain import CannotSignIn, Claims, SignInPolicy
from workbench.identity.store import identities as store
from workbench.people import store as people
from workbench.people.handlers import hashed

HOLDS = timedelta(minutes=10)
"""How long somebody may stay at the provider."""
LONGEST_KEY = 64
RAN_OUT = "This sign-in ran out, was used already, or began in another browser. Sign in again."
UNKNOWN = (
    "The provider knows you, but nobody here has that name yet. Ask an owner to add you, or "
    "sign in with your password and connect the provider under 'Name, password, tokens'."
)
OTHERS = "This sign-in belongs to somebody else here. Sign in as yourself at the provider first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What a sign-in takes along: `state` to the browser too, `verifier` to nobody."""

    state: str
    nonce: str
    verifier: str


async def begin(tx: Tx, next_path: str, person_id: str | None = None) -> Begun:
    """Begin a sign-in; for `person_id` it adds the provider to their account."""
    begun = Begun(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
    )
    row: dict[str, Any] = {
        "state_hash": hashed(begun.state), "nonce": begun.nonce, "verifier": begun.verifier,
        "next_path": next_path[:2000], "person_id": person_id, "expires_at": tx.now() + HOLDS,
    }  # fmt: skip
    await store.begin(tx, row)
    return begun


async def end(tx: Tx, state: str, kept: str) -> RowMapping | None:
    """The sign-in of this state, once, for the browser that kept it; None for any other."""
    if not state or not secrets.compare_digest(state.encode(), kept.encode()):
        return None
    return await store.take(tx, hashed(state))


async def person_of(tx: Tx, claims: Claims, policy: SignInPolicy, adding: str | None) -> str:
    """Whom the provider means; somebody new only as far as the policy allows.

    `adding` is who is signed in already and adds the provider. Raises `CannotSignIn`.
    """
    await tx.lock("identities")
    known = await store.person_of(tx, claims.issuer, claims.subject)
    if known is not None and adding not in (None, known):
        raise CannotSignIn(OTHERS)
    person = known or adding or await _first_time(tx, claims, policy)
    if known is None:
        await store.link(tx, claims.issuer, claims.subject, person)
        await people.note_act(tx, "identity_linked", person)
    return person


async def _first_time(tx: Tx, claims: Claims, policy: SignInPolicy) -> str:
    if policy.by_email and claims.email:
        found = await store.called(tx, claims.email)
        if len(found) == 1:
            return found[0]
    if not policy.new_people:
        raise CannotSignIn(UNKNOWN)
    person = _key_of(claims, await store.taken(tx))
    await people.propose_name(tx, person, clean(claims.name)[:200] or person)
    return person


def _key_of(claims: Claims, taken: set[str]) -> str:
    """A sign-in name that is nobody's: what the provider calls them, with a number if need be.

    It is neither a machine's nor that of whoever sits at the server.
    """
    named = clean(claims.username or claims.email.split("@")[0]).strip()[: LONGEST_KEY - 6]
    base = "person" if not named or is_machine(named) or named == LOCAL_OWNER else named
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)
