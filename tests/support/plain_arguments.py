"""The method, section 9, once more: statements of cases by repeated joining, term by term."""

from tests.support.plain_rows import MECH, OUT, RES, RSP, left_out, rows_of


def plain_arguments(review):
    """The list of section 9 without hash, sorted by (theory, id)."""
    ordered = sorted(review.arguments, key=lambda a: (a.theory, a.id))
    return [weighed(review, argument) for argument in ordered]


def statements(rows, joining):
    """[(case, rows)]: maximal connected sets; rows with none of `joining` present alone."""
    found = []
    for case in {case for row in rows for case in row.cases}:
        sets = [[row] for row in rows if case in row.cases]
        merged = True
        while merged:
            merged = False
            for one in sets:
                for other in sets:
                    if one is not other and any(
                        a.sign.get(key) is True and b.sign.get(key) is True
                        for a in one
                        for b in other
                        for key in joining
                    ):
                        sets = [s for s in sets if s is not one and s is not other]
                        sets.append(one + other)
                        merged = True
                        break
                if merged:
                    break
        found += [(case, members) for members in sets]
    return found


def signs(members, key):
    return {row.sign[key] for row in members if key in row.sign}


def met(members, key, sign, both):
    said = signs(members, key)
    return sign in said and (key in both or len(said) == 1)


def named_parts(argument):
    return [
        (role, name) for role, name in ((RES, argument.resource), (RSP, argument.response)) if name
    ]


def weighed(review, argument):
    named, goal = named_parts(argument), (OUT, argument.outcome)
    rows = [
        row
        for row in rows_of(review, argument.theory)
        if not any(left_out(review, argument.theory, argument.outcome, m, row) for m in named)
    ]
    lists = {
        name: []
        for name in (
            "supports full", "supports partial", "supports bare",
            "challenges full", "challenges partial", "challenges bare",
            "boundary", "exceptions", "not_fired", "mixed",
        )
    }  # fmt: skip
    for case, members in statements(rows, named):
        for name in places(argument, named, goal, members):
            lists[name].append((case, members))
    predictions = [tested(argument, named, goal, rows, p) for p in argument.predictions]
    every = [s for found in lists.values() for s in found]
    every += [s for seen, refuted in predictions for s in seen + refuted]
    return {
        "id": argument.id,
        "theory": argument.theory,
        **{
            side: {how: cases(lists[f"{side} {how}"]) for how in ("full", "partial", "bare")}
            for side in ("supports", "challenges")
        },
        **{k: cases(lists[k]) for k in ("boundary", "exceptions", "not_fired", "mixed")},
        "predictions": [
            {"id": p.id, "observed": cases(seen), "refuted": cases(refuted)}
            for p, (seen, refuted) in zip(argument.predictions, predictions, strict=True)
        ],
        "studies": {
            side: sorted(
                {
                    study
                    for how in ("full", "partial", "bare")
                    for case, members in lists[f"{side} {how}"]
                    for row in members
                    for study, place, _, _ in row.K
                    if place == case
                }
            )
            for side in ("supports", "challenges")
        },
        "fragments": sorted({row.id for _, members in every for row in members}),
    }


def cases(found):
    return sorted({case for case, _ in found})


def places(argument, named, goal, members):
    """Names of the lists in which a statement stands."""
    present = [True in signs(members, m) for m in named]
    absent = [False in signs(members, m) for m in named]
    if len(named) == 2 and present[0] and absent[1]:
        yield "not_fired"
    if not named or not all(present):
        return
    outcome = signs(members, goal)
    is_met, is_opposed = argument.occurs in outcome, (not argument.occurs) in outcome
    if (is_met and is_opposed) or any(absent):
        yield "mixed"
    asked = [(tuple(term.unit), term.holds) for term in argument.contexts]
    opposed = any(met(members, key, not sign, ()) for key, sign in asked)
    so = sum(met(members, key, sign, ()) for key, sign in asked)
    how = "full" if so == len(asked) else "partial" if so else "bare"
    if is_met:
        yield "exceptions" if opposed else f"supports {how}"
    if is_opposed:
        yield "boundary" if opposed else f"challenges {how}"


def tested(argument, named, goal, rows, prediction):
    expected = tuple(prediction.expected.unit)
    terms = [(tuple(t.unit), t.holds) for t in prediction.given]
    joining = {*named, *(k for k, _ in [*terms, (expected, True)] if k[0] in MECH)}
    both = {*named, goal, expected}
    seen, refuted = [], []
    for statement in statements(rows, joining):
        members = statement[1]
        if all(met(members, key, sign, both) for key, sign in terms):
            if met(members, expected, prediction.expected.holds, both):
                seen.append(statement)
            if met(members, expected, not prediction.expected.holds, both):
                refuted.append(statement)
    return seen, refuted
