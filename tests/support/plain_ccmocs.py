"""The method, sections 2, 3, 5 and 7, once more: slow, plain, sentence by sentence.

It shares nothing with the engine but the input values, so that the two can be compared on
generated reviews. No indexes, no caches: every count is a set comprehension over all rows.
"""

from tests.support.plain_cells import Part, people, sites
from tests.support.plain_contexts import conjunctions_of, context_slot, contexts_of
from tests.support.plain_rows import CTX, MECH, OUT, RES, RSP, left_out, rows_of, studies


def plain_ccmocs(review, theories=None):
    """Bodies without hash, sorted by (theory, outcome, role, mechanism)."""
    found = []
    for theory in sorted(set(review.theories if theories is None else theories)):
        rows = rows_of(review, theory)
        ranking = ranked(review, theory, rows)
        near = near_tie(review, rows, ranking)
        for rank, outcome in enumerate(ranking, start=1):
            for body in of_outcome(review, theory, rows, outcome):
                found.append({**body, "outcome_rank": rank, "near_tie": near})
    return sorted(found, key=lambda b: (b["theory"], b["outcome"], b["role"], b["mechanism"]))


def ranked(review, theory, rows):
    book = review.codebooks.get(theory)
    distal = {(g.role, g.id) for g in (book.groups if book else ()) if g.level == "distal"}
    pin = review.pins.get(theory)

    def pinned(key):
        return pin is not None and pin.outcome == key[1]

    def order(key):
        mine = [row for row in rows if row.states(key)]
        linking = [r for r in mine if any(k[0] in MECH and r.has(k) for k in r.sign)]
        return (
            not pinned(key),
            -len(studies(mine)),
            -len(studies(linking)),
            -people(mine),
            -sites(mine),
            key[1],
        )

    named = {key for row in rows for key in row.own if key[0] == OUT}
    able = [key for key in named if key not in distal or pinned(key)]
    return [key[1] for key in sorted(able, key=order)]


def near_tie(review, rows, ranking):
    if len(ranking) < 2:
        return False
    one, other = (len(studies(r for r in rows if r.states((OUT, g)))) for g in ranking[:2])
    return other > 0 and abs(one - other) <= review.parameters.near


def of_outcome(review, theory, rows, outcome):
    goal = (OUT, outcome)
    named = {key for row in rows for key in row.sign if key[0] in MECH}
    parts = {m: Part(review, theory, rows, goal, m) for m in named}
    order = sorted((p for p in parts.values() if p.exists()), key=Part.order)
    lead = order[0] if order and order[0].pattern() not in ("inferred", "not_fired") else None
    partners = {p.m: partners_of(review, theory, outcome, p, parts) for p in order}
    tied = []
    if lead:
        stated = {e["key"] for e in partners[lead.m] if e["tier"] == "stated"}
        tied = [p for p in order if p.equal() == lead.equal() and p.m not in stated]
    for part in order:
        ties = [ident(theory, outcome, p.m) for p in tied if p is not part]
        yield {
            **body(review, theory, outcome, part, partners[part.m]),
            "leading": part is lead,
            "leading_ties": sorted(ties) if part in tied else [],
        }


def role_of(m):
    return "response" if m[0] == RSP else "resource"


def ident(theory, outcome, m):
    return f"{theory}|{outcome}|{role_of(m)}|{m[1]}"


def partners_of(review, theory, outcome, part, parts):
    other = RES if part.m[0] == RSP else RSP
    found = []
    for x in {k for r in part.present for k in r.sign if k[0] == other and r.has(k)}:
        chain = [r for r in part.present if r.has(x)]
        able = [r for r in part.rows if not left_out(review, theory, outcome, x, r)]
        both = [r for r in able if r.has(part.m) and r.has(x)]

        def meeting(cell, x=x, both=both, able=able):
            return {
                place[0]
                for a in both
                for b in cell
                if b in able and not b.lacks(x)
                for place in a.places & b.places
            }

        positive, negative = meeting(part.pos), meeting(part.neg1)
        stated = any(r.K and r.states(part.goal) for r in both)
        found.append(
            {
                "key": x,
                "tier": "stated" if stated else "joined" if positive or negative else "assembled",
                "positive": positive,
                "negative": negative,
                "chain": studies(chain),
                "own_positive": parts[x].plus if x in parts else set(),
                "own_negative": parts[x].minus if x in parts else set(),
                "only_fails": all(r.only_fails() for r in chain),
            }
        )
    tiers = ["stated", "joined", "assembled"]
    if part.plus:
        return sorted(
            found,
            key=lambda e: (
                tiers.index(e["tier"]), -len(e["positive"]), len(e["negative"]),
                -len(e["chain"]), e["key"][1],
            ),
        )  # fmt: skip
    return sorted(
        found,
        key=lambda e: (
            tiers.index(e["tier"]), -len(e["negative"]), -len(e["chain"]), e["key"][1]
        ),
    )  # fmt: skip


