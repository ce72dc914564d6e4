"""Negative cases of a theory, and what its fragments say in whose words."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.synthesis.report.domain.blocks import (
    Block,
    Notice,
    Paragraph,
    Quote,
    table,
)
from services.synthesis.report.domain.material import Standing, TheoryPart

QUOTES = 6
"""Quotes per theory; all are in the JSON of the report and in the workbench."""


def negative(part: TheoryPart) -> Iterator[Block]:
    """Cases in which what to look at first failed, and what nobody has tried to disconfirm."""
    rows = []
    for standing in part.ordered():
        if standing.body["leading"]:
            rows += [_failure(part, standing, item) for item in standing.body["failures"]]
    if rows:
        yield table(
            "Negative cases of what to look at first, and what may explain them",
            ("Configuration", "Case", "May be explained by", ""),
            rows,
        )
    untested = [
        part.short(standing.body)
        for standing in part.ordered()
        if standing.body["leading"] and standing.body["untested"]
    ]
    if untested:
        yield Notice(f"Nobody has tried to disconfirm: {'; '.join(untested)}.")


EXPLAINED = {
    "disabling": "disabling context {} present",
    "recurs_failing": "context {}, which recurs with failures, present",
    "suspected": "suspected context {} present",
    "enabling_absent": "enabling context {} absent",
    "counter": "counter-mechanism {}",
    "not_fired": "{} did not fire",
}


def _failure(
    part: TheoryPart, standing: Standing, failure: Mapping[str, Any]
) -> tuple[str, str, str, str]:
    reasons = [
        EXPLAINED[item["kind"]].format(f"'{part.label(item['group'])}'")
        for item in failure["explained_by"]
    ]
    said = "; ".join(reasons) or "nothing coded"
    return part.short(standing.body), failure["case"], said, "open" if failure["open"] else ""


def quotes(part: TheoryPart) -> Iterator[Block]:
    """Quotations as such; a coder's words as a plain sentence that says whose they are."""
    shown = 0
    for standing in part.leading():
        for name in standing.body["fragments"]:
            passage = part.passages.get(name)
            if passage is None or shown == QUOTES:
                continue
            where = f"{passage.source}, {passage.locator}" if passage.locator else passage.source
            if passage.quote:
                shown += 1
                yield Quote(passage.quote, f"{where}, {name}")
            elif passage.paraphrase:
                shown += 1
                yield Paragraph(f"Paraphrased by the coder, {name}: {passage.paraphrase} [{where}]")
