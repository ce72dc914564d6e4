"""Use cases of reviews and the people on them."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import RowMapping

from shared.events.workbench import (
    MemberJoined,
    MemberLeft,
    ReviewAmended,
    ReviewOpened,
    ReviewState,
    Stage,
)
from shared.http.auth import ROLES, Principal
from shared.http.problems import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from shared.kernel.tx import Tx
from shared.text import clean
from workbench.reviews import store as store
from workbench.reviews.domain import registration_of

_REVIEW_ID = re.compile(r"^[a-z0-9][a-z0-9_-]{0,63}$")


class ReviewExists(Conflict):
    """The id belongs to another review."""

    title = "There is a review with this id already"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReview:
    """What a review is opened with; `team` are (person, name, roles)."""

    state: ReviewState
    reported_numbers: Sequence[Mapping[str, Any]] = ()
    protocol: Any = None
    team: Sequence[tuple[str, str, tuple[str, ...]]] = ()


async def open_review(tx: Tx, wish: OpenReview, owner: Principal) -> bool:
    """Open a living review; the same wish again by its owner changes nothing, the team neither.

    Returns whether it is new. Raises `Invalid` for a bad id or stage graph, `ReviewExists`
    for other content, and for whoever does not own the review, whatever they send.
    """
    _check_id(wish.state.review_id)
    check_stages(wish.state.stages)
    await tx.lock(f"review/{wish.state.review_id}")
    known = await store.review(tx, wish.state.review_id)
    if known is not None:
        _check_same(known, wish.state, owner)
        return False
    await store.put_review(
        tx,
        wish.state,
        version=1,
        reason="opened",
        reported=list(wish.reported_numbers),
        protocol=wish.protocol,
    )
    tx.emit(ReviewOpened(review_id=wish.state.review_id, review=wish.state))
    await _add_team(tx, wish)
    if not owner.everywhere:
        await join(tx, wish.state.review_id, owner.person_id, "", ("owner",))
    return True


def _check_same(known: RowMapping, wanted: ReviewState, owner: Principal) -> None:
    if not owner.has(wanted.review_id):
        raise ReviewExists("This id is taken; choose another id.")
    if replace(store.state_of(known), registration="") != replace(wanted, registration=""):
        raise ReviewExists(
            f"Review '{wanted.review_id}' says something else; amend it, or choose another id."
        )


async def _add_team(tx: Tx, wish: OpenReview) -> None:
    for person, name, roles in wish.team:
        await join(tx, wish.state.review_id, person, name, roles)


async def amend_review(
    tx: Tx, review_id: str, changes: Mapping[str, Any], reason: str
) -> ReviewState:
    """Change a review's words, stages or settings; an unchanged review says nothing.

    Raises `NotFound`, or `Invalid` for a bad stage graph.
    """
    await tx.lock(f"review/{review_id}")
    row = await known_review(tx, review_id)
    before = msgspec.to_builtins(store.state_of(row))
    fields = {k: v for k, v in changes.items() if k in before}
    if "protocol" in changes:
        fields["registration"] = clean(registration_of(changes["protocol"]))
    state = msgspec.convert({**before, **fields}, ReviewState)
    check_stages(state.stages)
    reported = changes.get("reported_numbers", row["reported_numbers"])
    protocol = changes.get("protocol", row["protocol"])
    same = msgspec.to_builtins(state) == before
    if same and (reported, protocol) == (row["reported_numbers"], row["protocol"]):
        return state
    await store.put_review(
        tx,
        state,
        version=row["version"] + 1,
        reason=reason,
        reported=reported,
        protocol=protocol,
    )
    changed = tuple(sorted(k for k in fields if fields[k] != before[k]))
    tx.emit(ReviewAmended(review_id=review_id, review=state, reason=reason, changed=changed))
    return state


async def join(tx: Tx, review_id: str, person_id: str, name: str, roles: tuple[str, ...]) -> bool:
    """Give a person roles; the same roles again are a no-op. Returns whether it changed."""
    unknown = sorted(set(roles) - set(ROLES))
    if unknown or not roles:
        raise Invalid(
            f"Roles are {', '.join(ROLES)}; not {', '.join(unknown) or 'none'}.", field="roles"
        )
    await tx.lock(f"member/{review_id}/{person_id}")
    if name:
        await store.name_person(tx, person_id, clean(name))
    known = await store.member(tx, review_id, person_id)
    wanted = tuple(sorted(set(roles), key=ROLES.index))
    if known and known["left_at"] is None and tuple(known["roles"]) == wanted:
        return False
    await store.put_member(tx, review_id, person_id, wanted)
    tx.emit(MemberJoined(review_id=review_id, person_id=person_id, roles=wanted))
    return True


async def leave(tx: Tx, review_id: str, person_id: str) -> None:
    """A person leaves; what they decided stays. Leaving twice is a no-op."""
    await tx.lock(f"member/{review_id}/{person_id}")
    known = await store.member(tx, review_id, person_id)
    if known is None:
        raise NotFound(f"'{person_id}' was never in review '{review_id}'.")
    if known["left_at"] is None:
        await store.end_membership(tx, review_id, person_id)
        tx.emit(MemberLeft(review_id=review_id, person_id=person_id))


async def known_review(tx: Tx, review_id: str) -> RowMapping:
    """A review's row; raises `NotFound`."""
    row = await store.review(tx, review_id)
    if row is None:
        raise NotFound(f"There is no review '{review_id}'; choose one from your list of reviews.")
    return row


