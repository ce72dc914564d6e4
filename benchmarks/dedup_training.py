"""Fit the weights by which proposals are chosen and ranked.

    python -m benchmarks.dedup_training CSV... [--write]

For every set: train on the others, rank this one's proposals, and print how many
of the first fifty are the same work, beside their order by points (the control).
`--write` then fits all sets together and writes the weights into the library.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.dedup import fold
from services.search.library.domain.dedup import OVERSIZED, TWIN, Features, candidate_keys
from services.search.library.domain.dedup import sureness as score
from services.search.library.domain.dedup.agreement import (
    FieldAgreement,
    abstracts,
    authors,
    journals,
    locate,
    titles,
)
from services.search.library.domain.dedup.compare import Outcome, compare, judge
from services.search.library.domain.dedup.scoring import PROPOSE
from services.search.library.domain.dedup.scoring import score as points

LEAST = PROPOSE - 10


class Example(NamedTuple):
    """One pair that does not merge: its signs, its points, and whether it is one work."""

    signs: dict[str, float]
    points: int
    same: bool
    asked: bool


def main() -> None:
    """Judge by leaving one set out, then fit and write."""
    parser = argparse.ArgumentParser(prog="benchmarks.dedup_training", description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path, metavar="CSV")
    parser.add_argument("--write", action="store_true", help="write the weights")
    asked = parser.parse_args()
    sets = {path.name.split(".")[0]: examples(path) for path in asked.sets}
    report = {name: left_out(name, sets) for name in sets}
    json.dump(report, sys.stdout, indent=1)
    sys.stdout.write("\n")
    if asked.write:
        write(fitted([e for several in sets.values() for e in several]))


def examples(path: Path) -> list[Example]:
    """Every pair of one set that shares a key and has some points, but does not merge."""
    _, truth, features = fold(path)
    return [
        example
        for one, other in pairs(features)
        if (example := _example(features[one], features[other], _same(truth, one, other)))
    ]


def _same(truth: Mapping[str, str], one: str, other: str) -> bool:
    return bool(truth[one]) and truth[one] == truth[other]


def pairs(features: Mapping[str, Features]) -> set[tuple[str, str]]:
    """The pairs that share an uncrowded key."""
    blocks: dict[str, list[str]] = {}
    for name, folded in features.items():
        for key in candidate_keys(folded):
            blocks.setdefault(key, []).append(name)
    return {
        (one, other)
        for key, holders in blocks.items()
        if len(holders) <= OVERSIZED and not key.startswith(TWIN)
        for place, one in enumerate(sorted(holders))
        for other in sorted(holders)[place + 1 :]
    }


def _example(a: Features, b: Features, same: bool) -> Example | None:
    if compare(a, b).outcome is Outcome.MERGE:
        return None
    e = FieldAgreement(*locate(a, b), titles(a, b), authors(a, b), journals(a, b), abstracts(a, b))
    strength = points(a, b, e)
    if strength < LEAST:
        return None
    proposed = judge(a, b, e, strength).outcome is Outcome.PROPOSE and strength >= PROPOSE
    signs = {**dict.fromkeys(score.signs(a, b, e), 1.0), "points": strength / 10}
    return Example(signs, strength, same, proposed)


class Fitted(NamedTuple):
    """A fitted score."""

    vectorizer: DictVectorizer
    model: LogisticRegression

    def chances(self, several: Sequence[Example]) -> list[float]:
        """The chance of each that it is one work."""
        rows = self.vectorizer.transform([e.signs for e in several])
        return [float(chance) for chance in self.model.predict_proba(rows)[:, 1]]


def fitted(several: Sequence[Example]) -> Fitted:
    """Fit on examples."""
    vectorizer = DictVectorizer()
    rows = vectorizer.fit_transform([e.signs for e in several])
    model = LogisticRegression(C=0.1, max_iter=3000)
    return Fitted(vectorizer, model.fit(rows, [e.same for e in several]))


def left_out(name: str, sets: Mapping[str, list[Example]]) -> dict[str, Any]:
    """The ranking of one set's proposals by weights fitted on the others."""
    mine = [e for e in sets[name] if e.asked]
    if not mine:
        return {"proposed": 0}
    model = fitted([e for other, several in sets.items() if other != name for e in several])
    ranked = sorted(zip(model.chances(mine), mine, strict=True), key=lambda p: -p[0])
    by_points = sorted(mine, key=lambda e: -e.points)
    return {
        "proposed": len(mine),
        "same": sum(e.same for e in mine),
        "same_in_first_fifty": sum(e.same for _, e in ranked[:50]),
        "same_in_first_fifty_by_points": sum(e.same for e in by_points[:50]),
    }


def write(model: Fitted) -> None:
    """Write the weights as a module beside `sureness`."""
    names = model.vectorizer.get_feature_names_out()
    weights = sorted(zip(names, model.model.coef_[0], strict=True))
    lines = [
        '"""Weights of `sureness`, written by `python -m benchmarks.dedup_training`: data."""',
        "",
        f"BIAS = {model.model.intercept_[0]:.3f}",
        "WEIGHTS: dict[str, float] = {",
        *(f'    "{name}": {weight:.3f},' for name, weight in weights),
        "}",
        "",
    ]
    path = Path(score.__file__).with_name("weights.py")
    path.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
