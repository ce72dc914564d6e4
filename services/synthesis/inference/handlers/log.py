"""The inference log: what people noted, decided and worded, in order, with reasons and links."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from services.synthesis.arguments import store as arguments_store
from services.synthesis.inference import store
from services.synthesis.inference.domain import (
    KEPT,
    LINEAGE_WORDS,
    STANDS,
    CodingMemo,
    MemoState,
    State,
    idea_done,
)
from services.synthesis.inference.handlers.references import (
    KINDS,
    Key,
    References,
    documents_of_fragments,
    references_of,
)
from services.synthesis.projections.store import tables
from services.synthesis.theories import store as theories_store
from services.synthesis.theories.domain import wording_of, wordings
from shared.db import Tx
from shared.db.rows import all_of
from shared.events.inference import IdeaState, LineageState, SubstantiveTheoryState
from shared.events.synthesis import Reference
from shared.text import shortened

View = dict[str, Any]
NOTED = "memo_of_coding"
WITHHELD = "The words of this memo are the coders' alone: it is about a confidential source."


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the log: what was done to which thing, in words, why, and what it rests on."""

    at: datetime
    person: str | None
    kind: str
    about: Reference
    done: str
    words: str = ""
    reason: str = ""
    links: tuple[Reference, ...] = ()
    subjects: tuple[Reference, ...] = ()
    """What a memo is about; of anything else, itself."""
    quote: str = ""
    """The passage of its document that a memo is on."""

    def shown(self, known: References, *, closed: bool) -> View:
        """The entry by label; without its words and its reason where it is `closed`."""
        return {
            "at": self.at.isoformat(),
            "person": self.person,
            "kind": self.kind,
            "about": known.shown([self.about])[0],
            "subjects": known.shown(self.subjects or (self.about,)),
            "quote": "" if closed else self.quote,
            "done": self.done,
            "words": WITHHELD if closed else self.words,
            "reason": "" if closed else self.reason,
            "links": known.shown(self.links),
        }


async def inference_log(
    review_id: str, tx: Tx, *, confidential: bool = False, noted: Sequence[CodingMemo] = ()
) -> list[View]:
    """Every entry of the review, oldest first.

    `confidential` allows the words of memos about confidential sources, which are the coders'.
    A memo that was about one at any version is closed at every version. `noted` are the memos of
    coding that the reader may see.
    """
    entries = [
        *_of_items(await store.history(tx, review_id)),
        *_of_theories(await theories_store.history(tx, review_id)),
        *_of_arguments(await _argument_history(tx, review_id)),
        *_of_states(await _states(tx, review_id)),
        *_of_coding(noted),
    ]
    entries.sort(key=lambda item: (item.at, item.kind, item.about.id))
    known = await _known(tx, review_id, entries, noted)
    memos = [item for item in entries if item.kind == "memo" and not confidential]
    closed = {item.about for item in memos if known.closed(item.links)}
    return [item.shown(known, closed=item.about in closed) for item in entries]


async def _known(
    tx: Tx, review_id: str, entries: Iterable[LogEntry], noted: Iterable[CodingMemo]
) -> References:
    """Labels of all that entries name; of documents, whose titles may be the coders' alone, and of
    what is not known here, as the memos of coding say.
    """
    named = [ref for one in entries for ref in (one.about, *one.links, *one.subjects)]
    found = await references_of(tx, review_id, named)
    missing = set(found.missing(named))
    labels = {(NOTED, one.memo_id): shortened(one.text) for one in noted}
    documents: dict[Key, str | None] = {}
    for one in noted:
        key = (one.about.kind, one.about.id)
        documents[key] = one.document_id
        is_theirs = one.about in missing or one.about.kind == "document"
        if is_theirs and (one.label or one.about.kind not in KINDS):
            labels[key] = one.label or one.about.id
    return found.with_labels(labels).with_documents(
        documents | await documents_of_fragments(tx, review_id, named)
    )


