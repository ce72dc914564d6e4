"""Telling two versions of the synthesis apart: CCMOCs, arguments and wordings, with causes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.synthesis.arguments import store as arguments_store
from services.synthesis.arguments.domain import shown
from services.synthesis.configurations.store import ccmocs, inputs
from services.synthesis.engine import Review, differences, labels_of
from services.synthesis.engine.difference import Called, Difference, Moved
from services.synthesis.projections.domain.naming import SourceLabels
from services.synthesis.projections.handlers.names import names_of_review
from services.synthesis.theories import store as theories_store
from services.synthesis.versions import store as versions
from services.synthesis.versions.domain.differences import argument_differences, theory_differences
from services.synthesis.versions.domain.triggers import Trigger, triggers
from services.synthesis.versions.handlers.freezing import arguments_now, frozen_bodies
from shared.clock import in_utc
from shared.db import Tx
from shared.http.problems import Invalid, NotFound
from shared.ids import stable_id

Body = dict[str, Any]
Item = Mapping[str, Any]
NOW = "now"


@dataclass(frozen=True, slots=True)
class ReviewSnapshot:
    """What stood at a moment: bodies, arguments with evidence, states of theories."""

    at: datetime
    bodies: Sequence[Body]
    arguments: Sequence[Item]
    theories: Sequence[Item]


async def standing_of(review_id: str, which: str, tx: Tx) -> ReviewSnapshot:
    """What a version (its number), a moment (ISO) or `now` held; bodies sorted by id.

    Raises `NotFound` or `Invalid` saying what can be named.
    """
    if which == NOW:
        rows = await ccmocs.page(tx, review_id, limit=1_000_000)
        theories = [row["state"] for row in await theories_store.every(tx, review_id)]
        bodies = [row["body"] for row in rows]
        return ReviewSnapshot(tx.now(), bodies, await arguments_now(review_id, tx), theories)
    row = await versions.one(tx, review_id, stable_id(review_id, "version", which))
    if row is None:
        return await _at(review_id, await _moment(review_id, which, tx), tx)
    content = row["content"]
    bodies = await frozen_bodies(review_id, row, tx)
    return ReviewSnapshot(row["at"], bodies, content.get("arguments") or [], content["theories"])


async def _moment(review_id: str, which: str, tx: Tx) -> datetime:
    try:
        at = datetime.fromisoformat(which)
        in_utc(at)
    except ValueError:
        known = ", ".join(item["number"] for item in await versions.every(tx, review_id))
        raise NotFound(
            f"'{which}' is no version (there are: {known or 'none'}), no date and not 'now'."
        ) from None
    if at.tzinfo is None:
        raise Invalid(f"'{which}' has no time zone; write 2026-01-31T00:00:00+00:00.", field="from")
    return at


async def _at(review_id: str, at: datetime, tx: Tx) -> ReviewSnapshot:
    """What stood at a moment, by the histories."""
    newest: dict[str, Item] = {}
    for row in await theories_store.history(tx, review_id):
        if row["at"] <= at:
            newest[row["theory_id"]] = row["state"]
    arguments = []
    for row in await arguments_store.every(tx, review_id):
        history = await arguments_store.history(tx, review_id, row["argument_id"])
        told = [one for one in history if one["at"] <= at]
        revisions = await arguments_store.revisions(tx, review_id, row["argument_id"])
        bodies = [one["body"] for one in revisions if one["at"] <= at]
        if told:
            said = shown(arguments_store.state_of(told[-1]))
            arguments.append({**said, "evidence": bodies[-1] if bodies else None})
    bodies = await ccmocs.bodies_at(tx, review_id, at)
    return ReviewSnapshot(at, bodies, arguments, list(newest.values()))


async def differences_of(review_id: str, old: str, new: str, tx: Tx) -> list[Body]:
    """What differs between two versions, moments or `now`, in sentences by label.

    CCMOCs first, then arguments, then wordings of theories; `what` tells them apart, `name` says
    which in words, `caused_by` are the ids of events that moved it.
    """
    before = await standing_of(review_id, old, tx)
    after = await standing_of(review_id, new, tx)
    review = await inputs.inputs_of_review(tx, review_id)
    names = await names_of_review(review_id, tx)
    causes = await _causes(review_id, before.at, after.at, tx)
    found = [
        {**_worded(item, review, names), "caused_by": causes.get(item.ccmoc, [])}
        for item in differences(_of_today(before.bodies), _of_today(after.bodies))
    ]
    named = _named_groups(found, before.bodies, after.bodies, review)
    arguments = argument_differences(before.arguments, after.arguments, review, names)
    for item in arguments:
        item["caused_by"] = await _causes_of_argument(review_id, item, before.at, after.at, tx)
    return named + arguments + theory_differences(before.theories, after.theories)


def _of_today(bodies: Sequence[Body]) -> list[Body]:
    """Bodies of algorithm 1 are not compared."""
    return [body for body in bodies if "role" in body]


def _worded(item: Difference, review: Review, names: SourceLabels) -> Body:
    """The difference as data and in words; fragments are not named one by one but counted."""
    labels = labels_of(review, item.theory)
    plain = replace(item, fragments=Moved((), ()))
    words = [*plain.words(labels, Called(study=names.study)), *_of_fragments(item.fragments)]
    return {"what": "ccmoc", **item.as_json(), "words": words}


def _of_fragments(moved: Moved) -> list[str]:
    """How many fragments came and went."""
    sides = (("new", len(moved.gained)), ("gone", len(moved.lost)))
    return [f"{n} {'fragment is' if n == 1 else 'fragments are'} {verb}." for verb, n in sides if n]


def _named_groups(
    found: Sequence[Body], old: Sequence[Body], new: Sequence[Body], review: Review
) -> list[Body]:
    """Each difference with the configuration in words."""
    bodies = {str(body["id"]): body for body in (*old, *new)}
    named = []
    for item in found:
        body, labels = bodies[item["ccmoc"]], labels_of(review, item["theory"])
        part = labels.part(body["role"], body["mechanism"])
        named.append({**item, "name": f"{part} → {labels.went(body)}"})
    return named


async def _causes(review_id: str, start: datetime, end: datetime, tx: Tx) -> dict[str, list[str]]:
    """CCMOC → events that moved it between two moments, in order."""
    found: dict[str, dict[str, None]] = {}
    for row in await ccmocs.revisions_between(tx, review_id, start, end):
        found.setdefault(row["ccmoc_id"], {}).update(dict.fromkeys(row["caused_by"]))
    return {name: list(events) for name, events in found.items()}


async def _causes_of_argument(
    review_id: str, item: Item, start: datetime, end: datetime, tx: Tx
) -> list[str]:
    rows = await arguments_store.revisions(tx, review_id, item["argument"])
    events = [event for row in rows if start < row["at"] <= end for event in row["caused_by"]]
    return list(dict.fromkeys(events))


async def proposed(review_id: str, tx: Tx) -> list[Trigger]:
    """Reasons for a new version since the last one; none without a version."""
    known = await versions.every(tx, review_id)
    if not known:
        return []
    last = known[-1]
    before = (await standing_of(review_id, last["number"], tx)).bodies
    now = (await standing_of(review_id, NOW, tx)).bodies
    days = (tx.now() - last["at"]).days
    review = await inputs.inputs_of_review(tx, review_id)
    names = await names_of_review(review_id, tx)
    retracted = [names.document(key) for key in await retracted_under(review_id, before, tx)]
    return triggers(before, now, retracted, days, lambda theory: labels_of(review, theory))


async def retracted_under(review_id: str, bodies: Sequence[Body], tx: Tx) -> list[str]:
    """Documents cited by the bodies' fragments whose record is retracted now, sorted."""
    names = {name for body in bodies for name in body["fragments"]}
    rows = await ccmocs.fragments_of(tx, review_id, names)
    cited = {item["document_id"] for row in rows.values() for item in row["sources"]}
    sources = await inputs.sources_of(tx, review_id, cited)
    return sorted(key for key, source in sources.items() if source.retracted)
