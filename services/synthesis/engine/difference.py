"""What changed between two bodies of a CCMOC or of an argument: data, and words by label."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from services.synthesis.engine.labels import Labels
from shared.review.verdict_words import verdict_words

Body = Mapping[str, Any]
Kind = Literal["added", "strengthened", "weakened", "contradicted", "lapsed", "changed"]
CELLS = {
    "positive": "for it",
    "contradicting": "against it",
    "not_fired": "in which it did not fire",
    "alternative": "with another route",
    "inferred_positive": "inferred for it",
    "inferred_contradicting": "inferred against it",
}
NUMBERS = {
    "outcome_rank": "Place of the outcome",
    "participants": "Participants",
    "sites": "Sites",
}
RATIOS = {"supporting_share": "Supporting share", "coverage": "Coverage"}
PARTS = {
    "conjunctions": "conjunctions of contexts",
    "interacting": "interacting mechanisms",
    "counter": "counter-mechanisms",
    "failures": "explanations of failures",
    "leading_ties": "ties for the first place",
}


@dataclass(frozen=True, slots=True)
class Moved:
    """Ids that came and went in one place."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost)

    def named(self, name: Callable[[str], str]) -> "Moved":
        """The same with names in place of ids, each once."""
        return Moved(
            tuple(dict.fromkeys(map(name, self.gained))), tuple(dict.fromkeys(map(name, self.lost)))
        )


@dataclass(frozen=True, slots=True)
class Called:
    """How sentences name studies and fragments: by their ids, unless something else is said."""

    study: Callable[[str], str] = str
    fragment: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Changed:
    """A partner's tier or a context's verdict; None where it did not or does not stand."""

    group: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One CCMOC's change, in group ids. `kinds` is empty where nothing changed.

    `numbers` and `ratios` are (before, after); `others` name parts that moved besides.
    """

    ccmoc: str
    theory: str
    role: str
    kinds: tuple[Kind, ...]
    studies: Mapping[str, Moved]
    fragments: Moved
    partners: tuple[Changed, ...]
    contexts: tuple[Changed, ...]
    leading: tuple[bool, bool]
    near_tie: tuple[bool, bool]
    numbers: Mapping[str, tuple[int, int]]
    ratios: Mapping[str, tuple[list[int], list[int]]]
    others: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain lists and dicts, in the order of the fields."""
        return asdict(self)

    def words(self, labels: Labels, called: Called = Called()) -> list[str]:
        """Sentences for people, groups by label; `called` names studies and fragments."""
        said = [f"{', '.join(self.kinds).capitalize() or 'Unchanged'}."]
        said += [
            _of_cell(CELLS[cell], moved.named(called.study)) for cell, moved in self.studies.items()
        ]
        said += [
            _of_changed("Partner", labels.partner(_part(self.role), item.group), item)
            for item in self.partners
        ]
        said += [_of_changed("Context", labels.context(item.group), item) for item in self.contexts]
        said += _of_fragments(self.fragments.named(called.fragment)) + _of_place(self)
        said += [
            f"{RATIOS[k]}: {a[0]} of {a[1]} before, {b[0]} of {b[1]} now."
            for k, (a, b) in self.ratios.items()
        ]
        said += [f"{NUMBERS[k]}: {a} before, {b} now." for k, (a, b) in self.numbers.items()]
        return said + [f"Other {PARTS[name]}." for name in self.others]


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
    both = (old, new) if old and new else None
    return Difference(
        ccmoc=str(body["id"]),
        theory=str(body["theory"]),
        role=str(body["role"]),
        kinds=_kinds(old, new, studies),
        studies={cell: moved for cell, moved in studies.items() if moved},
        fragments=_moved(_list(old, "fragments"), _list(new, "fragments")),
        partners=_changed(_by_group(old, "partners", "tier"), _by_group(new, "partners", "tier")),
        contexts=_changed(
            _by_group(old, "contexts", "verdict"), _by_group(new, "contexts", "verdict")
        ),
        leading=(bool(old and old["leading"]), bool(new and new["leading"])),
        near_tie=(bool(old and old["near_tie"]), bool(new and new["near_tie"])),
        numbers=_pairs(both, NUMBERS),
        ratios=_pairs(both, RATIOS),
        others=tuple(name for name in PARTS if both and both[0][name] != both[1][name]),
    )


