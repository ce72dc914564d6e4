"""What people hold of a record that turns out to be another one as well.

Each hold stays with the record of which it was made; the survivor gets its
like, marked with that record, until the two part. Nothing here looks at other
people's votes, so that no queue can tell of one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A person's lease, assignment or postponement of a record.

    `carried_from`: the absorbed record of which it was made; empty for the
    record itself. `until`: of a lease, seconds since 1970.
    """

    person: str
    carried_from: str = ""
    until: float = 0.0


def following(
    absorbed: str, theirs: Sequence[Hold], own: Sequence[Hold], without: Collection[str] = ()
) -> list[Hold]:
    """What of the absorbed record's holds the survivor gets: nothing twice, nobody in `without`."""
    have = {one.person for one in own} | set(without)
    return [
        replace(one, carried_from=one.carried_from or absorbed)
        for one in theirs
        if one.person not in have
    ]


def leases_following(
    absorbed: str, theirs: Sequence[Hold], own: Sequence[Hold], needed: int
) -> list[Hold]:
    """The leases that move: the first taken, while fewer people hold it than must judge it."""
    free = max((needed or 2) - len(own), 0)
    first = sorted(following(absorbed, theirs, own), key=lambda one: (one.until, one.person))
    return first[:free]
