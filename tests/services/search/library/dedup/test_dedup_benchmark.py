"""The benchmark reads what sets look like, and scores what Rathbone scored."""

import gzip
from pathlib import Path

import pytest

from benchmarks.dedup import measure, pooled
from benchmarks.dedup_reading import authors, read_set
from benchmarks.dedup_scoring import Score, accept, score
from benchmarks.dedup_sqlite import SqliteStore
from services.search.library.domain.dedup import batch, normalise
from tests.services.search.library.dedup.dedup_examples import OTHER, features
from tests.support.reference import reference

_HEAD = "record_id,type,title,author,journal,year,volume,number,pages,doi,duplicate_set\n"
_ROWS = """\
a,article,Sleep after stroke in older adults,"Smith, J. and Jones, P.",Stroke,2010.0,4,1,1-9,,7
b,article,Sleep after stroke in older adults.,Smith J.Jones P.,Stroke,2010,4,1,1--9,,7
c,article,Gait after stroke in older adults,"Wu, L.",Brain,2011,5,2,33,10.1000/c,
"""


def test_of_every_group_one_record_has_to_stay() -> None:
    truth = {"a": "1", "b": "1", "c": "1", "d": "", "e": ""}

    assert score(truth, [["a", "b"], ["c"], ["d"]]) == Score(tp=1, fp=0, fn=1, tn=3)
    assert score(truth, [["d", "a", "b", "c"]]) == Score(tp=2, fp=1, fn=0, tn=2)
    assert score(truth, [["a", "d"]]) == Score(tp=0, fp=1, fn=2, tn=2)


def test_a_person_accepts_only_true_proposals() -> None:
    truth = {"a": "1", "b": "1", "c": "1", "d": ""}

    merged = accept(truth, [["a", "b"], ["c"], ["d"]], [("b", "c"), ("a", "d"), ("a", "b")])

    assert merged == [["a", "b", "c"], ["d"]]


@pytest.mark.parametrize(
    "text",
    [
        "Smith, J. and Jones, P.",
        "Smith J.Jones P.",
        "Smith, J.; Jones, P.",
        "Smith J., Jones P.",
        "Smith, J., Jones, P.",
        "Smith, J.Jones, P.",
        "Smith, J.\nJones, P.",
    ],
)
def test_author_fields_are_split_in_every_form(text: str) -> None:
    assert [(a.family, a.given) for a in authors(text)] == [("Smith", "J."), ("Jones", "P.")]


@pytest.mark.parametrize("name", ["set.csv", "set.csv.gz"])
def test_a_set_is_read_plain_or_gzipped(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    data = (_HEAD + _ROWS).encode()
    path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)

    rows = list(read_set(path))

    assert [(row.id, row.group, row.bibliography.year) for row in rows] == [
        ("a", "7", 2010),
        ("b", "7", 2010),
        ("c", "", 2011),
    ]


def test_a_set_with_other_columns_ids_and_empty_cells_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    rows = "7,Sleep after stroke in the old,nan,1.0,extra,more\n7,Sleep,2010\n,Gait,,1.0\n"
    path.write_bytes(b"\xef\xbb\xbfRecord_ID,Title,year,duplicate_set,abc\r\n" + rows.encode())

    read = list(read_set(path))

    assert [(row.id, row.group) for row in read] == [
        ("7", "1.0"),
        ("row 1 7", ""),
        ("row 2", "1.0"),
    ]
    assert [row.bibliography.year for row in read] == [None, 2010, None]
    assert not any(row.bibliography.authors or row.bibliography.doi for row in read)


def test_a_set_of_titles_alone_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("record_id,title,duplicate_set\n1,Sleep,\n2,,\n3,Gait after stroke,x\n")

    entry, _ = measure(path, stream=True, seed=1)

    assert (entry["true_duplicates"], entry["sensitivity"], entry["false_positives"]) == (0, 1.0, 0)
    assert entry["stream"]["equals_batch"]


def test_proposed_counts_each_pair_of_records_once_and_their_sensitivity_the_true_ones(
    tmp_path: Path,
) -> None:
    path = tmp_path / "asked.csv"
    row = '{},article,Sleep after stroke in older adults,"Wu, L.",Stroke,2010,4,1,1-9,{},{}\n'
    cells = [("a", "10.1000/a", 1), ("b", "10.1000/a", 1), ("c", "10.1000/c", 1)]
    cells += [("d", "10.1000/c", 1), ("e", "10.1000/e", "")]
    path.write_text(_HEAD + "".join(row.format(*some) for some in cells))

    entry, _ = measure(path, stream=False, seed=1)

    assert (entry["proposed"], entry["sensitivity"]) == (3, 0.666667)
    assert (entry["sensitivity_with_proposals"], entry["false_positives"]) == (1.0, 0)


def test_a_set_is_measured_and_pooled(tmp_path: Path) -> None:
    path = tmp_path / "tiny.csv"
    path.write_text(_HEAD + _ROWS)

    entry, scores = measure(path, stream=True, seed=1)

    assert (entry["set"], entry["records"], entry["true_duplicates"]) == ("tiny", 3, 1)
    assert entry["sensitivity"] == entry["specificity"] == entry["precision"] == 1.0
    assert entry["stream"]["equals_batch"]
    assert pooled([(entry, scores), (entry, scores)])["true_duplicates"] == 2


def test_a_sql_store_places_as_the_index_does(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "library.sqlite")
    store.store([("a", features())])

    placement = store.add([("b", features(pages="695")), ("c", features(OTHER))])
    store.close()

    assert placement.records == {"a": "a", "b": "a", "c": "c"}


@pytest.mark.parametrize("name", ["stroke", "haematology"])
def test_no_unique_record_of_a_labelled_set_is_removed(name: str) -> None:
    rows = list(read_set(reference(f"dedup/{name}.csv.gz")))

    clusters, _ = batch({row.id: normalise(row.bibliography) for row in rows})

    counts = score({row.id: row.group for row in rows}, clusters)
    assert (counts.fp, counts.specificity) == (0, 1.0)
