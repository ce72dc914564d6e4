"""Reasons to publish a new version, proposed to a person who decides."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.synthesis.engine import Labels
from shared.review.numbers import counted
from shared.review.verdict_words import verdict_words

Body = Mapping[str, Any]
LabelsOf = Callable[[str], Labels]
"""Theory → the labels of its groups."""
NEW_STUDIES = 3
"""So many new studies since the last version are a reason of their own."""
MOST_DAYS = 182
"""After so many days a version is old."""
TELLING = ("enabling", "disabling")
"""Verdicts on contexts whose coming or going is a reason."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One reason: its kind and a sentence."""

    kind: str
    words: str


def triggers(
    before: Iterable[Body],
    now: Iterable[Body],
    retracted: Sequence[str],
    days: int,
    labels_of: LabelsOf,
) -> list[Trigger]:
    """What changed since the last version that readers should know of, in words by label.

    `retracted` names sources retracted since; `days` is the version's age. Bodies of algorithm 1
    are not compared.
    """
    old = {str(body["id"]): body for body in before if "role" in body}
    new = {str(body["id"]): body for body in now}
    found = [
        Trigger("retraction", f"Source {name}, on which the version rests, was retracted.")
        for name in retracted
    ]
    for name in sorted(old.keys() & new.keys()):
        found += _of_ccmoc(old[name], new[name], labels_of(str(new[name]["theory"])))
    found += _of_leads(old.values(), new.values(), labels_of)
    studies = _studies(new.values()) - _studies(old.values())
    if len(studies) >= NEW_STUDIES:
        found.append(
            Trigger("new_studies", f"{counted(len(studies), 'study is', 'studies are')} new.")
        )
    if days >= MOST_DAYS:
        found.append(Trigger("elapsed", f"The version is {days} days old."))
    return found


def _named(body: Body, labels: Labels) -> str:
    part = labels.part(body["role"], body["mechanism"])
    return f"'{part} → {labels.went(body)}'"


def _of_ccmoc(old: Body, new: Body, labels: Labels) -> list[Trigger]:
    found = []
    before, after = _verdicts(old), _verdicts(new)
    for group in sorted(before.keys() | after.keys()):
        was, is_now = before.get(group), after.get(group)
        if was != is_now and (was in TELLING or is_now in TELLING):
            words = (
                f"Context '{labels.context(group)}' of {_named(new, labels)} was "
                f"{_verdict(was, 'unseen')}, is {_verdict(is_now, 'gone')}."
            )
            found.append(Trigger("context", words))
    if old["unreplicated"] and not new["unreplicated"]:
        words = f"{_named(new, labels)} rests on more than one study now."
        found.append(Trigger("replicated", words))
    return found


def _verdict(verdict: str | None, without: str) -> str:
    return verdict_words(verdict) if verdict else without


def _verdicts(body: Body) -> dict[str, str]:
    return {item["group"]: item["verdict"] for item in body["contexts"]}


def _of_leads(old: Iterable[Body], new: Iterable[Body], labels_of: LabelsOf) -> list[Trigger]:
    before, after = _leads(old), _leads(new)
    found = []
    for theory in sorted(before.keys() | after.keys()):
        was, is_now = before.get(theory), after.get(theory)
        if (was or {}).get("id") != (is_now or {}).get("id"):
            first = _named(is_now, labels_of(theory)) if is_now else "nothing"
            found.append(Trigger("leading", f"In {theory} the first to look at is {first} now."))
    return found


def _leads(bodies: Iterable[Body]) -> dict[str, Body]:
    return {
        str(body["theory"]): body
        for body in bodies
        if body["leading"] and body["outcome_rank"] == 1
    }


def _studies(bodies: Iterable[Body]) -> set[str]:
    return {study for body in bodies for cell in body["studies"].values() for study in cell}
