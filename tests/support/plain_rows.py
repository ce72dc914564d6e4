"""The method, section 1, once more: reading fragments plainly, sentence by sentence.

Nothing is shared with the engine but the input values. No indexes and no caches.
"""

CTX, RES, RSP, OUT = "context", "mechanism_resource", "mechanism_response", "outcome"
MECH = (RES, RSP)


def canonical(review, study):
    linked, grown = {study}, True
    while grown:
        bigger = linked | {s for pair in review.links if linked & set(pair) for s in pair}
        grown, linked = bigger != linked, bigger
    return min(linked)


def line_of(review, key):
    """(study, case, active) of a key."""
    line = review.sources.get(key)
    if line is None:
        return key, None, True
    active = not line.withdrawn
    if line.record is not None:
        active = active and line.included and not line.retracted
    return line.study, line.case, active


def end_of_chain(review, fragment):
    """The fragment whose sources count, itself where its chain has no known end."""
    seen, current = [fragment.id], fragment
    while current.duplicate_of is not None:
        if current.duplicate_of in seen or current.duplicate_of not in review.fragments:
            return fragment
        current = review.fragments[current.duplicate_of]
        seen.append(current.id)
    return current


def repeats(review, fragment, name):
    """Whether a fragment repeats the one called `name`, directly or along its chain."""
    seen = set()
    while fragment is not None and fragment.duplicate_of is not None:
        if fragment.duplicate_of == name:
            return True
        if fragment.duplicate_of in seen:
            return False
        seen.add(fragment.duplicate_of)
        fragment = review.fragments.get(fragment.duplicate_of)
    return False


def cases_named(review, study):
    """Whether a line or a cited source of a fragment names a case in the merged study."""
    for line in review.sources.values():
        if line.case and canonical(review, line.study) == study:
            return True
    for fragment in review.fragments.values():
        for item in end_of_chain(review, fragment).citations:
            named = item.attribution == "cited" and item.case
            if named and canonical(review, line_of(review, item.source)[0]) == study:
                return True
    return False


def is_active(review, fragment):
    asked = [
        line_of(review, item.source)[2]
        for item in end_of_chain(review, fragment).citations
        if item.attribution in ("cited", "summary")
    ]
    return fragment.active and (not asked or any(asked))


def counted(review, fragment, attribution):
    """{(study, case, participant, known)} of active sources of one attribution."""
    found = set()
    for item in end_of_chain(review, fragment).citations:
        raw, line_case, active = line_of(review, item.source)
        if not active or item.attribution != attribution:
            continue
        study, known = canonical(review, raw), True
        case = item.case or line_case
        if not case and cases_named(review, study):
            case, known = f"{study}?{fragment.id}", False
        found.add((study, case or study, item.participant, known))
    return found


def groups_of(review, theory):
    book = review.codebooks.get(theory)
    return book.groups if book else ()


def homes(review, fragment, theory, element):
    """[(group or None, key, sense)] that a code speaks of in a theory."""
    found = [
        (group, (group.role, group.id), member.sense)
        for group in groups_of(review, theory)
        for member in group.members
        if group.role == element.role and member.code == element.code
    ]
    if found:
        return found
    for other in fragment.theories:
        for group in groups_of(review, other):
            if group.role == element.role and element.code in [m.code for m in group.members]:
                return []
    return [(None, (element.role, element.code), "same")]


def own_signs(review, fragment, theory):
    """key → set of signs by own codes; an empty set where it is stated without a sign."""
    said = {}
    for element in fragment.elements:
        if element.code is None:
            continue
        for group, key, sense in homes(review, fragment, theory, element):
            said.setdefault(key, set()).update(sign_of(element, group, sense))
    return {key: signs for key, signs in said.items() if signs or key[0] == OUT}


def sign_of(element, group, sense):
    """The sign that one element gives a group, as a set of none or one."""
    positive = element.state in ("present", "occurred")
    if element.state == "not_stated":
        return set()
    if element.wished and group and group.valence == "undesired":
        positive = not positive
    if sense == "same" or element.of_group:
        return {positive}
    if element.role == OUT or positive:
        return {not positive}
    return {True} if group.two_valued else set()


