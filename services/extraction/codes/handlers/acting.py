"""Carrying out one act on the codebook: what it touches is remembered, so it can be undone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.extraction.codebook import store as codebook_store
from services.extraction.codebook.handlers import CodeIsGone, put_codebook
from services.extraction.codes import store
from services.extraction.fragments.handlers.code import Coding, code_fragments
from services.extraction.fragments.store import fragments
from services.extraction.projections.handlers import lock_coding, require_review
from shared.db import Tx
from shared.db.rows import plain
from shared.events.extraction import CodeChanged, CodeDefinition, FragmentState, GroupState
from shared.http.problems import NotFound

Change = Callable[[FragmentState], FragmentState]


@dataclass(slots=True)
class Act:
    """One act in the making, in its transaction."""

    review_id: str
    tx: Tx
    codes: dict[str, CodeDefinition | None] = field(default_factory=dict)
    books: dict[str, list[Any]] = field(default_factory=dict)
    book_versions: dict[str, int] = field(default_factory=dict)
    recoded: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def shown(self) -> int:
        """How many fragments it coded anew, without those that a round of coding hides."""
        return sum(not one["blind"] for one in self.recoded.values())

    async def code(self, code_id: str, *, in_use: bool = True) -> CodeDefinition:
        """A code, made an object where it only stood in a codebook or in fragments so far.

        Raises `NotFound`, or `CodeIsGone` for one that is not `in_use`.
        """
        row = await store.code_row(self.tx, self.review_id, code_id)
        found = None if row is None else codebook_store.definition_of(row)
        self.codes.setdefault(code_id, found)
        if found is None:
            found = await implied_code(self.tx, self.review_id, code_id)
        if in_use and found.status != "active":
            raise CodeIsGone(f"Code '{found.label}' was {found.status}; undo that first.")
        return found

    async def keep(self, code: CodeDefinition, *, means_anew: bool = False) -> None:
        """Store a code and say it; `means_anew`: what is coded so far was coded as it was."""
        before = await store.code_row(self.tx, self.review_id, code.code_id)
        self.codes.setdefault(code.code_id, None)
        since = self.tx.now() if means_anew or before is None else before["meaning_since"]
        await store.keep_code(self.tx, self.review_id, code, meaning_since=since)
        self.tx.emit(CodeChanged(review_id=self.review_id, code=code))

    async def all_groups(self) -> dict[str, tuple[GroupState, ...]]:
        """The groups of every codebook of the review, by theory."""
        rows = await codebook_store.codebooks_of(self.tx, self.review_id)
        return {theory: codebook_store.groups_of(row) for theory, row in rows.items()}

    async def groups(self, theory_id: str) -> tuple[GroupState, ...]:
        """The groups of one codebook."""
        row = await codebook_store.codebook_of(self.tx, self.review_id, theory_id)
        return codebook_store.groups_of(row)

    async def put_groups(self, theory_id: str, groups: Sequence[GroupState]) -> None:
        """Store a codebook anew; unchanged ones get no version. Raises `CodebookAmbiguous`."""
        before = await self.groups(theory_id)
        done = await put_codebook(
            self.review_id, theory_id, groups, self.tx, theory_may_follow=bool(before)
        )
        if done.changed:
            self.books.setdefault(theory_id, plain(before))
            self.book_versions[theory_id] = done.version

    async def recode(
        self,
        fragment_ids: Iterable[str],
        change: Callable[[FragmentState], FragmentState],
        why: str,
    ) -> None:
        """Code fragments anew as part of the act; their history keeps who had coded what."""
        ids = sorted(fragment_ids)
        rows = await fragments.fragments_by_id(self.tx, self.review_id, ids)
        before = {f: fragments.state_of(row) for f, row in rows.items()}
        codings = [Coding(change(state), by_codebook=True) for state in before.values()]
        for done in await code_fragments(self.review_id, codings, self.tx, why):
            if done.changed:
                old = plain(before[done.id].elements)
                known = self.recoded.setdefault(done.id, {"elements": old})
                known["version"] = done.version
                known["blind"] = bool(rows[done.id]["blind"])

    async def end(self, kind: str, summary: str, code_id: str | None = None) -> dict[str, Any]:
        """Remember the act; returns it as people see it."""
        number = await store.next_act(self.tx, self.review_id)
        row = {
            "review_id": self.review_id,
            "number": number,
            "kind": kind,
            "summary": summary,
            "code_id": code_id,
            "before": {
                "codes": {c: plain(code) for c, code in self.codes.items()},
                "books": self.books,
                "book_versions": self.book_versions,
                "fragments": self.recoded,
            },
            "undone_by": None,
            "at": self.tx.now(),
            "by": self.tx.actor,
        }
        await store.keep_act(self.tx, row)
        return shown_act(row)


async def begin(review_id: str, tx: Tx) -> Act:
    """Start an act; nobody else codes in the review meanwhile."""
    await require_review(tx, review_id)
    await lock_coding(tx, review_id)
    return Act(review_id, tx)


def shown_act(row: dict[str, Any]) -> dict[str, Any]:
    """An act as people see it: in words, with the fragments it coded anew."""
    return {
        "act": row["number"],
        "kind": row["kind"],
        "summary": row["summary"],
        "code": row["code_id"],
        "theories": sorted(row["before"]["books"]),
        "fragments": sorted(f for f, was in row["before"]["fragments"].items() if _shown(was)),
        "undone_by": row["undone_by"],
        "at": row["at"],
        "by": row["by"],
    }


def _shown(was: dict[str, Any]) -> bool:
    """Whether a fragment was not hidden by a round of coding when the act coded it anew."""
    return not was.get("blind")


async def implied_code(tx: Tx, review_id: str, code_id: str) -> CodeDefinition:
    """A code of which only codebooks or fragments speak so far."""
    for row in (await codebook_store.codebooks_of(tx, review_id)).values():
        for group in codebook_store.groups_of(row):
            for member in group.codes:
                if member.code_id == code_id:
                    label = member.label or code_id
                    return CodeDefinition(code_id=code_id, role=group.role, label=label)
    roles = await store.roles_of(tx, review_id, code_id)
    if not roles:
        raise NotFound("The review has no such code; list its codes, or create it.")
    return CodeDefinition(code_id=code_id, role=roles[0], label=code_id)
