"""The partition is a function of the set of records and of people's decisions."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.search.domain.dedup import (
    CROWDED,
    Features,
    Index,
    Known,
    Merged,
    Outcome,
    Placement,
    Split,
    admit,
    batch,
    compare,
    pair,
    place,
    settle,
)
from services.search.domain.dedup.place import name_clusters
from tests.unit.search_dedup.dedup_examples import BARE, OTHER, features, people, sets

Partition = set[frozenset[str]]


def whole(records: dict[str, Features]) -> Partition:
    """The partition of a set placed at once."""
    return {frozenset(cluster) for cluster in batch(records)[0]}


def streamed(records: dict[str, Features], order: list[str], page: int = 1) -> Index:
    """An index fed in `order`, `page` records at a time."""
    index = Index()
    for start in range(0, len(order), page):
        index.add([(name, records[name]) for name in order[start : start + page]])
    return index


@given(sets, st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_order_and_any_paging_gives_the_partition_of_the_batch(
    records: dict[str, Features], chance: random.Random, page: int
) -> None:
    order = list(records)
    chance.shuffle(order)

    index = streamed(records, order, page)

    assert index.partition() == whole(records)
    assert set(index.proposals()) == set(batch(records)[1])


@given(sets)
def test_comparison_is_symmetric(records: dict[str, Features]) -> None:
    several = list(records.values())
    assert all(compare(a, b) == compare(b, a) for a in several for b in several)


@given(sets)
def test_no_cluster_holds_two_dois_or_an_erratum_beside_its_paper(
    records: dict[str, Features],
) -> None:
    for cluster in whole(records):
        members = [records[name] for name in cluster]
        assert len({f.doi for f in members if f.doi}) <= 1
        assert len({f.pmid for f in members if f.pmid}) <= 1
        assert len({f.parts for f in members if f.parts}) <= 1


@given(sets)
def test_a_redelivered_page_changes_nothing(records: dict[str, Features]) -> None:
    index = streamed(records, list(records))
    before = index.partition()

    again = index.add(list(records.items()))

    assert again == Placement({}, {})
    assert index.partition() == before


@given(sets, st.data())
def test_a_removed_record_leaves_no_trace(
    records: dict[str, Features], data: st.DataObject
) -> None:
    index = streamed(records, list(records))
    gone = data.draw(st.sampled_from(sorted(records)))

    index.remove(gone)

    left = {name: f for name, f in records.items() if name != gone}
    assert index.partition() == whole(left)


@given(sets, st.data())
def test_a_removed_record_added_again_stands_where_it_stood(
    records: dict[str, Features], data: st.DataObject
) -> None:
    index = streamed(records, list(records))
    name = data.draw(st.sampled_from(sorted(records)))

    index.remove(name)
    index.add([(name, records[name])])

    assert index.partition() == whole(records)


@given(sets, st.data())
def test_a_split_is_remembered_when_more_records_arrive(
    records: dict[str, Features], data: st.DataObject
) -> None:
    names = sorted(records)
    one, other = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(names))
    index = streamed(records, names)
    if one == other:
        return

    index.separate(one, other)
    index.remove(one)
    index.add([(one, records[one])])
    index.add([(f"twin-of-{name}", f) for name, f in records.items()])

    assert index.records[one] != index.records[other]


@given(sets, st.data())
def test_a_persons_merge_holds_in_any_order(
    records: dict[str, Features], data: st.DataObject
) -> None:
    names = sorted(records)
    one, other = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(names))
    if one == other:
        return
    first, second = streamed(records, names), streamed(records, names[::-1])

    first.unite(one, other)
    second.unite(other, one)

    assert first.records[one] == first.records[other]
    assert first.partition() == second.partition()


@given(sets)
def test_a_split_undone_is_the_partition_before(records: dict[str, Features]) -> None:
    index = streamed(records, list(records))
    for cluster in [sorted(c) for c in index.partition() if len(c) > 1]:
        index.separate(cluster[0], cluster[1])
        index.apart.clear()
        index.unite(cluster[0], cluster[1])
        index.together.clear()
        index._place([(name, records[name]) for name in cluster])

    assert index.partition() == whole(records)


def test_a_record_keeps_the_id_of_its_oldest_source() -> None:
    index = Index()

    first = index.add([("b", features()), ("c", features(OTHER))])
    second = index.add([("a", features(pages="695"))])

    assert first.added == ("b", "c")
    assert (second.added, second.joined) == ((), (("b", "a"),))
    assert index.records == {"a": "b", "b": "b", "c": "c"}


def test_a_bridge_merges_two_records_and_the_older_survives() -> None:
    index = Index()
    index.add([("old", features(BARE, journal="")), ("new", features(journal=""))])
    assert len(index.partition()) == 2

    bridge = index.add([("bridge", features(BARE, volume="64"))])

    assert bridge.merged == () or bridge.merged == (Merged("old", "new"),)


def test_a_split_gives_the_absorbed_record_its_own_id_back() -> None:
    index = Index()
    index.add([("a", features()), ("b", features())])

    undone = index.separate("a", "b")

    assert undone.split == (Split("a", "b"),)
    assert index.records == {"a": "a", "b": "b"}


def test_a_record_never_carries_the_name_of_a_source_in_another() -> None:
    before = {"a": "a", "b": "b", "c": "b"}
    order = {"a": 0, "b": 1, "c": 2}

    assert name_clusters([("a", "b"), ("c",)], before, order) == {"a": ("a", "b"), "c": ("c",)}


@given(sets, st.data())
def test_every_record_has_one_name(records: dict[str, Features], data: st.DataObject) -> None:
    index = streamed(records, data.draw(st.permutations(sorted(records))))
    for name in data.draw(st.lists(st.sampled_from(sorted(records)), unique=True, max_size=3)):
        index.remove(name)

    assert len(set(index.records.values())) == len(index.partition())
    assert index.partition() == whole(index.features)


def test_removing_the_oldest_source_keeps_the_record() -> None:
    index = Index()
    index.add([("a", features()), ("b", features())])

    changed = index.remove("a")

    assert index.records == {"b": "a"}
    assert (changed.added, changed.merged, changed.split) == ((), (), ())


def test_a_third_record_without_doi_joins_one_of_two_dois_whatever_the_order() -> None:
    records = {
        "a": features(doi="10.1000/a"),
        "b": features(doi="10.1000/b"),
        "c": features(),
    }

    partitions = [
        streamed(records, order).partition() for order in (["a", "b", "c"], ["c", "b", "a"])
    ]

    assert partitions[0] == partitions[1] == {frozenset({"a", "c"}), frozenset({"b"})}


def test_a_placeless_record_does_not_bridge_two_places() -> None:
    records = {
        "first": features(year=2010, volume="64", issue="5", pages="695-708"),
        "second": features(year=2010, volume="64", issue="6", pages="801-815"),
        "bare": features(BARE),
    }

    assert all(not {"first", "second"} <= cluster for cluster in whole(records))


def test_a_merge_refused_by_a_veto_is_proposed() -> None:
    records = {"a": features(doi="10.1000/a"), "b": features(doi="10.1000/b"), "c": features()}

    settled = settle(records)

    assert settled.clusters == (("a", "c"), ("b",))
    assert list(settled.asked) == [("a", "b"), ("b", "c")]
    assert settled.asked[("b", "c")].reason.endswith("must stay apart")


def test_twins_past_the_crowding_mark_are_still_one_record() -> None:
    index = Index()
    for number in range(CROWDED + 5):
        index.add([(f"t{number:03}", features())])

    assert len(index.partition()) == 1


def test_crowding_is_the_same_in_any_order() -> None:
    records = {
        f"r{number:03}": features(pages=str(100 + number), authors=people(f"Name{number}"))
        for number in range(CROWDED + 3)
    }
    records["near"] = features(pages="100", authors=people("Name0"), journal="Am J Occup Ther")
    names = sorted(records)

    assert streamed(records, names, 40).partition() == whole(records)
    assert streamed(records, names[::-1]).partition() == whole(records)


def test_admit_leaves_out_a_crowded_key_and_takes_one_twin() -> None:
    many = [f"s{number}" for number in range(CROWDED + 1)]

    assert admit({"tx": many, "ty": ["a"], "=z": many}) == ({"a", "s0"}, {"tx"})


def test_place_reports_only_what_changed() -> None:
    stored = {"a": Known(features(), "a", "a", 0)}

    placed = place([("b", features(journal="Am J Occup Ther"))], stored)

    assert placed.records == {"a": "a", "b": "a"}
    assert placed.bundles == {"a": "a", "b": "a"}
    assert placed.joined == (("a", "b"),)
    assert [placed.added, placed.merged, placed.split, placed.proposals] == [()] * 4


def test_a_decided_pair_is_not_proposed_again() -> None:
    one, other = features(BARE, journal=""), features(BARE, journal="")
    assert compare(one, other).outcome is Outcome.PROPOSE

    first = place([("a", one), ("b", other)], {})
    again = place([("a", one), ("b", other)], {}, apart={pair("a", "b")})

    assert [proposal.records for proposal in first.proposals] == [("a", "b")]
    assert again.proposals == ()


@settings(max_examples=20)
@given(st.permutations(["a", "b", "c", "d"]))
def test_people_override_vetoes_but_not_each_other(order: list[str]) -> None:
    records = {
        "a": features(doi="10.1000/a"),
        "b": features(doi="10.1000/b"),
        "c": features(doi="10.1000/a", pages="695"),
        "d": features(OTHER),
    }
    index = streamed(records, order)

    index.unite("a", "b")
    index.unite("a", "d")
    index.separate("b", "c")

    assert index.records["a"] == index.records["b"] == index.records["d"]
    assert index.records["c"] != index.records["b"]


def test_an_unknown_source_cannot_be_removed() -> None:
    with pytest.raises(KeyError):
        Index().remove("nobody")
