"""What changed between two bodies of a CCMOC, in words and as JSON, and by which evidence."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Body = Mapping[str, Any]
Kind = Literal["added", "strengthened", "weakened", "contradicted", "lapsed", "changed"]
CELLS = {
    "positive": "supporting",
    "contradicting": "contradicting",
    "not_fired": "not-fired",
    "alternative": "alternative-route",
    "chain": "linking",
}


@dataclass(frozen=True, slots=True)
class Moved:
    """Ids that came and went in one place."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost)


@dataclass(frozen=True, slots=True)
class Difference:
    """One CCMOC's change. `kinds` is empty where nothing changed; `words` are sentences."""

    ccmoc: str
    theory: str
    kinds: tuple[Kind, ...]
    studies: Mapping[str, Moved]
    fragments: Moved
    contexts: tuple[tuple[str, str | None, str | None], ...]
    leading: tuple[bool, bool]
    words: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain lists and dicts, in the order of the fields."""
        return asdict(self)


def difference(old: Body | None, new: Body | None) -> Difference:
    """From `old` to `new`; None means that the CCMOC did not or does not stand.

    Strengthened: supporting studies came, or failing ones went; weakened: supporting studies
    went; contradicted: contradicting or not-fired studies came; changed: anything else.
    ValueError if both are None.
    """
    body = new or old
    if body is None:
        raise ValueError("a difference needs at least one body")
    studies = {cell: _moved(_studies(old, cell), _studies(new, cell)) for cell in CELLS}
    found = Difference(
        ccmoc=str(body["id"]),
        theory=str(body["theory"]),
        kinds=_kinds(old, new, studies),
        studies={cell: moved for cell, moved in studies.items() if moved},
        fragments=_moved(_list(old, "fragments"), _list(new, "fragments")),
        contexts=_contexts(old, new),
        leading=(bool(old and old["leading"]), bool(new and new["leading"])),
        words=(),
    )
    return _worded(found, _rest(old, new) if old and new else [])


def differences(old: Iterable[Body], new: Iterable[Body]) -> list[Difference]:
    """Every CCMOC that differs between two lists of bodies, sorted by id."""
    before = {str(body["id"]): body for body in old}
    after = {str(body["id"]): body for body in new}
    return [
        difference(before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if _hash(before.get(name)) != _hash(after.get(name))
    ]


def _hash(body: Body | None) -> object:
    return None if body is None else body.get("hash", body)


def _kinds(old: Body | None, new: Body | None, studies: Mapping[str, Moved]) -> tuple[Kind, ...]:
    if old is None:
        return ("added",)
    if new is None:
        return ("lapsed",)
    against = [studies["contradicting"], studies["not_fired"]]
    kinds: list[Kind] = []
    if studies["positive"].gained or any(moved.lost for moved in against):
        kinds.append("strengthened")
    if studies["positive"].lost:
        kinds.append("weakened")
    if any(moved.gained for moved in against):
        kinds.append("contradicted")
    if not kinds and _hash(old) != _hash(new):
        kinds.append("changed")
    return tuple(kinds)


def _moved(old: Iterable[str], new: Iterable[str]) -> Moved:
    before, after = set(old), set(new)
    return Moved(tuple(sorted(after - before)), tuple(sorted(before - after)))


def _studies(body: Body | None, cell: str) -> list[str]:
    return list(body["studies"][cell]) if body else []


def _list(body: Body | None, key: str) -> list[str]:
    return list(body[key]) if body else []


def _contexts(old: Body | None, new: Body | None) -> tuple[tuple[str, str | None, str | None], ...]:
    before, after = _verdicts(old), _verdicts(new)
    return tuple(
        (group, before.get(group), after.get(group))
        for group in sorted(before.keys() | after.keys())
        if before.get(group) != after.get(group)
    )


def _verdicts(body: Body | None) -> dict[str, str]:
    return {item["group"]: item["verdict"] for item in (body["contexts"] if body else [])}


def _worded(found: Difference, rest: list[str]) -> Difference:
    words = [
        *(_of_cell(name, found.studies.get(cell)) for cell, name in CELLS.items()),
        _of_fragments(found.fragments),
        *(_of_context(*change) for change in found.contexts),
        _of_leading(*found.leading),
        *rest,
    ]
    opening = ", ".join(found.kinds).capitalize() or "Unchanged"
    sentences = (f"{opening}.", *(sentence for sentence in words if sentence))
    return replace(found, words=sentences)


def _of_cell(name: str, moved: Moved | None) -> str:
    if moved is None:
        return ""
    parts = []
    if moved.gained:
        parts.append(f"new {_noun(name, moved.gained)} {', '.join(moved.gained)}")
    if moved.lost:
        parts.append(f"no longer {_noun(name, moved.lost)} {', '.join(moved.lost)}")
    return _sentence("; ".join(parts))


def _noun(name: str, ids: tuple[str, ...]) -> str:
    return f"{name} {'study' if len(ids) == 1 else 'studies'}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _of_fragments(moved: Moved) -> str:
    parts = []
    if moved.gained:
        parts.append(f"rests now also on {', '.join(moved.gained)}")
    if moved.lost:
        parts.append(f"no longer rests on {', '.join(moved.lost)}")
    return _sentence("; ".join(parts)) if parts else ""


def _of_context(group: str, before: str | None, after: str | None) -> str:
    if before is None:
        return f"Context {group} is new: {after}."
    if after is None:
        return f"Context {group} ({before}) is gone."
    return f"Context {group} was {before}, is {after}."


def _of_leading(before: bool, after: bool) -> str:
    if before == after:
        return ""
    return "It leads now." if after else "It leads no longer."


RATIOS = {"coverage": "Coverage", "supporting_share": "Supporting share"}
NUMBERS = {"outcome_rank": "The outcome's rank", "participants": "Participants", "sites": "Sites"}
PARTS = {
    "interacting": "interacting mechanisms",
    "counter": "counter-mechanisms",
    "conjunctions": "conjunctions of contexts",
    "failures": "explanations of failures",
    "leading_ties": "ties for the lead",
}


def _rest(old: Body, new: Body) -> list[str]:
    """Sentences on what moved besides studies, fragments, verdicts and the lead."""
    moved = [
        f"{name} was {old[key][0]} of {old[key][1]}, is {new[key][0]} of {new[key][1]}."
        for key, name in RATIOS.items()
        if old[key] != new[key]
    ]
    moved += [
        f"{name}: {old[key]} before, {new[key]} now."
        for key, name in NUMBERS.items()
        if old[key] != new[key]
    ]
    moved += [_sentence(f"other {name}") for key, name in PARTS.items() if old[key] != new[key]]
    if old["near_tie"] != new["near_tie"]:
        moved.append(
            "The first two outcomes are a near tie now."
            if new["near_tie"]
            else "The first two outcomes are no near tie any more."
        )
    return moved + _other_studies(old, new)


def _other_studies(old: Body, new: Body) -> list[str]:
    """Contexts that keep their verdict on other studies, or with another grade."""
    before = {item["group"]: item for item in old["contexts"]}
    return [
        f"Context {item['group']} is {item['verdict']} as before, on other studies."
        for item in new["contexts"]
        if item["group"] in before
        and before[item["group"]] != item
        and before[item["group"]]["verdict"] == item["verdict"]
    ]
