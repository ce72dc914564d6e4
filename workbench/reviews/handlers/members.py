"""Use cases of membership: invited by an owner, a member by one's own word."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from shared.events.workbench import MemberJoined, MemberLeft
from shared.http.auth import ROLES, Principal
from shared.http.problems import Forbidden, Invalid, NotFound
from shared.kernel.tx import Tx
from shared.text import clean
from workbench.people import store as people
from workbench.reviews import store as store

RequestedMember = tuple[str, str, tuple[str, ...]]
"""Person, name, roles."""


async def gather(tx: Tx, review_id: str, team: Sequence[RequestedMember], owner: Principal) -> None:
    """A new review's team: who opens it owns it, the others are invited."""
    for person, name, roles in team:
        if person != owner.person_id or owner.everywhere:
            await give_roles(tx, review_id, (person, name, roles), owner)
    if not owner.everywhere:
        own = [role for person, _, roles in team if person == owner.person_id for role in roles]
        await join(tx, review_id, owner.person_id, "", ("owner", *own))


async def give_roles(tx: Tx, review_id: str, wanted: RequestedMember, giver: Principal) -> None:
    """A member gets other roles at once; anybody else is invited.

    The owner of the installation vouches for people: they are members without being asked.
    """
    person, name, roles = wanted
    if giver.everywhere or await people.roles_in(tx, person, review_id):
        await join(tx, review_id, person, name, roles)
        return
    ordered = _checked(roles)
    await tx.lock(f"member/{review_id}/{person}")
    await store.put_invitation(tx, review_id, person, ordered, clean(name))
    await people.note_act(tx, "invited", person, review_id)


async def accept(tx: Tx, review_id: str, person_id: str) -> None:
    """Become a member as one was invited; again is a no-op. Raises `Forbidden` uninvited."""
    await tx.lock(f"member/{review_id}/{person_id}")
    invitation = await store.invitation(tx, review_id, person_id)
    if invitation is not None:
        roles = tuple(invitation["roles"])
        await join(tx, review_id, person_id, invitation["name"], roles)
    elif not await people.roles_in(tx, person_id, review_id):
        raise _uninvited()


async def decline(tx: Tx, review_id: str, person_id: str) -> None:
    """Do without an invitation. Raises `Forbidden` where there is none."""
    if not await store.drop_invitation(tx, review_id, person_id):
        raise _uninvited()
    await people.note_act(tx, "declined", person_id, review_id)


async def join(tx: Tx, review_id: str, person_id: str, name: str, roles: tuple[str, ...]) -> bool:
    """Give a person roles; the same roles again are a no-op. Returns whether it changed.

    `name` is theirs only where they have none: a name is the person's own to change.
    """
    wanted = _checked(roles)
    await tx.lock(f"member/{review_id}/{person_id}")
    if name:
        await people.propose_name(tx, person_id, clean(name))
    await store.drop_invitation(tx, review_id, person_id)
    known = await store.member(tx, review_id, person_id)
    if known and known["left_at"] is None and tuple(known["roles"]) == wanted:
        return False
    await store.put_member(tx, review_id, person_id, wanted)
    tx.emit(MemberJoined(review_id=review_id, person_id=person_id, roles=wanted))
    return True


async def leave(tx: Tx, review_id: str, person_id: str) -> None:
    """A person leaves, or is invited no more; what they decided stays. Twice is a no-op."""
    await tx.lock(f"member/{review_id}/{person_id}")
    invited = await store.drop_invitation(tx, review_id, person_id)
    known: RowMapping | None = await store.member(tx, review_id, person_id)
    if known is None:
        if not invited:
            raise NotFound("This person was never in the review.")
        await people.note_act(tx, "uninvited", person_id, review_id)
        return
    if known["left_at"] is None:
        await store.end_membership(tx, review_id, person_id)
        tx.emit(MemberLeft(review_id=review_id, person_id=person_id))


def _checked(roles: Sequence[str]) -> tuple[str, ...]:
    unknown = sorted(set(roles) - set(ROLES))
    if unknown or not roles:
        raise Invalid(
            f"Roles are {', '.join(ROLES)}; not {', '.join(unknown) or 'none'}.", field="roles"
        )
    return tuple(sorted(set(roles), key=ROLES.index))


def _uninvited() -> Forbidden:
    return Forbidden("No invitation to this review waits for you; an owner can invite you.")
