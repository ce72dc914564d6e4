"""Answers to a form: by each extractor for themselves, compared, and agreed on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from services.extraction.documents.handlers.documents import document_or_sought
from services.extraction.forms import store
from services.extraction.forms.domain.comparison import agreements, compared
from services.extraction.forms.domain.fields import answer_problems
from services.extraction.forms.handlers.forms import known_form, refuse
from services.extraction.forms.handlers.saying import say_answer
from services.extraction.forms.store import CONSENSUS
from services.extraction.projections.handlers import SourceIsErased
from shared.db import Tx
from shared.http.problems import Conflict, Forbidden, Problem, Stale

DRAFT, DONE = "draft", "done"
LOCKED = (
    "These answers are locked: whoever gave them may read the others' since. "
    "Correct what is wrong in what the team agrees on."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What somebody answers for a document; `done` when nothing is missing.

    `seen` is the version that they saw, None: whichever it is; `seen_others` says that they
    had read others' answers, of answers that come from elsewhere.
    """

    document_id: str
    answers: Mapping[str, Any]
    done: bool = False
    note: str = ""
    seen: int | None = None
    seen_others: bool = False


async def answer_form(
    review_id: str, form_id: str, person: str, said: Answered, tx: Tx
) -> dict[str, Any]:
    """Store what a person answers, over their own earlier answers; the same changes nothing.

    Raises `FormInvalid` naming each answer of a wrong kind, `Conflict` when the answers are
    locked, because others' were shown to who gave them: nothing is stored then.
    """
    form = await known_form(review_id, form_id, tx)
    if form["status"] == "closed":
        raise Conflict("The form is closed; open it again to answer it.")
    refuse(answer_problems(store.fields_of(form), said.answers, whole=said.done))
    return await _keep(review_id, form, person, said, tx)


async def agree(review_id: str, form_id: str, said: Answered, tx: Tx) -> dict[str, Any]:
    """Store what the team agreed on for a document, beside everybody's own answers.

    Raises `Conflict` until somebody has done the form for it.
    """
    form = await known_form(review_id, form_id, tx)
    given = await store.answers_of(tx, review_id, form_id, said.document_id)
    if not any(one["state"] == DONE and one["person_id"] != CONSENSUS for one in given):
        raise Conflict("Nobody has done this form for the document yet; agree on it afterwards.")
    refuse(answer_problems(store.fields_of(form), said.answers, whole=said.done))
    return await _keep(review_id, form, CONSENSUS, said, tx)


async def answers_to(
    review_id: str, form_id: str, reader: str, tx: Tx, *, everybodys: bool, document: str | None
) -> list[dict[str, Any]]:
    """Answers that a reader may see: their own, and others' of documents that they have done
    themselves (or all, where `everybodys`, which is kept). So nobody copies.
    """
    await known_form(review_id, form_id, tx)
    if everybodys:
        await store.keep_look(tx, review_id, form_id, reader)
    rows = await store.answers_of(tx, review_id, form_id, document)
    mine = {r["document_id"] for r in rows if r["person_id"] == reader and r["state"] == DONE}
    return [
        row
        for row in rows
        if everybodys
        or row["person_id"] == reader
        or (row["document_id"] in mine and row["state"] == DONE)
    ]


async def compare(
    review_id: str, form_id: str, document_id: str, reader: str, tx: Tx, *, everybodys: bool
) -> dict[str, Any]:
    """Everybody's finished answers for a document, side by side, with the consensus, and who
    had read others' before they gave their own.
    """
    form = await known_form(review_id, form_id, tx)
    seen = await answers_to(
        review_id, form_id, reader, tx, everybodys=everybodys, document=document_id
    )
    done = {r["person_id"]: r["answers"] for r in seen if r["state"] == DONE}
    consensus = done.pop(CONSENSUS, None)
    if not done:
        raise Forbidden("Do the form for this document first; then the others' answers are shown.")
    return {
        "document": document_id,
        "fields": compared(store.fields_of(form), done),
        "consensus": consensus,
        "people": list(done),
        "seen_others": [r["person_id"] for r in seen if r["state"] == DONE and r["seen_others"]],
    }


async def progress(review_id: str, form_id: str, tx: Tx) -> list[tuple[str, str]]:
    """Documents with who has done the form for them, as events say it; no answers."""
    await known_form(review_id, form_id, tx)
    rows = await store.answers_of(tx, review_id, form_id)
    return [(row["document_id"], row["person_id"]) for row in rows if row["state"] == DONE]


