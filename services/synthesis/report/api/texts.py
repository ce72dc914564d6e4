"""Routes of the authors' texts."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request

from services.synthesis.report import store
from services.synthesis.report.domain.items import STANDARDS
from services.synthesis.report.handlers import texts
from services.synthesis.report.schemas import AuthorTextIn
from services.synthesis.theories.handlers import require_review
from shared.db import Tx
from shared.http.api import check_etag
from shared.http.auth import PrincipalDep
from shared.http.bounds import Key
from shared.kernel.service import Context

Shown = dict[str, Any]
AUTHOR = "reviewer"


def add_routes(router: APIRouter, ctx: Context) -> None:
    """Texts for the items of RAMESES, PRISMA-LSR and PRISMA-S."""
    _add_reading(router, ctx)
    _add_writing(router, ctx)


def _add_reading(router: APIRouter, ctx: Context) -> None:
    @router.get("/texts")
    async def listed(review_id: Key, principal: PrincipalDep) -> Shown:
        """Every item of the standards with the newest version of its text, if there is one."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> dict[str, Any]:
            await require_review(tx, review_id)
            return await store.texts(tx, review_id)

        known = await ctx.db.read(query)
        items = [
            {"standard": standard, "item": item, "name": name, **_shown(known.get(item))}
            for standard, names in STANDARDS.items()
            for item, name in names.items()
        ]
        return {"items": items}

    @router.get("/texts/{item}")
    async def history(review_id: Key, item: Key, principal: PrincipalDep) -> Shown:
        """Every version of the text of an item, oldest first."""
        principal.require_member(review_id)

        async def query(tx: Tx) -> list[dict[str, Any]]:
            await texts.newest(review_id, item, tx)
            return await store.history(tx, review_id, item)

        return {"item": item, "versions": [_shown(row) for row in await ctx.db.read(query)]}


def _add_writing(router: APIRouter, ctx: Context) -> None:
    @router.put("/texts/{item}")
    async def write(
        review_id: Key, item: Key, principal: PrincipalDep, body: AuthorTextIn, request: Request
    ) -> Shown:
        """Write the text of an item, or change it; the same words again change nothing.

        `If-Match` refuses to overwrite a version that was not seen.
        """
        principal.require(review_id, AUTHOR)

        async def use_case(tx: Tx) -> tuple[int, bool]:
            await texts.lock_text(tx, review_id, item)
            known = await texts.newest(review_id, item, tx)
            check_etag(request, known["version"] if known else 0)
            return await texts.write_text(
                review_id, item, body.text, body.because, tx, version=body.version
            )

        version, changed = await ctx.db.write(use_case)
        return {"item": item, "version": version, "changed": changed}


def _shown(row: Mapping[str, Any] | None) -> Shown:
    if row is None:
        return {"version": 0, "text": "", "because": "", "person": None, "at": None}
    names = ("version", "text", "because", "person")
    return {**{name: row[name] for name in names}, "at": row["at"].isoformat()}
