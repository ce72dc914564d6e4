"""The hash of a review's inputs: what a version of the synthesis was computed from."""

from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

from services.synthesis.domain.body import content_hash
from services.synthesis.domain.judgements import latest
from services.synthesis.domain.recompute import evidences
from services.synthesis.domain.rows import Row
from services.synthesis.domain.values import ALGORITHM, Codebook, Review


def snapshot(review: Review) -> str:
    """sha256 over everything that can move a CCMOC (section 3, step 1).

    The active fragments with version and what they count for, codebook versions and groups, the
    study map, pins, the judgements in force, parameters and the algorithm's version. The order
    of arrival of anything does not matter.
    """
    return content_hash(snapshot_parts(review))


def snapshot_parts(review: Review) -> dict[str, Any]:
    """What the hash is taken over, as plain sorted lists."""
    rows = {
        evidence.theory: _rows(evidence.rows)
        for evidence in evidences(review, sorted(review.theories))
    }
    return {
        "algorithm": ALGORITHM,
        "fragments": rows,
        "codebooks": {theory: _codebook(book) for theory, book in sorted(review.codebooks.items())},
        "links": sorted(map(list, review.links)),
        "pins": {theory: pin.outcome for theory, pin in sorted(review.pins.items())},
        "judgements": sorted(
            [
                item.theory,
                *map(str, (link.outcome, *link.unit, link.fragment, person)),
                item.acting_as,
                item.verdict,
            ]
            for (_, link, person), item in latest(review.judgements).items()
        ),
        "parameters": [str(value) for value in astuple(review.parameters)],
    }


def _rows(rows: Iterable[Row]) -> list[list[Any]]:
    return [
        [
            row.fragment,
            row.version,
            sorted([e.study, e.case, e.participant or ""] for e in row.entries),
        ]
        for row in rows
    ]


def _codebook(book: Codebook) -> list[Any]:
    groups = [
        [
            group.role,
            group.id,
            group.level,
            sorted(group.opposite_of),
            sorted([member.code, member.sense] for member in group.members),
        ]
        for group in book.groups
    ]
    return [book.version, sorted(groups)]
