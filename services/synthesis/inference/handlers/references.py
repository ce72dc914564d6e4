"""What people point at, by label: never an id where there is a name."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from services.synthesis.arguments import store as arguments_store
from services.synthesis.arguments.domain import argument_in_words, argument_of
from services.synthesis.engine import Labels, Review, labels_of
from services.synthesis.engine.values import OUTCOME
from services.synthesis.inference import store
from services.synthesis.inference.domain import KEPT, MEMO, MemoState
from services.synthesis.projections.store import flow, tables
from services.synthesis.projections.store.codebooks import codebooks_of, codes_of
from services.synthesis.theories import store as theories_store
from shared.db import Tx
from shared.db.rows import all_of, rows_among
from shared.events.synthesis import Reference
from shared.text import shortened

GONE = "what is not here (any more)"
CONFIDENTIAL = "a passage of a confidential source"
Key = tuple[str, str]
"""Kind, id."""


class References:
    """Labels of the things that a set of references names; `missing` tells what is not here."""

    def __init__(
        self,
        labels: Mapping[Key, str],
        confidential: frozenset[Key],
        documents: Mapping[Key, str | None] | None = None,
    ) -> None:
        self._labels = labels
        self._confidential = confidential
        self._documents = documents or {}

    def with_labels(self, more: Mapping[Key, str]) -> "References":
        """The same with what others call these things."""
        return References({**self._labels, **more}, self._confidential, self._documents)

    def with_documents(self, documents: Mapping[Key, str | None]) -> "References":
        """The same, and on the page of which document things stand, which `shown` then says."""
        return References(self._labels, self._confidential, documents)

    def label(self, item: Reference) -> str:
        """The label of one thing; a person is called by their name in the review."""
        if item.kind == "person":
            return item.id
        return self._labels.get((item.kind, item.id), GONE)

    def missing(self, items: Iterable[Reference]) -> list[Reference]:
        """Those of the references that name nothing here."""
        return [
            item
            for item in items
            if item.kind != "person" and (item.kind, item.id) not in self._labels
        ]

    def closed(self, items: Iterable[Reference]) -> bool:
        """Whether one of the things is confidential, or a passage or document not known here."""
        return any(
            (item.kind, item.id) in self._confidential
            or (item.kind in ("document", "fragment") and (item.kind, item.id) not in self._labels)
            for item in items
        )

    def shown(self, items: Iterable[Reference]) -> list[dict[str, str]]:
        """References with their labels, as answers hold them."""
        return [self._shown(item) for item in items]

    def _shown(self, item: Reference) -> dict[str, str]:
        document = self._documents.get((item.kind, item.id))
        place = {} if document is None else {"document": document}
        return {"kind": item.kind, "id": item.id, "label": self.label(item), **place}


async def references_of(tx: Tx, review_id: str, items: Iterable[Reference]) -> References:
    """Labels of everything that `items` name, read at once."""
    wanted: dict[str, set[str]] = {}
    for item in items:
        wanted.setdefault(item.kind, set()).add(item.id)
    labels: dict[Key, str] = {}
    closed: set[Key] = set()
    for kind, ids in wanted.items():
        reader = _READERS.get(kind)
        if reader is not None:
            found = await reader(tx, review_id, sorted(ids))
            labels |= {(kind, name): label for name, (label, _) in found.items()}
            closed |= {(kind, name) for name, (_, confidential) in found.items() if confidential}
    return References(labels, frozenset(closed))


ReferenceLabels = dict[str, tuple[str, bool]]
"""Id → its label, and whether it is confidential."""


async def _theories(tx: Tx, review_id: str, ids: Sequence[str]) -> ReferenceLabels:
    rows = await theories_store.every(tx, review_id)
    return {
        row["theory_id"]: (_named(row["theory_id"], row["state"]["name"]), False)
        for row in rows
        if row["theory_id"] in ids
    }


def _named(key: str, name: str) -> str:
    return key if name in ("", key) else f"{key}: {name}"


async def _ideas(tx: Tx, review_id: str, ids: Sequence[str]) -> ReferenceLabels:
    every = await store.ideas(tx, review_id)
    return {item.idea_id: (shortened(item.text), False) for item in every if item.idea_id in ids}


async def _memos(tx: Tx, review_id: str, ids: Sequence[str]) -> ReferenceLabels:
    """Memos by their first words; of those about what is confidential, only that they are."""
    every = [item for item in await store.memos(tx, review_id) if item.memo_id in ids]
    about = await ever_about(tx, review_id)
    ever = {name: [r for r in items if r.kind != "memo"] for name, items in about.items()}
    known = await references_of(tx, review_id, (r for memo in every for r in ever[memo.memo_id]))
    found: ReferenceLabels = {}
    for memo in every:
        closed = known.closed(ever[memo.memo_id])
        words = "a memo about a confidential source" if closed else shortened(memo.text, 80)
        found[memo.memo_id] = (words if memo.status == KEPT else f"{words} (withdrawn)", closed)
    return found


async def ever_about(tx: Tx, review_id: str) -> dict[str, list[Reference]]:
    """Memo → all that it was about at any version, for it stays closed when it moves on."""
    found: dict[str, list[Reference]] = {}
    for row in await store.history(tx, review_id, MEMO):
        state = store.state_of(row)
        if isinstance(state, MemoState):
            found.setdefault(row["item_id"], []).extend(state.about)
    return found


async def _substantive(tx: Tx, review_id: str, ids: Sequence[str]) -> ReferenceLabels:
    every = await store.substantive_theories(tx, review_id)
    return {
        item.substantive_theory_id: (item.name, False)
        for item in every
        if item.substantive_theory_id in ids
    }


async def _labels(tx: Tx, review_id: str, theories: set[str]) -> dict[str, Labels]:
    review = Review(codebooks=await codebooks_of(tx, review_id, theories))
    return {theory: labels_of(review, theory) for theory in theories}


async def _arguments(tx: Tx, review_id: str, ids: Sequence[str]) -> ReferenceLabels:
    rows = [r for r in await arguments_store.every(tx, review_id) if r["argument_id"] in ids]
    labels = await _labels(tx, review_id, {row["theory_id"] for row in rows})
    return {
        row["argument_id"]: (
            argument_in_words(argument_of(arguments_store.state_of(row)), labels[row["theory_id"]]),
            False,
        )
        for row in rows
    }


async def _ccmocs(tx: Tx, review_id: str, ids: Sequence[str]) -> ReferenceLabels:
    table = tables.ccmocs
    rows = await rows_among(tx, table, review_id, table.c.ccmoc_id, ids)
    labels = await _labels(tx, review_id, {row["theory_id"] for row in rows})
    return {row["ccmoc_id"]: (_chain(row, labels[row["theory_id"]]), False) for row in rows}


def _chain(row: Mapping[str, Any], labels: Labels) -> str:
    part, outcome = labels.part(row["role"], row["mechanism"]), row["outcome"]
    return f"{row['theory_id']}: '{part}' with '{labels.of(OUTCOME, outcome)}'"


async def _codes(tx: Tx, review_id: str, ids: Sequence[str]) -> ReferenceLabels:
    return {code: (label, False) for code, label in (await codes_of(tx, review_id, ids)).items()}


async def _documents(tx: Tx, review_id: str, ids: Sequence[str]) -> ReferenceLabels:
    rows = await rows_among(tx, tables.documents, review_id, tables.documents.c.document_id, ids)
    return {
        row["document_id"]: (row["title"] or row["document_id"], bool(row["confidential"]))
        for row in rows
    }


async def _fragments(tx: Tx, review_id: str, ids: Sequence[str]) -> ReferenceLabels:
    """Passages by their words; a paraphrase is never shown in quotation marks."""
    rows = await rows_among(tx, tables.fragments, review_id, tables.fragments.c.fragment_id, ids)
    named = {row["document_id"] for row in rows if row["document_id"]}
    titles = await flow.titles_of_documents(tx, review_id, named)
    return {
        row["fragment_id"]: (
            _passage(row, titles.get(row["document_id"], "")),
            bool(row["confidential"]),
        )
        for row in rows
    }


def _passage(row: Mapping[str, Any], source: str) -> str:
    if row["confidential"]:
        return CONFIDENTIAL
    said = f"“{shortened(row['quote'])}”" if row["quote"] else shortened(row["paraphrase"])
    said = said or shortened(". ".join(p["statement"] for p in row["elements"] if p["statement"]))
    return ", ".join(part for part in (said or "a passage", source, row["locator"]) if part)


_READERS: dict[str, Callable[[Tx, str, Sequence[str]], Awaitable[ReferenceLabels]]] = {
    "theory": _theories,
    "idea": _ideas,
    "memo": _memos,
    "substantive_theory": _substantive,
    "argument": _arguments,
    "ccmoc": _ccmocs,
    "code": _codes,
    "document": _documents,
    "fragment": _fragments,
}
KINDS = frozenset(_READERS)
"""Kinds of things that have labels here."""


async def documents_of_fragments(
    tx: Tx, review_id: str, items: Iterable[Reference]
) -> dict[Key, str | None]:
    """In which document the fragments among these things stand."""
    ids = {item.id for item in items if item.kind == "fragment"}
    rows = await rows_among(tx, tables.fragments, review_id, tables.fragments.c.fragment_id, ids)
    return {("fragment", row["fragment_id"]): row["document_id"] for row in rows}


async def moved_by_of(tx: Tx, review_id: str) -> list[Reference]:
    """Everything that a wording of a theory names as what moved it."""
    table = tables.theory_history
    query = select(table.c.moved_by).where(table.c.review_id == review_id)
    rows = await all_of(tx, query)
    return [Reference(**item) for row in rows for item in row["moved_by"] or ()]
