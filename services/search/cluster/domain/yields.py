"""What a round of CLUSTER searching brought: counts per step, and whether it speaks for an end."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Articles `retrieved`, of these `new` to the review, `known`, `beyond` the budget, `missing`.

    `only` counts new records that no other step found. Of the new ones, some stage has
    `included` so many, `excluded` are those that it did not let through, `waiting` the rest.
    `offered` are excluded records offered again, `reincluded` those that no stage excludes now.
    From reports of the included and reincluded ones `fragments` were coded, and these changed
    so many `ccmocs` and `arguments`.
    """

    retrieved: int = 0
    new: int = 0
    known: int = 0
    beyond: int = 0
    missing: int = 0
    only: int = 0
    included: int = 0
    excluded: int = 0
    waiting: int = 0
    offered: int = 0
    reincluded: int = 0
    fragments: int = 0
    ccmocs: int = 0
    arguments: int = 0


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What stages said of records: ids that some stage included, and those only excluded.

    `cleared` are ids that some stage included and none excludes.
    """

    included: Collection[str] = field(default_factory=frozenset)
    excluded: Collection[str] = field(default_factory=frozenset)
    cleared: Collection[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class CodedEvidence:
    """Record id → fragments coded from it; fragment id → (`ccmoc` or `argument`, id) it moved."""

    fragments: Mapping[str, Collection[str]] = field(default_factory=dict)
    moved: Mapping[str, Collection[tuple[str, str]]] = field(default_factory=dict)


NOTHING = CodedEvidence()


def count(
    hits: Iterable[Row],
    verdicts: Verdicts,
    others: Collection[str] = (),
    *,
    offered: Collection[str] = (),
    evidence: CodedEvidence = NOTHING,
) -> Count:
    """The counts of some hits (`pmid`, `state`, `record_id`, `new`), each article once.

    `others` are records that further steps found, too; `offered` those offered again.
    """
    articles = _articles(hits)
    kept = [row for row in articles if row["state"] == "kept"]
    new = {row["record_id"] for row in kept if row["new"]}
    included = new & set(verdicts.included)
    excluded = (new - included) & set(verdicts.excluded)
    again = set(offered) & set(verdicts.cleared)
    coded = {each for one in included | again for each in evidence.fragments.get(one, ())}
    moved = {each for one in coded for each in evidence.moved.get(one, ())}
    return Count(
        retrieved=len(articles),
        new=len(new),
        known=sum(not row["new"] for row in kept),
        beyond=sum(row["state"] == "beyond" for row in articles),
        missing=sum(row["state"] == "missing" for row in articles),
        only=len(new - set(others)),
        included=len(included),
        excluded=len(excluded),
        waiting=len(new - included - excluded),
        offered=len(set(offered)),
        reincluded=len(again),
        fragments=len(coded),
        ccmocs=sum(kind == "ccmoc" for kind, _ in moved),
        arguments=sum(kind == "argument" for kind, _ in moved),
    )


def _articles(hits: Iterable[Row]) -> list[Row]:
    """One hit of each article; one that two names led to is known by its record."""
    found: dict[str, Row] = {}
    for row in hits:
        name = row["record_id"] or row["pmid"]
        if name not in found or row["new"]:
            found[name] = row
    return list(found.values())


def per_step(
    hits: Iterable[Row],
    verdicts: Verdicts,
    offered: Mapping[str, str] | None = None,
    evidence: CodedEvidence = NOTHING,
) -> dict[str, Count]:
    """The counts of each step that found or offered anything; `offered` is record → step."""
    rows, again = list(hits), offered or {}
    steps = dict.fromkeys((*(row["step"] for row in rows), *again.values()))
    return {
        step: count(
            [row for row in rows if row["step"] == step],
            verdicts,
            {row["record_id"] for row in rows if row["step"] != step and row["record_id"]},
            offered=[record for record, by in again.items() if by == step],
            evidence=evidence,
        )
        for step in steps
    }


def per_source(
    hits: Iterable[Row], verdicts: Verdicts, evidence: CodedEvidence = NOTHING
) -> dict[str, Count]:
    """The counts of each source that named any of these hits; `only` is what no other named."""
    rows = list(hits)
    sources = dict.fromkeys(source for row in rows for source in named_by(row))
    named = {source: [row for row in rows if source in named_by(row)] for source in sources}
    return {
        source: count(
            named[source],
            verdicts,
            {
                row["record_id"]
                for other, some in named.items()
                for row in some
                if other != source and row["record_id"]
            },
            evidence=evidence,
        )
        for source in sources
    }


def named_by(hit: Row) -> Collection[str]:
    """The sources that named a hit; PubMed, where it was kept before others were asked."""
    return hit["sources"] or ("pubmed",)


ELSEWHERE = "Whether other evidence changed a configuration meanwhile, synthesis knows."


ONLY_HERE = (
    "Only the library was looked through: no question was asked outside it. Give the steps that "
    "wait what they need, or search around other pearls."
)


def closing(
    state: str,
    total: Count,
    unanswered: Collection[str],
    wide: Collection[str] = (),
    *,
    asked: bool,
) -> tuple[bool, str]:
    """Whether the round is a reason to close the cluster, and why, or why not yet.

    `unanswered` are steps, in words, that were enabled and got no answer, `wide` those with a
    question that found more than a round takes; `asked`: did any step ask
    outside the library?
    """
    if state != "succeeded":
        return False, "The round has not come to its end."
    going_on = _going_on(total, unanswered, wide)
    if going_on:
        return False, going_on
    if not asked:
        return False, ONLY_HERE
    words = "none of the new records passed" if total.new else "the round brought nothing new"
    return True, f"A reason to close: {words}. {ELSEWHERE}"


def _going_on(total: Count, unanswered: Collection[str], wide: Collection[str]) -> str:
    """What speaks for searching on, or for waiting; "" for nothing."""
    if unanswered:
        return f"No answer to {'; '.join(unanswered)}: nobody has looked there."
    if wide:
        return f"Found more than a round takes: {'; '.join(wide)}. Nobody has looked; narrow it."
    if total.beyond:
        return f"Beyond the budget: {total.beyond}. Nobody has looked at them."
    if total.included:
        return f"Passed screening: {total.included} of the new records. Search around them, too."
    if total.reincluded:
        return f"Passed screening again: {total.reincluded} of the excluded records offered."
    if total.ccmocs or total.arguments:
        changed = total.ccmocs + total.arguments
        return f"Configurations and arguments changed: {changed}. Search on."
    if total.waiting:
        return f"Waiting for screening: {total.waiting} of the new records."
    return ""
