"""What people see of ideas, lineage, substantive theories and memos: by label, with history."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.synthesis.arguments import store as arguments_store
from services.synthesis.inference import store
from services.synthesis.inference.domain import (
    IDEA,
    KEPT,
    MEMO,
    OPEN,
    STANDS,
    SUBSTANTIVE,
    MemoState,
    State,
    idea_done,
    idea_place,
    sorted_into,
)
from services.synthesis.inference.handlers.log import WITHHELD
from services.synthesis.inference.handlers.references import (
    References,
    ever_about,
    moved_by_of,
    references_of,
)
from services.synthesis.theories import store as theories_store
from services.synthesis.theories.domain import wordings
from services.synthesis.theories.handlers import require_review
from shared.db import Tx
from shared.events.inference import IdeaState, LineageState, SubstantiveTheoryState
from shared.events.synthesis import Reference

View = dict[str, Any]


def _theory_refs(theories: Iterable[str]) -> list[Reference]:
    return [Reference(kind="theory", id=name) for name in theories]


def _idea_refs(idea: IdeaState) -> list[Reference]:
    into = [Reference(kind="idea", id=idea.merged_into)] if idea.merged_into else []
    return [*idea.sources, *_theory_refs(idea.theories), *into]


def idea_view(idea: IdeaState, known: References) -> View:
    """An idea with what it came from and what it became."""
    into = Reference(kind="idea", id=idea.merged_into) if idea.merged_into else None
    return {
        "id": idea.idea_id,
        "version": idea.version,
        "number": idea.number,
        "text": idea.text,
        "status": idea.status,
        "sources": known.shown(idea.sources),
        "theories": known.shown(_theory_refs(idea.theories)),
        "merged_into": None if into is None else known.shown([into])[0],
        "because": idea.because,
    }


async def ideas(review_id: str, tx: Tx, *, to_sort: bool = False) -> list[View]:
    """The ideas of a review in their order; `to_sort`: open ones that are in no theory yet."""
    await require_review(tx, review_id)
    every = sorted(await store.ideas(tx, review_id), key=idea_place)
    if to_sort:
        every = [item for item in every if item.status == OPEN and not item.theories]
    known = await references_of(tx, review_id, (r for item in every for r in _idea_refs(item)))
    return [idea_view(item, known) for item in every]


async def history_of(review_id: str, kind: str, item_id: str, tx: Tx) -> list[View]:
    """Every version of an item with its reason, who and when, oldest first."""
    rows = await store.history(tx, review_id, kind, item_id)
    before: State | None = None
    found = []
    for row in rows:
        state = store.state_of(row)
        done = ""
        if isinstance(state, IdeaState):
            done = idea_done(before if isinstance(before, IdeaState) else None, state)
        before = state
        found.append(
            {
                "version": row["version"],
                "done": done,
                "state": row["state"],
                "because": state.because,
                "person": row["person"],
                "at": row["at"].isoformat(),
            }
        )
    return found


async def one_idea(review_id: str, idea: IdeaState, tx: Tx) -> View:
    """An idea with its versions."""
    known = await references_of(tx, review_id, _idea_refs(idea))
    versions = await history_of(review_id, IDEA, idea.idea_id, tx)
    return {**idea_view(idea, known), "history": versions}


def link_view(link: LineageState, known: References) -> View:
    """A link of two theories, with why."""
    earlier, later = known.shown(_theory_refs([link.earlier, link.later]))
    return {
        "earlier": earlier,
        "later": later,
        "kind": link.kind,
        "status": link.status,
        "version": link.version,
        "because": link.because,
        "moved_by": known.shown(link.moved_by),
    }


async def lineage(review_id: str, tx: Tx, *, withdrawn: bool = False) -> list[View]:
    """The links of theories that stand, or (`withdrawn`) all, by (earlier, later)."""
    await require_review(tx, review_id)
    every = [item for item in await store.links(tx, review_id) if withdrawn or _stands(item)]
    every.sort(key=lambda item: (item.earlier, item.later))
    named = [r for item in every for r in item.moved_by]
    named += _theory_refs(name for item in every for name in (item.earlier, item.later))
    known = await references_of(tx, review_id, named)
    return [link_view(item, known) for item in every]


def _stands(link: LineageState) -> bool:
    return link.status == STANDS


async def substantive_theories(review_id: str, tx: Tx) -> list[View]:
    """The review's substantive theories with their appraisal, and what rests on each."""
    await require_review(tx, review_id)
    every = await store.substantive_theories(tx, review_id)
    arguments = [arguments_store.state_of(r) for r in await arguments_store.every(tx, review_id)]
    resting: dict[str, list[Reference]] = {}
    for state in arguments:
        for name in state.substantive_theories:
            found = resting.setdefault(name, [])
            found.append(Reference(kind="argument", id=state.argument_id))
    named = [r for item in every for r in _theory_refs(item.theories)]
    named += [r for items in resting.values() for r in items]
    known = await references_of(tx, review_id, named)
    return [
        _substantive(item, resting.get(item.substantive_theory_id, []), known) for item in every
    ]


