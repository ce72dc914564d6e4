"""What the coding page asks of extraction and synthesis, with the rights of who reads it."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from shared.http.problems import NotFound
from shared.kernel.service import Context
from workbench.projections.store import projections
from workbench.web.domain import configurations, fragment_relations
from workbench.web.domain.coding_roles import ROLES, labels_of, offered
from workbench.web.pages import coding_view
from workbench.web.pages.listing import whole
from workbench.web.pages.review_at import ReviewAt
from workbench.web.services import Answer, ask, key


def base_of(review_id: str) -> str:
    """Where extraction serves a review."""
    return f"/api/extraction/reviews/{key(review_id)}"


async def coded(
    ctx: Context, request: Request, review_id: str, fragment_id: str
) -> Mapping[str, Any]:
    """A fragment whose words this person may read; raises `NotFound`."""
    found = await ask(ctx, request, "GET", f"{base_of(review_id)}/fragments/{key(fragment_id)}")
    if not found.ok or found.body["words_withheld"]:
        raise NotFound(found.problem or "Its words are withheld from you; a coder may edit it.")
    fragment: Mapping[str, Any] = found.body
    return fragment


async def relatable(
    ctx: Context, request: Request, review_id: str, theory: str, form: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What the fragment that is edited can be related to: the theory's configurations and
    arguments; none for a new one, whose relations come when it is saved.
    """
    if not form.get("seen") or not theory:
        return []
    rows = await ctx.db.read(lambda tx: projections.standing_ccmocs(tx, review_id, theory))
    words = await ctx.db.read(lambda tx: projections.group_words(tx, review_id))
    path = f"/api/synthesis/reviews/{key(review_id)}/arguments"
    found = await ask(ctx, request, "GET", path, params={"theory": theory})
    return fragment_relations.choices(configurations.in_order(rows, words), found.items())


async def coding_of(
    at: ReviewAt, document_id: str, theory: str, text: str | None = None
) -> coding_view.Coding:
    """A document as the page shows it to the reader; `text` is its text where that is known.

    Raises `NotFound` where there is no such document, or it is not theirs to see.
    """
    ctx, request, review_id = at.ctx, at.request, at.review.id
    base = base_of(review_id)
    document = await document_of(ctx, request, review_id, document_id)
    fragments = await whole(at, "extraction", "/fragments", document=document_id)
    theories = await ctx.db.read(lambda tx: projections.theory_states(tx, review_id))
    chosen = theory or (str(theories[0]["theory_id"]) if theories else "")
    book = Answer(200, {})
    if chosen:
        book = await ask(ctx, request, "GET", f"{base}/theories/{key(chosen)}/codebook")
    if text is None:
        text = await text_of(ctx, request, review_id, document)
    older = await ask(
        ctx, request, "GET", f"{base}/codes/outdated", params={"document": document_id}
    )
    reader = request.state.principal.person_id
    standing = coding_view.standing(fragments.items, reader)
    coded = {element["code"] for one in standing for element in one["elements"]}
    codes, memos = Answer(200, []), await memos_of(at, document_id)
    if coded - labels_of(book.body or {}).keys():
        codes = await ask(ctx, request, "GET", f"{base}/codes")
    return coding_view.coding(
        document,
        text,
        standing,
        theories,
        chosen,
        book.body or {},
        older.body or (),
        codes.body if codes.ok else (),
        memos=memos,
    )


async def memos_of(at: ReviewAt, document_id: str) -> list[dict[str, Any]]:
    """The memos about a document that the reader may see, each with who wrote it (`by`), whether
    the reader may rewrite it (`own`), and the other `wording` that was refused ("": none was).
    """
    about = {"about": f"document/{document_id}"}
    found = Answer(200, [])
    if at.may("coder", "reviewer"):
        found = await at.ask("GET", "extraction", "/memos", params=about)
    me = at.principal.person_id
    return [
        {**one, "by": at.name(one["person_id"]), "own": one["person_id"] == me, "wording": ""}
        for one in found.body or ()
    ]


async def offered_roles(ctx: Context, request: Request, review_id: str) -> dict[str, str]:
    """The roles of the review's coding schema, in words."""
    found = await ask(ctx, request, "GET", f"{base_of(review_id)}/coding-schema")
    return offered(found.body["roles"] if found.ok else ROLES)


async def document_of(
    ctx: Context, request: Request, review_id: str, document_id: str
) -> Mapping[str, Any]:
    """A document; raises `NotFound`."""
    path = f"{base_of(review_id)}/documents/{key(document_id)}"
    found = await ask(ctx, request, "GET", path)
    if not found.ok:
        raise NotFound(found.problem)
    document: Mapping[str, Any] = found.body
    return document


async def text_of(
    ctx: Context, request: Request, review_id: str, document: Mapping[str, Any]
) -> str:
    """The text of a document; empty where it has none, or the reader may not see it."""
    if not document["text_version"]:
        return ""
    path = f"{base_of(review_id)}/documents/{key(document['id'])}/text"
    found = await ask(ctx, request, "GET", path)
    return str(found.body["text"]) if found.ok else ""
