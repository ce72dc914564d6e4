"""The laws of the method, section 8, on generated reviews."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.synthesis_case import Case
from services.synthesis.domain.difference import differences
from services.synthesis.domain.recompute import recompute
from services.synthesis.domain.snapshot import snapshot
from services.synthesis.domain.values import (
    CONTEXT,
    OUTCOME,
    RESOURCE,
    RESPONSE,
    ROLES,
    Citation,
    Codebook,
    Element,
    Fragment,
    Group,
    Membership,
    Review,
    Role,
    Source,
    State,
    pair,
)

GROUPS: dict[Role, int] = {CONTEXT: 3, RESOURCE: 2, RESPONSE: 2, OUTCOME: 2}
STUDIES = [f"s{number}" for number in range(6)]
BOOK = Codebook(
    tuple(
        Group(
            role,
            f"{role}{number}",
            (Membership(f"{role}{number}"), Membership(f"no-{role}{number}", "opposite")),
            opposite_of=(f"{role}0",) if number == 1 and role == CONTEXT else (),
            level="intermediate" if role == OUTCOME else "unset",
        )
        for role, count in GROUPS.items()
        for number in range(count)
    )
)


@st.composite
def elements(draw: st.DrawFn) -> Element:
    role = draw(st.sampled_from(ROLES))
    number = draw(st.integers(0, GROUPS[role] - 1))
    prefix = draw(st.sampled_from(("", "", "no-")))
    outcome: tuple[State, ...] = ("occurred", "occurred", "failed", "reversed", "not_stated")
    other: tuple[State, ...] = ("present", "present", "absent")
    state = draw(st.sampled_from(outcome if role == OUTCOME else other))
    return Element(role, f"{prefix}{role}{number}", state)


citations = st.builds(
    Citation,
    source=st.sampled_from(STUDIES),
    attribution=st.sampled_from(("cited", "cited", "inferred", "summary")),
    case=st.sampled_from((None, None, "a", "b")),
    participant=st.sampled_from((None, "x1", "x2")),
)
links = st.frozensets(
    st.builds(pair, st.sampled_from(STUDIES), st.sampled_from(STUDIES)), max_size=3
)


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    count = draw(st.integers(1, 14))
    made = [
        Fragment(
            id=f"f{number}",
            theories=draw(st.sampled_from((("PT1",), ("PT2",), ("PT1", "PT2")))),
            elements=tuple(draw(st.lists(elements(), min_size=1, max_size=5))),
            citations=tuple(draw(st.lists(citations, max_size=3))),
            active=draw(st.sampled_from((True, True, True, False))),
        )
        for number in range(count)
    ]
    return Review(
        theories=("PT1", "PT2"),
        fragments={item.id: item for item in made},
        links=draw(links),
        codebooks={"PT1": BOOK, "PT2": BOOK},
    )


def supporting(review: Review) -> dict[str, int]:
    return {str(body["id"]): len(body["studies"]["positive"]) for body in recompute(review)}


@settings(max_examples=60, deadline=None)
@given(reviews(), st.randoms(use_true_random=False))
def test_the_order_of_inputs_changes_nothing(review: Review, chance: random.Random) -> None:
    fragments = list(review.fragments.values())
    chance.shuffle(fragments)
    groups = list(BOOK.groups)
    chance.shuffle(groups)
    shuffled = replace(
        review,
        fragments={item.id: item for item in fragments},
        codebooks={"PT1": Codebook(tuple(groups)), "PT2": BOOK},
    )
    assert recompute(shuffled) == recompute(review)
    assert snapshot(shuffled) == snapshot(review)


@settings(max_examples=60, deadline=None)
@given(reviews(), st.data())
def test_withdrawing_and_restoring_is_identity(review: Review, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(review.fragments)))
    known = review.fragments[name]
    without = replace(review, fragments={**review.fragments, name: replace(known, active=False)})
    back = replace(without, fragments={**without.fragments, name: known})
    assert recompute(back) == recompute(review)
    assert all(name not in body["fragments"] for body in recompute(without))


@settings(max_examples=60, deadline=None)
@given(reviews())
def test_a_silenced_source_and_its_reinstatement_give_the_same_hashes(review: Review) -> None:
    flagged = Source("s0", "s0", record="r0", retracted=True)
    before = recompute(replace(review, sources={"s0": replace(flagged, retracted=False)}))
    assert before == recompute(review)
    during = recompute(replace(review, sources={"s0": flagged}))
    studies = {study for body in during for study in body["studies"]["positive"]}
    assert "s0" not in studies or review.links


@settings(max_examples=60, deadline=None)
@given(reviews(), st.sampled_from(STUDIES), st.sampled_from(STUDIES))
def test_a_sibling_merge_raises_no_support_and_deletes_no_fragment(
    review: Review, one: str, other: str
) -> None:
    merged = replace(review, links=review.links | {pair(one, other)})
    before, after = supporting(review), supporting(merged)
    assert before.keys() == after.keys()
    assert all(after[name] <= before[name] for name in before)
    fragments = {str(body["id"]): body["fragments"] for body in recompute(review)}
    assert fragments == {str(body["id"]): body["fragments"] for body in recompute(merged)}


@settings(max_examples=60, deadline=None)
@given(reviews())
def test_a_theory_alone_gives_what_the_whole_review_gives_for_it(review: Review) -> None:
    whole = recompute(review)
    assert recompute(review, ["PT1"]) == [body for body in whole if body["theory"] == "PT1"]


@settings(max_examples=60, deadline=None)
@given(reviews())
def test_what_is_not_stated_never_counts_as_absent(review: Review) -> None:
    """Without a word of absence or failure no cell of absence has a study."""
    fragments = {
        name: replace(
            item,
            elements=tuple(
                part
                for part in item.elements
                if part.state in ("present", "occurred") and not str(part.code).startswith("no-")
            ),
        )
        for name, item in review.fragments.items()
    }
    plain = Codebook(tuple(replace(group, opposite_of=()) for group in BOOK.groups))
    stated = replace(review, fragments=fragments, codebooks={"PT1": plain, "PT2": plain})
    for body in recompute(stated):
        assert body["failures"] == []
        assert body["studies"]["not_fired"] == body["studies"]["alternative"] == []
        assert all(not item["positive_absent"] for item in body["contexts"])
        assert all(not item["negative_absent"] for item in body["contexts"])


@settings(max_examples=60, deadline=None)
@given(reviews(), reviews())
def test_a_difference_is_empty_only_between_equal_reviews(old: Review, new: Review) -> None:
    before, after = recompute(old), recompute(new)
    assert differences(before, before) == []
    found = differences(before, after)
    assert (found == []) == (before == after)
    assert all(len(item.words) > 1 for item in found)


def many_of_one(participants: bool) -> Review:
    """Fifty fragments, or fifty participants, of study s9 for A; two studies for B."""
    many = [
        Fragment(
            f"a{number:02}",
            ("PT1",),
            (Element(RESPONSE, "A", "present"), Element(OUTCOME, "G", "occurred")),
            (Citation("s9", participant=f"x{number}" if participants else None),),
        )
        for number in range(50)
    ]
    few = [
        Fragment(
            f"b{number}",
            ("PT1",),
            (Element(RESPONSE, "B", "present"), Element(OUTCOME, "G", "occurred")),
            (Citation(f"s{number}"),),
        )
        for number in range(2)
    ]
    return Review(theories=("PT1",), fragments={item.id: item for item in many + few})


def test_fifty_fragments_or_participants_of_one_study_rank_below_two_studies() -> None:
    for participants in (False, True):
        leading = [body for body in recompute(many_of_one(participants)) if body["leading"]]
        assert [body["response"] for body in leading] == ["B"]


def event(number: int, version: int, code: str) -> dict[str, object]:
    return {
        "event": "fragment_amended",
        "fragment": {
            "id": f"f{number}",
            "theory": 1,
            "version": version,
            "sources": [{"key": f"s{number % 3}"}],
            "elements": [
                {"role": "mechanism_response", "code_id": code, "state": "present"},
                {"role": "outcome", "code_id": "g", "state": "occurred"},
            ],
        },
    }


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from("pqr")), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_late_and_repeated_events_lead_to_the_same_ccmocs(
    changes: list[tuple[int, str]], chance: random.Random
) -> None:
    events = [event(number, version, code) for version, (number, code) in enumerate(changes, 1)]
    scrambled = events + chance.sample(events, chance.randint(0, len(events)))
    chance.shuffle(scrambled)
    outputs = []
    for stream in (events, scrambled):
        case = Case([], {}, {"theories": [{"number": 1}]})
        for item in stream:
            case.apply(item)
        outputs.append(recompute(case.review()))
    assert outputs[0] == outputs[1]


def test_an_amendment_without_elements_keeps_the_rest_and_a_stale_one_changes_nothing() -> None:
    case = Case([], {}, {"theories": [{"number": 1}]})
    case.apply(event(1, 3, "p"))
    case.apply({"event": "fragment_withdrawn", "fragment": {"id": "f1"}})
    assert recompute(case.review()) == []
    case.apply(event(1, 2, "q"))
    assert recompute(case.review()) == []
    back = {"id": "f1", "status": "active", "sources": [{"key": "s9"}]}
    case.apply({"event": "fragment_amended", "fragment": back})
    (body,) = recompute(case.review())
    assert (body["response"], body["studies"]["positive"]) == ("p", ["s9"])
