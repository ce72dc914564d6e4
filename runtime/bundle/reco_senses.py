"""Import rule: which codes of a bundle with polarities mean the lack of their group."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from runtime.bundle.reco_words import books_of, outcome_level, theory_id, theory_ids

Record = dict[str, Any]
MOSTLY_NEGATIVE = Fraction(4, 5)
"""Share of negative elements from which a group is itself named after a lack."""


@dataclass(frozen=True, slots=True)
class Unchecked:
    """What the import rule decided of codes without a sense, per theory: (role, group, code).

    `opposite` codes are read in the opposite sense. Codes that `kept` theirs, although they are
    only met with failure, lie in groups that are themselves named after a lack.
    """

    opposite: set[tuple[str, str, str]]
    kept: set[tuple[str, str, str]]


def unchecked_codes(
    codebook: Mapping[str, Any], fragments: Iterable[Mapping[str, Any]]
) -> dict[str, Unchecked]:
    """What the import rule says of codes without a sense, by theory.

    It speaks of context and mechanism codes none of whose elements has a state and that occur in
    no positive fragment and in at least one negative one. They are opposite in a group of whose
    elements, in all fragments of the theory, fewer than four in five lie in negative fragments.
    """
    by_code = _counts_by_code(fragments)
    found: dict[str, Unchecked] = {}
    for theory, roles in books_of(codebook).items():
        counted = by_code[theory_id(theory)]
        found[theory] = Unchecked(set(), set())
        for role, group in _groups(roles):
            codes = {
                (role, group["group_id"], code) for code in _only_failing(group, role, counted)
            }
            opposite = _mostly_negative(group, role, counted)
            (found[theory].kept if opposite else found[theory].opposite).update(codes)
    return found


def opposite_codes(
    codebook: Mapping[str, Any], fragments: Iterable[Mapping[str, Any]]
) -> dict[str, set[tuple[str, str, str]]]:
    """Codes that the import rule reads in the opposite sense: theory → (role, group, code)."""
    found = unchecked_codes(codebook, fragments)
    return {theory: unchecked.opposite for theory, unchecked in found.items()}


def _groups(roles: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    return (
        (role, group) for role, groups in roles.items() if role != "outcome" for group in groups
    )


@dataclass(slots=True)
class CodeCounts:
    """Elements of one code: in positive and negative fragments, in all, with a state."""

    positive: int = 0
    negative: int = 0
    total: int = 0
    with_state: int = 0


CountsByCode = dict[tuple[str, str], CodeCounts]


def _counts_by_code(fragments: Iterable[Mapping[str, Any]]) -> defaultdict[str, CountsByCode]:
    """Per theory and (role, code)."""
    by_code: defaultdict[str, CountsByCode] = defaultdict(dict)
    for fragment in fragments:
        polarity = fragment.get("polarity")
        for theory in theory_ids(fragment):
            for element in fragment.get("elements") or []:
                key = (str(element.get("role")), str(element.get("code_id")))
                counted = by_code[theory].setdefault(key, CodeCounts())
                counted.positive += polarity == "positive"
                counted.negative += polarity == "negative"
                counted.total += 1
                counted.with_state += bool(element.get("state"))
    return by_code


def _only_failing(group: Mapping[str, Any], role: str, by_code: CountsByCode) -> list[str]:
    found = []
    for code in group.get("codes") or []:
        counted = by_code.get((role, str(code["code_id"])), CodeCounts())
        if code.get("sense") or counted.with_state or counted.positive:
            continue
        if counted.negative:
            found.append(str(code["code_id"]))
    return found


def _mostly_negative(group: Mapping[str, Any], role: str, by_code: CountsByCode) -> bool:
    codes = group.get("codes") or []
    counts = [by_code.get((role, str(code["code_id"])), CodeCounts()) for code in codes]
    total = sum(counted.total for counted in counts)
    negative = sum(counted.negative for counted in counts)
    return bool(total) and Fraction(negative, total) >= MOSTLY_NEGATIVE


def unchecked_states(
    codebook: Mapping[str, Any], fragments: Sequence[Mapping[str, Any]]
) -> list[Record]:
    """Elements whose state is `present` by import and perhaps is a lack: listed for people.

    They lie in negative fragments and have a code that kept its sense (`unchecked_codes`).
    """
    kept = {
        (theory_id(theory), role, code)
        for theory, unchecked in unchecked_codes(codebook, fragments).items()
        for role, _, code in unchecked.kept
    }
    found = [
        {"theory": theory, "fragment": str(fragment["id"]), "role": role, "code": code}
        for fragment in fragments
        if fragment.get("polarity") == "negative"
        for theory in theory_ids(fragment)
        for role, code in sorted(
            {(str(e.get("role")), str(e.get("code_id"))) for e in fragment.get("elements") or []}
        )
        if (theory, role, code) in kept
    ]
    return sorted(found, key=lambda item: (item["theory"], item["fragment"], item["role"]))


def with_senses(codebook: Mapping[str, Any], fragments: Iterable[Mapping[str, Any]]) -> Record:
    """The codebook with a sense for every code, levels in the method's words.

    A code whose sense the import rule set to `opposite` also gets
    `sense_by: "import rule, unchecked"`; a code that it leaves is `same`.
    """
    opposite = opposite_codes(codebook, fragments)
    theories = {
        theory: {
            role: [_with_sense(group, role, opposite[theory]) for group in groups]
            for role, groups in roles.items()
        }
        for theory, roles in books_of(codebook).items()
    }
    return {**codebook, "programme_theories": theories}


def _with_sense(group: Mapping[str, Any], role: str, opposite: set[tuple[str, str, str]]) -> Record:
    codes = []
    for code in group.get("codes") or []:
        if code.get("sense"):
            codes.append(dict(code))
        elif (role, group["group_id"], str(code["code_id"])) in opposite:
            mark = {"sense": "opposite", "sense_by": "import rule, unchecked"}
            codes.append({**code, **mark})
        else:
            codes.append({**code, "sense": "same"})
    level = {"level": outcome_level(group.get("level"))} if role == "outcome" else {}
    return {**group, "codes": codes, **level}
