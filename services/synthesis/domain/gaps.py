"""What the evidence of a theory does not explain: the search agenda."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from services.synthesis.domain.rows import SourceReader
from services.synthesis.domain.values import Codebook, Review

Kind = Literal[
    "unexplained_failure",
    "single_source",
    "undecided_context",
    "missing_slot",
    "unchecked_opposite",
]
Body = Mapping[str, Any]
PEARLS = 10
"""At most so many documents are named as starting points of a search."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to search for. `about` tells it from others of its kind; `detail` is a sentence.

    `documents` are where a CLUSTER search may start.
    """

    kind: Kind
    about: str
    detail: str
    ccmoc: str | None
    documents: tuple[str, ...]


def gaps_of(review: Review, theory: str, bodies: Iterable[Body]) -> list[Gap]:
    """Gaps of a theory: in its leading CCMOCs, and opposite senses that nobody checked."""
    codebook = review.codebooks.get(theory) or Codebook()
    labels = {group.id: group.label or group.id for group in codebook.groups}
    reader = SourceReader(review.fragments, review.sources, review.links)
    found: list[Gap] = []
    for body in bodies:
        if body["leading"] and body["theory"] == theory:
            cited = _citations(review, reader, body)
            found += _failures(body, labels, cited) + _open_parts(body, labels, cited)
    return found + _unchecked(theory, codebook)


def _citations(review: Review, reader: SourceReader, body: Body) -> dict[str, set[str]]:
    """Case → documents of the CCMOC's fragments; "" → all of them."""
    found: dict[str, set[str]] = {"": set()}
    for name in body["fragments"]:
        for citation in reader.citations(review.fragments[name]):
            source = reader.source(citation.source)
            if citation.attribution != "summary" and source.active:
                case = citation.case or source.case or source.study
                found.setdefault(case, set()).add(citation.source)
                found[""].add(citation.source)
    return found


def _failures(body: Body, labels: Mapping[str, str], cited: Mapping[str, set[str]]) -> list[Gap]:
    return [
        Gap(
            "unexplained_failure",
            f"{body['id']}/{failure['case']}",
            f"'{_label(labels, body['outcome'])}' failed in case {failure['case']} although "
            f"{_parts(body, labels)} was at work; nothing coded explains it.",
            body["id"],
            _some(cited, failure["case"]),
        )
        for failure in body["failures"]
        if not failure["explained_by"]
    ]


def _open_parts(body: Body, labels: Mapping[str, str], cited: Mapping[str, set[str]]) -> list[Gap]:
    outcome, parts, documents = _label(labels, body["outcome"]), _parts(body, labels), _some(cited)

    def gap(kind: Kind, about: str, detail: str) -> Gap:
        return Gap(kind, f"{body['id']}/{about}", detail, body["id"], documents)

    found = []
    if body["single_source"]:
        sentence = f"Only one study links {parts} with '{outcome}'."
        found.append(gap("single_source", "study", sentence))
    for role in ("resource", "response"):
        if body[role] is None:
            sentence = f"No {role} is linked with {parts} for '{outcome}'."
            found.append(gap("missing_slot", role, sentence))
    if not body["contexts"]:
        sentence = f"No context is stated for {parts} with '{outcome}'."
        found.append(gap("missing_slot", "context", sentence))
    for item in body["contexts"]:
        if item["verdict"] in ("undecided", "suspected"):
            sentence = (
                f"Context '{_label(labels, item['group'])}' is {item['verdict']} for {parts} with "
                f"'{outcome}': look for cases with and without it."
            )
            found.append(gap("undecided_context", item["group"], sentence))
    return found


def _unchecked(theory: str, codebook: Codebook) -> list[Gap]:
    return [
        Gap(
            "unchecked_opposite",
            f"{theory}/{group.id}",
            f"In group '{group.label or group.id}' an import rule read codes in the opposite "
            "sense; nobody has checked it.",
            None,
            (),
        )
        for group in codebook.groups
        if any(member.by_import_rule and member.sense == "opposite" for member in group.members)
    ]


def _label(labels: Mapping[str, str], group: str) -> str:
    return labels.get(group, group)


def _parts(body: Body, labels: Mapping[str, str]) -> str:
    named = [_label(labels, body[role]) for role in ("resource", "response") if body[role]]
    return " with ".join(f"'{name}'" for name in named)


def _some(cited: Mapping[str, set[str]], case: str = "") -> tuple[str, ...]:
    return tuple(sorted(cited.get(case, set()))[:PEARLS])
