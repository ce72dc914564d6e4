"""Pages of other tools' projects: take one in, say what its codes are, see what comes, accept."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import UploadFile

from shared.http.auth import PrincipalDep
from shared.http.origin import same_origin
from shared.http.problems import NotFound
from shared.kernel.service import Context
from workbench.projections.store import projections
from workbench.web.domain import project_mapping
from workbench.web.pages.review_at import NOTHING, ReviewAt, Sent, Tried, open_at, refused, sent
from workbench.web.services import Answer, blocks, key
from workbench.web.session import pages_router

WHERE = "/exchange/projects"
SHOWN = 200
UNSEEN = {"own": False, "total": 0, "counts": {}, "changes": [], "stays": [], "losses": []}
STATES = {"waiting": "waits for you", "accepted": "brought in", "put_aside": "put aside"}


def routes(ctx: Context) -> APIRouter:
    """Projects, one project, and what is done with it."""
    router = pages_router()
    _add_list(router, ctx)
    _add_upload(router, ctx)
    _add_project(router, ctx)
    _add_mapping(router, ctx)
    _add_deciding(router, ctx)
    return router


def _add_list(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/projects", response_class=HTMLResponse)
    async def projects(review_id: str, request: Request, principal: PrincipalDep) -> HTMLResponse:
        """The projects that were taken in, and a form for the next."""
        return await _list(await open_at(ctx, request, principal, review_id), NOTHING)


async def _list(at: ReviewAt, tried: Tried) -> HTMLResponse:
    found = await at.ask("GET", "extraction", WHERE)
    return await at.page(
        "projects.html",
        tried,
        projects=found.body if found.ok else [],
        problem=found.problem,
        STATES=STATES,
    )


def _add_upload(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/projects")
    async def upload(review_id: str, request: Request, principal: PrincipalDep) -> Response:
        """Take a project in; nothing of it counts until it is accepted."""
        at = await open_at(ctx, request, principal, review_id)
        same_origin(request)
        async with request.form(max_files=1) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile) or not file.filename:
                wrong = Answer(422, None, "Choose a .qdpx or a .qdc file first.")
                return await _list(at, refused("upload", wrong, {}))
            params = {"filename": file.filename[:300]}
            said = await at.ask("POST", "extraction", WHERE, params=params, content=blocks(file))
        if not said.ok:
            return await _list(at, refused("upload", said, {}))
        return at.to(f"/projects/{key(said.body['id'])}")


def _add_project(router: APIRouter, ctx: Context) -> None:
    @router.get("/reviews/{review_id}/projects/{project_id}", response_class=HTMLResponse)
    async def project(
        review_id: str, project_id: str, request: Request, principal: PrincipalDep
    ) -> HTMLResponse:
        """One project: its codes to map, what would come, what would be lost."""
        at = await open_at(ctx, request, principal, review_id)
        return await _project(at, await _known(at, project_id), NOTHING)


async def _known(at: ReviewAt, project_id: str) -> Mapping[str, Any]:
    found = await at.ask("GET", "extraction", f"{WHERE}/{key(project_id)}")
    if not found.ok:
        raise NotFound(found.problem)
    project: Mapping[str, Any] = found.body
    return project


async def _project(at: ReviewAt, project: Mapping[str, Any], tried: Tried) -> HTMLResponse:
    path = f"{WHERE}/{key(project['id'])}/preview"
    found = await at.ask("GET", "extraction", path, params={"most": SHOWN})
    preview: dict[str, Any] = found.body if found.ok else dict(UNSEEN)
    theories = await at.ctx.db.read(lambda tx: projections.theory_states(tx, at.review.id))
    only = str(theories[0]["theory_id"]) if len(theories) == 1 else ""
    return await at.page(
        "project.html",
        tried,
        project=project,
        preview=preview,
        problem=found.problem,
        counted=project_mapping.counted(preview["counts"]),
        changes=project_mapping.shown_changes(preview["changes"]),
        rows=project_mapping.rows_of(project, only),
        theories=theories,
        team={one.person: one.name for one in at.review.team if not one.left_at},
        CHOICES=project_mapping.CHOICES,
        ROLES=project_mapping.ROLES,
        STATES=STATES,
    )


def _add_mapping(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/projects/{project_id}/mapping")
    async def save(
        review_id: str, project_id: str, request: Request, principal: PrincipalDep
    ) -> Response:
        """Store what the codes are; the page then shows what would come."""
        at = await open_at(ctx, request, principal, review_id)
        project = await _known(at, project_id)
        form = await sent(request, most=project_mapping.most_form_fields(project))
        body = project_mapping.mapping_of(form.values(), project)
        path = f"{WHERE}/{key(project_id)}/mapping"
        said = await at.ask("PUT", "extraction", path, json=body)
        if said.ok:
            return at.to(f"/projects/{key(project_id)}#preview")
        typed = {**project, "mapping": body}
        return await _project(at, typed, refused("mapping", said, form))


def _add_deciding(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/projects/{project_id}/decision")
    async def decide(
        review_id: str, project_id: str, request: Request, principal: PrincipalDep
    ) -> Response:
        """Accept the project, all of it or nothing, or put it aside."""
        at = await open_at(ctx, request, principal, review_id)
        form = await sent(request, most=3 * SHOWN + 10)
        said = await _decide(at, f"{WHERE}/{key(project_id)}", form)
        if said.ok:
            return at.to(f"/projects/{key(project_id)}")
        return await _project(at, await _known(at, project_id), refused("decision", said, form))


async def _decide(at: ReviewAt, path: str, form: Sent) -> Answer:
    if form["do"] == "put_aside":
        return await at.ask("POST", "extraction", f"{path}/put-aside")
    body = {"remove": bool(form["remove"]), "leave": project_mapping.left_out(form)}
    return await at.ask("POST", "extraction", f"{path}/accept", json=body)
