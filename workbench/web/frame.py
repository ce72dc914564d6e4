"""What stands around every page: who looks, their reviews, the bars.

A page need not know of it: the route tells whose request is at hand, and the frame is read
when the page is rendered.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass

from fastapi import Request

from shared.http.auth import ROLES, Principal
from shared.kernel.service import Context
from shared.kernel.tx import Tx
from workbench.people import store as people
from workbench.reviews import store as reviews
from workbench.web.navigation import SITE, Bars, bars_of

looking: ContextVar[Request | None] = ContextVar("looking", default=None)
"""The request whose page is being made."""
IN_SWITCHER = 12
LOCAL_NAME = "You, on this machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Everything around a page; without a person nobody is signed in."""

    bars: Bars
    person: str = ""
    name: str = ""
    everywhere: bool = False
    review: tuple[str, str] | None = None
    reviews: Sequence[tuple[str, str]] = ()
    owns: bool = False
    local: bool = False

    @property
    def base(self) -> str:
        """The address of the review at hand."""
        return self.bars.base


NOBODY = Frame(bars=Bars(SITE))


async def frame() -> Frame:
    """The frame of the page that is being made."""
    request = looking.get()
    principal: Principal | None = getattr(request.state, "principal", None) if request else None
    if request is None or principal is None:
        return NOBODY
    ctx: Context = request.app.state.runnings["workbench"].context
    review_id = request.path_params.get("review_id")
    return await ctx.db.read(lambda tx: _read(tx, principal, request.url.path, review_id))


async def _read(tx: Tx, principal: Principal, path: str, review_id: str | None) -> Frame:
    whose = None if principal.everywhere else principal.person_id
    listed = await reviews.titles_of(tx, whose, IN_SWITCHER)
    at = None
    if review_id and principal.has(review_id, *ROLES):
        title = dict(listed).get(review_id) or await reviews.title_of(tx, review_id)
        at = (review_id, title) if title else None
    name = await people.name_of(tx, principal.person_id)
    return Frame(
        bars=bars_of(path, review_id if at else None),
        person=principal.person_id,
        name=name or (LOCAL_NAME if principal.everywhere else principal.person_id),
        everywhere=principal.everywhere,
        review=at,
        reviews=[one for one in listed if one[0] != review_id],
        owns=bool(at and principal.has(at[0], "owner")),
        local=principal.everywhere and not principal.grant,
    )
