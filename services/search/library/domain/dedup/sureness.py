"""How sure a proposal is: the chance that a person will say `the same`.

A logistic score over the agreement of fields. Its weights were fitted on labelled
sets by `python -m benchmarks.dedup_training`; it chooses and ranks what a person
is asked, and never merges.
"""

from math import exp

from services.search.library.domain.dedup.agreement import FieldAgreement
from services.search.library.domain.dedup.features import Features
from services.search.library.domain.dedup.weights import BIAS, WEIGHTS

WORTH_ASKING = 300  # per mille


def signs(a: Features, b: Features, e: FieldAgreement) -> list[str]:
    """What is true of the pair, as the names of weights."""
    found = [f"title {e.title.name.lower()}"]
    for name in ("pages", "volume", "issue", "doi", "pmid", "registration", "journal", "abstract"):
        agrees = getattr(e, name)
        if agrees is not None:
            found.append(f"{name} {'same' if agrees else 'different'}")
    if e.years is not None:
        found.append(f"years {min(e.years, 2)}")
    if e.authors is not None:
        found.append(f"authors {'same' if e.authors >= 0.6 else 'some' if e.authors else 'other'}")
    found += [name for name, holds in _contrasts(a, b, e) if holds]
    return found


def _contrasts(a: Features, b: Features, e: FieldAgreement) -> tuple[tuple[str, bool], ...]:
    return (
        ("one range of pages", e.range),
        ("generic title", a.generic or b.generic),
        ("brief title", a.brief or b.brief),
        ("one is a meeting abstract", a.meeting != b.meeting),
        ("both are meeting abstracts", a.meeting and b.meeting),
        ("one is in a supplement", a.supplement != b.supplement),
        ("one is a notice", a.notice != b.notice),
        ("other parts", a.parts != b.parts),
        ("other numbers in the titles", a.digits != b.digits),
    )


def sureness(a: Features, b: Features, e: FieldAgreement, points: int) -> int:
    """The chance, per mille, that two records with so many points are the same."""
    total = BIAS + sum(WEIGHTS.get(sign, 0.0) for sign in signs(a, b, e))
    total += WEIGHTS.get("points", 0.0) * points / 10
    return round(1000 / (1 + exp(-total)))
