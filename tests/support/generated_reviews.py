"""Reviews by chance, with everything that makes counting hard, small enough for the plain rules.

Merged studies, repeats in chains and rings and of unknown fragments, withdrawn fragments and
sources, cases and participants here and there, codes in several groups and in none, fragments of
two theories, opposite, two-valued and undesired groups, distal outcomes, pins, judgements on
versions, arguments with predictions.
"""

from dataclasses import replace

from hypothesis import strategies as st

from services.synthesis.engine.values import (
    CONTEXT,
    OUTCOME,
    RESOURCE,
    RESPONSE,
    ROLES,
    Argument,
    Citation,
    Codebook,
    Element,
    Fragment,
    Group,
    Judgement,
    Membership,
    Parameters,
    Pin,
    Prediction,
    Review,
    Source,
    Term,
    Unit,
    pair,
)

NAMES = {CONTEXT: "C", RESOURCE: "R", RESPONSE: "P", OUTCOME: "G"}
SIZES = {CONTEXT: 3, RESOURCE: 2, RESPONSE: 3, OUTCOME: 3}
STUDIES = [f"s{number}" for number in range(6)]
THEORIES = ("T1", "T2")


def group_id(role, number):
    return f"{NAMES[role]}{number}"


def a_group(chance, role, number):
    own, lack = f"{NAMES[role].lower()}{number}", f"no-{NAMES[role].lower()}{number}"
    members = [Membership(own), Membership(lack, "opposite")]
    if chance.random() < 0.2:
        members.append(Membership(f"{NAMES[role].lower()}0"))
    linked = chance.random() < (0.25 if number else 0)
    return Group(
        role,
        group_id(role, number),
        tuple(members),
        opposite_of=(group_id(role, number - 1),) if linked else (),
        two_valued=chance.random() < 0.3,
        level=chance.choice(("unset", "intermediate", "proximal", "distal")),
        valence=chance.choice(("unset", "desired", "undesired")),
    )


def a_codebook(chance):
    return Codebook(
        tuple(
            a_group(chance, role, number)
            for role in ROLES
            for number in range(SIZES[role])
            if chance.random() < 0.9
        )
    )


def an_element(chance, role=None):
    role = role or chance.choice((CONTEXT, CONTEXT, RESOURCE, RESPONSE, RESPONSE, OUTCOME, OUTCOME))
    name = f"{NAMES[role].lower()}{chance.randrange(SIZES[role])}"
    code = chance.choice((name, name, name, f"no-{name}", f"loose-{NAMES[role].lower()}"))
    if role == OUTCOME:
        state = chance.choice(("occurred",) * 4 + ("failed",) * 3 + ("reversed", "not_stated"))
        return Element(role, code, state, chance.random() < 0.1)
    return Element(role, code, chance.choice(("present", "present", "present", "absent")))


def a_citation(chance):
    return Citation(
        chance.choice(STUDIES),
        chance.choice(("cited",) * 5 + ("inferred", "summary")),
        chance.choice((None,) * 5 + ("a", "b")),
        chance.choice((None, None, "x", "y")),
    )


def a_fragment(chance, name, names):
    roles = chance.choice(
        ((CONTEXT, RESPONSE, OUTCOME), (RESOURCE, RESPONSE), (RESPONSE, OUTCOME), (CONTEXT,), ())
    )
    elements = [an_element(chance, role) for role in roles]
    elements += [an_element(chance) for _ in range(chance.randrange(1, 3))]
    theories = chance.choice((("T1",),) * 6 + (("T1", "T2"), ("T2", "T1"), ("T2",), ()))
    return Fragment(
        id=name,
        theories=theories,
        elements=tuple(elements),
        citations=tuple(a_citation(chance) for _ in range(chance.choice((0, 1, 1, 1, 2, 3)))),
        version=chance.randrange(1, 4),
        active=chance.random() < 0.9,
        duplicate_of=chance.choice([*names, "unknown"]) if chance.random() < 0.15 else None,
    )


def a_source(chance, key):
    return Source(
        key=key,
        study=chance.choice(STUDIES),
        case=chance.choice((None,) * 6 + ("c",)),
        record=chance.choice((None, "r", "q")),
        included=chance.random() < 0.85,
        retracted=chance.random() < 0.1,
        withdrawn=chance.random() < 0.1,
    )


def a_judgement(chance, names):
    role = chance.choice(("resource", "response", "response"))
    unit = RESPONSE if role == "response" else RESOURCE
    return Judgement(
        theory=chance.choice(("T1", "T1", "T2")),
        outcome=group_id(OUTCOME, chance.randrange(2)),
        role=role,
        mechanism=group_id(unit, chance.randrange(2)),
        fragment=chance.choice([*names[:3], "unknown"]),
        person=chance.choice(("anna", "ben", "cleo")),
        acting_as=chance.choice(("reviewer", "verifier")),
        verdict=chance.choice(("does_not", "does_not", "does_not", "supports", "unsure")),
        fragment_version=chance.choice((None, None, 1, 2)),
    )


def a_term(chance, role=None):
    role = role or chance.choice(ROLES)
    group = group_id(role, chance.randrange(SIZES[role]))
    return Term(Unit(role, group), chance.random() < 0.7)


def an_argument(chance, number):
    parts = chance.choice(((True, True), (True, False), (False, True), (True, True)))
    return Argument(
        id=f"a{number}",
        theory=chance.choice(("T1", "T1", "T2")),
        outcome=group_id(OUTCOME, chance.randrange(2)),
        occurs=chance.random() < 0.7,
        contexts=tuple(a_term(chance, CONTEXT) for _ in range(chance.randrange(3))),
        resource=group_id(RESOURCE, chance.randrange(2)) if parts[0] else None,
        response=group_id(RESPONSE, chance.randrange(2)) if parts[1] else None,
        predictions=tuple(
            Prediction(
                f"p{place}",
                tuple(a_term(chance) for _ in range(chance.randrange(1, 3))),
                a_term(chance),
            )
            for place in range(chance.randrange(3))
        ),
    )


def a_review(chance, most=16):
    """A review of at most `most` fragments, by a `random.Random`."""
    names = [f"f{number}" for number in range(chance.randrange(2, most))]
    fragments = {name: a_fragment(chance, name, names) for name in names}
    versions = {(item.id, item.version): item for item in fragments.values()}
    for item in fragments.values():
        for version in range(1, item.version):
            other = a_fragment(chance, item.id, names) if chance.random() < 0.5 else item
            versions[item.id, version] = replace(other, version=version)
    keys = [key for key in STUDIES if chance.random() < 0.5]
    links = {pair(chance.choice(STUDIES), chance.choice(STUDIES)) for _ in range(2)}
    pins = {"T1": Pin(group_id(OUTCOME, chance.randrange(4)))} if chance.random() < 0.3 else {}
    return Review(
        theories=THEORIES,
        fragments=fragments,
        versions=versions,
        sources={key: a_source(chance, key) for key in keys},
        links=frozenset(links) if chance.random() < 0.3 else frozenset(),
        codebooks={theory: a_codebook(chance) for theory in THEORIES},
        pins=pins,
        judgements=tuple(a_judgement(chance, names) for _ in range(chance.choice((0, 0, 6, 20)))),
        arguments=tuple(an_argument(chance, number) for number in range(3)),
        parameters=chance.choice(
            (Parameters(), Parameters(k_enabling=1, k_disabling=3, share=0.6, near=0))
        ),
    )


reviews = st.randoms(use_true_random=False).map(a_review)
