"""The method, section 4, once more: contexts, conjunctions and their slot, plainly."""

from fractions import Fraction
from itertools import combinations

from tests.support.plain_rows import CTX, studies


def verdict_of(parameters, plus, minus, plus_absent, minus_absent):
    share, both = Fraction(str(parameters.share)), len(plus) + len(minus)
    if len(plus) >= parameters.k_enabling and plus and Fraction(len(plus), both) >= share:
        return "helpful" if plus_absent else "enabling" if minus_absent else "recurs"
    if minus and Fraction(len(minus), both) >= share:
        if len(minus) < parameters.k_disabling:
            return "suspected"
        return "disabling" if plus_absent else "recurs_failing"
    return "undecided"


def grade_of(verdict, plus, minus, plus_absent, minus_absent):
    if verdict in ("enabling", "helpful"):
        return "A" if plus & minus_absent else "B" if minus_absent else None
    if verdict == "disabling":
        return "A" if minus & plus_absent else "B"
    return None


def weighed(parameters, part, present, absent):
    sets = (
        studies(r for r in part.pos if present(r)),
        studies(r for r in part.neg if present(r)),
        studies(r for r in part.pos if absent(r)),
        studies(r for r in part.neg if absent(r)),
    )
    verdict = verdict_of(parameters, *sets)
    names = ("positive", "negative", "positive_absent", "negative_absent")
    return {
        "verdict": verdict,
        "grade": grade_of(verdict, *sets),
        **{name: sorted(found) for name, found in zip(names, sets, strict=True)},
    }


def contexts_of(parameters, part):
    linked = {k for r in part.pos + part.neg if r.K for k in r.sign if k[0] == CTX}
    trigger = {k for r in part.triggers for k in r.sign if k[0] == CTX and r.has(k)}
    found = []
    for c in linked | trigger:
        entry = weighed(parameters, part, lambda r, c=c: r.has(c), lambda r, c=c: r.lacks(c))
        if c not in linked:
            entry["verdict"], entry["grade"] = "trigger", None
        mine = [r for r in part.triggers if r.has(c)]
        found.append(
            {
                "group": c[1],
                **entry,
                "trigger": sorted(studies(mine)),
                "rows": len(mine),
                "only_fails": all(r.only_fails() for r in mine),
            }
        )

    def order(c):
        tail = (-len(c["trigger"]), c["group"])
        if part.plus:
            return (-len(c["positive"]), len(c["negative"]), *tail)
        return (-len(c["negative"]), *tail)

    return sorted(found, key=order)


def context_slot(part, contexts):
    if part.plus:
        for verdict in ("enabling", "helpful", "recurs"):
            if any(c["verdict"] == verdict for c in contexts):
                return [c for c in contexts if c["verdict"] == verdict]
        first = [c for c in contexts if c["verdict"] == "undecided" and c["positive"]]
        rest = [
            c
            for c in contexts
            if (
                c["verdict"] == "trigger"
                or (c["verdict"] == "undecided" and c["rows"] and not c["negative"])
            )
            and not c["only_fails"]
        ]
    else:
        for verdict in ("disabling", "recurs_failing", "suspected"):
            if any(c["verdict"] == verdict for c in contexts):
                return [c for c in contexts if c["verdict"] == verdict]
        first = [c for c in contexts if c["verdict"] == "undecided" and c["negative"]]
        rest = [c for c in contexts if c["verdict"] == "trigger"]
    return (first or rest)[:1]


def conjunctions_of(parameters, part, contexts):
    found = []
    undecided = sorted(c["group"] for c in contexts if c["verdict"] == "undecided")
    for a, b in combinations(undecided, 2):
        one, two = (CTX, a), (CTX, b)

        def present(r, one=one, two=two):
            return r.has(one) and r.has(two)

        def absent(r, one=one, two=two):
            return r.lacks(one) or r.lacks(two)

        if len(studies(r for r in part.pos + part.neg if present(r))) >= 3:
            found.append({"groups": [a, b], **weighed(parameters, part, present, absent)})
    return found
