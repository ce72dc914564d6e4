"""Commands that code fragments anew: merge and split; and undoing any act."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.extraction.codebook import store as codebook_store
from services.extraction.codes import store
from services.extraction.codes.domain.recoding import (
    membership,
    merged_groups,
    recoded,
    split_problem,
    with_code,
)
from services.extraction.codes.domain.undoing import ChangedSince, taken_back
from services.extraction.codes.handlers.acting import Act, begin, implied_code, shown_act
from services.extraction.codes.handlers.commands import refuse_taken
from services.extraction.codes.handlers.reading import visible_with
from services.extraction.fragments.store import fragments
from shared.db import Tx
from shared.db.rows import state
from shared.events.extraction import (
    CodeDefinition,
    CodeState,
    Element,
    FragmentState,
    GroupState,
)
from shared.http.problems import Conflict, Invalid, NotFound
from shared.ids import new_id

UNDONE, AGAIN = "Undone: ", "Done again: "


class CannotUndo(Conflict):
    """Something has changed since that undoing would overwrite."""

    title = "The act cannot be undone now"


async def merge_codes(review_id: str, code_id: str, into: str, tx: Tx) -> dict[str, Any]:
    """A code becomes part of another of its role: its fragments and its places become that's."""
    act = await begin(review_id, tx)
    gone, kept = await act.code(code_id), await act.code(into)
    if code_id == into:
        raise Invalid("A code cannot be merged into itself; name another.", field="into")
    if gone.role != kept.role:
        raise Invalid(f"'{kept.label}' has another role; merge codes of one role.", field="into")
    for theory, groups in (await act.all_groups()).items():
        joined = merged_groups(groups, gone.role, code_id, into)
        named = tuple(_labelled(group, into, kept.label) for group in joined)
        await act.put_groups(theory, named)
    coded = await store.fragments_with(tx, review_id, gone.role, code_id)
    why = f"code '{gone.label}' merged into '{kept.label}'"
    await act.recode(coded, lambda f: recoded(f, gone.role, code_id, into), why)
    await act.keep(replace(gone, status="merged", merged_into=into))
    await act.keep(replace(kept, meaning=kept.meaning + 1), means_anew=True)
    return await act.end("merge", f"C{why[1:]}, {act.shown} fragments recoded", code_id)


def _labelled(group: GroupState, code_id: str, label: str) -> GroupState:
    codes = tuple(replace(c, label=label) if c.code_id == code_id else c for c in group.codes)
    return replace(group, codes=codes)


async def split_code(
    review_id: str, code_id: str, parts: Sequence[Mapping[str, Any]], tx: Tx
) -> dict[str, Any]:
    """New codes beside a code, each with the fragments named for it; the rest keep the code.

    `parts` hold `label`, `description` and `fragments`. The new codes stand in the same groups.
    What somebody else codes blindly now is as if it were not coded with it: it keeps the code.
    """
    act = await begin(review_id, tx)
    code = await act.code(code_id)
    coded = await visible_with(tx, review_id, code.role, code_id)
    problem = split_problem(parts, coded)
    if problem or not parts:
        raise Invalid(problem or "Name the new codes.", field="into")
    made = []
    for part in parts:
        new = await _part(act, code, part)
        made.append(new)
        why = f"code '{code.label}' split: '{new.label}'"
        await act.recode(part["fragments"], _to(code, new), why)
    await act.keep(replace(code, meaning=code.meaning + 1), means_anew=True)
    labels = ", ".join(f"'{one.label}'" for one in made)
    summary = f"Code '{code.label}' split: {labels}, {act.shown} fragments recoded"
    done = await act.end("split", summary, code_id)
    return {**done, "made": [one.code_id for one in made]}


def _to(code: CodeDefinition, new: CodeDefinition) -> Any:
    def change(fragment: FragmentState) -> FragmentState:
        return recoded(fragment, code.role, code.code_id, new.code_id)

    return change


async def _part(act: Act, code: CodeDefinition, part: Mapping[str, Any]) -> CodeDefinition:
    """One of the new codes, in every group in which the code is."""
    await refuse_taken(act, code.role, part["label"])
    new = CodeDefinition(
        code_id=new_id(),
        role=code.role,
        label=part["label"],
        description=part.get("description", ""),
    )
    await act.keep(new)
    for theory, groups in (await act.all_groups()).items():
        before = membership(groups, code.role, code.code_id)
        group = next((g for g in groups if before in g.codes), None)
        if before is not None and group is not None:
            member = CodeState(code_id=new.code_id, label=new.label, sense=before.sense)
            await act.put_groups(theory, with_code(groups, group.group_id, member))
    return new