def _substantive(
    item: SubstantiveTheoryState, arguments: Sequence[Reference], known: References
) -> View:
    names = ("name", "citation", "summary", "level", "fit", "simplicity", "compatibility")
    return {
        "id": item.substantive_theory_id,
        "version": item.version,
        **{name: getattr(item, name) for name in names},
        "decision": item.decision,
        "phase": item.phase,
        "theories": known.shown(_theory_refs(item.theories)),
        "arguments": known.shown(arguments),
        "because": item.because,
    }


async def memos(
    review_id: str,
    tx: Tx,
    *,
    about: Reference | None = None,
    confidential: bool = False,
    withdrawn: bool = False,
) -> list[View]:
    """The memos of a review, or those about one thing, newest last."""
    await require_review(tx, review_id)
    every = [
        item
        for item in await store.memos(tx, review_id)
        if (withdrawn or item.status == KEPT) and (about is None or about in item.about)
    ]
    past = await store.history(tx, review_id, MEMO)
    moments = {row["item_id"]: row["at"] for row in past}  # the last version's: rows are in order
    ever = await ever_about(tx, review_id)
    known = await references_of(tx, review_id, (r for items in ever.values() for r in items))
    closed = {n for n, items in ever.items() if not confidential and known.closed(items)}
    every.sort(key=lambda item: (moments[item.memo_id], item.memo_id))
    return [
        {
            **memo_view(item, known, closed=item.memo_id in closed),
            "at": moments[item.memo_id].isoformat(),
        }
        for item in every
    ]


def memo_view(memo: MemoState, known: References, *, closed: bool) -> View:
    """A memo; without its words where it is `closed`: about what is confidential, now or once."""
    return {
        "id": memo.memo_id,
        "version": memo.version,
        "text": WITHHELD if closed else memo.text,
        "withheld": closed,
        "about": known.shown(memo.about),
        "person": memo.person_id,
        "status": memo.status,
        "because": "" if closed else memo.because,
    }


async def theory_work(review_id: str, theory_id: str, tx: Tx) -> View:
    """What people did on the way to a theory: wordings, why, ideas, lineage, what informs it."""
    history = await theories_store.history(tx, review_id, theory_id)
    every = await store.ideas(tx, review_id)
    links = [item for item in await store.links(tx, review_id) if _stands(item)]
    mine = [item for item in links if theory_id in (item.earlier, item.later)]
    moved = {row["version"]: _moved_by(row) for row in history}
    ideas_here = sorted_into(every, theory_id)
    named = [r for items in moved.values() for r in items]
    named += [r for item in ideas_here for r in _idea_refs(item)]
    named += [r for item in mine for r in item.moved_by]
    named += _theory_refs(name for item in mine for name in (item.earlier, item.later))
    known = await references_of(tx, review_id, named)
    shown = [link_view(item, known) for item in mine]
    return {
        "wordings": wordings([row["state"] for row in history]) if history else None,
        "moved_by": {version: known.shown(items) for version, items in moved.items()},
        "ideas": [idea_view(item, known) for item in ideas_here],
        "came_from": [item for item in shown if item["later"]["id"] == theory_id],
        "went_into": [item for item in shown if item["earlier"]["id"] == theory_id],
        "substantive_theories": [
            item
            for item in await substantive_theories(review_id, tx)
            if theory_id in [theory["id"] for theory in item["theories"]]
        ],
    }


def _moved_by(row: Mapping[str, Any]) -> list[Reference]:
    return [Reference(**item) for item in row["moved_by"] or ()]


async def inference_issues(review_id: str, tx: Tx) -> list[View]:
    """References that name nothing here: of ideas, links, memos, theories and arguments."""
    pointing: list[tuple[str, str, Reference]] = []
    for idea in await store.ideas(tx, review_id):
        pointing += [(IDEA, idea.idea_id, item) for item in _idea_refs(idea)]
    for memo in await store.memos(tx, review_id):
        pointing += [(MEMO, memo.memo_id, item) for item in memo.about]
    for link in await store.links(tx, review_id):
        ends = _theory_refs([link.earlier, link.later])
        pointing += [("lineage", link.link_id, item) for item in (*ends, *link.moved_by)]
    for theory in await store.substantive_theories(tx, review_id):
        name = theory.substantive_theory_id
        pointing += [(SUBSTANTIVE, name, item) for item in _theory_refs(theory.theories)]
    for row in await arguments_store.every(tx, review_id):
        state = arguments_store.state_of(row)
        rests = [Reference(kind=MEMO, id=name) for name in state.memos]
        rests += [Reference(kind=SUBSTANTIVE, id=name) for name in state.substantive_theories]
        pointing += [("argument", state.argument_id, item) for item in rests]
    pointing += [("theory", "", item) for item in await moved_by_of(tx, review_id)]
    known = await references_of(tx, review_id, (item for _, _, item in pointing))
    return [
        {"kind": "reference_to_nothing", "of": of, "id": name, "names": item.kind, "key": item.id}
        for of, name, item in pointing
        if known.missing([item])
    ]
