"""People judge suggestions one by one: accept, accept changed, or reject with a reason."""

from dataclasses import dataclass, replace
from typing import Any

from services.extraction.assistance import store
from services.extraction.assistance.domain import runs
from services.extraction.assistance.handlers.telling import say_judged
from services.extraction.fragments.handlers.code import Coding, code_fragments
from services.extraction.projections.handlers import lock_coding, require_review
from services.extraction.texts import store as texts_store
from services.extraction.texts.domain import occurrences
from shared.db import Tx
from shared.db.rows import state
from shared.events.extraction import Element, FragmentState
from shared.http.problems import Conflict, Invalid, NotFound
from shared.ids import stable_id

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionVerdict:
    """What a person says of a suggestion; `instead` is the fragment as they would code it."""

    person: str
    accepts: bool
    reason: str = ""
    instead: FragmentState | None = None


class JudgedAlready(Conflict):
    """Somebody judged the suggestion in another way."""

    title = "The suggestion was judged already"


async def judge(review_id: str, suggestion_id: str, said: SuggestionVerdict, tx: Tx) -> Row:
    """Judge a suggestion; the same verdict again changes nothing.

    What is accepted becomes a fragment of the person, marked with the machine that suggested it.
    Raises `JudgedAlready`, `Conflict` where the text changed or two people code it blindly now.
    """
    await require_review(tx, review_id)
    await lock_coding(tx, review_id)
    row = await store.suggestion_row(tx, review_id, suggestion_id)
    if row is None:
        raise NotFound("There is no such suggestion in this review.")
    if row["document_id"] in await store.blind_documents(tx, review_id):
        raise Conflict(
            "Two people code this document blindly now; judge its suggestions when their round "
            "has ended."
        )
    if row["state"] != runs.PENDING:
        return _judged_before(row, said)
    known = await texts_store.documents_by_id(tx, review_id, [row["document_id"]])
    if said.accepts:
        row |= await _accepted(row, said, tx)
    elif not said.reason.strip():
        raise Invalid("Say in a few words why it is rejected.", field="reason")
    else:
        row |= {"state": runs.REJECTED, "reason": said.reason.strip()}
    row |= {"judged_at": tx.now(), "judged_by": said.person}
    closed = bool(known.get(row["document_id"], {"confidential": True})["confidential"])
    await store.keep_suggestions(tx, [row], confidential=closed)
    say_judged(tx, row)
    return row


def _judged_before(row: Row, said: SuggestionVerdict) -> Row:
    accepted = row["state"] in (runs.ACCEPTED, runs.CHANGED)
    if accepted == said.accepts:
        return row
    raise JudgedAlready(
        f"'{row['judged_by']}' {row['state']} this suggestion; change or withdraw its fragment "
        "instead."
        if accepted
        else f"'{row['judged_by']}' rejected this suggestion; code the passage yourself instead.",
        by=row["judged_by"],
    )


async def _accepted(row: Row, said: SuggestionVerdict, tx: Tx) -> Row:
    """Store the person's fragment; what of the suggestion's row that changes."""
    suggested = await _fragment(row, said.person, tx)
    fragment = suggested
    if said.instead is not None:
        fragment = replace(
            said.instead,
            fragment_id=suggested.fragment_id,
            coder=said.person,
            document_id=row["document_id"],
            suggested_by=row["coder"],
        )
        if not fragment.elements:
            raise Invalid(
                "A fragment needs a code; reject the suggestion instead.", field="elements"
            )
    why = "accepted from a machine's suggestion"
    coding = Coding(fragment, acts_for=said.person, in_use=True)
    await code_fragments(row["review_id"], [coding], tx, why, what="accepted")
    verdict = runs.CHANGED if _differs(suggested, fragment) else runs.ACCEPTED
    return {"state": verdict, "reason": said.reason.strip(), "fragment_id": fragment.fragment_id}


async def verdict_on(row: Row, fragment: FragmentState, tx: Tx) -> str:
    """Whether a fragment is what was suggested (`accepted`) or not (`changed`)."""
    try:
        suggested = await _fragment(row, fragment.coder or "", tx)
    except Conflict:  # its text is another one since
        return runs.CHANGED
    return runs.CHANGED if _differs(suggested, fragment) else runs.ACCEPTED


def _differs(suggested: FragmentState, fragment: FragmentState) -> bool:
    """Whether a person changed the passage, a code, a state or a theory."""

    def said(one: FragmentState) -> tuple[Any, ...]:
        coded = {(e.role, e.code_id, e.state or "") for e in one.elements}
        return one.start, one.end, one.quote, coded, set(one.theories)

    return said(suggested) != said(fragment)


async def _fragment(row: Row, person: str, tx: Tx) -> FragmentState:
    """The suggestion as a fragment of the person, at its place in the newest text."""
    start, end, quote = await _place(row, tx)
    return FragmentState(
        fragment_id=stable_id(row["review_id"], "accepted suggestion", row["suggestion_id"]),
        version=0,
        theories=tuple(row["theories"]),
        elements=tuple(state(one, Element) for one in row["elements"]),
        document_id=row["document_id"],
        quote=quote,
        start=start,
        end=end,
        coder=person,
        suggested_by=row["coder"],
    )


async def _place(row: Row, tx: Tx) -> tuple[int, int, str]:
    review_id, name = row["review_id"], row["document_id"]
    newest = (await texts_store.texts_by_id(tx, review_id, [name])).get(name)
    then = await texts_store.text_version(tx, review_id, name, row["text_version"])
    if newest is None or (then is None and not row["quote"]):
        raise Conflict("The text of the document is here no more; reject the suggestion.")
    quote = runs.quote_of(row, then["text"] if then else "")
    if newest["text_version"] == row["text_version"]:
        return row["start_offset"], row["end_offset"], quote
    places = occurrences(newest["text"], quote)
    if len(places) != 1:
        raise Conflict(
            "The suggestion was made on another text of the document, and its quote does not stand "
            "exactly once in this one; reject the suggestion and code the passage yourself."
        )
    return places[0], places[0] + len(quote), quote
