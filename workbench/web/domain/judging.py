"""Judging as the pages show it: passages by case, who has judged, what may be said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.web.domain.configurations import NO_LABELS, fragment

Item = Mapping[str, Any]
VERDICTS = (
    ("supports", "Supports", "1"),
    ("partly", "Partly", "2"),
    ("does_not", "Does not", "3"),
    ("unsure", "Unsure", "4"),
)
VERDICT_WORDS = {value: words.lower() for value, words, _ in VERDICTS}
CELLS = {
    "positive": "for it",
    "contradicting": "against it",
    "not_fired": "where it did not fire",
}
STATES = (
    ("conjectured", "Conjectured: back to the start"),
    ("checked", "Checked: a reviewer has judged every passage"),
    ("agreed", "Agreed: two verifiers too, and nobody says it does not"),
    ("in_theory", "In a theory: it was agreed"),
    ("rejected", "Rejected"),
    ("dormant", "Dormant: set aside for now"),
)
WAITS = {"reviewer": "a reviewer", "verifier": "a verifier"}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPassage:
    """One passage of a configuration: its words as the reader may see them, and its judging."""

    id: str
    version: int
    cell: str
    words: Item | None
    title: str
    document: str | None
    locator: str
    sources: Sequence[Item]
    left_out: bool
    moves: Sequence[str]
    judgements: Sequence[Item]
    judging: Item

    @property
    def quote(self) -> str:
        """The source's own words; empty where there are none, or the reader may not see them."""
        return str((self.words or {}).get("quote") or "")

    @property
    def paraphrase(self) -> str:
        """The coder's words, never shown as a quotation."""
        return str((self.words or {}).get("paraphrase") or "")

    @property
    def withheld(self) -> bool:
        """Whether it is confidential and its words are not for the reader."""
        return bool((self.words or {}).get("words_withheld"))

    @property
    def elements(self) -> Sequence[Item]:
        """What is coded in it."""
        return (self.words or {}).get("elements") or ()

    @property
    def to_judge(self) -> bool:
        """Whether it waits for the reader's own judgement."""
        return self.judging["mine"] is None and self.judging["may_judge_as"] is not None

    @property
    def waits_for(self) -> str:
        """Whose judgement is missing, in words; empty when all three have judged."""
        missing = list(self.judging["waits_for"])
        if missing == ["verifier", "verifier"]:
            return "two verifiers"
        if len(missing) == 3:
            return "a reviewer and two verifiers"
        return " and ".join(WAITS[name] for name in missing)


def passages(
    quotes: Sequence[Item], found: Sequence[Item] | None, labels: Mapping[str, str] = NO_LABELS
) -> list[JudgedPassage]:
    """The passages of a configuration; `found` are their words, None if nobody answered.

    `labels`: code → what people call it.
    """
    words = {one["id"]: fragment(one, labels) for one in found or ()}
    return [
        JudgedPassage(
            id=item["fragment"],
            version=item["version"],
            cell=CELLS.get(item["cell"] or "", ""),
            words=words.get(item["fragment"]),
            title=item["title"],
            document=item["document"],
            locator=item["locator"],
            sources=item["sources"],
            left_out=item["left_out"],
            moves=item["moves"],
            judgements=item["judgements"],
            judging=item["judging"],
        )
        for item in quotes
    ]


def by_case(found: Sequence[JudgedPassage]) -> list[tuple[str, list[JudgedPassage]]]:
    """Passages under the case that they are cited from, for and against it first.

    A case without a name is called by its study. A passage of several cases stands under the
    first; one that nothing is cited for comes last.
    """
    cases: dict[tuple[bool, str], list[JudgedPassage]] = {}
    for passage in found:
        cited = [source for source in passage.sources if source["attribution"] == "cited"]
        first = cited[0] if cited else None
        name = (first["case_id"] or first["study"]) if first else "No cited source"
        cases.setdefault((first is None, str(name)), []).append(passage)
    order = [*CELLS.values(), ""]
    return [
        (name, sorted(some, key=lambda one: (order.index(one.cell), one.id)))
        for (_, name), some in sorted(cases.items())
    ]


def next_to_judge(found: Sequence[JudgedPassage], after: str) -> str:
    """The passage to judge after one of them, in the order of the page; empty: none waits."""
    ordered = [one for _, some in by_case(found) for one in some]
    ids = [one.id for one in ordered]
    start = ids.index(after) + 1 if after in ids else 0
    waiting = [one.id for one in (*ordered[start:], *ordered[:start]) if one.to_judge]
    return waiting[0] if waiting else ""
