"""The engine against a plain second implementation of the method, on generated reviews."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from services.synthesis.domain.recompute import recompute
from services.synthesis.domain.values import (
    CONTEXT,
    OUTCOME,
    RESOURCE,
    RESPONSE,
    Citation,
    Codebook,
    Element,
    Fragment,
    Group,
    Judgement,
    Membership,
    Parameters,
    Pin,
    Review,
    Source,
    pair,
)
from tests.support.plain_ccmocs import plain_ccmocs

ROLES = (CONTEXT, CONTEXT, RESOURCE, RESPONSE, RESPONSE, OUTCOME, OUTCOME)
STUDIES = [f"s{number}" for number in range(7)]


def book(opposites, level):
    return Codebook(
        tuple(
            Group(
                role,
                f"{role[-8:]}{number}",
                (Membership(f"{role}-{number}"), Membership(f"no-{role}-{number}", "opposite")),
                opposite_of=(f"{role[-8:]}0",) if opposites and number == 1 else (),
                level=level if role == OUTCOME and number == 1 else "unset",
            )
            for role in (CONTEXT, RESOURCE, RESPONSE, OUTCOME)
            for number in range(3 if role == CONTEXT else 2)
        )
    )


@st.composite
def elements(draw):
    role = draw(st.sampled_from(ROLES))
    number = draw(st.integers(0, 2))
    code = draw(st.sampled_from(("", "", "", "no-"))) + f"{role}-{number}"
    states = (
        ("occurred", "occurred", "failed") if role == OUTCOME else ("present",) * 3 + ("absent",)
    )
    return Element(
        role, code, draw(st.sampled_from(states)), draw(st.sampled_from((False,) * 5 + (True,)))
    )


citations = st.builds(
    Citation,
    source=st.sampled_from(STUDIES),
    attribution=st.sampled_from(("cited", "cited", "cited", "summary")),
    case=st.sampled_from((None, None, None, "a", "b")),
    participant=st.sampled_from((None, None, "x1", "x2")),
)
sources = st.builds(
    Source,
    key=st.just(""),
    study=st.sampled_from(STUDIES),
    case=st.sampled_from((None, None, "c")),
    record=st.sampled_from((None, "r")),
    included=st.sampled_from((True, True, True, False)),
    retracted=st.sampled_from((False, False, False, True)),
    withdrawn=st.sampled_from((False, False, False, True)),
)
judgements = st.builds(
    Judgement,
    theory=st.just("T"),
    outcome=st.sampled_from(("outcome0", "outcome1")),
    resource=st.none(),
    response=st.sampled_from(("response0", "response1")),
    fragment=st.sampled_from(("f0", "f1", "f2")),
    person=st.sampled_from(("anna", "ben")),
    acting_as=st.sampled_from(("reviewer", "verifier")),
    verdict=st.sampled_from(("does_not", "does_not", "supports")),
)


@st.composite
def reviews(draw):
    count = draw(st.integers(3, 16))
    made = [
        Fragment(
            id=f"f{number}",
            theories=("T",),
            elements=tuple(draw(st.lists(elements(), min_size=1, max_size=5))),
            citations=tuple(draw(st.lists(citations, max_size=3))),
            active=draw(st.sampled_from((True,) * 7 + (False,))),
            duplicate_of=draw(st.sampled_from((None,) * 9 + ("f0", "f1"))),
        )
        for number in range(count)
    ]
    known = draw(st.dictionaries(st.sampled_from(STUDIES), sources, max_size=4))
    return Review(
        theories=("T",),
        fragments={item.id: item for item in made},
        sources={key: replace(source, key=key) for key, source in known.items()},
        links=draw(
            st.frozensets(
                st.builds(pair, st.sampled_from(STUDIES), st.sampled_from(STUDIES)), max_size=2
            )
        ),
        codebooks={"T": book(draw(st.booleans()), draw(st.sampled_from(("unset", "distal"))))},
        pins=draw(st.sampled_from(({}, {"T": Pin("outcome1")}))),
        judgements=tuple(draw(st.lists(judgements, max_size=4))),
        parameters=draw(
            st.sampled_from((Parameters(), Parameters(k_enabling=1, k_disabling=3, share=0.6)))
        ),
    )


@settings(max_examples=150, deadline=None)
@given(reviews())
def test_two_implementations_of_the_method_agree(review: Review) -> None:
    engine = [
        {name: value for name, value in body.items() if name != "hash"}
        for body in recompute(review)
    ]
    assert engine == plain_ccmocs(review, "T")
