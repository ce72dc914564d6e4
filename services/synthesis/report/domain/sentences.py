"""A configuration in sentences: what was counted, where, and what nobody explains."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.synthesis.report.domain.blocks import Block, Paragraph
from services.synthesis.report.domain.material import JudgedConfiguration, TheoryPart
from shared.review.verdict_words import context_words


def in_words(part: TheoryPart, standings: Iterable[JudgedConfiguration]) -> Iterator[Block]:
    """Configurations in sentences that count and claim nothing."""
    for standing in standings:
        body = standing.body
        sentences = [
            _counted(part, body),
            _more_failures(body),
            _partner(part, body),
            *(_context_words(part, item) for item in body["contexts"]),
            "" if not standing.together else "No study joins all these parts.",
            _open(part, body),
            f"State: {standing.words}.",
        ]
        yield Paragraph(" ".join(sentence for sentence in sentences if sentence))


def _counted(part: TheoryPart, body: Mapping[str, Any]) -> str:
    positive, both = body["supporting_share"]
    failed = len(body["studies"]["contradicting"])
    outcome, unit = part.label(body["outcome"]), part.label(body["mechanism"])
    if body["outcome"] in part.undesired:
        happened, opposite = f"'{outcome}' being prevented", "its occurrence"
    else:
        happened, opposite = f"'{outcome}'", "its failure"
    return (
        f"The {body['role']} '{unit}' goes with {happened} in {_count(positive)} and with "
        f"{opposite} in {_count(failed)} ({positive} of {both}; a study that reports both is in "
        "both)."
    )


def _more_failures(body: Mapping[str, Any]) -> str:
    positive, both = body["supporting_share"]
    more = positive and both > 2 * positive
    return "It is most reported, and fails more often than it occurs." if more else ""


def _count(number: int) -> str:
    return "1 study" if number == 1 else f"{number} studies"


TIERS = {
    "stated": "at least once in one statement with the outcome",
    "joined": "at least once in one case with the outcome, in different statements",
    "assembled": "without the outcome: the link to it is put together here, no study states it",
}


def _partner(part: TheoryPart, body: Mapping[str, Any]) -> str:
    slots = body["slots"]
    other = "resource" if body["role"] == "response" else "response"
    if slots["partner"] is None:
        return f"No {other} is linked with it."
    chain = next(item for item in body["partners"] if item["group"] == slots["partner"])["chain"]
    return (
        f"It stands with the {other} '{part.label(slots['partner'])}' in {_count(len(chain))}, "
        f"{TIERS[slots['partner_tier']]}."
    )


def _context_words(part: TheoryPart, item: Mapping[str, Any]) -> str:
    name = part.label(item["group"])
    if item["verdict"] == "trigger":
        studies = _count(len(item["trigger"]))
        return f"Context '{name}' is stated with the mechanism only, without outcome, in {studies}."
    return (
        f"Context '{name}': {context_words(item)}; with success in "
        f"{_count(len(item['positive']))}, with failure in {_count(len(item['negative']))}."
    )


def _open(part: TheoryPart, body: Mapping[str, Any]) -> str:
    cases = [part.names.case(failure["case"]) for failure in body["failures"] if failure["open"]]
    return f"Failure is not explained in: {', '.join(dict.fromkeys(cases))}." if cases else ""
