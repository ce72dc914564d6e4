"""What the evidence of a theory does not explain: the search agenda."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.synthesis.engine.labels import Labels, labels_of
from services.synthesis.engine.sources import SourceReader
from services.synthesis.engine.values import Argument, Review
from shared.review.cases import case_in_words

Kind = Literal[
    "open_case",
    "success_sought",
    "unreplicated",
    "undecided_context",
    "missing_slot",
    "prediction_unobserved",
    "unchecked_opposite",
]
Body = Mapping[str, Any]
PEARLS = 10
"""At most so many documents are named as starting points of a search."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to search for. `about` tells it from others of its kind; `detail` is a sentence.

    `subject` is the id of the CCMOC or argument, None for a gap of the codebook. `documents` are
    where a CLUSTER search may start.
    """

    kind: Kind
    about: str
    detail: str
    subject: str | None
    documents: tuple[str, ...]


def gaps_of(
    review: Review, theory: str, bodies: Sequence[Body], arguments: Sequence[Body] = ()
) -> list[Gap]:
    """Gaps of a theory: open cases and one success sought, in all its CCMOCs; what is missing in
    the leading ones; predictions that no case bears on; opposite senses that nobody checked.

    `bodies` are the theory's CCMOCs, `arguments` the outputs of section 9 of its arguments.
    """
    labels = labels_of(review, theory)
    reader = SourceReader(review)
    found: list[Gap] = []
    for body in (item for item in bodies if item["theory"] == theory):
        about = _About(body, labels, _citations(review, reader, body["fragments"]))
        found += about.open_cases() + about.success_sought()
        if body["leading"]:
            found += about.missing()
    known = {item.id: item for item in review.arguments if item.theory == theory}
    for body in (item for item in arguments if item["id"] in known):
        documents = _some(_citations(review, reader, body["fragments"]))
        found += _unobserved(known[body["id"]], body, labels, documents)
    return found + _unchecked(review, theory, labels)


def _citations(
    review: Review, reader: SourceReader, fragments: Iterable[str]
) -> dict[str, set[str]]:
    """Case → documents of fragments; "" → all of them."""
    found: dict[str, set[str]] = {"": set()}
    for name in fragments:
        fragment = review.fragments[name]
        for citation in reader.citations(fragment):
            source = reader.source(citation.source)
            if citation.attribution == "cited" and source.active:
                found.setdefault(reader.entry(fragment, citation).case, set()).add(source.key)
                found[""].add(source.key)
    return found


def _some(cited: Mapping[str, set[str]], case: str = "") -> tuple[str, ...]:
    return tuple(sorted(cited.get(case, set()))[:PEARLS])


class _About:
    """The gaps of one CCMOC."""

    def __init__(self, body: Body, labels: Labels, cited: Mapping[str, set[str]]) -> None:
        self._body, self._labels, self._cited = body, labels, cited
        self._part = f"'{labels.part(body['role'], body['mechanism'])}'"
        self._success = labels.success(body["outcome"])
        self._failure = labels.failure(body["outcome"])
        self._went = self._failure if body["pattern"] == "fails" else self._success

    def _gap(self, kind: Kind, about: str, detail: str, case: str = "") -> Gap:
        subject = str(self._body["id"])
        return Gap(kind, f"{subject}/{about}", detail, subject, _some(self._cited, case))

    def open_cases(self) -> list[Gap]:
        """Cases of failure with nothing but tentative explanations, or none."""
        found = []
        for failure in self._body["failures"]:
            if failure["open"]:
                said = self._labels.explained(failure["explained_by"])
                why = f"suspected: {said}" if said else "nothing coded explains it"
                sentence = (
                    f"Case {case_in_words(failure['case'])} reports {self._failure} "
                    f"although {self._part} goes with {self._success} elsewhere; {why}."
                )
                found.append(self._gap("open_case", failure["case"], sentence, failure["case"]))
        return found

    def success_sought(self) -> list[Gap]:
        """What only fails, or never fired, asks for one success."""
        if self._body["pattern"] not in ("fails", "not_fired"):
            return []
        said = (
            f"{self._part} is reported only with {self._failure}"
            if self._body["pattern"] == "fails"
            else f"{self._part} is only reported not to have fired, with {self._failure}"
        )
        sentence = f"{said}: look for one case in which it goes with {self._success}."
        return [self._gap("success_sought", "success", sentence)]

    def _undecided(self, verdict: str) -> str:
        """Where a context stands that more cases may decide; empty of one that is decided."""
        if verdict == "undecided":
            return f"is undecided for {self._part} with {self._success}"
        if verdict == "suspected":
            return f"is suspected where {self._part} goes with {self._failure}"
        if verdict == "recurs":
            return f"recurs where {self._part} goes with {self._success}"
        if verdict == "recurs_failing":
            return f"recurs where {self._part} goes with {self._failure}"
        return ""

    def _unreplicated(self) -> str:
        studies, success = self._body["studies"], f"{self._part} with {self._success}"
        if len({*studies["positive"], *studies["contradicting"]}) > 1:
            other = f"another with {self._failure}"
            return f"One study reports {success}, and {other}: neither is repeated."
        if studies["positive"] and studies["contradicting"]:
            return f"Only one study reports {success}, and it reports {self._failure} too."
        return f"Only one study reports {self._part} with {self._went}."

    def missing(self) -> list[Gap]:
        """A single study, empty slots, contexts that are not decided."""
        body, found = self._body, []
        if body["unreplicated"]:
            found.append(self._gap("unreplicated", "study", self._unreplicated()))
        if body["slots"]["partner"] is None:
            other = "resource" if body["role"] == "response" else "response"
            sentence = f"No {other} is linked with {self._part} for {self._went}."
            found.append(self._gap("missing_slot", other, sentence))
        if not body["slots"]["contexts"]:
            sentence = f"No context is stated in which {self._part} goes with {self._went}."
            found.append(self._gap("missing_slot", "context", sentence))
        for item in body["contexts"]:
            said = self._undecided(item["verdict"])
            if said:
                name = self._labels.context(item["group"])
                sentence = f"Context '{name}' {said}: look for cases with and without it."
                found.append(self._gap("undecided_context", item["group"], sentence))
        return found


def _unobserved(
    argument: Argument, body: Body, labels: Labels, documents: tuple[str, ...]
) -> list[Gap]:
    said = {item["id"]: item for item in body["predictions"]}
    return [
        Gap(
            "prediction_unobserved",
            f"{argument.id}/{item.id}",
            f"No case bears on the prediction that, where {labels.terms(item.given)}, "
            f"{labels.expected(item.expected)}.",
            argument.id,
            documents,
        )
        for item in argument.predictions
        if item.id in said and not (said[item.id]["observed"] or said[item.id]["refuted"])
    ]


def _unchecked(review: Review, theory: str, labels: Labels) -> list[Gap]:
    book = review.codebooks.get(theory)
    return [
        Gap(
            "unchecked_opposite",
            f"{theory}/{group.role}/{group.id}",
            f"In group '{labels.of(group.role, group.id)}' an import rule read codes in the "
            "opposite sense; nobody has checked it.",
            None,
            (),
        )
        for group in (book.groups if book else ())
        if any(member.by_import_rule and member.sense == "opposite" for member in group.members)
    ]
