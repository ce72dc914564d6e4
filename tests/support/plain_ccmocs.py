"""The method, sections 1 to 5 and 7, once more: slow, plain, sentence by sentence.

It shares nothing with the engine but the input values, so that the two can be compared on
generated reviews. No indexes, no caches: every count is a set comprehension over all rows.
"""

from fractions import Fraction
from itertools import combinations

from tests.support.plain_rows import CTX, OUT, RES, RSP, Row, is_active, studies


def plain_ccmocs(review, theory):
    """Bodies of one theory without hash, sorted by id."""
    book = review.codebooks.get(theory)
    groups = book.groups if book else ()
    rows = [
        Row(review, fragment, groups)
        for fragment in review.fragments.values()
        if theory in fragment.theories and is_active(review, fragment)
    ]
    named = {(g.role, g.id) for g in groups} | {
        key for row in rows for key, value in row.read.items() if value != "both"
    }
    distal = {g.id for g in groups if g.role == OUT and g.level == "distal"}
    outcomes = sorted({name for role, name in named if role == OUT} - distal)
    mechanisms = sorted(key for key in named if key[0] in (RES, RSP))
    ranking = sorted(outcomes, key=lambda g: outcome_order(review, theory, rows, mechanisms, g))
    reporting = [len(studies(r for r in rows if stated(r, (OUT, g)))) for g in ranking[:2]]
    near = len(reporting) > 1 and abs(reporting[0] - reporting[1]) <= review.parameters.near
    found = []
    for rank, outcome in enumerate(ranking, start=1):
        for body in of_outcome(review, theory, rows, mechanisms, outcome):
            found.append({**body, "outcome_rank": rank, "near_tie": near})
    return sorted(found, key=lambda body: body["id"])


def stated(row, key):
    return row.has(key) or row.lacks(key)


def outcome_order(review, theory, rows, mechanisms, group):
    mine = [row for row in rows if stated(row, (OUT, group))]
    pin = review.pins.get(theory)
    return (
        not (pin and pin.outcome == group),
        -len(studies(mine)),
        -len(studies(r for r in mine if any(r.has(m) for m in mechanisms))),
        -len({(s, p) for r in mine for s, _, p in r.counts if p}),
        -len({c for r in mine for c in r.cases}),
        group,
    )


def left_out(review, theory, outcome, unit, fragment):
    last = {}
    for item in review.judgements:
        key = (RSP, item.response) if item.response else (RES, item.resource)
        if (item.theory, item.outcome, key, item.fragment) == (theory, outcome, unit, fragment):
            last[item.person] = item
    against = {item.acting_as for item in last.values() if item.verdict == "does_not"}
    return {"reviewer", "verifier"} <= against


def of_outcome(review, theory, rows, mechanisms, outcome):
    goal = (OUT, outcome)
    kept = {
        unit: [r for r in rows if not left_out(review, theory, outcome, unit, r.id)]
        for unit in mechanisms
    }
    good = {
        unit: studies(r for r in kept[unit] if r.has(unit) and r.has(goal)) for unit in mechanisms
    }
    pairs = []
    for unit in mechanisms:
        if unit[0] == RSP and good[unit]:
            linked = [
                m
                for m in mechanisms
                if m[0] == RES and any(r.has(m) and r.has(unit) for r in kept[unit])
            ]
            pairs += [(m, unit) for m in linked] or [(None, unit)]
    paired = {resource for resource, _ in pairs}
    alone = [m for m in mechanisms if m[0] == RES and good[m] and m not in paired]
    everything = pairs + [(m, None) for m in alone]
    made = [
        one(review, theory, rows, kept, mechanisms, everything, outcome, pair)
        for pair in everything
    ]
    made.sort(key=lambda item: item[0])
    for order, body in made:
        tied = [b["id"] for o, b in made if o[:4] == made[0][0][:4] and b is not body]
        body["leading"] = body is made[0][1]
        body["leading_ties"] = sorted(tied) if order[:4] == made[0][0][:4] else []
    return [body for _, body in made]


