"""Memos on passages that nobody coded, written beside the document's text."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.http.auth import PrincipalDep
from shared.kernel.service import Context
from workbench.web.pages import coding_view
from workbench.web.pages.coding_page import Fragment, answer_of, fields_of
from workbench.web.pages.coding_reading import document_of, text_of
from workbench.web.pages.coding_saved import noted
from workbench.web.pages.review_at import open_at
from workbench.web.services import Answer, key


def add_memos(router: APIRouter, ctx: Context) -> None:
    """Writing a memo on a passage, rewriting one, and taking one back."""
    _add_withdrawing(router, ctx)

    @router.post("/reviews/{review_id}/memos-on/{document_id:path}")
    async def write(
        review_id: str,
        document_id: str,
        principal: PrincipalDep,
        request: Request,
        x_fragment: Fragment = None,
    ) -> Response:
        """Write a memo on the passage, or give one's own about the document (`memo_id`) other
        words; the form comes back with the problem where it cannot be taken.

        A script is given the memo and the sentences that it stands in.
        """
        principal.require(review_id, "coder", "reviewer")
        at = await open_at(ctx, request, principal, review_id)
        form = await fields_of(request)
        document = await document_of(ctx, request, review_id, document_id)
        text = await text_of(ctx, request, review_id, document)
        body, wrong = _memo_of(form, text)
        said = Answer(422, None, wrong)
        if not wrong:
            about = {"about": f"document/{document_id}"}
            said = await at.ask("POST", "extraction", "/memos", json=about | body)
        if said.ok and x_fragment:
            return await noted(at, document, text, said.body)
        part = bool(x_fragment)
        return await answer_of(ctx, request, review_id, document_id, form, said, part, text)


def _add_withdrawing(router: APIRouter, ctx: Context) -> None:
    @router.post("/reviews/{review_id}/memo-withdrawals/{document_id:path}")
    async def withdraw(
        review_id: str,
        document_id: str,
        principal: PrincipalDep,
        request: Request,
        x_fragment: Fragment = None,
    ) -> Response:
        """Take one's own memo about the document back (`memo_id`)."""
        principal.require(review_id, "coder", "reviewer")
        at = await open_at(ctx, request, principal, review_id)
        form = await fields_of(request)
        path = f"/memos/{key(form.get('memo_id', ''))}/withdraw"
        said = await at.ask("POST", "extraction", path)
        return await answer_of(
            ctx, request, review_id, document_id, form, said, part=bool(x_fragment)
        )


def _memo_of(form: Mapping[str, str], text: str) -> tuple[dict[str, Any], str]:
    """The memo that a form describes, and what is wrong with it ("" where nothing is)."""
    rewritten = form.get("memo_id", "")
    words = form.get("words" if rewritten else "memo", "").replace("\r\n", "\n").strip()
    if not words:
        return {}, "Write the memo, then keep it."
    if rewritten:
        return {"id": rewritten, "text": words}, ""
    if not form.get("quote", "").strip():
        return {}, "Select the passage that the memo is about, or paste it."
    place, wrong = coding_view.passage_of(form, text)
    return {"text": words, "passage": place}, wrong