async def agreement(review_id: str, form_id: str, tx: Tx) -> list[dict[str, Any]]:
    """How far extractors agree on each field, over documents that two or more have done without
    having read the others' answers.
    """
    form = await known_form(review_id, form_id, tx)
    by_document: dict[str, list[Mapping[str, Any]]] = {}
    for row in await store.answers_of(tx, review_id, form_id):
        blind = row["person_id"] != CONSENSUS and not row["seen_others"]
        if row["state"] == DONE and blind:
            by_document.setdefault(row["document_id"], []).append(row["answers"])
    pairs = [(some[0], some[1]) for some in by_document.values() if len(some) > 1]
    return [asdict(one) for one in agreements(store.fields_of(form), pairs)]


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtIn:
    """A row of a table: what it says, None of what is blank (answers) or has no column."""

    row: int
    person: str
    document_id: str
    answers: Mapping[str, Any]
    done: bool | None
    note: str | None

    def over(self, before: Mapping[str, Any] | None) -> Answered:
        """The answers as they are with what the row says."""
        kept = before["answers"] if before else {}
        whole = {**kept, **self.answers}
        stands = bool(before and before["state"] == DONE)
        return Answered(
            document_id=self.document_id,
            answers={name: value for name, value in whole.items() if value is not None},
            done=stands if self.done is None else self.done,
            note=(before["note"] if before else "") if self.note is None else self.note,
        )


async def bring_in(review_id: str, form_id: str, rows: Sequence[BroughtIn], tx: Tx) -> int:
    """Store the answers of a table, all or none; returns how many rows changed something.

    Raises what is wrong with an answer, naming its row.
    """
    changed = 0
    for one in rows:
        before = await _before(review_id, form_id, one.document_id, one.person, tx)
        try:
            after = await answer_form(review_id, form_id, one.person, one.over(before), tx)
        except Problem as problem:
            problem.detail = f"Row {one.row}: {problem.detail}"
            raise
        changed += before is None or before["version"] != after["version"]
    return changed


async def _keep(
    review_id: str, form: Mapping[str, Any], person: str, said: Answered, tx: Tx
) -> dict[str, Any]:
    document = await document_or_sought(tx, review_id, said.document_id)
    if document["erased"]:
        raise SourceIsErased(f"document '{said.document_id}' was erased for good")
    await tx.lock(f"form/{review_id}/{form['form_id']}/{said.document_id}")
    given = await store.answers_of(tx, review_id, form["form_id"], said.document_id)
    before = next((row for row in given if row["person_id"] == person), None)
    version = before["version"] if before else 0
    if said.seen is not None and said.seen != version:
        raise Stale(f"You saw version {said.seen}, it is at {version}: fetch it again and repeat.")
    content = {
        "form_version": form["version"],
        "state": DONE if said.done else DRAFT,
        "answers": dict(said.answers),
        "note": said.note,
    }
    if before and content.items() <= before.items():
        return before
    content["seen_others"] = await _may_have_read(given, form, person, said, tx)
    keys = {"review_id": review_id, "form_id": form["form_id"]}
    row = {**keys, "document_id": said.document_id, "person_id": person, **content}
    row |= {"version": version + 1, "at": tx.now(), "by": tx.actor}
    confidential = {said.document_id: bool(document["confidential"])}
    await store.keep_answers(tx, [row], confidential)
    if said.done or (before and before["state"] == DONE):
        say_answer(tx, row, confidential=bool(document["confidential"]))
    return row


async def _before(
    review_id: str, form_id: str, document_id: str, person: str, tx: Tx
) -> dict[str, Any] | None:
    rows = await store.answers_of(tx, review_id, form_id, document_id)
    return next((row for row in rows if row["person_id"] == person), None)


async def _may_have_read(
    given: Sequence[Mapping[str, Any]], form: Mapping[str, Any], person: str, said: Answered, tx: Tx
) -> bool:
    """Whether a person may have read others' answers before these; raises `Conflict` where theirs
    are locked.
    """
    if person == CONSENSUS:
        return False
    done = {row["person_id"] for row in given if row["state"] == DONE}
    if person in done and len(done) > 1:
        raise Conflict(LOCKED)
    if said.seen_others or CONSENSUS in done:
        return True
    looked = await store.has_looked(tx, form["review_id"], form["form_id"], person)
    return bool(done - {person}) and looked
