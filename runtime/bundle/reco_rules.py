"""Import rules for bundles that carry a polarity instead of states, senses and sources.

The data of the RECO review say whether a fragment is positive, negative or unclear; the
synthesis wants a state per element, a sense per code and a source per fragment. These pure
functions on plain dicts fill what is missing and nothing else: an element with a `state`, a code
with a `sense` and a fragment with `sources` stay as they are. Specification: section 1 of the
method, "Import". Every fill-in carries a mark, so that people can see what no person decided.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

Record = dict[str, Any]

NOT_STATED = "not_stated"
"""State of an outcome that a fragment names without saying whether it occurred."""

MOSTLY_NEGATIVE = Fraction(4, 5)
"""Share of negative elements from which a group is itself named after a lack."""

EVALUATION_TYPES = frozenset({"staff", "service_user", "service user", "carer"})
LEVELS = {
    "proximal": "proximal",
    "intermediate": "intermediate",
    "intermediate (proximal)": "intermediate",
    "distal": "distal",
    "distal (primary)": "distal",
}
OUTCOME_STATES = {"positive": "occurred", "negative": "failed"}


def outcome_level(level: str | None) -> str:
    """The level of an outcome group in the words of the method; anything else is `unset`."""
    return LEVELS.get((level or "").strip().lower(), "unset")


def theory_ids(fragment: Mapping[str, Any]) -> list[str]:
    """Ids of the theories of a fragment: `theories`, or `theory: 1`, which is short for PT1."""
    stated = fragment.get("theories")
    if stated is None:
        single = fragment.get("theory")
        stated = [] if single is None else [single]
    return list(dict.fromkeys(theory_id(item) for item in stated))


def theory_id(value: Any) -> str:
    """`1` and `"1"` are short for `"PT1"`; any other key is itself."""
    text = str(value)
    return f"PT{text}" if text.isdigit() else text


def with_states(fragment: Mapping[str, Any]) -> Record:
    """The fragment with a state in each element.

    An outcome takes the polarity, which speaks of the outcome *group* (`of_group: true`: the
    sense of the code is not applied); an unclear or missing polarity leaves it `not_stated`.
    Any other element is `present`.
    """
    polarity = str(fragment.get("polarity") or "unclear")
    elements = [_with_state(element, polarity) for element in fragment.get("elements") or []]
    return {**fragment, "elements": elements}


def _with_state(element: Mapping[str, Any], polarity: str) -> Record:
    if element.get("state"):
        return dict(element)
    if element.get("role") != "outcome":
        return {**element, "state": "present"}
    return {**element, "state": OUTCOME_STATES.get(polarity, NOT_STATED), "of_group": True}


def with_sources(fragment: Mapping[str, Any]) -> Record:
    """The fragment with its list `sources`; made from `source` where there is none."""
    if fragment.get("sources") is not None:
        return dict(fragment)
    origin = fragment.get("source") or {}
    made = _cited(origin, fragment.get("statement_level")) + _of_people(origin)
    return {**fragment, "sources": made}


def _cited(origin: Mapping[str, Any], level: str | None) -> list[Record]:
    attributions: dict[str, str] = {}
    for name, attribution in (("citations", "cited"), ("inferred_citations", "inferred")):
        for key in origin.get(name) or []:
            attributions.setdefault(key, "summary" if level == "synthesis" else attribution)
    return [{"key": key, "attribution": value} for key, value in attributions.items()]


def _of_people(origin: Mapping[str, Any]) -> list[Record]:
    kind = origin.get("type")
    if kind == "workshop":
        return [{"key": "workshop", "attribution": "cited"}]
    if kind not in EVALUATION_TYPES:
        return []
    places = _names(origin.get("case_study"))
    people = _names(origin.get("participant"))
    return [
        {"key": "evaluation", "attribution": "cited", "case": case, "participant": person}
        for case, person in _pairs(places, people)
    ]


def _names(text: str | Sequence[str] | None) -> list[str]:
    parts = text.split(",") if isinstance(text, str) else list(text or [])
    return [part.strip() for part in parts if part.strip()]


def _pairs(places: list[str], people: list[str]) -> list[tuple[str | None, str | None]]:
    """Case studies with participants: as many of both are paired in order, one goes with all.

    Where neither holds nobody knows who was where: every case study and every participant is
    kept, unpaired; without either there is one source without a case.
    """
    if places and len(places) == len(people):
        return list(zip(places, people, strict=True))
    if people and len(places) <= 1:
        place = places[0] if places else None
        return [(place, person) for person in people]
    unpaired: list[tuple[str | None, str | None]] = [(place, None) for place in places]
    return [*unpaired, *((None, person) for person in people)] or [(None, None)]


def opposite_codes(
    codebook: Mapping[str, Any], fragments: Iterable[Mapping[str, Any]]
) -> dict[str, set[tuple[str, str, str]]]:
    """Codes that the import rule reads in the opposite sense: theory → (role, group, code).

    A context or mechanism code without a sense that occurs only in negative fragments, in a
    group of whose coded elements fewer than four in five lie in negative fragments. (Such a
    group holds codes that occur elsewhere too.) All fragments of the bundle count.
    """
    counters = _tallies(fragments)
    found: dict[str, set[tuple[str, str, str]]] = {}
    for theory, roles in (codebook.get("programme_theories") or {}).items():
        found[theory] = {
            (role, group["group_id"], code)
            for role, groups in roles.items()
            if role != "outcome"
            for group in groups
            for code in _opposites(group, role, counters[theory])
        }
    return found


Tally = dict[tuple[str, str], list[int]]


def _tallies(fragments: Iterable[Mapping[str, Any]]) -> defaultdict[str, Tally]:
    """Per theory and (role, code): coded elements in negative fragments, and in all."""
    counters: defaultdict[str, Tally] = defaultdict(dict)
    for fragment in fragments:
        negative = fragment.get("polarity") == "negative"
        for theory in theory_ids(fragment):
            for element in fragment.get("elements") or []:
                key = (str(element.get("role")), str(element.get("code_id")))
                count = counters[theory].setdefault(key, [0, 0])
                count[0] += negative
                count[1] += 1
    return counters


def _opposites(group: Mapping[str, Any], role: str, tally: Tally) -> list[str]:
    codes = group.get("codes") or []
    counts = [tally.get((role, str(code["code_id"])), [0, 0]) for code in codes]
    coded = sum(total for _, total in counts)
    if not coded or Fraction(sum(negative for negative, _ in counts), coded) >= MOSTLY_NEGATIVE:
        return []
    return [
        str(code["code_id"])
        for code, (negative, total) in zip(codes, counts, strict=True)
        if not code.get("sense") and total and negative == total
    ]


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
        for theory, roles in (codebook.get("programme_theories") or {}).items()
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


def imported(
    codebook: Mapping[str, Any], fragments: Sequence[Mapping[str, Any]]
) -> tuple[Record, list[Record]]:
    """Codebook and fragments with every rule of this module applied, in one call."""
    filled = [with_sources(with_states(fragment)) for fragment in fragments]
    return with_senses(codebook, fragments), filled


def sources_for(
    fragments: Iterable[Mapping[str, Any]], listed: Iterable[Mapping[str, Any]]
) -> list[Record]:
    """The listed sources, then one for every other key cited: its own study, no record.

    `fragments` have `sources` (see `with_sources`). Missing ones stand in order of their key.
    """
    known = {str(source["key"]): dict(source) for source in listed}
    cited = {str(source["key"]) for item in fragments for source in item.get("sources") or []}
    kinds = {"evaluation": "interview", "workshop": "workshop"}
    for key in sorted(cited - known.keys()):
        known[key] = {
            "key": key,
            "kind": kinds.get(key, "literature"),
            "record": None,
            "study": key,
        }
    return list(known.values())