async def make_token(tx: Tx, person_id: str, label: str) -> str:
    """A personal token, shown once; only its hash is kept."""
    secret = f"rd_{secrets.token_urlsafe(32)}"
    row = {
        "token_hash": hashed(secret),
        "token_id": hashed(secret)[:16],
        "person_id": person_id,
        "label": clean(label),
        "created_at": tx.now(),
        "revoked_at": None,
    }
    await store.put_token(tx, row)
    return secret


async def principal_of(tx: Tx, secret: str) -> Principal:
    """Whom a personal token names, with their roles now; raises `Unauthenticated`."""
    row = await store.token(tx, hashed(secret))
    if row is None:
        raise Unauthenticated("This personal token is unknown or was revoked; make a new one.")
    return Principal(row["person_id"], await store.roles_of(tx, row["person_id"]))


def hashed(secret: str) -> str:
    """How a token is kept."""
    return sha256(secret.encode()).hexdigest()


def _check_id(review_id: str) -> None:
    if not _REVIEW_ID.match(review_id):
        raise Invalid(
            "A review id has 1 to 64 of a-z, 0-9, '-' and '_', and begins with a letter or digit.",
            field="id",
        )


def check_stages(stages: Sequence[Stage]) -> None:
    """Every stage is fed by the library or an earlier stage; one main path.

    Raises `Invalid` naming the stage.
    """
    seen: set[str] = set()
    for stage in stages:
        if stage.name in seen:
            raise Invalid(f"Stage '{stage.name}' is there twice.", field="stages")
        if stage.source is not None and stage.source not in seen:
            raise Invalid(
                f"Stage '{stage.name}' comes from '{stage.source}', which is not before it.",
                field="stages",
            )
        seen.add(stage.name)
    sources = [s.source for s in stages if s.main]
    if len(sources) != len(set(sources)):
        raise Invalid(
            "Two stages of the main path have the same source; mark one with main: false.",
            field="stages",
        )


ANY_ROLE = ("resolver", "reviewer", "coder", "reader")


def member(principal: Principal, review_id: str) -> None:
    """Raise `Forbidden` unless the person is in the review."""
    if not principal.has(review_id, *ANY_ROLE):
        raise Forbidden(f"You are not in review '{review_id}'; an owner can add you.")
