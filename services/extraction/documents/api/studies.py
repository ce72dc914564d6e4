"""Routes of studies: sibling links, proposals, cases."""

from typing import Any

from fastapi import APIRouter

from services.extraction.documents.schemas.studies import (
    CaseOut,
    CasesIn,
    CasesOut,
    LinkIn,
    LinkOut,
    LinksOut,
    SiblingProposalOut,
)
from services.extraction.fragments.handlers.views import read_links
from services.extraction.rights import CODER
from services.extraction.studies import handlers as studies_handlers
from services.extraction.studies import store
from services.extraction.studies.domain import GUIDANCE
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context


def routes(ctx: Context) -> APIRouter:
    """Studies of a review."""
    router = APIRouter(prefix="/reviews/{review_id}")
    _add_studies(router, ctx)
    _add_proposals(router, ctx)
    _add_cases(router, ctx)
    return router


def _add_proposals(router: APIRouter, ctx: Context) -> None:
    @router.get("/studies/proposals")
    async def proposals(review_id: Key, principal: PrincipalDep) -> list[SiblingProposalOut]:
        """Studies that seem to be one: by trial id, grant, collective name or authors.

        A person links them, or says that they are distinct.
        """
        principal.require(review_id, CODER)
        found = await ctx.db.read(lambda tx: studies_handlers.propose_siblings(tx, review_id))
        return [SiblingProposalOut(**_fields(one, SiblingProposalOut)) for one in found]

    @router.put("/studies/distinct")
    async def distinct(review_id: Key, principal: PrincipalDep, body: LinkIn) -> LinkOut:
        """Two studies are not siblings: they are proposed no more."""
        principal.require(review_id, CODER)
        result = await ctx.db.write(
            lambda tx: studies_handlers.keep_distinct(review_id, body.a, body.b, tx)
        )
        return LinkOut(**_fields(result, LinkOut))


def _add_cases(router: APIRouter, ctx: Context) -> None:
    @router.get("/studies/cases")
    async def list_cases(review_id: Key, principal: PrincipalDep) -> CasesOut:
        """The cases of all studies, and how to code them."""
        principal.require_member(review_id)
        return _cases(await ctx.db.read(lambda tx: store.cases_of(tx, review_id)))

    @router.put("/studies/cases/{study_id:path}")
    async def put_cases(
        review_id: Key, study_id: Key, principal: PrincipalDep, body: CasesIn
    ) -> CasesOut:
        """Say which settings, arms, comparators and subgroups a study has."""
        principal.require(review_id, CODER)
        cases = [one.said() for one in body.cases]
        rows = await ctx.db.write(
            lambda tx: studies_handlers.put_cases(review_id, study_id, cases, tx)
        )
        return _cases(rows)


def _cases(rows: list[dict[str, Any]]) -> CasesOut:
    names = ("kind", "label", "description")
    cases = [
        CaseOut(study=row["study_id"], id=row["case_id"], **{name: row[name] for name in names})
        for row in rows
    ]
    return CasesOut(cases=cases, guidance=GUIDANCE)


def _add_studies(router: APIRouter, ctx: Context) -> None:
    @router.get("/studies/links")
    async def get_links(review_id: Key, principal: PrincipalDep) -> LinksOut:
        """The study map: links, linked sets by canonical study, and harmless cycles."""
        principal.require_member(review_id)
        return LinksOut(**await ctx.db.read(lambda tx: read_links(tx, review_id)))

    @router.put("/studies/links")
    async def link(review_id: Key, principal: PrincipalDep, body: LinkIn) -> LinkOut:
        """Two studies are siblings: they count as one."""
        principal.require(review_id, CODER)
        result = await ctx.db.write(
            lambda tx: studies_handlers.link_studies(review_id, body.a, body.b, tx)
        )
        return LinkOut(**_fields(result, LinkOut))

    @router.delete("/studies/links")
    async def unlink(review_id: Key, principal: PrincipalDep, a: Key, b: Key) -> LinkOut:
        """Two studies are not siblings after all."""
        principal.require(review_id, CODER)
        result = await ctx.db.write(lambda tx: studies_handlers.unlink_studies(review_id, a, b, tx))
        return LinkOut(**_fields(result, LinkOut))


def _fields(result: Any, model: Any) -> dict[str, Any]:
    return {name: getattr(result, name) for name in model.model_fields}
