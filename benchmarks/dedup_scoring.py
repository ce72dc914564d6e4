"""Record-level scoring of de-duplication (Rathbone 2015, as bib-dedupe applies it).

Of every true group one record must stay. A false positive is a unique record
removed, or a group of which nothing stayed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Clusters = Iterable[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of records: rightly removed, wrongly removed, left over, rightly kept."""

    tp: int
    fp: int
    fn: int
    tn: int

    def __add__(self, other: "Score") -> "Score":
        return Score(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn, self.tn + other.tn)

    @property
    def sensitivity(self) -> float:
        """Duplicates removed over all duplicates."""
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def specificity(self) -> float:
        """Records kept over all that had to be kept (uniques and one of each group)."""
        return _ratio(self.tn, self.tn + self.fp)

    @property
    def precision(self) -> float:
        """Right removals over all removals."""
        return _ratio(self.tp, self.tp + self.fp)


def _ratio(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 1.0


def score(truth: Mapping[str, str], clusters: Clusters) -> Score:
    """Score `clusters` (ids in file order, the first one stays) against true groups.

    `truth` maps every id to its group, "" for none; ids in no cluster stay.
    """
    removed = {name for members in clusters for name in members[1:]}
    groups: dict[str, list[str]] = defaultdict(list)
    for name, group in truth.items():
        groups[group or f"\0{name}"].append(name)
    tp = fp = fn = tn = 0
    for members in groups.values():
        stayed = sum(name not in removed for name in members)
        tp += min(len(members) - stayed, len(members) - 1)
        fn += max(stayed - 1, 0)
        tn += stayed > 0
        fp += stayed == 0
    return Score(tp, fp, fn, tn)


def accept(
    truth: Mapping[str, str], clusters: Clusters, proposals: Iterable[tuple[str, str]]
) -> list[list[str]]:
    """The clusters after a person accepted the proposals that are true."""
    where: dict[str, list[str]] = {}
    for members in map(list, clusters):
        where.update(dict.fromkeys(members, members))
    for one, other in proposals:
        if truth[one] and truth[one] == truth[other] and where[one] is not where[other]:
            union = where[one] + where[other]
            where.update(dict.fromkeys(union, union))
    position = {name: index for index, name in enumerate(truth)}
    unique = {id(members): members for members in where.values()}
    return [sorted(members, key=position.__getitem__) for members in unique.values()]
