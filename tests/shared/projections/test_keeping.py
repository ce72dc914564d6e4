"""What a reader keeps: the newest state of each subject, and whole chains of merges."""

from itertools import permutations

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Integer, Table, Text, select

from shared.db import kernel_metadata
from shared.db.rows import all_of, put, rows_among
from shared.kernel import migrations
from shared.projections.aliases import absorbed, all_survivors, names_of, standing, survivors
from shared.projections.newest import keep_newest, newest_of
from tests.support.generated import examples
from tests.support.kernel import Storage

METADATA = kernel_metadata()
THINGS = Table(
    "things",
    METADATA,
    Column("review_id", Text, primary_key=True),
    Column("thing_id", Text, primary_key=True),
    Column("subject_version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("mine", Text),
)
ALIASES = Table(
    "aliases",
    METADATA,
    Column("review_id", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("survivor", Text, nullable=False),
    Column("merged", Boolean, nullable=False),
)


@pytest_asyncio.fixture
async def db(storage):
    opened = storage.connect("things")
    await opened.open()
    await migrations.upgrade(opened, METADATA, None)
    yield opened
    await opened.close()


def thing(thing_id, version, name=""):
    return {
        "review_id": "rev",
        "thing_id": thing_id,
        "subject_version": version,
        "name": name or f"{thing_id}{version}",
    }


async def kept(db):
    rows = await db.read(lambda tx: all_of(tx, select(THINGS).order_by(THINGS.c.thing_id)))
    return [(row["thing_id"], row["subject_version"], row["name"]) for row in rows]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
async def test_the_newest_state_stands_in_any_order_of_arrival(db, order):
    for version in order:
        await db.write(lambda tx, v=version: keep_newest(tx, THINGS, [thing("a", v)]))
    assert await kept(db) == [("a", 3, "a3")]


async def test_of_twins_in_one_batch_the_newest_is_kept_once(db):
    rows = [thing("b", 2), thing("a", 1), thing("b", 3), thing("b", 3), thing("b", 1)]
    await db.write(lambda tx: keep_newest(tx, THINGS, rows))
    assert await kept(db) == [("a", 1, "a1"), ("b", 3, "b3")]


async def test_a_state_of_the_same_version_changes_nothing(db):
    await db.write(lambda tx: keep_newest(tx, THINGS, [thing("a", 2, "first")]))
    await db.write(lambda tx: keep_newest(tx, THINGS, [thing("a", 2, "second")]))
    assert await kept(db) == [("a", 2, "first")]


async def test_columns_that_a_row_does_not_name_stay_as_they_are(db):
    await db.write(lambda tx: put(tx, THINGS, [{**thing("a", 1), "mine": "note"}]))
    await db.write(lambda tx: keep_newest(tx, THINGS, [thing("a", 2)]))
    (row,) = await db.read(lambda tx: all_of(tx, select(THINGS)))
    assert (row["name"], row["mine"]) == ("a2", "note")


async def test_rows_are_found_among_more_keys_than_a_statement_has_parameters(db):
    rows = [thing(f"t{n:05}", 1) for n in range(40_000)]
    await db.write(lambda tx: keep_newest(tx, THINGS, rows))
    ids = [row["thing_id"] for row in rows]
    found = await db.read(lambda tx: rows_among(tx, THINGS, "rev", THINGS.c.thing_id, ids))
    assert len(found) == 40_000


def test_rows_are_stored_in_the_order_of_their_keys():
    rows = newest_of([thing("b", 1), thing("a", 1)], ("review_id", "thing_id"))
    assert [row["thing_id"] for row in rows] == ["a", "b"]


async def merge(db, *pairs, merged=True):
    rows = [
        {"review_id": "rev", "record_id": one, "survivor": other, "merged": merged}
        for one, other in pairs
    ]
    await db.write(lambda tx: put(tx, ALIASES, rows))


async def stand(db, *record_ids):
    return await db.read(lambda tx: survivors(tx, ALIASES, "rev", record_ids))


async def test_a_record_stands_as_the_end_of_its_chain_however_long(db):
    chain = [(f"r{n:02}", f"r{n + 1:02}") for n in range(40)]
    await merge(db, *chain)
    assert await stand(db, "r00", "r39", "other") == {"r00": "r40", "r39": "r40", "other": "other"}


async def test_a_record_that_was_split_off_stands_for_itself(db):
    await merge(db, ("a", "b"), ("b", "c"))
    await merge(db, ("b", "c"), merged=False)
    assert await stand(db, "a", "b") == {"a": "b", "b": "b"}


async def test_merges_in_a_circle_stand_as_their_smallest_id(db):
    await merge(db, ("b", "c"), ("c", "a"), ("a", "b"), ("z", "c"))
    assert set((await stand(db, "a", "b", "c", "z")).values()) == {"a"}


async def test_all_that_a_record_absorbed_is_found_through_chains(db):
    await merge(db, ("a", "b"), ("b", "c"), ("x", "y"))
    assert await db.read(lambda tx: absorbed(tx, ALIASES, "rev", ["c"])) == {"b": "c", "a": "b"}


async def test_a_record_is_known_by_all_names_of_its_survivor(db):
    await merge(db, ("a", "b"), ("b", "c"), ("d", "c"), ("x", "y"))
    names = await db.read(lambda tx: names_of(tx, ALIASES, "rev", ["b", "alone"]))
    assert names == {"a": "c", "b": "c", "c": "c", "d": "c", "alone": "alone"}


IDS = st.sampled_from("abcdef")


@given(st.dictionaries(IDS, IDS), IDS)
def test_resolving_ends_whatever_the_merges_say(into, record_id):
    end = standing(record_id, into)
    assert standing(end, into) == end
    assert end == record_id or record_id in into


@settings(max_examples=examples(25))
@given(into=st.dictionaries(IDS, IDS))
async def test_reading_a_batch_and_a_whole_review_agree(tmp_path_factory, into):
    db = Storage("sqlite", tmp_path_factory.mktemp("aliases")).connect("things")
    await db.open()
    await migrations.upgrade(db, METADATA, None)
    await merge(db, *into.items())
    whole = await db.read(lambda tx: all_survivors(tx, ALIASES, "rev"))
    assert await stand(db, *into) == whole
    await db.close()


async def test_keeping_says_how_many_rows_were_newer(db):
    first = await db.write(lambda tx: keep_newest(tx, THINGS, [thing("a", 1), thing("b", 5)]))
    rows = [thing("a", 2), thing("b", 4), thing("c", 1)]
    assert (first, await db.write(lambda tx: keep_newest(tx, THINGS, rows))) == (2, 2)
