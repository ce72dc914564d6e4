"""A review's page being made: who looks, what they may, and short ways to ask and to answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.actors import PERSON, is_machine, name_of_machine
from shared.http.auth import Principal
from shared.http.origin import same_origin
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from workbench.feed import store as feed_store
from workbench.reviews.handlers.reviews import member
from workbench.reviews.schemas.models import ActivityOut, ReviewOut
from workbench.reviews.schemas.shown import shown
from workbench.web.services import Answer, ask, key
from workbench.web.site import page


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent, after it is known to come from our own pages."""

    fields: Mapping[str, list[str]]

    def __getitem__(self, name: str) -> str:
        """The text of a field without spaces around it; empty where it was not sent."""
        return (self.fields.get(name) or [""])[0].strip()

    def all(self, name: str) -> list[str]:
        """Every text of a field that may be there often, without empty ones."""
        return [text.strip() for text in self.fields.get(name, ()) if text.strip()]

    def lines(self, name: str) -> list[str]:
        """The lines of a field, without empty ones."""
        return [line.strip() for line in self[name].splitlines() if line.strip()]

    def values(self) -> dict[str, str]:
        """The first text of every field."""
        return {name: self[name] for name in self.fields}


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was refused: its name, what was typed, and the sentence beside a field."""

    form: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    field: str = ""
    status: int = 200

    def of(self, form: str, **instead: Any) -> "Tried":
        """This where it is about a form, else one that holds `instead` and no problem."""
        if self.form == form:
            return self
        return Tried(form, {name: "" if v is None else v for name, v in instead.items()})


NOTHING = Tried()
IMPORTED = "imported-"
"""How the id of a person begins whom only the project of another coding tool knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAt:
    """A review as one person opens a page of it; `last` is the feed's position before that."""

    ctx: Context
    request: Request
    principal: Principal
    review: ReviewOut
    last: int

    def may(self, *roles: str) -> bool:
        """Whether the person has one of these roles (owners have all)."""
        return self.principal.has(self.review.id, *roles)

    def here(self, path: str = "") -> str:
        """The address of a page of this review."""
        return f"/reviews/{key(self.review.id)}{path}"

    def name(self, person: str | None) -> str:
        """What a person is called; nobody is the machinery itself."""
        if person is None:
            return "Retroduct"
        if person == self.principal.person_id:
            return "you"
        if is_machine(person):
            return f"{name_of_machine(person)}, a machine"
        if person.startswith(IMPORTED):
            return "somebody in another tool"
        names = {one.person: one.name for one in self.review.team}
        return names.get(person) or ("the owner" if person == "local-owner" else person)

    def who(self, entry: ActivityOut) -> str:
        """Who did what an entry of the feed tells: a person, a machine, or a service by itself."""
        if entry.actor:
            return self.name(entry.actor)
        if entry.actor_kind == PERSON:
            return "people, not named"
        return f"{entry.type.split('.')[0]}, by itself"

    async def ask(self, method: str, service: str, path: str, **more: Any) -> Answer:
        """What a service says to this person about this review; workbench itself is ""."""
        address = f"/api/{service + '/' if service else ''}reviews/{key(self.review.id)}{path}"
        return await ask(self.ctx, self.request, method, address, **more)

    async def page(self, template: str, tried: Tried = NOTHING, **values: Any) -> HTMLResponse:
        """A page of this review; `tried` is the form that was refused."""
        return await page(
            template,
            status=tried.status,
            at=self,
            review=self.review,
            last=self.last,
            tried=tried,
            **values,
        )

    def to(self, path: str) -> RedirectResponse:
        """Go on to a page of this review."""
        return RedirectResponse(self.here(path), status_code=303)


async def open_at(ctx: Context, request: Request, principal: Principal, review_id: str) -> ReviewAt:
    """A review for one of its members; raises `Forbidden`, `NotFound`."""
    member(principal, review_id)

    async def read(tx: Tx) -> tuple[int, ReviewOut]:
        return await feed_store.head(tx, review_id), await shown(tx, review_id)

    last, review = await ctx.db.read(read)
    return ReviewAt(ctx=ctx, request=request, principal=principal, review=review, last=last)


async def sent(request: Request, *, most: int = 1000) -> Sent:
    """The texts of a form of at most so many fields; raises `Forbidden` for one that another
    site sent.
    """
    same_origin(request)
    form = await request.form(max_fields=most)
    fields: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
    return Sent(fields)


def refused(form: str, answer: Answer, typed: Sent | Mapping[str, Any], field: str = "") -> Tried:
    """What is shown of a form that a service refused."""
    values = typed.values() if isinstance(typed, Sent) else typed
    return Tried(form, values, answer.problem, answer.field or field, answer.status)
