"""What the pages show, as values: from rows and bodies to words and numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.review.cases import case_in_words
from shared.review.ccmoc_order import place
from shared.review.drawing.graph import DrawnConfiguration
from shared.review.joined_parts import NOT_JOINED, is_joined
from shared.review.verdict_words import verdict_words
from workbench.projections.domain.group_words import NO_WORDS, GroupWords

NO_LABELS: Mapping[str, str] = {}
WordsByTheory = Mapping[str, GroupWords]
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
        """The verdict in the method's words, with its contrast: *enabling (contrast A)*."""
        return verdict_words(self.verdict, self.grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A group of the other part of the mechanism, and on how many studies it stands."""

    label: str
    tier: str
    positive: int
    negative: int
    chain: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """A row of the CCMOC table."""

    id: str
    theory: str
    outcome_words: str
    outcome_drawn: str
    outcome_rank: int
    role: str
    mechanism: str
    partner: str | None
    partner_tier: str | None
    pattern: str
    leading: bool
    near_tie: bool
    share: str
    coverage: str
    unreplicated: bool
    untested: bool
    state: str
    recheck: bool
    contexts: tuple[Context, ...]
    slot: tuple[Context, ...]
    partners: tuple[Partner, ...]
    failures: tuple[tuple[str, str, bool], ...]
    interacting: tuple[tuple[str, int], ...]
    counter: tuple[tuple[str, int], ...]
    fragments: tuple[str, ...]
    studies: Mapping[str, Sequence[str]]
    participants: int
    sites: int
    revision: int
    together: str

    @property
    def positive(self) -> int:
        """How many studies report it with success."""
        return len(self.studies["positive"])

    @property
    def contradicting(self) -> int:
        """How many studies report it with failure."""
        return len(self.studies["contradicting"])

    @property
    def not_fired(self) -> int:
        """In how many studies the part is absent and the outcome failed."""
        return len(self.studies["not_fired"])

    @property
    def resource(self) -> str | None:
        """The resource: the part that is counted, or what fills the slot beside it."""
        return self.mechanism if self.role == "resource" else self.partner

    @property
    def response(self) -> str | None:
        """The response: the part that is counted, or what fills the slot beside it."""
        return self.mechanism if self.role == "response" else self.partner

    @property
    def partner_words(self) -> str:
        """On which tier the other part stands; empty where a study states the link."""
        tiers = {
            "joined": "joined from statements of one case",
            "assembled": "assembled: no study states it with the outcome",
        }
        return tiers.get(self.partner_tier or "", "")

    @property
    def path(self) -> tuple[tuple[str, str], ...]:
        """The parts to draw, by column: an assembled partner is none of them."""
        parts = {"mr": self.resource, "ms": self.response}
        if self.partner_tier == "assembled":
            parts["ms" if self.role == "resource" else "mr"] = None
        return tuple((css, said) for css, said in parts.items() if said)

    @property
    def fails_more(self) -> bool:
        """Whether more studies report its failure than its success."""
        return self.contradicting > self.positive > 0

    @property
    def drawn(self) -> DrawnConfiguration:
        """What the graph shows of it: an assembled partner is linked by no study, so it is not."""
        triggers = tuple(c.label for c in self.slot if c.verdict == "trigger")
        return DrawnConfiguration(
            id=self.id,
            rank=self.outcome_rank,
            studies=self.positive,
            failing=self.contradicting,
            role="resource" if self.role == "resource" else "response",
            part=self.mechanism,
            partner=None if self.partner_tier == "assembled" else self.partner,
            stated=self.partner_tier != "joined",
            contexts=tuple(c.label for c in self.slot if c.verdict != "trigger"),
            triggers=triggers,
            outcome=self.outcome_drawn,
        )

    @property
    def state_words(self) -> str:
        """What people have said of it so far."""
        words = UNCHECKED if self.state == "conjectured" else self.state
        return f"{words}, to recheck" if self.recheck else words


def configuration(row: Mapping[Any, Any], words: WordsByTheory) -> Configuration:
    """A stored CCMOC with the labels of its theory's groups in place of ids."""
    body: Mapping[str, Any] = row["body"]
    known = words.get(body["theory"], NO_WORDS)
    labels = known.labels
    studies, slots = body["studies"], body["slots"]
    contexts = tuple(_context(c, labels) for c in body["contexts"])
    filled = {labels.get(group, group) for group in slots["contexts"]}
    return Configuration(
        id=body["id"],
        theory=body["theory"],
        outcome_words=known.outcome(body["outcome"], body["pattern"]),
        outcome_drawn=known.outcome(body["outcome"], "occurs"),
        outcome_rank=body["outcome_rank"],
        role=body["role"],
        mechanism=labels.get(body["mechanism"], body["mechanism"]),
        partner=_label(slots["partner"], labels),
        partner_tier=slots["partner_tier"],
        pattern=body["pattern"].replace("_", " "),
        leading=body["leading"],
        near_tie=body["near_tie"],
        share="{} of {}".format(*body["supporting_share"]),
        coverage="{} of {}".format(*body["coverage"]),
        unreplicated=body["unreplicated"],
        untested=body["untested"],
        state=row.get("state") or "conjectured",
        recheck=bool(row.get("recheck")),
        contexts=contexts,
        slot=tuple(context for context in contexts if context.label in filled),
        partners=tuple(_partner(p, labels) for p in body["partners"]),
        failures=tuple(_failure(f, labels) for f in body["failures"]),
        interacting=_counted(body["interacting"], labels),
        counter=_counted(body["counter"], labels),
        fragments=tuple(body["fragments"]),
        studies=studies,
        participants=body["participants"],
        sites=body["sites"],
        revision=row["revision"],
        together="" if is_joined(body) else NOT_JOINED,
    )


def _partner(item: Mapping[Any, Any], labels: Mapping[str, str]) -> Partner:
    return Partner(
        label=labels.get(item["group"], item["group"]),
        tier=item["tier"],
        positive=len(item["positive"]),
        negative=len(item["negative"]),
        chain=len(item["chain"]),
    )


def in_order(rows: Sequence[Mapping[Any, Any]], words: WordsByTheory) -> list[Configuration]:
    """Configurations by theory, then as the method orders them: the first to look at first.

    Rows that algorithm 1 left, which lapse as soon as their theory is computed, are left out.
    """
    found = [row for row in rows if "role" in row["body"]]
    found.sort(key=lambda row: (_natural(row["body"]["theory"]), place(row["body"])))
    return [configuration(row, words) for row in found]


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
    "recurs_failing": "a context that recurs with failures was present",
    "suspected": "a suspected context was present",
    "enabling_absent": "an enabling context was absent",
    "counter": "a counter-mechanism was present",
    "not_fired": "the mechanism did not fire",
}


def _failure(failure: Mapping[Any, Any], labels: Mapping[str, str]) -> tuple[str, str, bool]:
    """The case, what may explain its failure, and whether it is open: on the search agenda."""
    reasons = [
        f"{_KINDS[e['kind']]}: {labels.get(e['group'], e['group'])}"
        for e in failure["explained_by"]
    ]
    why = "; ".join(reasons) or "nothing coded explains it"
    return case_in_words(failure["case"]), why, failure["open"]


def _counted(
    groups: Mapping[str, Sequence[str]], labels: Mapping[str, str]
) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((labels.get(g, g), len(studies)) for g, studies in groups.items()))


def fragment(found: Mapping[str, Any], labels: Mapping[str, str] = NO_LABELS) -> dict[str, Any]:
    """A fragment from extraction; an element's words are its statement, else its code's label."""
    elements = [
        {**e, "words": words, "key": (e["role"], words, e["state"])}
        for e in found["elements"]
        for words in (e["statement"] or labels.get(e["code"]) or _code_words(e["code"]),)
    ]
    return {**found, "elements": elements}


def _code_words(code: str) -> str:
    return code.rsplit(":", 1)[-1].replace("_", " ")
