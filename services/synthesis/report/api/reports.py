"""Routes of reports, pictures and exports."""

import asyncio
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from services.synthesis.configurations.handlers import views
from services.synthesis.configurations.store import ccmocs, inputs
from services.synthesis.inference.adapters.extraction import memos_of_coding
from services.synthesis.projections.handlers.flow import flow_of_review
from services.synthesis.projections.store.codebooks import codebooks_of
from services.synthesis.report.adapters.docx import docx_bytes
from services.synthesis.report.adapters.extraction import words_of
from services.synthesis.report.adapters.peers import told_of
from services.synthesis.report.domain import html, markdown
from services.synthesis.report.domain.material import Material
from services.synthesis.report.domain.pictures import configuration_figure, flow_figure
from services.synthesis.report.domain.reader import (
    confidential_fragments,
    with_people,
    with_words,
)
from services.synthesis.report.domain.truth_table import truth_table
from services.synthesis.report.domain.writing import report
from services.synthesis.report.handlers.gather import material_of
from services.synthesis.theories.handlers import require_review
from services.synthesis.versions.adapters.feed import events_in_words
from services.synthesis.versions.domain.differences import FIRST_CAUSES, with_causes
from shared.db import Tx
from shared.http.auth import Principal, PrincipalDep, on_behalf_of
from shared.http.bounds import Key, Name
from shared.kernel.service import Context

Shown = dict[str, Any]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CODER = "coder"
SVG = "image/svg+xml"


def add_routes(router: APIRouter, ctx: Context) -> None:
    """The report in four formats, its pictures, and the truth table."""
    _add_reports(router, ctx)
    _add_pictures(router, ctx)
    _add_exports(router, ctx)


async def _material(
    ctx: Context, review_id: str, principal: Principal, request: Request
) -> Material:
    """What the report is written from, with what this reader may see and is told elsewhere."""
    principal.require_member(review_id)
    allowed = principal.has(review_id, CODER)
    if ctx.peers is None:
        return await ctx.db.read(lambda tx: material_of(review_id, tx, confidential=allowed))
    client, headers = ctx.peers.client, on_behalf_of(request)
    noted = await memos_of_coding(client, headers, review_id) if allowed else []
    material = await ctx.db.read(
        lambda tx: material_of(review_id, tx, confidential=allowed, noted=noted)
    )
    told = await told_of(client, headers, review_id, material.stages)
    hidden = confidential_fragments(material)
    words = await words_of(client, headers, review_id, hidden) if hidden else {}
    changes = await _with_causes(ctx, review_id, request, material)
    return with_people(replace(with_words(material, words), told=told, changes=changes))


async def _with_causes(
    ctx: Context, review_id: str, request: Request, material: Material
) -> list[Shown]:
    """Changes since the last version, each with its first causes in words."""
    items = [dict(item) for item in material.changes]
    ids = [event for item in items for event in item["caused_by"][:FIRST_CAUSES]]
    said = (
        await events_in_words(ctx.peers.client, on_behalf_of(request), review_id, ids)
        if ids
        else {}
    )
    return with_causes(items, said)


def _plain(material: Material) -> Shown:
    """The material as JSON; what to call studies is said once."""
    plain = asdict(material)
    for part in plain["theories"]:
        plain["names"] = part.pop("names")
    return plain


def _add_reports(router: APIRouter, ctx: Context) -> None:
    @router.get("/report.html", response_class=HTMLResponse)
    async def as_html(review_id: Key, principal: PrincipalDep, request: Request) -> str:
        """The report as one self-contained page."""
        material = await _material(ctx, review_id, principal, request)
        return await asyncio.to_thread(lambda: html.page(report(material)))

    @router.get("/report.md", response_class=PlainTextResponse)
    async def as_markdown(review_id: Key, principal: PrincipalDep, request: Request) -> str:
        """The report as Markdown."""
        material = await _material(ctx, review_id, principal, request)
        return await asyncio.to_thread(lambda: markdown.text(report(material)))

    @router.get("/report.json")
    async def as_json(review_id: Key, principal: PrincipalDep, request: Request) -> Shown:
        """All that the report is written from, every quote and configuration included."""
        return _plain(await _material(ctx, review_id, principal, request))

    @router.get("/report.docx", response_class=Response)
    async def as_docx(review_id: Key, principal: PrincipalDep, request: Request) -> Response:
        """The report as a Word document."""
        material = await _material(ctx, review_id, principal, request)
        written = await asyncio.to_thread(lambda: docx_bytes(report(material)))
        return Response(written, media_type=DOCX)


def _add_pictures(router: APIRouter, ctx: Context) -> None:
    @router.get("/flow.svg", response_class=Response)
    async def flow_picture(review_id: Key, principal: PrincipalDep) -> Response:
        """The PRISMA flow diagram."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> str:
            await require_review(tx, review_id)
            review = await inputs.inputs_of_review(tx, review_id)
            return flow_figure(await flow_of_review(review_id, review, tx)).svg

        return Response(await ctx.db.read(query), media_type=SVG)

    @router.get("/flow")
    async def flow_numbers(review_id: Key, principal: PrincipalDep) -> Shown:
        """The numbers of the flow diagram, and sums that do not come out."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> Shown:
            await require_review(tx, review_id)
            review = await inputs.inputs_of_review(tx, review_id)
            return asdict(await flow_of_review(review_id, review, tx))

        return await ctx.db.read(query)

    @router.get("/theories/{theory_id}/graph.svg", response_class=Response)
    async def graph(review_id: Key, theory_id: Key, principal: PrincipalDep) -> Response:
        """A theory's configurations as a picture."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> str:
            rows = await ccmocs.page(tx, review_id, limit=1_000_000, theory_id=theory_id)
            books = await codebooks_of(tx, review_id, [theory_id])
            groups = books[theory_id].groups if theory_id in books else ()
            labels = {group.id: group.label or group.id for group in groups}
            return configuration_figure(theory_id, [row["body"] for row in rows], labels).svg

        return Response(await ctx.db.read(query), media_type=SVG)


def _add_exports(router: APIRouter, ctx: Context) -> None:
    @router.get("/theories/{theory_id}/truth-table.csv", response_class=Response)
    async def cases(
        review_id: Key,
        theory_id: Key,
        principal: PrincipalDep,
        outcome: Annotated[Name, Query(description="id of an outcome group")],
    ) -> Response:
        """Cases by conditions for one outcome, for qualitative comparative analysis."""
        principal.require_member(review_id)
        evidence = await ctx.db.read(lambda tx: views.evidence_of_theory(review_id, theory_id, tx))
        return Response(truth_table(evidence, outcome), media_type="text/csv")
