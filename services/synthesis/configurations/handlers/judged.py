"""What people may read of judgements: their own, and those of links that are open."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.synthesis.configurations.domain.judging import Word, function_for, is_open, waits_for
from services.synthesis.configurations.handlers.words import words_of
from services.synthesis.configurations.store import ccmocs
from services.synthesis.engine.judgements import Link
from services.synthesis.engine.values import part_unit
from shared.db import Tx

Row = dict[str, Any]
View = dict[str, Any]


def link_of(row: Mapping[str, Any]) -> Link:
    """The link that a stored judgement speaks of."""
    unit = part_unit(row["role"], row["mechanism"])
    return Link(row["theory_id"], row["outcome"], unit, row["fragment_id"])


async def judgements(review_id: str, theory: str | None, viewer: str | None, tx: Tx) -> list[Row]:
    """Judgements that `viewer` may read (None: all), in the order in which they were given."""
    rows = await ccmocs.judgements_of(tx, review_id, None if theory is None else [theory])
    if viewer is None:
        return rows
    open_links = opened(rows, await words_of(tx, review_id, {row["theory_id"] for row in rows}))
    return [row for row in rows if row["person"] == viewer or link_of(row) in open_links]


def opened(rows: Iterable[Mapping[str, Any]], words: Mapping[Link, list[Word]]) -> set[Link]:
    """The links of which everybody may read all judgements.

    Those that all three have judged as the passage stands; and, where it was coded anew since,
    those whose judgements of now have not begun: of the earlier round, if that was open.
    """
    before: dict[Link, dict[str, Word]] = {}
    for row in rows:
        said = Word(row["person"], row["acting_as"], row["verdict"])
        before.setdefault(link_of(row), {})[row["person"]] = said
    return {
        link for link, said in before.items() if is_open(words.get(link) or list(said.values()))
    }


def judging_view(words: list[Word], viewer: str) -> View:
    """How a link stands for `viewer`: their own word, what they may judge as, who is missing."""
    own = next((word for word in words if word.person == viewer), None)
    return {
        "open": is_open(words),
        "mine": None if own is None else {"as": own.function, "verdict": own.verdict},
        "may_judge_as": function_for(words, viewer),
        "waits_for": waits_for(words),
    }
