"""Ideas, lineage, substantive theories and memos as values: their kinds, rules and words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from shared.events.inference import IdeaState, LineageState, SubstantiveTheoryState
from shared.events.synthesis import Reference
from shared.ids import stable_id

IDEA = "idea"
LINEAGE = "lineage"
SUBSTANTIVE = "substantive_theory"
MEMO = "memo"
OPEN, MERGED, DROPPED = "open", "merged", "dropped"
STANDS, WITHDRAWN, KEPT = "stands", "withdrawn", "kept"
NO_CONTENT = ("version", "because")
"""Fields of a state that do not say what it holds."""
ENTRY_KINDS = {
    "idea": "Idea",
    "lineage": "Theory",
    "substantive_theory": "Substantive theory",
    "memo": "Memo",
    "theory": "Theory",
    "argument": "Argument",
    "ccmoc": "CCMOC",
}
"""What an entry of the inference log is about, in words."""
LINEAGE_WORDS = {
    "merged_into": "merged into",
    "split_from": "split from",
    "became": "became",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoState:
    """A memo at one version. Its words stay in this service; `because` says why this version."""

    memo_id: str
    version: int
    text: str
    about: tuple[Reference, ...] = ()
    person_id: str = ""
    status: str = KEPT
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingMemo:
    """A memo that a coder wrote in extraction, with what extraction calls its subject ("": unknown)
    and the document on whose page it stands; `quote`: the passage that one about a document is on.
    """

    memo_id: str
    at: datetime
    person_id: str | None
    about: Reference
    label: str
    document_id: str | None
    text: str
    links: tuple[Reference, ...] = ()
    quote: str = ""


State = IdeaState | LineageState | SubstantiveTheoryState | MemoState
STATES: Mapping[str, type[State]] = {
    IDEA: IdeaState,
    LINEAGE: LineageState,
    SUBSTANTIVE: SubstantiveTheoryState,
    MEMO: MemoState,
}
NOUNS = {
    IDEA: "idea",
    LINEAGE: "link of two theories",
    SUBSTANTIVE: "substantive theory",
    MEMO: "memo",
}


def content_of(state: State) -> dict[str, Any]:
    """What a state holds, without its version and its reason."""
    return {
        field.name: getattr(state, field.name)
        for field in fields(state)
        if field.name not in NO_CONTENT
    }


def link_id(earlier: str, later: str) -> str:
    """The key of the link by which `later` came out of `earlier`."""
    return stable_id("lineage", earlier, later)


def circle(links: Iterable[LineageState], earlier: str, later: str) -> tuple[str, ...]:
    """The theories through which `earlier` already comes out of `later`; empty if it does not.

    A link from `earlier` to `later` would close this circle; it starts and ends with `earlier`.
    """
    after: dict[str, list[str]] = {}
    for link in links:
        if link.status == STANDS:
            after.setdefault(link.earlier, []).append(link.later)
    paths: list[tuple[str, ...]] = [(later,)]
    seen = {later}
    while paths:
        path = paths.pop()
        if path[-1] == earlier:
            return (earlier, *path)
        new = [name for name in sorted(after.get(path[-1], ())) if name not in seen]
        seen.update(new)
        paths += [(*path, name) for name in new]
    return ()


def merged_end(ideas: Mapping[str, IdeaState], idea_id: str) -> str:
    """The idea that stands for this one after every merge; a circle ends where it closes."""
    seen: set[str] = set()
    at = idea_id
    while at not in seen and at in ideas and ideas[at].merged_into:
        seen.add(at)
        at = str(ideas[at].merged_into)
    return at


def sorted_into(ideas: Sequence[IdeaState], theory_id: str) -> list[IdeaState]:
    """The open ideas of a theory, those with a number first."""
    mine = [item for item in ideas if theory_id in item.theories and item.status == OPEN]
    return sorted(mine, key=idea_place)


def idea_place(idea: IdeaState) -> tuple[bool, int, str]:
    """The order of ideas: by number, then by id."""
    return idea.number is None, idea.number or 0, idea.idea_id


def idea_done(before: IdeaState | None, now: IdeaState) -> str:
    """What people did with an idea, as a participle."""
    if before is None and now.status == OPEN:
        return "noted"
    if before is None or before.status != now.status:
        return {OPEN: "taken up again", MERGED: "merged", DROPPED: "dropped"}[now.status]
    if before.text != now.text:
        return "worded anew"
    return "sorted" if before.theories != now.theories else "changed"


def further_links(entry: Mapping[str, Any]) -> list[Any]:
    """What an entry points at besides its subjects."""
    return [item for item in entry["links"] if item not in entry["subjects"]]


def about_in_words(entry: Mapping[str, Any]) -> str:
    """What an entry is about, by label, with the passage of it that a memo is on."""
    words = "; ".join(str(item["label"]) for item in entry["subjects"])
    return f"{words}: “{entry['quote']}”" if entry["quote"] else words


def speaks_for_itself(entry: Mapping[str, Any]) -> bool:
    """Whether an entry needs no label of what it is about: an idea, or a memo about nothing."""
    itself = entry["kind"] == "memo" and entry["subjects"] == [entry["about"]]
    return bool(entry["words"]) and (entry["kind"] == "idea" or itself)


def named(
    things: Sequence[Mapping[str, Any]], people: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    """References, of which people are labelled by their names."""
    return [
        {**thing, "label": people.get(thing["id"], thing["label"])}
        if thing["kind"] == "person"
        else thing
        for thing in things
    ]
