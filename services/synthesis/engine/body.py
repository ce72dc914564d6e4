"""The written form of a CCMOC (section 7) and content hashes."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson

from services.synthesis.engine.configurations import Configuration
from services.synthesis.engine.contexts import Conjunction, Context, Contrast
from services.synthesis.engine.failures import Failure, Rivals
from services.synthesis.engine.partners import Partner
from services.synthesis.engine.sets import Bits
from services.synthesis.engine.values import PartRole

Body = dict[str, Any]
ORDER = (
    "id",
    "theory",
    "outcome",
    "outcome_rank",
    "role",
    "mechanism",
    "pattern",
    "leading",
    "leading_ties",
    "near_tie",
    "studies",
    "participants",
    "sites",
    "supporting_share",
    "coverage",
    "unreplicated",
    "untested",
    "slots",
    "partners",
    "contexts",
    "conjunctions",
    "interacting",
    "counter",
    "failures",
    "fragments",
)

Identify = Callable[[str, str, PartRole, str], str]
"""Theory, outcome, role, mechanism → id of the CCMOC."""


class OutcomePlace(NamedTuple):
    """Where a CCMOC's outcome stands in its theory."""

    theory: str
    outcome: str
    rank: int
    near_tie: bool


def readable_id(theory: str, outcome: str, role: PartRole, mechanism: str) -> str:
    """The key itself, as worked cases print it: `PT1|ENG|response|TRUST`."""
    return "|".join((theory, outcome, role, mechanism))


def canonical_json(value: object) -> bytes:
    """One UTF-8 text per value: keys sorted, no spaces, characters as they are."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def content_hash(value: object) -> str:
    """sha256 over the canonical JSON, hex."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def hashed(body: Body) -> Body:
    """The body with the hash of all of it."""
    return {**body, "hash": content_hash(body)}


def body_of(
    item: Configuration, place: OutcomePlace, studies: Bits[str], identify: Identify
) -> Body:
    """The CCMOC in the form of section 7; `hash` covers all the rest.

    Partners and contexts stand in the order of the method, other lists are sorted.
    """
    count, names = item.count, studies.names
    theory, outcome = place.theory, place.outcome
    return hashed(
        {
            "id": identify(theory, outcome, count.unit.part, count.unit.group),
            "theory": theory,
            "outcome": outcome,
            "outcome_rank": place.rank,
            "role": count.unit.part,
            "mechanism": count.unit.group,
            "pattern": count.pattern,
            "leading": item.leading,
            "leading_ties": sorted(
                identify(theory, outcome, tie.part, tie.group) for tie in item.ties
            ),
            "near_tie": place.near_tie,
            "studies": _studies(item, names),
            "participants": count.participants,
            "sites": count.sites,
            "supporting_share": list(count.supporting_share),
            "coverage": list(count.coverage),
            "unreplicated": max(count.positive.bit_count(), count.contradicting.bit_count()) < 2,
            "untested": not (count.contradicting or count.not_fired or count.alternative),
            "slots": _slots(item),
            "partners": [_partner(partner, names) for partner in item.partners],
            "contexts": [_context(context, names) for context in item.contexts],
            "conjunctions": [_conjunction(pair, names) for pair in item.conjunctions],
            "interacting": _rivals(item.interacting, names),
            "counter": _rivals(item.counter, names),
            "failures": [_failure(failure) for failure in item.failures],
            "fragments": sorted(item.fragments),
        }
    )


GroupNames = Callable[[int], list[str]]


def _studies(item: Configuration, names: GroupNames) -> dict[str, list[str]]:
    count = item.count
    return {
        "positive": names(count.positive),
        "contradicting": names(count.contradicting),
        "not_fired": names(count.not_fired),
        "alternative": names(count.alternative),
        "mixed": names(count.positive & count.contradicting),
        "inferred_positive": names(count.inferred_positive),
        "inferred_contradicting": names(count.inferred_contradicting),
    }


def _slots(item: Configuration) -> Body:
    partner, contexts = item.partner, item.slot_contexts
    return {
        "partner": partner.unit.group if partner else None,
        "partner_tier": partner.tier if partner else None,
        "contexts": [context.group for context in contexts],
        "context_tier": contexts[0].verdict if contexts else None,
    }


def _partner(item: Partner, names: GroupNames) -> Body:
    return {
        "group": item.unit.group,
        "tier": item.tier,
        "positive": names(item.positive),
        "negative": names(item.negative),
        "chain": names(item.chain),
        "own_positive": names(item.own_positive),
        "own_negative": names(item.own_negative),
    }


def _contrast(contrast: Contrast, names: GroupNames) -> dict[str, list[str]]:
    return {
        "positive": names(contrast.positive),
        "negative": names(contrast.negative),
        "positive_absent": names(contrast.positive_absent),
        "negative_absent": names(contrast.negative_absent),
    }


def _context(item: Context, names: GroupNames) -> Body:
    return {
        "group": item.group,
        "verdict": item.verdict,
        "grade": item.grade,
        **_contrast(item.contrast, names),
        "trigger": names(item.trigger),
    }


def _conjunction(item: Conjunction, names: GroupNames) -> Body:
    return {
        "groups": list(item.groups),
        "verdict": item.verdict,
        "grade": item.grade,
        **_contrast(item.contrast, names),
    }


def _rivals(rivals: Rivals, names: GroupNames) -> dict[str, list[str]]:
    """Under their group ids; a resource and a response of one id are told together."""
    found: dict[str, int] = {}
    for unit, studies in sorted(rivals.items()):
        found[unit.group] = found.get(unit.group, 0) | studies
    return {group: names(studies) for group, studies in sorted(found.items())}


def _failure(failure: Failure) -> Body:
    return {
        "case": failure.case,
        "open": failure.open,
        "explained_by": [
            {"kind": reason.kind, "group": reason.group} for reason in failure.explained_by
        ],
    }


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
