"""What one placement tells the service, by example."""

from itertools import combinations

import pytest
from hypothesis import given

from services.search.library.domain.dedup import (
    OVERSIZED,
    Features,
    Index,
    Merged,
    Outcome,
    PlacedSource,
    Split,
    admit,
    clusters_of,
    compare,
    pair,
    place,
)
from services.search.library.domain.dedup.agreement import (
    FieldAgreement,
    abstracts,
    authors,
    journals,
    locate,
    titles,
)
from services.search.library.domain.dedup.compare import PROPOSE, judge, score
from services.search.library.domain.dedup.place import name_clusters
from tests.services.search.library.dedup.dedup_examples import (
    BARE,
    OTHER,
    features,
    people,
    sets,
    streamed,
    whole,
)


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

    settled = clusters_of(records)

    assert settled.clusters == (("a", "c"), ("b",))
    assert list(settled.asked) == [("a", "b"), ("b", "c")]
    assert settled.asked[("b", "c")].reason.endswith("must stay apart")


def test_twins_past_the_crowding_mark_are_still_one_record() -> None:
    index = Index()
    for number in range(OVERSIZED + 5):
        index.add([(f"t{number:03}", features())])

    assert len(index.partition()) == 1


def test_crowding_is_the_same_in_any_order() -> None:
    records = {
        f"r{number:03}": features(pages=str(100 + number), authors=people(f"Name{number}"))
        for number in range(OVERSIZED + 3)
    }
    records["near"] = features(pages="100", authors=people("Name0"), journal="Am J Occup Ther")
    names = sorted(records)

    assert streamed(records, names, 40).partition() == whole(records)
    assert streamed(records, names[::-1]).partition() == whole(records)


def test_admit_leaves_out_a_crowded_key_and_takes_one_twin() -> None:
    many = [f"s{number}" for number in range(OVERSIZED + 1)]

    met = admit({"tx": many, "ty": ["a", "n"], "=z": [*many, "n"]}, {"n"})

    assert met == {"ty": ["a", "n"], "=z": ["s0", "n"]}


def test_place_compares_those_that_share_a_key_whatever_keys_are_called() -> None:
    stored = {
        "a": PlacedSource(features(), "a", "a", 0),
        "z": PlacedSource(features(OTHER), "z", "z", 1),
    }
    new = [("b", features(journal="Am J Occup Ther")), ("c", features(OTHER, pages="11"))]

    told = place(new, stored, hits={1: ["a", "b"], 2: ["c", "z"], 3: ["a", "b", "gone"]})
    deaf = place(new, stored, hits={1: ["a", "b"], 2: ["c"]})

    assert told.clusters == {"a": ("a", "b"), "z": ("z", "c")}
    assert deaf.clusters == {"a": ("a", "b"), "c": ("c",)}


@given(sets)
def test_what_need_not_be_read_changes_no_verdict(records: dict[str, Features]) -> None:
    for a, b in combinations(records.values(), 2):
        place_, title = locate(a, b), titles(a, b)
        evidence = FieldAgreement(*place_, title, authors(a, b), journals(a, b), abstracts(a, b))
        strength = score(a, b, evidence)
        full = judge(a, b, evidence, strength) if strength >= PROPOSE else None
        short = compare(a, b)

        assert short.outcome is (full.outcome if full else Outcome.DISTINCT)
        assert full is None or short.outcome is Outcome.DISTINCT or short == full


def test_place_reports_only_what_changed() -> None:
    stored = {"a": PlacedSource(features(), "a", "a", 0)}

    placed = place([("b", features(journal="Am J Occup Ther"))], stored, hits={"t": ["a", "b"]})

    assert placed.records == {"a": "a", "b": "a"}
    assert placed.bundles == {"a": "a", "b": "a"}
    assert placed.joined == (("a", "b"),)
    assert [placed.added, placed.merged, placed.split, placed.proposals] == [()] * 4


def test_a_decided_pair_is_not_proposed_again() -> None:
    one, other = features(BARE, journal=""), features(BARE)
    hits = {"t": ["a", "b"]}
    assert compare(one, other).outcome is Outcome.PROPOSE

    first = place([("a", one), ("b", other)], {}, hits=hits)
    again = place([("a", one), ("b", other)], {}, apart={pair("a", "b")}, hits=hits)

    assert [proposal.records for proposal in first.proposals] == [("a", "b")]
    assert again.proposals == ()


def test_an_unknown_source_cannot_be_removed() -> None:
    with pytest.raises(KeyError):
        Index().remove("nobody")