def linked_groups(review, theory, key):
    """Groups that `opposite_of` links with a group, in either direction."""
    groups = groups_of(review, theory)
    names = {(group.role, group.id) for group in groups}
    found = set()
    for group in groups:
        for other in group.opposite_of:
            pair = {(group.role, group.id), (group.role, other)}
            if len(pair) == 2 and pair <= names and key in pair:
                found |= pair - {key}
    return found


class Row:
    """`sign` as coded, `own` the groups with a sign by own codes, `stated` outcomes."""

    def __init__(self, review, fragment, theory):
        self.id, self.version = fragment.id, fragment.version
        said = own_signs(review, fragment, theory)
        every = set(said) | {(g.role, g.id) for g in groups_of(review, theory)}
        self.sign, self.both, self.own = {}, set(), set()
        for key in every:
            own = said.get(key, set())
            against = any(said.get(other) == {True} for other in linked_groups(review, theory, key))
            if own == {True, False} or (own == {True} and against):
                self.both.add(key)
            elif own:
                self.sign[key] = own == {True}
                self.own.add(key)
            elif against:
                self.sign[key] = False
        self.stated = {k for k in every if k[0] == OUT and (k in said or k in self.sign)}
        self.undesired = {
            (g.role, g.id)
            for g in groups_of(review, theory)
            if g.role == OUT and g.valence == "undesired"
        }
        self.K = counted(review, fragment, "cited")
        self.I = counted(review, fragment, "inferred")
        self.studies = {study for study, _, _, _ in self.K}
        self.cases = {case for _, case, _, _ in self.K}
        self.places = {(study, case) for study, case, _, _ in self.K}

    def has(self, key):
        """Present, or occurred in the sense of what people wish for."""
        return key in self.sign and self.sign[key] != (key in self.undesired)

    def lacks(self, key):
        return key in self.sign and not self.has(key)

    def states(self, key):
        return key in self.sign

    def only_fails(self):
        outcomes = [key for key in self.sign if key[0] == OUT]
        return any(self.lacks(k) for k in outcomes) and not any(self.has(k) for k in outcomes)


def rows_of(review, theory):
    return [
        Row(review, fragment, theory)
        for fragment in review.fragments.values()
        if theory in fragment.theories and is_active(review, fragment)
    ]


def studies(rows):
    return {study for row in rows for study in row.studies}


def body_version(review, name, version):
    """The body of a fragment in a version, None where it is not kept."""
    current = review.fragments.get(name)
    if current is not None and current.version == version:
        return current
    return review.versions.get((name, version))


def judgement_counts(review, item):
    if item.fragment_version is None:
        return True
    then = body_version(review, item.fragment, item.fragment_version)
    now = review.fragments.get(item.fragment)
    if then is None or now is None:
        return False

    def said(body):
        cited = {
            (c.source, c.case, c.participant) for c in body.citations if c.attribution == "cited"
        }
        return set(body.elements), cited, body.duplicate_of, set(body.theories)

    return said(then) == said(now)


def judged_away(review, theory, outcome, part, name):
    """Whether reviewer and a verifier say that a fragment does not support a link."""
    last = {}
    for item in review.judgements:
        role = RSP if item.role == "response" else RES
        link = (item.theory, item.outcome, (role, item.mechanism), item.fragment)
        if link == (theory, outcome, part, name) and judgement_counts(review, item):
            last[item.person] = item
    against = {item.acting_as for item in last.values() if item.verdict == "does_not"}
    return {"reviewer", "verifier"} <= against


def left_out(review, theory, outcome, part, row):
    """The fragment itself is judged away, or one that it repeats, received or not."""
    fragment = review.fragments[row.id]
    names = {item.fragment for item in review.judgements}
    return any(
        (name == row.id or repeats(review, fragment, name))
        and judged_away(review, theory, outcome, part, name)
        for name in names
    )
