"""Use cases of reviews."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import RowMapping

from shared.decoding import convert
from shared.events.workbench import (
    ReviewAmended,
    ReviewOpened,
    ReviewState,
    Stage,
)
from shared.http.auth import Principal
from shared.http.problems import Conflict, Forbidden, Invalid, NotFound
from shared.kernel.tx import Tx
from shared.text import clean
from workbench.people import store as people
from workbench.reviews import store as store
from workbench.reviews.domain import registration_of
from workbench.reviews.handlers import members

_REVIEW_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


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
        own = await people.roles_in(tx, owner.person_id, wish.state.review_id)
        _check_same(known, wish.state, owned=owner.everywhere or "owner" in own)
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
    await members.gather(tx, wish.state.review_id, wish.team, owner)
    return True


def _check_same(known: RowMapping, wanted: ReviewState, *, owned: bool) -> None:
    if not owned:
        raise ReviewExists("This id is taken; choose another id.")
    if replace(store.state_of(known), registration="") != replace(wanted, registration=""):
        raise ReviewExists(
            f"Review '{wanted.review_id}' says something else; amend it, or choose another id."
        )


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
    state = convert({**before, **fields}, ReviewState)
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


async def known_review(tx: Tx, review_id: str) -> RowMapping:
    """A review's row; raises `NotFound`."""
    row = await store.review(tx, review_id)
    if row is None:
        raise NotFound(f"There is no review '{review_id}'; choose one from your list of reviews.")
    return row


def _check_id(review_id: str) -> None:
    if not _REVIEW_ID.fullmatch(review_id):
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
