"""The thirteen steps of a cluster as people see them: where each stands and what remains."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.search.cluster.domain.method import (
    NUMBERS,
    PEARLS,
    WORDS,
    StepState,
    in_round,
    of_contacts,
    unplanned,
    what_remains,
)
from services.search.cluster.domain.plan import every_step
from services.search.cluster.domain.round import Asking, Options
from services.search.cluster.handlers import relations, rounds
from services.search.cluster.handlers.lexicon import with_lexicon
from services.search.cluster.handlers.steps import step_or_not_found
from services.search.cluster.store import contacts
from services.search.cluster.store import rounds as rounds_store
from services.search.library.domain.record import Bibliography
from shared.db import Tx
from shared.db.rows import Row

MOST_MESSAGES = 1000


async def steps_of_method(
    tx: Tx, review_id: str, step_id: str, sources: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Each of the thirteen steps: `number`, `step`, `words`, `state`, `round`, `remarks`.

    `sources` are the optional sources that are on.
    """
    step = await step_or_not_found(tx, review_id, step_id)
    rows = [row for row in await rounds_store.of_step(tx, review_id, step_id)
            if row["state"] != "withdrawn"]  # fmt: skip
    pearls = await relations.bibliographies(tx, review_id, _pearls(rows))
    options = rounds.read_options(rows[-1]) if rows else Options()
    options, _ = await with_lexicon(tx, step, options)
    related = await relations.confirmed_around(tx, review_id, pearls.keys())
    every = every_step(pearls, options, related, sources) if pearls else ()
    asked = {one.step: one for one in every}
    found = {name: _standing(name, rows, asked.get(name)) for name in WORDS if name != PEARLS}
    written = await contacts.page(tx, review_id, step_id=step_id, most=MOST_MESSAGES)
    found["contact"] = of_contacts([one["state"] for one in written], found["contact"])
    found[PEARLS] = _of_pearls(step, pearls, options, sources)
    return [
        {"number": NUMBERS[name], "step": name, "words": words, **found[name]._asdict()}
        for name, words in WORDS.items()
    ]


def _pearls(rows: Sequence[Row]) -> list[str]:
    return list(rows[-1]["pearls"]) if rows else []


def _standing(name: str, rows: Sequence[Row], asking: Asking | None) -> StepState:
    """By the newest round that took the step and asked it, else by the newest that took it."""
    took = [row for row in rows if name in row["report"]["steps"]]
    asked = [row for row in took if row["report"]["steps"][name]["state"] != "skipped"]
    for row in (*reversed(asked), *reversed(took)):
        return in_round(row, row["report"]["steps"][name], asking)
    return unplanned(asking)


def _of_pearls(
    step: Row, pearls: Mapping[str, Bibliography], options: Options, sources: Sequence[str]
) -> StepState:
    if step["state"] == "proposed":
        return StepState("proposed", None, ("Confirm pearls by approving them.",))
    if not pearls:
        return StepState("waiting", None, ("Choose pearls and approve the step.",))
    said = (what_remains(one, options, sources) for one in pearls.values())
    remarks = [words for words in said if words]
    return StepState("done", 1, tuple(remarks))
