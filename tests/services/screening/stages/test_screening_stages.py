"""The graph of stages, criteria, queue order and what is offered again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.screening.decisions.domain.criteria_verdict import unknown_reason, verdict_of_criteria
from services.screening.decisions.domain.votes import Exclude, Include, Maybe
from services.screening.stages.domain.order import ShuffleKeys, queue_order, random_positions
from services.screening.stages.domain.reconsider import changed_words, offers
from services.screening.stages.domain.stage_graph import BadStages, stage_graph
from shared.events.screening import Criterion
from shared.events.workbench import Stage

RECO = [
    Stage(name="full_text", source="title_abstract_1"),
    Stage(name="title_abstract_1"),
    Stage(name="title_abstract_2", source="title_abstract_1", main=False),
]


def test_recos_stages_are_a_fork_and_not_a_chain() -> None:
    graph = stage_graph(RECO)
    assert graph.stages[0].name == "title_abstract_1"
    assert {s.name for s in graph.fed_by("title_abstract_1")} == {"full_text", "title_abstract_2"}
    assert [s.name for s in graph.main_path()] == ["title_abstract_1", "full_text"]
    assert graph.upstream("full_text") == ("title_abstract_1",)
    assert set(graph.downstream("title_abstract_1")) == {"full_text", "title_abstract_2"}
    assert graph.fed_by(None)[0].name == "title_abstract_1"


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        ([Stage(name="a"), Stage(name="a")], "same name"),
        ([Stage(name="a", source="b")], "no stage"),
        ([Stage(name="a", source="b"), Stage(name="b", source="a")], "circle"),
    ],
)
def test_stages_that_are_no_forest_are_refused(stages: list[Stage], said: str) -> None:
    with pytest.raises(BadStages, match=said):
        stage_graph(stages)


WANTED = [
    Criterion(criterion_id="integration", text="services are integrated", kind="include"),
    Criterion(criterion_id="outcomes", text="outcome data", kind="include"),
    Criterion(criterion_id="protocol", text="a protocol only", kind="exclude"),
]


def test_all_wanted_criteria_or_any_of_them_as_the_stage_says() -> None:
    half = {"integration": True, "outcomes": False, "protocol": False}
    assert verdict_of_criteria(half, WANTED, "all") == Exclude("outcomes")
    assert verdict_of_criteria(half, WANTED, "any") == Include()
    none = {"integration": False, "outcomes": False, "protocol": False}
    assert verdict_of_criteria(none, WANTED, "any") == Exclude("integration")


def test_what_is_not_known_yet_makes_a_maybe_only_where_it_matters() -> None:
    unknown = {"integration": True, "outcomes": None, "protocol": False}
    assert verdict_of_criteria(unknown, WANTED, "all") == Maybe()
    assert verdict_of_criteria(unknown, WANTED, "any") == Include()
    assert verdict_of_criteria({"protocol": True}, WANTED, "all") == Exclude("protocol")
    assert verdict_of_criteria({"integration": True, "outcomes": True}, WANTED, "all") == Maybe()


def test_a_reason_must_be_one_of_the_stages() -> None:
    assert unknown_reason("colour", WANTED)
    assert not unknown_reason("outcomes", WANTED)
    assert not unknown_reason(None, WANTED)


scores = st.dictionaries(st.text(min_size=1, max_size=6), st.floats(-5, 5), max_size=40)


@given(scores, st.integers(0, 99), st.floats(0, 1))
def test_the_queue_holds_every_record_once_and_depends_on_the_seed_alone(
    scored: dict[str, float], seed: int, share: float
) -> None:
    records = [*scored, "unscored record"]
    order = queue_order(records, scored, ShuffleKeys(seed), share)
    assert sorted(order) == sorted(records)
    assert order == queue_order(list(reversed(records)), scored, ShuffleKeys(seed), share)


def test_certainty_alone_reads_the_best_first_and_a_share_is_drawn_at_random() -> None:
    scored = {f"r{i:03}": float(-i) for i in range(200)}
    assert queue_order(list(scored), scored, ShuffleKeys(1)) == list(scored)
    mixed = queue_order(list(scored), scored, ShuffleKeys(1), 0.1)
    at_random = random_positions(200, 0.1)
    assert len(at_random) == 20
    ranked = [r for i, r in enumerate(mixed) if i not in at_random]
    assert ranked[:90] == sorted(ranked[:90])
    assert random_positions(10, 0) == frozenset()


def test_a_changed_theory_offers_the_records_that_hold_its_new_words() -> None:
    changed = changed_words(
        "Care is integrated", "Care is integrated when assertive outreach finds rough sleepers"
    )
    excluded = [
        ("r1", "Assertive outreach to people sleeping rough"),
        ("r2", "Integrated care for the old"),
        ("r3", "An outreach clinic"),
    ]
    found = offers(changed, excluded)
    assert [o.record_id for o in found] == ["r1"]
    assert "outreach" in found[0].words
    assert offers({}, excluded) == []
    assert [o.record_id for o in offers({"outreach": "outreach"}, excluded)] == ["r1", "r3"]
