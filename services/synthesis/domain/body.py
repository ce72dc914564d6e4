"""The written form of a CCMOC (section 7) and its content hash."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from services.synthesis.domain.configurations import Configuration, UnitAnalysis
from services.synthesis.domain.contexts import Conjunction, ContextCount, Contrast
from services.synthesis.domain.failures import Failure, Rivals
from services.synthesis.domain.rows import studies_of

Body = dict[str, Any]
ORDER = (
    "id",
    "theory",
    "outcome",
    "outcome_rank",
    "resource",
    "response",
    "leading",
    "leading_ties",
    "near_tie",
    "studies",
    "participants",
    "sites",
    "supporting_share",
    "coverage",
    "single_source",
    "contexts",
    "conjunctions",
    "interacting",
    "counter",
    "failures",
    "fragments",
)


class Place(NamedTuple):
    """Where a CCMOC's outcome stands in its theory."""

    theory: str
    outcome_rank: int
    near_tie: bool


Identify = Callable[[str, str, str | None, str | None], str]
"""Theory, outcome, resource or none, response or none → id of the CCMOC."""


def readable_id(theory: str, outcome: str, resource: str | None, response: str | None) -> str:
    """The key itself, as worked cases print it: `PT1|ENG||TRUST`."""
    return "|".join((theory, outcome, resource or "", response or ""))


def canonical_json(value: object) -> bytes:
    """One UTF-8 text per value: keys sorted, no spaces, characters as they are."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def content_hash(value: object) -> str:
    """sha256 over the canonical JSON, hex."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def shared_part(analysis: UnitAnalysis) -> Body:
    """What all CCMOCs counted by one unit say alike; written once for all of them."""
    count = analysis.count
    return {
        "studies": {
            "positive": sorted(count.supporting),
            "contradicting": sorted(count.opposing),
            "not_fired": sorted(studies_of(count.cells.not_fired)),
            "alternative": sorted(studies_of(count.cells.alternative)),
            "mixed": sorted(count.supporting & count.opposing),
        },
        "participants": count.participants,
        "sites": count.sites,
        "supporting_share": list(count.supporting_share),
        "coverage": list(count.coverage),
        "single_source": len(count.supporting) < 2,
        "contexts": [_context(context) for context in analysis.contexts],
        "conjunctions": [_conjunction(pair) for pair in analysis.conjunctions],
        "counter": _rivals(analysis.counters),
        "failures": [_failure(failure) for failure in analysis.failures],
    }


def body_of(item: Configuration, shared: Body, place: Place, identify: Identify) -> Body:
    """The CCMOC in the form of section 7; `hash` covers all the rest.

    Studies are canonical ids, contexts stand in the order of section 4, other lists are sorted.
    """
    theory = place.theory
    body: Body = {
        **shared,
        "id": identify(theory, item.outcome, item.resource, item.response),
        "theory": theory,
        "outcome": item.outcome,
        "outcome_rank": place.outcome_rank,
        "resource": item.resource,
        "response": item.response,
        "leading": item.leading,
        "leading_ties": sorted(
            identify(theory, tie.outcome, tie.resource, tie.response) for tie in item.ties
        ),
        "near_tie": place.near_tie,
        "studies": {**shared["studies"], "chain": sorted(item.chain_studies)},
        "interacting": _rivals(item.interacting()),
        "fragments": item.fragments(),
    }
    ordered = {name: body[name] for name in ORDER}
    return {**ordered, "hash": content_hash(ordered)}


def _contrast(contrast: Contrast) -> dict[str, list[str]]:
    return {
        "positive": sorted(contrast.positive),
        "negative": sorted(contrast.negative),
        "positive_absent": sorted(contrast.positive_absent),
        "negative_absent": sorted(contrast.negative_absent),
    }


def _context(item: ContextCount) -> Body:
    return {
        "group": item.group,
        "verdict": item.verdict,
        "grade": item.grade,
        **_contrast(item.contrast),
        "trigger": sorted(item.trigger),
    }


def _conjunction(item: Conjunction) -> Body:
    return {
        "groups": list(item.groups),
        "verdict": item.verdict,
        "grade": item.grade,
        **_contrast(item.contrast),
    }


def _rivals(rivals: Rivals) -> dict[str, list[str]]:
    return {group: sorted(studies) for group, studies in sorted(rivals.items())}


def _failure(failure: Failure) -> Body:
    return {
        "case": failure.case,
        "explained_by": [
            {"kind": reason.kind, "group": reason.group} for reason in failure.explained_by
        ],
    }


def by_id(bodies: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Bodies under their ids."""
    return {str(body["id"]): body for body in bodies}


def fault_of(frozen: Mapping[str, Any]) -> str | None:
    """What is wrong with a CCMOC that comes with its body (`id`, `hash`, `body`); None if nothing.

    A body that was changed since it was computed has another hash.
    """
    body = frozen["body"]
    if set(body) != {*ORDER, "hash"} or frozen["id"] != body["id"]:
        return f"it is no body of CCMOC '{frozen['id']}'"
    said = content_hash({name: body[name] for name in ORDER})
    if {said, body["hash"]} != {frozen["hash"]}:
        return f"its content has hash {said}, not {frozen['hash']}"
    return None