def differences(old: Iterable[Body], new: Iterable[Body]) -> list[Difference]:
    """Every CCMOC that differs between two lists of bodies, sorted by id."""
    before = {str(body["id"]): body for body in old}
    after = {str(body["id"]): body for body in new}
    return [
        difference(before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if _hash(before.get(name)) != _hash(after.get(name))
    ]


def argument_moves(old: Body | None, new: Body) -> dict[str, Moved]:
    """Cases that came to and went from each list of an argument, by the list's name.

    Lists are `supports full`, `boundary`, `observed <prediction>`, `refuted <prediction>`, ….
    """
    before, after = _lists(old), _lists(new)
    moved = {
        name: _moved(before.get(name, ()), after.get(name, ()))
        for name in dict.fromkeys([*after, *before])
    }
    return {name: item for name, item in moved.items() if item}


def _lists(body: Body | None) -> dict[str, list[str]]:
    if body is None:
        return {}
    found = {
        f"{side} {how}": cases
        for side in ("supports", "challenges")
        for how, cases in body[side].items()
    }
    found |= {name: body[name] for name in ("boundary", "exceptions", "not_fired", "mixed")}
    for item in body["predictions"]:
        found[f"observed {item['id']}"] = item["observed"]
        found[f"refuted {item['id']}"] = item["refuted"]
    return found


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


def _by_group(body: Body | None, key: str, value: str) -> dict[str, str]:
    return {item["group"]: item[value] for item in (body[key] if body else [])}


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Changed, ...]:
    return tuple(
        Changed(group, before.get(group), after.get(group))
        for group in sorted(before.keys() | after.keys())
        if before.get(group) != after.get(group)
    )


def _pairs(both: tuple[Body, Body] | None, names: Iterable[str]) -> dict[str, Any]:
    if both is None:
        return {}
    old, new = both
    return {name: (old[name], new[name]) for name in names if old[name] != new[name]}


def _part(role: str) -> Literal["resource", "response"]:
    return "response" if role == "response" else "resource"


def _of_cell(name: str, moved: Moved) -> str:
    parts = []
    if moved.gained:
        parts.append(f"new {_noun(moved.gained)} {name}: {', '.join(moved.gained)}")
    if moved.lost:
        parts.append(f"no longer {_noun(moved.lost)} {name}: {', '.join(moved.lost)}")
    return _sentence("; ".join(parts))


def _noun(ids: tuple[str, ...]) -> str:
    return "study" if len(ids) == 1 else "studies"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _of_changed(noun: str, label: str, item: Changed) -> str:
    before, after = verdict_words(item.before or ""), verdict_words(item.after or "")
    if not before:
        return f"{noun} '{label}' is new: {after}."
    if not after:
        return f"{noun} '{label}' is gone; it was: {before}."
    return f"{noun} '{label}': {before} before, {after} now."


def _of_fragments(moved: Moved) -> list[str]:
    parts = []
    if moved.gained:
        parts.append(f"rests now also on {', '.join(moved.gained)}")
    if moved.lost:
        parts.append(f"no longer rests on {', '.join(moved.lost)}")
    return [_sentence("; ".join(parts))] if parts else []


def _of_place(item: Difference) -> list[str]:
    said = []
    if item.leading[0] != item.leading[1]:
        said.append(
            "It is the first to look at now."
            if item.leading[1]
            else "It is no longer the first to look at."
        )
    if item.near_tie[0] != item.near_tie[1] and item.kinds not in (("added",), ("lapsed",)):
        said.append(
            "The first two outcomes are a near tie now."
            if item.near_tie[1]
            else "The first two outcomes are no near tie any more."
        )
    return said
