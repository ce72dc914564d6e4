"""The written form of a CCMOC (section 7) and its content hash."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from services.synthesis.domain.configurations import Configuration
from services.synthesis.domain.contexts import Conjunction, ContextCount, Contrast
from services.synthesis.domain.failures import Failure, Rivals
from services.synthesis.domain.rows import studies_of

Body = dict[str, Any]
Identify = Callable[[str, str, str | None, str | None], str]
"""Theory, outcome, resource or none, response or none → id of the CCMOC."""


def readable_id(theory: str, outcome: str, resource: str | None, response: str | None) -> str:
    """The key itself, as worked cases print it: `PT1|ENG||TRUST`."""
    return "|".join((theory, outcome, resource or "", response or ""))


def canonical_json(value: object) -> str:
    """One text per value: keys sorted, no spaces, characters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_hash(value: object) -> str:
    """sha256 over the canonical JSON, hex."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def body_of(
    item: Configuration, theory: str, outcome_rank: int, near_tie: bool, identify: Identify
) -> Body:
    """The CCMOC in the form of section 7; `hash` covers all the rest.

    Studies are canonical ids, contexts stand in the order of section 4, other lists are sorted.
    """
    count = item.analysis.count
    body: Body = {
        "id": identify(theory, item.outcome, item.resource, item.response),
        "theory": theory,
        "outcome": item.outcome,
        "outcome_rank": outcome_rank,
        "resource": item.resource,
        "response": item.response,
        "leading": item.leading,
        "leading_ties": sorted(
            identify(theory, tie.outcome, tie.resource, tie.response) for tie in item.ties
        ),
        "near_tie": near_tie,
        "studies": _studies(item),
        "participants": count.participants,
        "sites": count.sites,
        "supporting_share": list(count.supporting_share),
        "coverage": list(count.coverage),
        "single_source": len(count.supporting) < 2,
        "contexts": [_context(context) for context in item.analysis.contexts],
        "conjunctions": [_conjunction(pair) for pair in item.analysis.conjunctions],
        "interacting": _rivals(item.interacting()),
        "counter": _rivals(item.analysis.counters),
        "failures": [_failure(failure) for failure in item.analysis.failures],
        "fragments": item.fragments(),
    }
    return {**body, "hash": content_hash(body)}


def _studies(item: Configuration) -> dict[str, list[str]]:
    count = item.analysis.count
    return {
        "positive": sorted(count.supporting),
        "contradicting": sorted(count.opposing),
        "not_fired": sorted(studies_of(count.cells.not_fired)),
        "alternative": sorted(studies_of(count.cells.alternative)),
        "mixed": sorted(count.supporting & count.opposing),
        "chain": sorted(item.chain_studies),
    }


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
