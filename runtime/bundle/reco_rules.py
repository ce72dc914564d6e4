"""Import rules for bundles that carry a polarity instead of states, senses and sources.

The data of the RECO review say whether a fragment is positive, negative or unclear; the
synthesis wants a state per element, a sense per code and a source per fragment. These pure
functions on plain dicts fill what is missing and nothing else: an element with a `state`, a code
with a `sense` and a fragment with `sources` stay as they are. Specification: section 1 of the
method, "Import". Every fill-in carries a mark, so that people can see what no person decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from runtime.bundle.reco_senses import (
    opposite_codes,
    unchecked_codes,
    unchecked_states,
    with_senses,
)
from runtime.bundle.reco_sources import made_source, sources_for, with_sources
from runtime.bundle.reco_words import books_of, outcome_level, theory_id, theory_ids

__all__ = [
    "imported",
    "made_source",
    "opposite_codes",
    "outcome_level",
    "sources_for",
    "theory_id",
    "theory_ids",
    "unchecked_codes",
    "unchecked_states",
    "valences_of",
    "with_senses",
    "with_sources",
    "with_states",
]

Record = dict[str, Any]

NOT_STATED = "not_stated"
"""State of an outcome that a fragment names without saying whether it occurred."""

WISHED = {"positive": "occurred", "negative": "failed"}
"""States of what people wish for, by polarity."""
AVOIDED = {"positive": "failed", "negative": "occurred"}
"""States of an undesired outcome group, by polarity."""

Valences = Mapping[str, Mapping[str, frozenset[str]]]
NO_VALENCES: Valences = {}


def with_states(fragment: Mapping[str, Any], valences: Valences = NO_VALENCES) -> Record:
    """The fragment with a state in each element.

    A polarity speaks of what was wished for: positive, a desired outcome *group* occurred, an
    undesired one (by `valences`) failed; negative, the reverse. The state is
    the group's (`of_group: true`): the sense of the code is not applied. Of a code that lies in
    groups of both kinds it is that of what was wished for (`wished: true`). An unclear or missing
    polarity leaves an outcome `not_stated`. Any other element is `present`.
    """
    polarity = str(fragment.get("polarity") or "unclear")
    undesired = _undesired_codes(valences, theory_ids(fragment))
    elements = [
        _with_state(element, polarity, undesired) for element in fragment.get("elements") or []
    ]
    return {**fragment, "elements": elements}


def _with_state(element: Mapping[str, Any], polarity: str, undesired: Mapping[str, bool]) -> Record:
    """`undesired`: code → whether all groups that it lies in are; without any, it is missing."""
    if element.get("state"):
        return dict(element)
    if element.get("role") != "outcome":
        return {**element, "state": "present"}
    only = undesired.get(str(element.get("code_id")))
    states = AVOIDED if only else WISHED
    said = {**element, "state": states.get(polarity, NOT_STATED), "of_group": True}
    return {**said, "wished": True} if only is False and polarity in WISHED else said


def _undesired_codes(valences: Valences, theories: Iterable[str]) -> dict[str, bool]:
    """Code of an undesired outcome group → whether every group of the theories with it is one."""
    found: dict[str, set[str]] = {}
    for theory in theories:
        for code, said in valences.get(theory, {}).items():
            found.setdefault(code, set()).update(said)
    return {code: said == {"undesired"} for code, said in found.items() if "undesired" in said}


def valences_of(codebook: Mapping[str, Any]) -> Valences:
    """Theory → outcome code → valences of its groups; empty where no group is undesired."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for theory, roles in books_of(codebook).items():
        codes = found.setdefault(theory_id(theory), {})
        for group in roles.get("outcome") or ():
            valence = str(group.get("valence") or "unset")
            for code in group.get("codes") or ():
                name = str(code["code_id"])
                codes[name] = codes.get(name, frozenset()) | {valence}
    undesired = any("undesired" in said for codes in found.values() for said in codes.values())
    return found if undesired else NO_VALENCES


def imported(
    codebook: Mapping[str, Any], fragments: Sequence[Mapping[str, Any]]
) -> tuple[Record, list[Record]]:
    """Codebook and fragments with every rule of this module applied, in one call."""
    valences = valences_of(codebook)
    filled = [with_sources(with_states(fragment, valences)) for fragment in fragments]
    return with_senses(codebook, fragments), filled
