"""The partition is a function of the set of records and of people's decisions."""

import random
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from services.search.library.domain.dedup import Features, Placement, batch, compare
from services.search.library.domain.dedup import index as index_module
from tests.services.search.library.dedup.dedup_examples import (
    OTHER,
    features,
    sets,
    streamed,
    whole,
)
from tests.support.generated import examples


@given(sets, st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_order_and_any_paging_gives_the_partition_of_the_batch(
    records: dict[str, Features], chance: random.Random, page: int
) -> None:
    order = list(records)
    chance.shuffle(order)

    index = streamed(records, order, page)

    assert index.partition() == whole(records)
    assert set(index.proposals()) == set(batch(records)[1])


@given(sets, st.randoms(use_true_random=False), st.integers(1, 4), st.data())
def test_crowded_keys_are_left_out_in_any_order(
    records: dict[str, Features], chance: random.Random, page: int, data: st.DataObject
) -> None:
    order = list(records)
    chance.shuffle(order)
    with patch.object(index_module, "OVERSIZED", 2):
        index = streamed(records, order, page)
        assert index.partition() == whole(records)

        for name in data.draw(st.lists(st.sampled_from(order), unique=True, max_size=4)):
            index.remove(name)
        assert index.partition() == whole(index.features)


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


@given(sets, st.data())
def test_every_record_has_one_name(records: dict[str, Features], data: st.DataObject) -> None:
    index = streamed(records, data.draw(st.permutations(sorted(records))))
    for name in data.draw(st.lists(st.sampled_from(sorted(records)), unique=True, max_size=3)):
        index.remove(name)

    assert len(set(index.records.values())) == len(index.partition())
    assert index.partition() == whole(index.features)


@settings(max_examples=examples(20))
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
