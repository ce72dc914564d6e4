"""What has no place in a CCMOC and must not be dropped in silence (section 7, `--issues`)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.synthesis.engine.evidence import Evidence, evidences, fragments_by_theory
from services.synthesis.engine.judgements import counts
from services.synthesis.engine.presence import Codex, read
from services.synthesis.engine.rows import other_codexes
from services.synthesis.engine.sources import SourceReader
from services.synthesis.engine.studies import link_cycles
from services.synthesis.engine.values import (
    CONTEXT,
    OUTCOME,
    RESOURCE,
    RESPONSE,
    Argument,
    Element,
    Fragment,
    Review,
    Role,
    Unit,
)

Issues = dict[str, list[Any]]
MECHANISMS = frozenset({RESOURCE, RESPONSE})
LINKED = {
    (True, True, True): "CMO",
    (True, True, False): "CM",
    (False, True, True): "MO",
    (True, False, True): "CO",
}
KINDS = (
    "contradictory_groups",
    "no_mechanism_stated",
    "unknown_codes",
    "codes_of_another_theory",
    "outcome_not_stated",
    "fragments_without_a_theory",
    "unknown_theories",
    "theories_without_evidence",
    "only_distal_outcomes",
    "pins_without_evidence",
    "link_cycles",
    "cases_under_two_studies",
    "senses_by_import_rule",
    "outdated_judgements",
    "argument_faults",
)


def kind_of(elements: Iterable[Element]) -> str:
    """CMO, CM, MO, CO, RR (resource with response) or single, by the roles that are stated."""
    roles = {item.role for item in elements}
    linked = LINKED.get((CONTEXT in roles, bool(roles & MECHANISMS), OUTCOME in roles))
    return linked or ("RR" if roles >= MECHANISMS else "single")


def issues_of(review: Review) -> Issues:
    """Every irregularity of a review, by kind; each list sorted, empty where there is none.

    Fragments are listed while they are active. `only_distal_outcomes` are rows that lie in no
    cell; `senses_by_import_rule` are decided by no person.
    """
    sources = SourceReader(review)
    active = [item for item in review.fragments.values() if sources.active(item)]
    found: Issues = {kind: [] for kind in KINDS}
    found["fragments_without_a_theory"] = [item.id for item in active if not item.theories]
    named = {theory for item in active for theory in item.theories}
    found["unknown_theories"] = list(named.difference(review.theories))
    found["link_cycles"] = list(link_cycles(review.links))
    found["cases_under_two_studies"] = _shared_cases(active, sources)
    found["outdated_judgements"] = [
        {"theory": item.theory, "fragment": item.fragment, "person": item.person}
        for item in review.judgements
        if not counts(review, item)
    ]
    _of_theories(found, review, fragments_by_theory(active))
    return {kind: sorted(items, key=str) for kind, items in found.items()}


def _shared_cases(fragments: Iterable[Fragment], sources: SourceReader) -> list[Any]:
    studies: dict[str, set[str]] = {}
    for fragment in fragments:
        for entry in sources.entries(fragment, "cited"):
            studies.setdefault(entry.case, set()).add(entry.study)
    return [
        {"case": case, "studies": sorted(listed)}
        for case, listed in studies.items()
        if len(listed) > 1
    ]


def _of_theories(found: Issues, review: Review, members: Mapping[str, Sequence[Fragment]]) -> None:
    whole = {evidence.theory: evidence for evidence in evidences(review, review.theories)}
    codexes = {theory: evidence.codex for theory, evidence in whole.items()}
    for theory, evidence in whole.items():
        if theory not in members:
            found["theories_without_evidence"].append(theory)
        for fragment in members.get(theory, ()):
            _of_fragment(found, theory, fragment, codexes)
        _of_rows(found, evidence)
        found["senses_by_import_rule"] += [
            {"theory": theory, "role": group.role, "group": group.id, "code": member.code}
            for group in evidence.codex.groups.values()
            for member in group.members
            if member.by_import_rule
        ]
        found["argument_faults"] += [
            {"theory": theory, "argument": argument.id, "fault": fault}
            for argument in review.arguments
            if argument.theory == theory
            for fault in argument_faults(argument, evidence.codex)
        ]


def _of_fragment(
    found: Issues, theory: str, fragment: Fragment, codexes: Mapping[str, Codex]
) -> None:
    place = {"theory": theory, "fragment": fragment.id}
    codex, others = codexes[theory], other_codexes(fragment, theory, codexes)
    reading = read(fragment.elements, codex, others)
    for unit in reading.contradictory:
        found["contradictory_groups"].append({**place, "role": unit.role, "group": unit.group})
    if kind_of(fragment.elements) == "CO":
        found["no_mechanism_stated"].append(place)
    for element in fragment.elements:
        code = {**place, "role": element.role, "code": element.code}
        if element.code is None or (element.role, element.code) not in codex.spoken:
            elsewhere = element.code is not None and not codex.of(element, others)
            found["codes_of_another_theory" if elsewhere else "unknown_codes"].append(code)
        if element.state == "not_stated":
            found["outcome_not_stated"].append(code)


def _of_rows(found: Issues, evidence: Evidence) -> None:
    theory, pin = evidence.theory, evidence.pin
    pinned = pin.outcome if pin else None
    for row in evidence.rows:
        signed = row.occurred | row.failed
        if signed and all(evidence.level(g) == "distal" and g != pinned for g in signed):
            found["only_distal_outcomes"].append({"theory": theory, "fragment": row.fragment})
    rows = evidence.by_outcome.get(pinned or "", ())
    if pinned and not any(row.own(Unit(OUTCOME, pinned)) for row in rows):
        found["pins_without_evidence"].append({"theory": theory, "outcome": pinned})


def argument_faults(argument: Argument, codex: Codex) -> list[str]:
    """Why an argument can never be weighed, or says nothing; empty where it is sound.

    No mechanism named; a group of it, or of a prediction, that the theory's codebook does not
    have; a prediction without `given`, or one that predicts what it was given.
    """
    faults = [] if argument.parts else ["it names no part of a mechanism"]
    units = [*argument.parts, Unit(OUTCOME, argument.outcome)]
    units += [term.unit for term in argument.contexts]
    for item in argument.predictions:
        units += [term.unit for term in (*item.given, item.expected)]
        if not item.given:
            faults.append(f"prediction {item.id} is given nothing")
        if item.expected.unit in [term.unit for term in item.given]:
            faults.append(f"prediction {item.id} predicts what it was given")
    unknown = {(unit.role, unit.group) for unit in units if unit not in codex.groups}
    return faults + [f"{_role(role)} {group} is no group here" for role, group in sorted(unknown)]


def _role(role: Role) -> str:
    return role.removeprefix("mechanism_")
