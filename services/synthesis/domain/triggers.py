"""Reasons to publish a new version, proposed to a person who decides."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Body = Mapping[str, Any]
NEW_STUDIES = 3
"""So many new studies since the last version are a reason of their own."""
MOST_DAYS = 182
"""After so many days a version is old."""
WEIGHTY = ("enabling", "disabling")


@dataclass(frozen=True, slots=True)
class Trigger:
    """One reason: its kind and a sentence."""

    kind: str
    words: str


def triggers(
    before: Iterable[Body], now: Iterable[Body], retracted: Sequence[str], days: int
) -> list[Trigger]:
    """What changed since the last version that readers should know of.

    `retracted` names sources retracted since; `days` is the version's age.
    """
    old = {str(body["id"]): body for body in before}
    new = {str(body["id"]): body for body in now}
    found = [
        Trigger("retraction", f"Source {name}, on which the version rests, was retracted.")
        for name in retracted
    ]
    for name in sorted(old.keys() & new.keys()):
        found += _of_ccmoc(old[name], new[name])
    found += _of_leads(old.values(), new.values())
    studies = _studies(new.values()) - _studies(old.values())
    if len(studies) >= NEW_STUDIES:
        found.append(Trigger("new_studies", f"{len(studies)} studies are new."))
    if days >= MOST_DAYS:
        found.append(Trigger("elapsed", f"The version is {days} days old."))
    return found


def _of_ccmoc(old: Body, new: Body) -> list[Trigger]:
    found = []
    before, after = _verdicts(old), _verdicts(new)
    for group in sorted(before.keys() | after.keys()):
        was, is_now = before.get(group), after.get(group)
        if was != is_now and (was in WEIGHTY or is_now in WEIGHTY):
            words = f"Context {group} of {new['id']} was {was or 'unseen'}, is {is_now or 'gone'}."
            found.append(Trigger("context", words))
    if old["single_source"] and not new["single_source"]:
        found.append(Trigger("single_source", f"{new['id']} rests on more than one study now."))
    return found


def _verdicts(body: Body) -> dict[str, str]:
    return {item["group"]: item["verdict"] for item in body["contexts"]}


def _of_leads(old: Iterable[Body], new: Iterable[Body]) -> list[Trigger]:
    before, after = _leads(old), _leads(new)
    return [
        Trigger("leading", f"In {theory} {after.get(theory, 'nothing')} leads now.")
        for theory in sorted(before.keys() | after.keys())
        if before.get(theory) != after.get(theory)
    ]


def _leads(bodies: Iterable[Body]) -> dict[str, str]:
    return {
        str(body["theory"]): str(body["id"])
        for body in bodies
        if body["leading"] and body["outcome_rank"] == 1
    }


def _studies(bodies: Iterable[Body]) -> set[str]:
    return {study for body in bodies for cell in body["studies"].values() for study in cell}
