"""What the pages show, as values: from rows and bodies to words and numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.review.drawing.graph import DrawnConfiguration

UNCHECKED = "conjectured, unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A context of a configuration: its label, what it does, and on how many studies."""

    label: str
    verdict: str
    grade: str | None
    positive: int
    negative: int
    trigger: int

    @property
    def words(self) -> str:
        """The verdict with its contrast grade."""
        return f"{self.verdict}, grade {self.grade}" if self.grade else self.verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """A row of the CCMOC table."""

    id: str
    theory: str
    outcome: str
    outcome_rank: int
    resource: str | None
    response: str | None
    leading: bool
    near_tie: bool
    positive: int
    contradicting: int
    not_fired: int
    share: str
    coverage: str
    single_source: bool
    state: str
    recheck: bool
    contexts: tuple[Context, ...]
    failures: tuple[tuple[str, str], ...]
    interacting: tuple[tuple[str, int], ...]
    counter: tuple[tuple[str, int], ...]
    fragments: tuple[str, ...]
    studies: Mapping[str, Sequence[str]]
    participants: int
    sites: int
    revision: int

    @property
    def slot(self) -> tuple[Context, ...]:
        """What fills the context slot: enabling, else helpful, else the first linked or trigger."""
        for verdict in ("enabling", "helpful"):
            found = tuple(c for c in self.contexts if c.verdict == verdict)
            if found:
                return found
        linked = [c for c in self.contexts if c.verdict != "trigger"]
        return tuple((linked or list(self.contexts))[:1])

    @property
    def drawn(self) -> DrawnConfiguration:
        """What the graph shows of it."""
        return DrawnConfiguration(
            id=self.id,
            rank=self.outcome_rank,
            studies=self.positive,
            contexts=tuple(context.label for context in self.slot),
            resource=self.resource,
            response=self.response,
            outcome=self.outcome,
        )

    @property
    def state_words(self) -> str:
        """What people have said of it so far."""
        words = UNCHECKED if self.state == "conjectured" else self.state
        return f"{words}, to recheck" if self.recheck else words


def configuration(row: Mapping[Any, Any], labels: Mapping[str, str]) -> Configuration:
    """A stored CCMOC with group labels in place of ids."""
    body: Mapping[str, Any] = row["body"]
    studies = body["studies"]
    return Configuration(
        id=body["id"],
        theory=body["theory"],
        outcome=labels.get(body["outcome"], body["outcome"]),
        outcome_rank=body["outcome_rank"],
        resource=_label(body["resource"], labels),
        response=_label(body["response"], labels),
        leading=body["leading"],
        near_tie=body["near_tie"],
        positive=len(studies["positive"]),
        contradicting=len(studies["contradicting"]),
        not_fired=len(studies["not_fired"]),
        share="{} of {}".format(*body["supporting_share"]),
        coverage="{} of {}".format(*body["coverage"]),
        single_source=body["single_source"],
        state=row.get("state") or "conjectured",
        recheck=bool(row.get("recheck")),
        contexts=tuple(_context(c, labels) for c in body["contexts"]),
        failures=tuple(_failure(f, labels) for f in body["failures"]),
        interacting=_counted(body["interacting"], labels),
        counter=_counted(body["counter"], labels),
        fragments=tuple(body["fragments"]),
        studies=studies,
        participants=body["participants"],
        sites=body["sites"],
        revision=row["revision"],
    )


def in_order(rows: Sequence[Mapping[Any, Any]], labels: Mapping[str, str]) -> list[Configuration]:
    """Configurations by theory, outcome rank and strength; the leading ones first."""
    found = [configuration(row, labels) for row in rows]
    return sorted(
        found,
        key=lambda c: (_natural(c.theory), c.outcome_rank, not c.leading, -c.positive, c.id),
    )


def _natural(theory: str) -> tuple[str, int]:
    letters = theory.rstrip("0123456789")
    digits = theory[len(letters) :]
    return letters, int(digits) if digits else 0


def _label(group: str | None, labels: Mapping[str, str]) -> str | None:
    return labels.get(group, group) if group else None


def _context(context: Mapping[Any, Any], labels: Mapping[str, str]) -> Context:
    return Context(
        label=labels.get(context["group"], context["group"]),
        verdict=context["verdict"],
        grade=context["grade"],
        positive=len(context["positive"]),
        negative=len(context["negative"]),
        trigger=len(context["trigger"]),
    )


_KINDS = {
    "disabling": "a disabling context was present",
    "suspected": "a suspected context was present",
    "enabling_absent": "an enabling context was absent",
    "counter": "a counter-mechanism was present",
    "not_fired": "the mechanism did not fire",
}


def _failure(failure: Mapping[Any, Any], labels: Mapping[str, str]) -> tuple[str, str]:
    """The case, and what explains its failure; unexplained ones say where to search next."""
    reasons = [
        f"{_KINDS[e['kind']]}: {labels.get(e['group'], e['group'])}"
        for e in failure["explained_by"]
    ]
    return failure["case"], "; ".join(reasons) or "unexplained: on the search agenda"


def _counted(
    groups: Mapping[str, Sequence[str]], labels: Mapping[str, str]
) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((labels.get(g, g), len(studies)) for g, studies in groups.items()))


def fragment(found: Mapping[str, Any]) -> dict[str, Any]:
    """A fragment from extraction; an element's words are its statement, else its code's name."""
    elements = [
        {**e, "words": words, "key": (e["role"], words, e["state"])}
        for e in found["elements"]
        for words in (e["statement"] or _code_words(e["code"]),)
    ]
    return {**found, "elements": elements}


def _code_words(code: str) -> str:
    return code.rsplit(":", 1)[-1].replace("_", " ")