def one(review, theory, rows, kept, mechanisms, everything, outcome, pair):
    resource, response = pair
    unit = response or resource
    goal = (OUT, outcome)
    mine = kept[unit]
    pos = [r for r in mine if r.has(unit) and r.has(goal)]
    neg1 = [r for r in mine if r.has(unit) and r.lacks(goal)]
    neg2 = [r for r in mine if r.lacks(unit) and r.lacks(goal)]
    alt = [r for r in mine if r.lacks(unit) and r.has(goal)]
    chain = [r for r in mine if resource and response and r.has(resource) and r.has(response)]
    plus, minus = studies(pos), studies(neg1)
    whole = studies(r for r in rows if r.has(goal) and any(stated(r, m) for m in mechanisms))
    triggers = [r for r in mine if r.is_cm and r.has(unit)]
    neg = neg1 + neg2
    contexts = contexts_of(review.parameters, pos, neg, triggers)
    own = {resource, response} - {None}
    parts = {m for p in everything if unit == (p[1] or p[0]) for m in p if m}
    interacting = working(pos, mechanisms, own)
    met = {m for m in mechanisms if any(r.has(m) and r.studies for r in pos)}
    counter = working(neg1, mechanisms, parts | met)
    people = len({(s, p) for r in pos for s, _, p in r.counts if p})
    sites = len({c for r in pos for c in r.cases})
    order = (
        -len(plus),
        -Fraction(len(plus), len(plus) + len(minus)),
        -Fraction(len(plus), len(whole)),
        -len(studies(chain)),
        -people,
        -sites,
        unit[1],
        resource[1] if resource else "",
    )
    rests = pos + neg + alt + chain + [r for r in triggers if any_context(r)]
    names = [resource[1] if resource else None, response[1] if response else None]
    body = {
        "id": f"{theory}|{outcome}|{names[0] or ''}|{names[1] or ''}",
        "theory": theory,
        "outcome": outcome,
        "resource": names[0],
        "response": names[1],
        "studies": {
            "positive": sorted(plus),
            "contradicting": sorted(minus),
            "not_fired": sorted(studies(neg2)),
            "alternative": sorted(studies(alt)),
            "mixed": sorted(plus & minus),
            "chain": sorted(studies(chain)),
        },
        "participants": people,
        "sites": sites,
        "supporting_share": [len(plus), len(plus) + len(minus)],
        "coverage": [len(plus), len(whole)],
        "single_source": len(plus) < 2,
        "contexts": contexts,
        "conjunctions": conjunctions_of(review.parameters, pos, neg, contexts),
        "interacting": by_name(interacting),
        "counter": by_name(counter),
        "failures": failures_of(unit, neg, neg2, contexts, set(counter)),
        "fragments": sorted({r.id for r in rests}),
    }
    return order, body


def any_context(row):
    return any(role == CTX and value is True for (role, _), value in row.read.items())


def working(rows, mechanisms, but):
    return {
        m: studies(r for r in rows if r.has(m))
        for m in mechanisms
        if m not in but and studies(r for r in rows if r.has(m))
    }


def by_name(units):
    found = {}
    for (_, name), who in units.items():
        found[name] = sorted({*found.get(name, []), *who})
    return dict(sorted(found.items()))


def verdict_of(parameters, plus, minus, plus_absent):
    share, both = Fraction(str(parameters.share)), len(plus) + len(minus)
    if len(plus) >= parameters.k_enabling and Fraction(len(plus), both) >= share:
        return "helpful" if plus_absent else "enabling"
    if minus and Fraction(len(minus), both) >= share:
        return "disabling" if len(minus) >= parameters.k_disabling else "suspected"
    return "undecided"


def graded(verdict, plus, minus, plus_absent, minus_absent):
    if verdict in ("enabling", "helpful"):
        with_it, without = plus, minus_absent
    elif verdict == "disabling":
        with_it, without = minus, plus_absent
    else:
        return None
    return "A" if with_it & without else "B" if with_it and without else "C"


def judged(parameters, pos, neg, present, absent):
    plus, minus = studies(filter(present, pos)), studies(filter(present, neg))
    plus_absent, minus_absent = studies(filter(absent, pos)), studies(filter(absent, neg))
    verdict = verdict_of(parameters, plus, minus, plus_absent)
    return {
        "verdict": verdict,
        "grade": graded(verdict, plus, minus, plus_absent, minus_absent),
        "positive": sorted(plus),
        "negative": sorted(minus),
        "positive_absent": sorted(plus_absent),
        "negative_absent": sorted(minus_absent),
    }


def contexts_of(parameters, pos, neg, triggers):
    named = {k for r in pos + neg for k in r.read if k[0] == CTX and stated(r, k)}
    only = {k for r in triggers for k in r.read if k[0] == CTX and r.has(k)}
    found = []
    for key in named | only:
        entry = judged(parameters, pos, neg, lambda r, k=key: r.has(k), lambda r, k=key: r.lacks(k))
        if key not in named:
            entry["verdict"] = "trigger"
        trigger = sorted(studies(r for r in triggers if r.has(key)))
        found.append({"group": key[1], **entry, "trigger": trigger})
    return sorted(
        found,
        key=lambda c: (-len(c["positive"]), len(c["negative"]), -len(c["trigger"]), c["group"]),
    )


def conjunctions_of(parameters, pos, neg, contexts):
    found = []
    undecided = sorted(c["group"] for c in contexts if c["verdict"] == "undecided")
    for pair in combinations(undecided, 2):
        one, other = ((CTX, name) for name in pair)
        if len(studies(r for r in pos + neg if r.has(one) and r.has(other))) >= 3:
            entry = judged(
                parameters,
                pos,
                neg,
                lambda r, a=one, b=other: r.has(a) and r.has(b),
                lambda r, a=one, b=other: r.lacks(a) or r.lacks(b),
            )
            found.append({"groups": list(pair), **entry})
    return found


def failures_of(unit, neg, neg2, contexts, counters):
    found = []
    for case in sorted({c for r in neg for c in r.cases}):
        own = [r for r in neg if case in r.cases]
        reasons = set()
        for context in contexts:
            key = (CTX, context["group"])
            verdict = context["verdict"]
            if verdict in ("disabling", "suspected") and any(r.has(key) for r in own):
                reasons.add((verdict, key[1]))
            if verdict == "enabling" and any(r.lacks(key) for r in own):
                reasons.add(("enabling_absent", key[1]))
        reasons |= {("counter", m[1]) for m in counters if any(r.has(m) for r in own)}
        if any(r in neg2 for r in own):
            reasons.add(("not_fired", unit[1]))
        listed = [{"kind": kind, "group": group} for kind, group in sorted(reasons)]
        found.append({"case": case, "explained_by": listed})
    return found
