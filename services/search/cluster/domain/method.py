"""The thirteen steps of CLUSTER searching (Booth et al. 2013), and where each stands.

A state is one of: `not_applicable` (no pearl allows it), `waiting` (for something that the
remarks name), `proposed` (planned, its questions not approved yet), `approved`, `run` (being
asked), `resumed` (being asked again after a failure), `done`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from services.search.cluster.domain.plan import remaining
from services.search.cluster.domain.round import STEPS, Asking, Options, listed
from services.search.cluster.domain.terms import said
from services.search.connectors.domain.sources import LABELS
from services.search.library.domain.record import Bibliography

Row = Mapping[str, Any]
PEARLS = "pearls"
WORDS = {
    PEARLS: "Pearls, by the team's consensus",
    "references": "References of the pearls",
    "recheck": "Recheck of the library, excluded records with it",
    "lead_author": "Lead author",
    "cited_by": "What cites the pearls",
    "project": "Project: trial, grant, group, acronym",
    "contact": "Contact with the lead author",
    "theory_citations": "Citations of theory",
    "mentions": "Mentions of the theory in the library",
    "theory": "Theory and condition",
    "antecedents": "Antecedents",
    "related": "Related projects",
    "comparison": "Comparison of cases by names of projects",
}
"""What people call the steps, in the order of the method."""
NUMBERS = {PEARLS: 1, **STEPS}


class StepState(NamedTuple):
    """Where a step stands, the round that says so (None without one), and remarks in words."""

    state: str
    round: int | None
    remarks: tuple[str, ...]


def in_round(row: Row, step: Row, asking: Asking | None) -> StepState:
    """Where a step stands that a round took."""
    number, troubles = row["number"], row["report"].get("troubles", ())
    notes = tuple(step["notes"])
    if step["state"] == "skipped":
        found = unplanned(asking)
        return StepState(found.state, number, notes or found.remarks)
    if step["state"] == "refused":
        return StepState("waiting", number, (*notes, "Plan a further round to ask again."))
    if step["state"] == "done":
        return StepState("done", number, notes)
    if row["state"] == "planned":
        return StepState("proposed", number, (*notes, "Its queries wait for approval."))
    if row["state"] == "failed":
        why = str(troubles[-1]["why"]) if troubles else "The round failed before it was asked."
        return StepState("waiting", number, (*notes, why, "Plan a further round to go on."))
    if troubles:
        why = f"It is resumed where it broke off: {troubles[-1]['why']}"
        return StepState("resumed", number, (*notes, why))
    return StepState("approved" if row["state"] == "waiting" else "run", number, notes)


def unplanned(asking: Asking | None) -> StepState:
    """Where a step stands that no round took yet; `asking` is what it would ask, if known."""
    if asking is None:
        return StepState("waiting", None, ("Choose pearls and approve the step.",))
    if asking.can_run:
        return StepState("waiting", None, (*asking.notes, "Plan a round with it."))
    return StepState("waiting" if asking.wants else "not_applicable", None, asking.notes)


def of_contacts(states: Sequence[str], before: StepState) -> StepState:
    """Where the seventh step stands by the states of its messages."""
    if not states:
        return before
    said = ", ".join(
        f"{states.count(name)} {words}" for name, words in _MESSAGES.items() if name in states
    )
    state = "done" if set(states) <= {"answered", "no_answer"} else "run"
    if set(states) == {"to_write"}:
        state = "proposed"
    return StepState(state, before.round, (f"Messages: {said}.",))


_MESSAGES = {
    "to_write": "to write",
    "sent": "sent",
    "answered": "answered",
    "no_answer": "without answer",
}


def what_remains(pearl: Bibliography, options: Options, sources: Sequence[str] = ()) -> str:
    """What a pearl without a PMID can and cannot take, in words; empty for one that has a PMID.

    `sources` are the optional sources that are on: some know an article by its DOI.
    """
    if pearl.pmid:
        return ""
    can, cannot = remaining(pearl, options, sources)
    lacks = "no PMID, only a DOI" if pearl.doi else "neither a PMID nor a DOI"
    never = f" cannot take {_steps(cannot)};" if cannot else ""
    asked = ""
    if pearl.doi and sources:
        asked = f" By its DOI {listed([LABELS[one] for one in sources])} can be asked."
    return f"'{said(pearl)}' has {lacks}:{never} {_steps(can)} remain.{asked}"


def _steps(numbers: Sequence[int]) -> str:
    words = [str(one) for one in numbers]
    listed = ", ".join(words[:-1]) + f" and {words[-1]}" if len(words) > 1 else "".join(words)
    return f"{'steps' if len(words) != 1 else 'step'} {listed or 'none'}"
