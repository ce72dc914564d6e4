"""The hash of a review's inputs: what a version of the synthesis was computed from."""

from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

from services.synthesis.engine.body import content_hash
from services.synthesis.engine.evidence import evidences
from services.synthesis.engine.judgements import latest
from services.synthesis.engine.rows import Row
from services.synthesis.engine.sources import CountedSource
from services.synthesis.engine.values import ALGORITHM, Argument, Codebook, Review


def snapshot(review: Review) -> str:
    """sha256 over everything that can move a CCMOC or an argument (section 3, step 1).

    The active fragments with version, K and I, codebooks, the study map, pins, the judgements in
    force, arguments, parameters and the algorithm. The order of arrival does not matter.
    """
    return content_hash(snapshot_parts(review))


def snapshot_parts(review: Review) -> dict[str, Any]:
    """What the hash is taken over, as plain sorted lists."""
    rows = {
        evidence.theory: _rows(evidence.rows)
        for evidence in evidences(review, sorted(set(review.theories)))
    }
    return {
        "algorithm": ALGORITHM,
        "fragments": rows,
        "codebooks": {theory: _codebook(book) for theory, book in review.codebooks.items()},
        "links": sorted(map(list, review.links)),
        "pins": {theory: pin.outcome for theory, pin in review.pins.items()},
        "judgements": sorted(
            [
                *map(str, (link.theory, link.outcome, *link.unit, link.fragment, person)),
                item.acting_as,
                item.verdict,
            ]
            for (link, person), item in latest(review).items()
        ),
        "arguments": sorted(map(_argument, review.arguments)),
        "parameters": [str(value) for value in astuple(review.parameters)],
    }


def _rows(rows: Iterable[Row]) -> list[list[Any]]:
    return [
        [row.fragment, row.version, _entries(row.entries), _entries(row.inferred_entries)]
        for row in rows
    ]


def _entries(entries: Iterable[CountedSource]) -> list[list[str]]:
    return sorted([entry.study, entry.case, entry.participant or ""] for entry in entries)


def _codebook(book: Codebook) -> list[Any]:
    groups = [
        [
            group.role,
            group.id,
            group.level,
            group.valence,
            group.two_valued,
            sorted(group.opposite_of),
            sorted([member.code, member.sense] for member in group.members),
        ]
        for group in book.groups
    ]
    return [book.version, sorted(groups)]


def _argument(item: Argument) -> list[str]:
    return [item.theory, item.id, str(item.version)]
