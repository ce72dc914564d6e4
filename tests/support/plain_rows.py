"""Reading fragments once more, plainly: sources, cases and groups (method, section 1)."""

CTX, RES, RSP, OUT = "context", "mechanism_resource", "mechanism_response", "outcome"


def canonical(review, study):
    linked, grown = {study}, True
    while grown:
        bigger = linked | {s for pair in review.links if linked & set(pair) for s in pair}
        grown, linked = bigger != linked, bigger
    return min(linked)


def source_of(review, key):
    source = review.sources.get(key)
    if source is None:
        return key, None, True
    if source.record is None:
        return source.study, source.case, not source.withdrawn
    return source.study, source.case, source.included and not source.retracted


def citations(review, fragment):
    first, seen = fragment, {fragment.id}
    while fragment.duplicate_of:
        if fragment.duplicate_of in seen or fragment.duplicate_of not in review.fragments:
            return first.citations
        fragment = review.fragments[fragment.duplicate_of]
        seen.add(fragment.id)
    return fragment.citations


def is_active(review, fragment):
    cited = citations(review, fragment)
    return fragment.active and (
        not cited or any(source_of(review, item.source)[2] for item in cited)
    )


def counted(review, fragment):
    found = set()
    for item in citations(review, fragment):
        study, case, active = source_of(review, item.source)
        if active and item.attribution != "summary":
            found.add((canonical(review, study), item.case or case or study, item.participant))
    return found


def said(fragment, groups):
    """(role, group) → True, False or "both"."""
    evidence = {}
    for element in fragment.elements:
        if element.state == "not_stated":
            continue
        holds = element.state in ("present", "occurred")
        homes = [
            (group.id, member.sense)
            for group in groups
            for member in group.members
            if group.role == element.role and member.code == element.code
        ]
        for name, sense in homes or [(element.code, "same")]:
            same = sense == "same" or element.of_group
            evidence.setdefault((element.role, name), set()).add(holds == same)
    direct = {k: (v.pop() if len(v) == 1 else "both") for k, v in evidence.items()}
    pairs = {
        frozenset(((group.role, group.id), (group.role, other)))
        for group in groups
        for other in group.opposite_of
        if other != group.id and any(g.role == group.role and g.id == other for g in groups)
    }
    clash = {key for pair in pairs if all(direct.get(k) is True for k in pair) for key in pair}
    read = {key: ("both" if key in clash else value) for key, value in direct.items()}
    for pair in pairs:
        for key in pair:
            (other,) = pair - {key}
            if read.get(key) is True and read.get(other) is None:
                read[other] = False
    return read


class Row:
    def __init__(self, review, fragment, groups):
        self.id = fragment.id
        self.read = said(fragment, groups)
        self.counts = counted(review, fragment)
        self.studies = {entry[0] for entry in self.counts}
        self.cases = {entry[1] for entry in self.counts}
        roles = {e.role for e in fragment.elements if e.state != "not_stated"}
        self.is_cm = CTX in roles and bool(roles & {RES, RSP}) and OUT not in roles

    def has(self, key):
        return self.read.get(key) is True

    def lacks(self, key):
        return self.read.get(key) is False


def studies(rows):
    return {study for row in rows for study in row.studies}
