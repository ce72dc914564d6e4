"""The studies of a review: which documents report each, and which are one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

BY = {
    "trial": "the same trial number",
    "grant": "the same grant",
    "collective": "the same collective name",
    "authors": "the same authors",
}
"""What tells that two studies may be one."""
CASE_KINDS = ("setting", "arm", "comparator", "subgroup")


@dataclass(slots=True, kw_only=True)
class Study:
    """A study as its page shows it: what people call it, its documents and its cases."""

    key: str
    label: str
    documents: list[Mapping[str, Any]] = field(default_factory=list)
    cases: list[Mapping[str, Any]] = field(default_factory=list)
    one_with: list[str] = field(default_factory=list)
    """Labels of the studies that count as one with it."""
    kin: list[str] = field(default_factory=list)
    """Labels of studies of its own that are related to it."""


def studies(
    documents: Sequence[Mapping[str, Any]],
    links: Mapping[str, Any],
    cases: Sequence[Mapping[str, Any]],
) -> list[Study]:
    """Every study that a document reports, by label; `links` is extraction's study map."""
    found: dict[str, Study] = {}
    for one in documents:
        study = found.setdefault(one["study"], Study(key=one["study"], label=label_of(one)))
        study.documents.append(one)
    for case in cases:
        if case["study"] in found:
            found[case["study"]].cases.append(case)
    for own, other in _both_ways(links.get("links", ()), found):
        own.one_with.append(other.label)
    for own, other in _both_ways(links.get("kinships", ()), found):
        own.kin.append(other.label)
    return sorted(found.values(), key=lambda study: study.label.casefold())


def _both_ways(
    pairs: Sequence[Mapping[str, Any]], found: Mapping[str, Study]
) -> Iterator[tuple[Study, Study]]:
    """Each of two studies that are linked with the other, where both are here."""
    for pair in pairs:
        if pair["a"] in found and pair["b"] in found:
            yield found[pair["a"]], found[pair["b"]]
            yield found[pair["b"]], found[pair["a"]]


def label_of(document: Mapping[str, Any]) -> str:
    """What people call the study of a document: its own name, else the document's title."""
    named = document["study"] not in (document["record"], document["id"])
    return str(document["study"] if named else document["title"] or "A study without a title")


def cases_of(form: Mapping[str, str], known: Sequence[str]) -> list[dict[str, str]]:
    """The cases that a form says; one without a label is left out, a new one gets a key."""
    cases: list[dict[str, str]] = []
    taken = {*known}
    for n in range(sum(name.startswith("label_") for name in form)):
        label = form.get(f"label_{n}", "").strip()
        if not label:
            continue
        own = form.get(f"case_{n}", "")
        if not own:
            own = next(f"case-{i}" for i in range(1, len(taken) + 2) if f"case-{i}" not in taken)
        taken.add(own)
        kind = form.get(f"kind_{n}") or CASE_KINDS[0]
        about = form.get(f"about_{n}", "").strip()
        cases.append({"id": own, "kind": kind, "label": label, "description": about})
    return cases
