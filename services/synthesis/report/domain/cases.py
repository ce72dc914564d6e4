"""Positive and negative cases, with what their sources say and in whose words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.synthesis.report.domain.blocks import (
    Block,
    Heading,
    NoticeBlock,
    Paragraph,
    Paraphrase,
    Quote,
    table,
)
from services.synthesis.report.domain.material import CaseRows, JudgedConfiguration, TheoryPart

SHOWN = 8
"""Passages per side of a configuration; the table of fragments and the JSON have all."""
SIDES = (
    ("for", "Positive cases"),
    ("against", "Negative cases"),
    ("not fired", "Cases in which it did not fire"),
)
EXPLAINED = {
    "disabling": "disabling context {} present",
    "recurs_failing": "context {}, which recurs with failures, present",
    "suspected": "suspected context {} present",
    "enabling_absent": "enabling context {} absent",
    "counter": "counter-mechanism {}",
    "not_fired": "{} did not fire",
}


def cases(part: TheoryPart) -> Iterator[Block]:
    """Case by case: what to look at first, and whatever people checked or agreed on."""
    for standing in part.told():
        yield Heading(3, f"Cases of {part.short(standing.body)}")
        for how, title in SIDES:
            yield from _side(part, [one for one in standing.cases if one.how == how], title)
    untested = [part.short(s.body) for s in part.leading() if s.body["untested"]]
    if untested:
        yield NoticeBlock(f"Nobody has tried to disconfirm: {'; '.join(untested)}.")


def _side(part: TheoryPart, found: list[CaseRows], title: str) -> Iterator[Block]:
    if not found:
        return
    told = [f"{one.case} ({_numbers(part, one.fragments)})" for one in found]
    yield Heading(4, f"{title} ({len(found)})")
    yield Paragraph(f"{'; '.join(told)}. Numbers are those of the table of fragments.")
    yield from _passages(part, [name for one in found for name in one.fragments])


def _numbers(part: TheoryPart, fragments: Iterable[str]) -> str:
    return ", ".join(str(part.passages[n].number) for n in fragments if n in part.passages)


def _passages(part: TheoryPart, fragments: Iterable[str]) -> Iterator[Block]:
    """Quotations as such, a coder's words as a paraphrase; quotations first."""
    found = [part.passages[name] for name in dict.fromkeys(fragments) if name in part.passages]
    told = sorted(found, key=lambda passage: not passage.quote)
    for passage in told[:SHOWN]:
        where = f"{passage.where}; fragment {passage.number}"
        if passage.quote:
            yield Quote(passage.quote, where)
        elif passage.paraphrase:
            yield Paraphrase(passage.paraphrase, where)
    if len(told) > SHOWN:
        yield Paragraph(f"{len(told) - SHOWN} more stand in the table of fragments.")


def open_cases(part: TheoryPart) -> Iterator[Block]:
    """Every case of failure, in all configurations: what may explain it, and what is open."""
    yield Heading(3, "Unexplained and open cases")
    rows = [
        _failure(part, standing, item)
        for standing in part.ordered()
        for item in standing.body["failures"]
    ]
    if not rows:
        yield Paragraph("No study reports a failure with a mechanism.")
        return
    yield table(
        "Cases of failure, what may explain them, and whether they are open",
        ("Configuration", "Case", "May be explained by", "Open"),
        sorted(rows, key=lambda row: row[3] == ""),
    )


def _failure(
    part: TheoryPart, standing: JudgedConfiguration, failure: Mapping[str, Any]
) -> tuple[str, str, str, str]:
    reasons = [
        EXPLAINED[item["kind"]].format(f"'{part.label(item['group'])}'")
        for item in failure["explained_by"]
    ]
    said = "; ".join(reasons) or "nothing coded"
    case = part.names.case(failure["case"])
    return part.short(standing.body), case, said, "open" if failure["open"] else ""