def partner_slot(part, partners, counter):
    wanted = "positive" if part.plus else "negative"
    for entry in partners:
        if entry["tier"] != "assembled" and entry[wanted] and entry["key"] not in counter:
            return entry
    for entry in partners:
        passed = part.plus and entry["only_fails"]
        if entry["tier"] == "assembled" and entry["key"] not in counter and not passed:
            return entry
    return None


def working(rows):
    """Mechanism groups present in counting rows → studies."""
    named = {k for r in rows if r.K for k in r.sign if k[0] in MECH and r.has(k)}
    return {k: studies(r for r in rows if r.has(k)) for k in named}


def rivals_of(part):
    inside = working(part.pos)
    interacting = {k: s for k, s in inside.items() if k[0] == part.m[0] and k != part.m}
    counter = {}
    if part.plus:
        for k, s in working(part.neg1).items():
            allowed = k[0] == RSP or part.m[0] == RES
            if k not in inside and k != part.m and allowed:
                counter[k] = s
    return interacting, counter


def by_name(units):
    found = {}
    for (_, name), who in units.items():
        found[name] = sorted({*found.get(name, []), *who})
    return found


def failures_of(part, contexts, counter):
    found = []
    merged = by_name(counter)
    for case in sorted({c for r in part.neg for c in r.cases}):
        own = [r for r in part.neg if case in r.cases]
        reasons = set()
        for c in contexts:
            key, verdict = (CTX, c["group"]), c["verdict"]
            tells = verdict in ("disabling", "recurs_failing", "suspected")
            if tells and any(r.has(key) for r in own):
                reasons.add((verdict, key[1]))
            if verdict == "enabling" and any(r.lacks(key) for r in own):
                reasons.add(("enabling_absent", key[1]))
        reasons |= {("counter", k[1]) for k in counter if any(r.has(k) for r in own)}
        if any(r in part.neg2 for r in own):
            reasons.add(("not_fired", part.m[1]))
        firm = [
            (kind, group)
            for kind, group in reasons
            if kind not in ("suspected", "not_fired")
            and not (kind == "counter" and len(merged[group]) == 1)
        ]
        found.append(
            {
                "case": case,
                "open": bool(part.plus) and not firm,
                "explained_by": [{"kind": k, "group": g} for k, g in sorted(reasons)],
            }
        )
    return found


def body(review, theory, outcome, part, partners):
    contexts = contexts_of(review.parameters, part)
    interacting, counter = rivals_of(part)
    partner = partner_slot(part, partners, counter)
    slot = context_slot(part, contexts)
    keys = {e["key"] for e in partners}
    rests = part.pos + part.neg + part.alt + part.triggers
    rests += [r for r in part.present if any(r.has(k) for k in keys)]
    return {
        "id": ident(theory, outcome, part.m),
        "theory": theory,
        "outcome": outcome,
        "role": role_of(part.m),
        "mechanism": part.m[1],
        "pattern": part.pattern(),
        "studies": {
            "positive": sorted(part.plus),
            "contradicting": sorted(part.minus),
            "not_fired": sorted(studies(part.neg2)),
            "alternative": sorted(studies(part.alt)),
            "mixed": sorted(part.plus & part.minus),
            "inferred_positive": sorted(part.iplus),
            "inferred_contradicting": sorted(part.iminus),
        },
        "participants": part.people,
        "sites": part.sites,
        "supporting_share": [len(part.plus), len(part.plus) + len(part.minus)],
        "coverage": [len(part.plus), len(part.whole)],
        "unreplicated": max(len(part.plus), len(part.minus)) < 2,
        "untested": not any(r.K for r in part.neg + part.alt),
        "slots": {
            "partner": partner["key"][1] if partner else None,
            "partner_tier": partner["tier"] if partner else None,
            "contexts": [c["group"] for c in slot],
            "context_tier": slot[0]["verdict"] if slot else None,
        },
        "partners": [
            {
                "group": e["key"][1],
                "tier": e["tier"],
                **{
                    name: sorted(e[name])
                    for name in ("positive", "negative", "chain", "own_positive", "own_negative")
                },
            }
            for e in partners
        ],
        "contexts": [
            {k: v for k, v in c.items() if k not in ("rows", "only_fails")} for c in contexts
        ],
        "conjunctions": conjunctions_of(review.parameters, part, contexts),
        "interacting": by_name(interacting),
        "counter": by_name(counter),
        "failures": failures_of(part, contexts, counter),
        "fragments": sorted({r.id for r in rests}),
    }