async def _argument_history(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    table = tables.argument_history
    query = select(table).where(table.c.review_id == review_id)
    return await all_of(tx, query.order_by(table.c.argument_id, table.c.version))


async def _states(tx: Tx, review_id: str) -> list[dict[str, Any]]:
    table = tables.ccmoc_states
    query = select(table).where(table.c.review_id == review_id)
    return await all_of(tx, query.order_by(table.c.position))


def _of_items(rows: Iterable[Mapping[str, Any]]) -> Iterable[LogEntry]:
    before: State | None = None
    last: tuple[str, str] | None = None
    for row in rows:
        key = (row["kind"], row["item_id"])
        state = store.state_of(row)
        yield _of_item(row, state, before if key == last else None)
        before, last = state, key


def _of_item(row: Mapping[str, Any], state: State, before: State | None) -> LogEntry:
    head = {"at": row["at"], "person": row["person"], "kind": row["kind"], "reason": state.because}
    about = Reference(kind=row["kind"], id=row["item_id"])
    match state:
        case IdeaState():
            theories = tuple(Reference(kind="theory", id=name) for name in state.theories)
            into = (Reference(kind="idea", id=state.merged_into),) if state.merged_into else ()
            done = idea_done(before if isinstance(before, IdeaState) else None, state)
            links = (*theories, *into, *state.sources)
            return LogEntry(**head, about=about, done=done, words=state.text, links=links)
        case LineageState():
            done = LINEAGE_WORDS[state.kind] if state.status == STANDS else "link withdrawn"
            about = Reference(kind="theory", id=state.earlier)
            links = (Reference(kind="theory", id=state.later), *state.moved_by)
            return LogEntry(**head, about=about, done=done, links=links)
        case SubstantiveTheoryState():
            links = tuple(Reference(kind="theory", id=name) for name in state.theories)
            return LogEntry(
                **head, about=about, done=state.decision, words=state.summary, links=links
            )
        case MemoState():
            return LogEntry(**head, **_memo(about, state, before))


def _memo(about: Reference, state: MemoState, before: State | None) -> View:
    done = "rewritten" if before else "written"
    return {
        "about": about,
        "done": done if state.status == KEPT else "withdrawn",
        "words": state.text,
        "links": state.about,
        "subjects": state.about,
    }


def _of_coding(noted: Iterable[CodingMemo]) -> Iterable[LogEntry]:
    for one in noted:
        yield LogEntry(
            at=one.at,
            person=one.person_id,
            kind="memo",
            about=Reference(kind=NOTED, id=one.memo_id),
            done="written while coding",
            words=one.text,
            links=one.links,
            subjects=(one.about,),
            quote=one.quote,
        )


def _of_theories(rows: Iterable[Mapping[str, Any]]) -> Iterable[LogEntry]:
    states: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        so_far = states.setdefault(row["theory_id"], [])
        so_far.append(row["state"])
        worded = wordings(so_far)
        yield LogEntry(
            at=row["at"],
            person=row["person"],
            kind="theory",
            about=Reference(kind="theory", id=row["theory_id"]),
            done="stated" if row["version"] == 1 else f"worded anew ({row['state']['status']})",
            words=wording_of(worded["present"] or row["state"]),
            reason=row["reason"],
            links=tuple(Reference(**item) for item in row["moved_by"] or ()),
        )


def _of_arguments(rows: Iterable[Mapping[str, Any]]) -> Iterable[LogEntry]:
    before: dict[str, str] = {}
    for row in rows:
        state = arguments_store.state_of(row)
        done = "stated" if row["version"] == 1 else "amended"
        if before.get(state.argument_id, state.status) != state.status:
            done = "retired" if state.status == "retired" else "held again"
        before[state.argument_id] = state.status
        memos = tuple(Reference(kind="memo", id=name) for name in state.memos)
        theories = [
            Reference(kind="substantive_theory", id=name) for name in state.substantive_theories
        ]
        yield LogEntry(
            at=row["at"],
            person=row["person"],
            kind="argument",
            about=Reference(kind="argument", id=state.argument_id),
            done=done,
            words=state.warrant,
            reason=state.because,
            links=(Reference(kind="theory", id=state.theory_id), *theories, *memos),
        )


def _of_states(rows: Iterable[Mapping[str, Any]]) -> Iterable[LogEntry]:
    for row in rows:
        yield LogEntry(
            at=row["at"],
            person=row["person"],
            kind="ccmoc",
            about=Reference(kind="ccmoc", id=row["ccmoc_id"]),
            done=row["state"].replace("_", " "),
            reason=row["reason"],
        )