async def undo_act(review_id: str, number: int, tx: Tx) -> dict[str, Any]:
    """Put codes, groups and fragments back as they were before an act; itself an act.

    Raises `CannotUndo` where one of them has changed since: undo the later act first.
    """
    act = await begin(review_id, tx)
    row = await store.act_of(tx, review_id, number)
    if row is None:
        raise NotFound(f"There is no act number {number} in this review's codebook.")
    if row["undone_by"] is not None:
        return shown_act(row)
    before = row["before"]
    await _check_unchanged(act, before, number)
    for theory, groups in before["books"].items():
        await _take_back(act, theory, groups, before.get("book_versions", {}).get(theory))
    for fragment_id, was in before["fragments"].items():
        elements = tuple(state(e, Element) for e in was["elements"])
        why = f"undone: {row['summary']}"
        await act.recode([fragment_id], _with(elements), why)
    for code_id, was in before["codes"].items():
        await _restore(act, code_id, was, is_made=_is_made(row, code_id))
    done = await act.end("undo", _summary_of_undoing(row["summary"]), row["code_id"])
    await store.keep_act(tx, {**row, "undone_by": done["act"]})
    return done


async def _take_back(act: Act, theory_id: str, before: Sequence[Any], version: int | None) -> None:
    """Take back what an act did to a codebook; `version` is the one that it made."""
    old = [state(group, GroupState) for group in before]
    row = await codebook_store.codebook_of(act.tx, act.review_id, theory_id, version)
    try:
        left = taken_back(old, codebook_store.groups_of(row), await act.groups(theory_id))
    except ChangedSince as since:
        raise CannotUndo(f"It cannot be undone alone: {since}; undo that first.") from since
    await act.put_groups(theory_id, left)


def _summary_of_undoing(summary: str) -> str:
    """What is said of undoing an act; undoing that does it again."""
    done = summary.removeprefix(UNDONE).removeprefix(AGAIN)
    return f"{AGAIN if summary.startswith(UNDONE) else UNDONE}{done}"


def _with(elements: tuple[Element, ...]) -> Any:
    def change(fragment: FragmentState) -> FragmentState:
        return replace(fragment, elements=elements)

    return change


async def _check_unchanged(act: Act, before: Mapping[str, Any], number: int) -> None:
    """Raise where a codebook, a code or a fragment was changed after the act."""
    for later in await store.acts_of(act.tx, act.review_id, before=2**31 - 1, limit=1000):
        shared = before["codes"].keys() & later["before"]["codes"].keys()
        is_open = later["undone_by"] is None and later["kind"] != "undo"
        if later["number"] > number and shared and is_open:
            raise CannotUndo(
                f"'{later['summary']}' came later (act {later['number']}); undo it first."
            )
    rows = await fragments.fragments_by_id(act.tx, act.review_id, before["fragments"])
    for fragment_id, was in before["fragments"].items():
        if rows[fragment_id]["version"] != was["version"]:
            raise CannotUndo(
                f"Fragment '{fragment_id}' was coded anew since; restore its codes by hand."
            )


def _is_made(row: Mapping[str, Any], code_id: str) -> bool:
    """Whether an act made a code, which no codebook and no fragment spoke of before."""
    kind: str = row["kind"]
    return kind == "create" or (kind == "split" and code_id != str(row["code_id"]))


async def _restore(act: Act, code_id: str, was: Mapping[str, Any] | None, *, is_made: bool) -> None:
    """A code as it was: as an object, or as the codebooks and fragments speak of it.

    One that the act made is retired, so that its id keeps its meaning, unless it is coded.
    """
    now = await act.code(code_id, in_use=False)
    if was is not None:
        await act.keep(state(was, CodeDefinition), means_anew=False)
    elif not is_made:
        await act.keep(await implied_code(act.tx, act.review_id, code_id), means_anew=False)
    elif not await store.fragments_with(act.tx, act.review_id, now.role, code_id):
        await act.keep(replace(now, status="retired"))
