"""The team: who is in it with which roles, who is invited, who left."""

from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.http.auth import PrincipalDep
from shared.http.problems import Forbidden, NotFound
from shared.kernel.service import Context
from workbench.people.handlers import make_link, make_link_for_new
from workbench.reviews import store as reviews
from workbench.web.domain.keys import key_of
from workbench.web.pages.review_at import NOTHING, ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.services import Answer, key
from workbench.web.session import pages_router, signed_in_here

ROLES = {
    "owner": "owner: settings, team, everything",
    "resolver": "resolver: criteria, conflicts, searches",
    "reviewer": "reviewer: screens, imports, theorises",
    "coder": "coder: documents, codes, appraisal",
    "reader": "reader: sees, changes nothing",
}


def routes(ctx: Context) -> APIRouter:
    """The team and its forms."""
    router = pages_router()

    @router.get("/reviews/{review_id}/settings/team", response_class=HTMLResponse)
    async def team(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """Members, invitations, and those who left."""
        at = await open_at(ctx, request, principal, review_id)
        return await _shown(at)

    @router.post("/reviews/{review_id}/settings/team")
    async def change(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Add somebody, change somebody's roles, or end a membership."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request)
        if form["deed"] == "link":
            return await _linked(at, form["person"])
        if form["deed"] == "leave":
            answer = await at.ask("DELETE", "", f"/members/{key(form['person'])}")
        elif form["deed"] == "roles":
            answer = await give_roles(at, form["person"], "", form.all("roles"))
        else:
            answer = await add_member(at, form)
        if answer.problem:
            name = form["person"] if form["deed"] in ("leave", "roles") else "team"
            return await _shown(at, refused(name, answer, form, "roles"))
        if form["deed"] == "leave" and form["person"] == at.principal.person_id:
            return at.to("/../..")
        return at.to("/settings/team")

    return router


async def _linked(at: ReviewAt, person: str) -> HTMLResponse:
    """A link by which somebody new chooses a password and joins, shown this once."""
    at.principal.require(at.review.id, "owner")
    known = {one.person for one in (*at.review.team, *at.review.invited)}
    if person not in known:
        raise NotFound("This person is not in the team; add them first.")
    await signed_in_here(at.request, at.principal)
    make = (
        make_link if at.principal.everywhere else partial(make_link_for_new, review_id=at.review.id)
    )
    try:
        secret = await at.ctx.db.write(lambda tx: make(tx, person))
    except Forbidden as problem:
        return await _shown(at, Tried(person, {}, problem.detail, "", problem.status))
    return await _shown(at, link=(at.name(person), f"{at.request.base_url}join/{secret}"))


async def _shown(
    at: ReviewAt, tried: Tried = NOTHING, link: tuple[str, str] | None = None
) -> HTMLResponse:
    return await at.page("settings/team.html", tried, ROLES=ROLES, link=link)


async def add_member(at: ReviewAt, form: Sent) -> Answer:
    """Add or invite a person by name; their sign-in name is made of it where none is given."""
    if not form["name"]:
        return Answer(422, None, "Write the person's name.", "name")
    taken = {one.person for one in (*at.review.team, *at.review.invited)}
    taken |= set(await at.ctx.db.read(reviews.names))
    person = form["person"] or key_of(form["name"], taken)
    if not person:
        return Answer(422, None, "Give a sign-in name of letters or digits.", "person")
    return await give_roles(at, person, form["name"], form.all("roles"))


async def give_roles(at: ReviewAt, person: str, name: str, roles: list[str]) -> Answer:
    """Roles of a member, or of somebody who is to become one."""
    if not roles:
        return Answer(422, None, "Choose at least one role.", "roles")
    body = {"name": name, "roles": roles}
    return await at.ask("PUT", "", f"/members/{key(person)}", json=body)
