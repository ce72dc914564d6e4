"""What changed since people checked a CCMOC, in words by label, with what caused it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.synthesis.configurations.store import ccmocs
from services.synthesis.engine import Review, difference, labels_of
from services.synthesis.engine.difference import Called, Difference
from services.synthesis.inference.handlers.references import references_of
from services.synthesis.projections.domain.causes import in_order
from services.synthesis.projections.store import flow
from services.synthesis.projections.store.codebooks import codebooks_of
from shared.db import Tx
from shared.db.rows import Row
from shared.events.synthesis import Reference

View = dict[str, Any]

MOST_NAMED = 200
"""So many passages of one telling are read for their words."""
MOST_TOLD = 3
"""So many passages of one change are told by their words; of the others, that there are some."""


async def unchecked_change(review_id: str, row: Row, tx: Tx) -> View | None:
    """From the revision that people checked to the present one; None where there is nothing.

    `words` say it by label, `causes` what happened since, when and by whom.
    """
    if not row["recheck"] or row["checked_revision"] is None:
        return None
    checked = await ccmocs.revision_of(tx, review_id, row["ccmoc_id"], row["checked_revision"])
    old = checked["body"] if checked else None
    new = None if row["lapsed"] else row["body"]
    if old is None and new is None:
        return None
    changed = difference(old, new)
    books = await codebooks_of(tx, review_id, [row["theory_id"]])
    labels = labels_of(Review(codebooks=books), row["theory_id"])
    names = await names_of(review_id, [changed], tx)
    since = await ccmocs.history(tx, review_id, row["ccmoc_id"])
    later = [item for item in since if item["revision"] > row["checked_revision"]]
    causes = in_order(cause for item in later for cause in item["causes"] or ())
    return {
        **changed.as_json(),
        "words": changed.words(labels, names.called(changed)),
        "causes": causes,
    }


@dataclass(frozen=True, slots=True)
class ChangeNames:
    """The words of passages and the titles of studies that changes name."""

    passages: Mapping[str, str]
    studies: Mapping[str, str]

    def called(self, change: Difference) -> Called:
        """How sentences of a change name them: the first passages by their words, none by an id."""
        ids = (*change.fragments.gained, *change.fragments.lost)
        told = {name: self.passages[name] for name in ids if name in self.passages}
        first = dict(list(told.items())[:MOST_TOLD])
        rest = "further passages" if first else "passages"
        return Called(
            study=lambda key: self.studies.get(key, key),
            fragment=lambda name: first.get(name, rest),
        )


async def names_of(review_id: str, changes: Iterable[Difference], tx: Tx) -> ChangeNames:
    """The names of what the changes name, read at once."""
    passages: dict[str, None] = {}
    studies: dict[str, None] = {}
    for change in changes:
        if change.kinds not in (("added",), ("lapsed",)):
            passages |= dict.fromkeys((*change.fragments.gained, *change.fragments.lost))
        for moved in change.studies.values():
            studies |= dict.fromkeys((*moved.gained, *moved.lost))
    wanted = [Reference(kind="fragment", id=name) for name in list(passages)[:MOST_NAMED]]
    known = await references_of(tx, review_id, wanted)
    gone = {item.id for item in known.missing(wanted)}
    return ChangeNames(
        {item.id: known.label(item) for item in wanted if item.id not in gone},
        await flow.titles_of_studies(tx, review_id, studies),
    )
