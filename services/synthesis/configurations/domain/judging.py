"""Judging links of a CCMOC: one reviewer, two other people, blind until all three have judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.synthesis.engine.judgements import Link, latest, link_judged
from services.synthesis.engine.values import Judgement, Review

Function = Literal["reviewer", "verifier"]
VERIFIERS = 2
CONJECTURED, CHECKED, AGREED, IN_THEORY = "conjectured", "checked", "agreed", "in_theory"
STEPS = (CONJECTURED, CHECKED, AGREED, IN_THEORY)
ASIDE = ("rejected", "dormant")
STATES = (*STEPS, *ASIDE)
"""What people can say a CCMOC is; `lapsed` (no active evidence) is computed, not said."""
WORDS = {CONJECTURED: "conjectured", CHECKED: "checked", AGREED: "agreed", IN_THEORY: "in a theory"}


@dataclass(frozen=True, slots=True)
class Word:
    """One person's latest judgement of a link, in their function."""

    person: str
    function: Function
    verdict: str


def reviewers(words: Iterable[Word]) -> list[str]:
    """Who judged the link as its reviewer."""
    return [word.person for word in words if word.function == "reviewer"]


def verifiers(words: Iterable[Word]) -> list[str]:
    """Who judged the link as verifier: never the reviewer, whose latest word is one."""
    return [word.person for word in words if word.function == "verifier"]


def is_open(words: Sequence[Word]) -> bool:
    """Whether people may read each other's judgements of the link: all three have judged."""
    return bool(reviewers(words)) and len(verifiers(words)) >= VERIFIERS


def in_force(review: Review) -> tuple[Judgement, ...]:
    """The judgements that may have an effect: one given blind has none before the link is open.

    Otherwise the third could see from what is gone that the others had said "does not".
    """
    if not any(item.blind for item in review.judgements):
        return review.judgements
    words: dict[Link, list[Word]] = {}
    for (link, person), item in latest(review).items():
        words.setdefault(link, []).append(Word(person, item.acting_as, item.verdict))
    return tuple(
        item
        for item in review.judgements
        if not item.blind or is_open(words.get(link_judged(item), []))
    )


def visible(words: Sequence[Word], person: str | None) -> list[Word]:
    """The judgements that a person may read: all of an open link, else their own."""
    return [word for word in words if is_open(words) or word.person == person]


def waits_for(words: Sequence[Word]) -> list[Function]:
    """The functions in which somebody has still to judge the link."""
    missing = max(0, VERIFIERS - len(verifiers(words)))
    first: list[Function] = [] if reviewers(words) else ["reviewer"]
    return [*first, *(["verifier"] * missing)]  # type: ignore[list-item]


def refusal_of(words: Sequence[Word], person: str, function: Function) -> str:
    """Why a person may not judge the link in a function, and what to do; empty if they may."""
    own = next((word for word in words if word.person == person), None)
    if own is not None:
        if own.function == function:
            return ""
        if own.function == "reviewer":
            return "You are the reviewer of this passage; two other people verify it."
        return "You verify this passage; somebody else is its reviewer. Judge it as verifier."
    if function == "reviewer" and reviewers(words):
        return "This passage has its reviewer already; judge it as verifier."
    if function == "verifier" and len(verifiers(words)) >= VERIFIERS:
        return "Two people have verified this passage already; take another one."
    return ""


def function_for(words: Sequence[Word], person: str) -> Function | None:
    """The function in which a person may judge the link now; None if it needs nobody more."""
    own = next((word for word in words if word.person == person), None)
    if own is not None:
        return own.function
    return next(iter(waits_for(words)), None)


def step_refusal(now: str, wanted: str) -> str:
    """Why a state may not follow another: each step comes after the one before; empty if it may."""
    if wanted not in STEPS:
        return ""
    at = STEPS.index(now) if now in STEPS else 0
    if STEPS.index(wanted) <= at + 1:
        return ""
    before = WORDS[STEPS[STEPS.index(wanted) - 1]]
    return f"A configuration is {WORDS[wanted]} only after it was {before}: say that first."


def lacking(state: str, links: Mapping[str, Sequence[Word]]) -> str:
    """What judgements a state still needs, over the links of POS and NEG1; empty if none.

    `checked` needs the reviewer's word on every passage, `agreed` and `in_theory` those of both
    verifiers too, and nobody's open "does not".
    """
    if state not in (CHECKED, AGREED, IN_THEORY):
        return ""
    every = links.values()
    unread = sum(1 for words in every if not reviewers(words))
    missing = [f"{_passages(unread, len(links))} no judgement of a reviewer"] if unread else []
    if state != CHECKED:
        unverified = sum(1 for words in every if len(verifiers(words)) < VERIFIERS)
        if unverified:
            missing.append(f"{_passages(unverified, len(links))} not two verifiers yet")
    if missing:
        return f"It cannot be {WORDS[state]} yet: {'; '.join(missing)}. Judge them first."
    against = sum(1 for words in every if any(word.verdict == "does_not" for word in words))
    if state != CHECKED and against:
        return (
            f"It cannot be {WORDS[state]}: {against} of its passages {_do(against)} support it, "
            "as somebody says. Talk about it, and judge again."
        )
    return ""


def _passages(number: int, of: int) -> str:
    return f"{number} of {of} passages {'has' if number == 1 else 'have'}"


def _do(number: int) -> str:
    return "does not" if number == 1 else "do not"
