"""Routes of imports: upload a project, map its codes, see what would change, accept it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.extraction.exchange import store
from services.extraction.exchange.handlers import projects
from services.extraction.exchange.handlers.preview import changes_of, preview_of
from services.extraction.exchange.jobs import take_upload
from services.extraction.exchange.schemas import (
    AcceptedOut,
    AcceptIn,
    ListedProjectOut,
    MappingIn,
    PreviewOut,
    ProjectOut,
)
from services.extraction.rights import CODER
from shared.http.api import created
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context

PREFIX = "/reviews/{review_id}/exchange"


def routes(ctx: Context) -> APIRouter:
    """Projects of other tools in a review."""
    router = APIRouter(prefix=PREFIX)
    _add_taking(router, ctx)
    _add_deciding(router, ctx)
    _add_reading(router, ctx)
    return router


def _add_taking(router: APIRouter, ctx: Context) -> None:
    @router.post("/projects", status_code=201)
    async def upload(
        review_id: Key,
        request: Request,
        response: Response,
        principal: PrincipalDep,
        filename: Annotated[str, Query(max_length=300)] = "project.qdpx",
    ) -> ProjectOut:
        """Import a .qdpx or .qdc, sent as the raw body; nothing counts until it is accepted."""
        principal.require(review_id, CODER)
        row = await take_upload(ctx, review_id, request.stream(), filename=filename)
        created(request, response, row["project_id"])
        return ProjectOut(**projects.shown_project(row))

    @router.put("/projects/{project_id}/mapping")
    async def put_mapping(
        review_id: Key, project_id: Key, principal: PrincipalDep, body: MappingIn
    ) -> ProjectOut:
        """Say what the project's codes are here: role, theory, group, sense."""
        principal.require(review_id, CODER)
        codes = [code.mapped() for code in body.codes]
        row = await ctx.db.write(
            lambda tx: projects.map_project(
                review_id, project_id, codes, body.people, tx, confidential=body.confidential
            )
        )
        return ProjectOut(**projects.shown_project(row))


def _add_deciding(router: APIRouter, ctx: Context) -> None:
    @router.post("/projects/{project_id}/accept")
    async def accept(
        review_id: Key, project_id: Key, principal: PrincipalDep, body: AcceptIn
    ) -> AcceptedOut:
        """Make the project part of the review, all of it or nothing; of an export that returns,
        all but the differences that are left out.
        """
        principal.require(review_id, CODER)
        leave = {(one.kind, one.id) for one in body.leave}
        own_of = None if principal.has(review_id) else principal.person_id
        done = await ctx.db.write(
            lambda tx: projects.accept_project(
                review_id, project_id, tx, remove=body.remove, leave=leave, own_of=own_of
            )
        )
        return AcceptedOut(**done)

    @router.post("/projects/{project_id}/put-aside")
    async def put_aside(review_id: Key, project_id: Key, principal: PrincipalDep) -> ProjectOut:
        """The project is not wanted; it stays listed."""
        principal.require(review_id, CODER)
        row = await ctx.db.write(lambda tx: projects.put_aside(review_id, project_id, tx))
        return ProjectOut(**projects.shown_project(row))


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/projects")
    async def list_projects(review_id: Key, principal: PrincipalDep) -> list[ListedProjectOut]:
        """The projects that were imported, in the order in which they came."""
        principal.require(review_id, CODER)
        rows = await ctx.db.read(lambda tx: store.projects_of(tx, review_id))
        return [ListedProjectOut(id=row["project_id"], **row) for row in rows]

    @router.get("/projects/{project_id}")
    async def get(review_id: Key, project_id: Key, principal: PrincipalDep) -> ProjectOut:
        """One project: its codes with a suggested role each, its people, what was odd."""
        principal.require(review_id, CODER)
        row = await ctx.db.read(lambda tx: projects.known_project(tx, review_id, project_id))
        return ProjectOut(**projects.shown_project(row))

    @router.get("/projects/{project_id}/preview")
    async def preview(
        review_id: Key,
        project_id: Key,
        principal: PrincipalDep,
        most: Annotated[int, Query(ge=0, le=1000)] = 200,
    ) -> PreviewOut:
        """What would come, with what would change, what would stay as it came, and what lost."""
        principal.require(review_id, CODER)
        found = await ctx.db.read(lambda tx: preview_of(tx, review_id, project_id, most=most))
        return PreviewOut(**found)

    @router.get("/projects/{project_id}/changes")
    async def changes(
        review_id: Key, project_id: Key, principal: PrincipalDep
    ) -> list[dict[str, Any]]:
        """What accepting it would do; an own export that nobody edited changes nothing."""
        principal.require(review_id, CODER)
        return await ctx.db.read(lambda tx: changes_of(tx, review_id, project_id))
