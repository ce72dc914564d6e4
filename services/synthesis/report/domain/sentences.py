"""A configuration in sentences: what was counted, where, and what nobody explains."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.synthesis.report.domain.blocks import Block, Paragraph
from services.synthesis.report.domain.material import Standing, TheoryPart


def in_words(part: TheoryPart, standings: Iterable[Standing]) -> Iterator[Block]:
    """Configurations in sentences that count and claim nothing."""
    for standing in standings:
        body = standing.body
        positive, both = body["supporting_share"]
        failed = len(body["studies"]["contradicting"])
        outcome = part.label(body["outcome"])
        unit = part.label(body["response"] or body["resource"])
        sentences = [
            f"'{unit}' goes with '{outcome}' in {_count(positive)} and with its failure in "
            f"{_count(failed)} ({positive} of {both}; a study that reports both is in both).",
            _linked(part, body),
            *(_context_words(part, item) for item in body["contexts"]),
            _unexplained(body),
            f"State: {standing.words}.",
        ]
        yield Paragraph(" ".join(sentence for sentence in sentences if sentence))


def _count(number: int) -> str:
    return "1 study" if number == 1 else f"{number} studies"


def _linked(part: TheoryPart, body: Mapping[str, Any]) -> str:
    if not (body["resource"] and body["response"]):
        missing = "response" if body["resource"] else "resource"
        return f"No {missing} is linked with it."
    linking = _count(len(body["studies"]["chain"]))
    return f"It is linked with the resource '{part.label(body['resource'])}' in {linking}."


def _context_words(part: TheoryPart, item: Mapping[str, Any]) -> str:
    name = part.label(item["group"])
    if item["verdict"] == "trigger":
        studies = _count(len(item["trigger"]))
        return f"Context '{name}' is stated with the mechanism only, without outcome, in {studies}."
    grade = f", grade {item['grade']}" if item["grade"] else ""
    return (
        f"Context '{name}' is {item['verdict']}{grade}: with success in "
        f"{_count(len(item['positive']))}, with failure in {_count(len(item['negative']))}."
    )


def _unexplained(body: Mapping[str, Any]) -> str:
    cases = [failure["case"] for failure in body["failures"] if not failure["explained_by"]]
    return f"Failure is unexplained in: {', '.join(cases)}." if cases else ""
