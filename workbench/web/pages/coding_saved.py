"""What a save on the coding page changes of it: the fragment or memo, and the sentences it stands
in.

A document may have hundreds of fragments and its codebook hundreds of codes; a browser that shows
them already is not sent them again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.responses import HTMLResponse
from markupsafe import Markup

from shared.ids import new_id
from workbench.projections.store import projections
from workbench.web.domain import coded_elements, coding_roles
from workbench.web.domain.passages import span_at
from workbench.web.pages import coding_parts, coding_view
from workbench.web.pages.coding_reading import base_of, memos_of
from workbench.web.pages.review_at import ReviewAt
from workbench.web.services import ask, key
from workbench.web.site import page


async def saved(
    at: ReviewAt, document: Mapping[str, Any], text: str, form: Mapping[str, str], fragment_id: str
) -> HTMLResponse | None:
    """The parts that a new fragment changes; None for one whose passage has no place in `text`."""
    ctx, request, review_id = at.ctx, at.request, at.review.id
    place, _ = coding_view.passage_of(form, text)
    if "start" not in place:
        return None
    start, end = span_at(text, place["start"], place["end"])
    asked = {"document": document["id"], "start": start, "end": end}
    path = f"{base_of(review_id)}/fragments/overlapping"
    around, codes, memos = await asyncio.gather(
        ask(ctx, request, "GET", path, params=asked),
        _codes(at, form),
        memos_of(at, document["id"]),
    )
    if all(one["id"] != fragment_id for one in around.items()):
        return None
    shown = coding_view.standing(around.items(), request.state.principal.person_id)
    theories = await ctx.db.read(lambda tx: projections.theory_states(tx, review_id))
    theory = form.get("theory", "")
    found = coding_view.coding(
        document, text, shown, theories, theory, {}, codes=codes, span=(start, end), memos=memos
    )
    here = f"/reviews/{key(review_id)}"
    return await page(
        "_coding_saved.html",
        sentences=coding_parts.sentences(found),
        fragment=coding_parts.fragment(found, here, fragment_id),
        elements=coded_elements.elements_of(form),
        labels=found.labels,
        group_of=coding_roles.group_of_loose,
        fresh=new_id(),
    )


async def noted(
    at: ReviewAt, document: Mapping[str, Any], text: str, memo: Mapping[str, Any]
) -> HTMLResponse:
    """The parts that a memo changes: itself, and the sentences that its passage stands in."""
    memos = await memos_of(at, document["id"])
    place = next((one["passage"] for one in memos if one["memo_id"] == memo["memo_id"]), None)
    drawn: Sequence[Markup] = ()
    if place and place["start"] is not None:
        start, end = span_at(text, place["start"], place["end"])
        asked = {"document": document["id"], "start": start, "end": end}
        path = f"{base_of(at.review.id)}/fragments/overlapping"
        around = await ask(at.ctx, at.request, "GET", path, params=asked)
        shown = coding_view.standing(around.items(), at.principal.person_id)
        span = (start, end)
        drawn = coding_parts.sentences(
            coding_view.coding(document, text, shown, (), "", {}, span=span, memos=memos)
        )
    here = f"/reviews/{key(at.review.id)}"
    items = [
        coding_parts.memo(one, here, document["id"])
        for one in memos
        if one["memo_id"] == memo["memo_id"]
    ]
    return await page("_coding_noted.html", sentences=drawn, memos=items)


async def _codes(at: ReviewAt, form: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """The codes that a form chooses with their labels, as a list of codes names them."""
    ids = sorted({element["code"] for element in coded_elements.elements_of(form)})
    path = f"{base_of(at.review.id)}/codes/labels"
    answer = await ask(at.ctx, at.request, "GET", path, params={"ids": ids})
    labels = answer.body if answer.ok else {}
    return [{"code_id": one, "label": labels.get(one, one)} for one in ids]
