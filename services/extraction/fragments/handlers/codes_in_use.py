"""What people code with is a code that the review has, and that is still in use."""

from collections.abc import Mapping
from typing import Any

from services.extraction.codebook import store
from services.extraction.codebook.handlers import CodeIsGone
from services.extraction.fragments.store import fragments
from shared.db import Tx
from shared.db.rows import Row
from shared.events.extraction import CodeDefinition, Element, FragmentState
from shared.http.problems import Invalid


class CodeUnknown(Invalid):
    """A code that nobody made: a slip, where the codebook has been begun."""

    title = "There is no such code"


class CodesInUse:
    """The codes that a batch is coded with, each looked up once."""

    def __init__(self, review_id: str) -> None:
        self._review_id = review_id
        self._known: set[str] = set()
        self._books: dict[str, dict[str, Any]] | None = None

    async def check(self, before: Row | None, state: FragmentState, field: str, tx: Tx) -> None:
        """Raise `CodeIsGone` or `CodeUnknown` for a code that the fragment did not have before.

        Codes that fragments name before anybody began a codebook are taken: so it begins.
        """
        had = _codes(fragments.state_of(before).elements) if before else set()
        new = [c for c in _codes(state.elements) if c not in had and c not in self._known]
        if not new:
            return
        made = await store.definitions_among(tx, self._review_id, new)
        for code in made.values():
            if code.status != "active":
                raise await self._gone(code, _place(state, code.code_id, field), tx)
        strange = await self._strange(set(new) - made.keys(), state, tx)
        if strange:
            raise CodeUnknown(
                f"The review has no code '{min(strange)}'; choose one from its codebook, or make "
                "the code there first.",
                field=_place(state, min(strange), field),
                code=min(strange),
            )
        self._known |= set(new)

    async def _strange(self, code_ids: set[str], state: FragmentState, tx: Tx) -> set[str]:
        """Those that neither fragments nor codebooks have, where a codebook was begun."""
        if code_ids:
            code_ids = code_ids - await store.coded_among(tx, self._review_id, code_ids)
        if not code_ids:
            return set()
        books = await self._all_books(tx)
        for row in books.values():
            groups = store.groups_of(row)
            code_ids = code_ids - {code for _, code in store.known_codes(groups)}
            code_ids = code_ids - {group.group_id for group in groups}  # what is said of a group
        begun = books.keys() & set(state.theories) if state.theories else books.keys()
        return code_ids if begun or await store.has_codes(tx, self._review_id) else set()

    async def _all_books(self, tx: Tx) -> Mapping[str, dict[str, Any]]:
        if self._books is None:
            self._books = await store.codebooks_of(tx, self._review_id)
        return self._books

    async def _gone(self, code: CodeDefinition, field: str, tx: Tx) -> CodeIsGone:
        into, after, seen = "", code, {code.code_id}
        while after.merged_into and after.merged_into not in seen:
            seen.add(after.merged_into)
            found = await store.definitions_among(tx, self._review_id, [after.merged_into])
            if not found:
                break
            after = found[after.merged_into]
            into = f" into '{after.label}'; code with that"
        sentence = f"Code '{code.label}' was {code.status}{into or '; choose another'}."
        return CodeIsGone(sentence, field=field, code=code.code_id)


def _codes(elements: tuple[Element, ...]) -> set[str]:
    return {element.code_id for element in elements}


def _place(state: FragmentState, code_id: str, field: str) -> str:
    n = next(n for n, one in enumerate(state.elements) if one.code_id == code_id)
    return f"{field}elements[{n}].code"
