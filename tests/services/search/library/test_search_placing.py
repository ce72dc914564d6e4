"""The library in the database parts records as de-duplication in memory does."""

import random
from dataclasses import replace

import pytest

from services.search.imports.handlers import withdraw
from services.search.library.domain.dedup import batch, index, normalise
from services.search.library.domain.record import Author, Bibliography, SourceRecord
from services.search.library.handlers import keep as keep_handlers
from services.search.library.handlers import placement as placement_handlers
from services.search.library.handlers.preparation import prepare
from services.search.library.handlers.record_events import Changes, tell
from services.search.library.store import blocking_keys, sources
from tests.services.search.conftest import REVIEW

TITLES = (
    "Effect of mental practice on function after stroke: a randomised trial",
    "Effect of mental practice on function after stroke: a randomized trial",
    "Effect of mental practice on function after stroke: part II",
    "Erratum: Effect of mental practice on function after stroke",
    "Effect of practice at home on function after stroke in the young",
    "Housing first for people who leave prison with nowhere to go",
)
AUTHORS = (
    (),
    (Author(family="Nilsen", given="Dawn"),),
    (Author(family="Nilsen", given="D."), Author(family="Gillen", given="Glen")),
)


def library_of(seed, count=40):
    """Source records that nearly collide."""
    dice = random.Random(seed)
    made = {}
    for number in range(count):
        bibliography = Bibliography(
            title=dice.choice(TITLES),
            authors=dice.choice(AUTHORS),
            year=dice.choice((2010, 2010, 2011)),
            journal=dice.choice(("Stroke", "Am J Occup Ther")),
            volume=dice.choice(("", "64", "65")),
            pages=dice.choice(("", "695-708", "11-20")),
            doi=dice.choice((None, None, "10.1000/a", "10.1000/b")),
        )
        one = prepare(
            REVIEW, SourceRecord(source="x", own_id=str(number), bibliography=bibliography)
        )
        made[one.id] = one
    return made


def parted(some):
    """The partition of a batch."""
    return {
        frozenset(cluster) for cluster in batch({n: one.features for n, one in some.items()})[0]
    }


class Shelf:
    """Keeps pages, takes back, and says how the sources stand."""

    def __init__(self, db):
        self.db = db

    async def keep(self, page):
        origin = keep_handlers.RecordOrigin(origin="i")
        await self.db.write(lambda tx: keep_handlers.keep_page(tx, REVIEW, page, origin))

    async def take_back(self, names):
        async def use_case(tx):
            placement, former = await withdraw(tx, REVIEW, {name: {} for name in names})
            await tell(tx, REVIEW, Changes(placement=placement, amended=set(former)))

        await self.db.write(use_case)

    async def partition(self, made):
        async def query(tx):
            known = await sources.known(tx, REVIEW, list(made))
            return {name: row["record_id"] for name, row in known.items() if not row["withdrawn"]}

        standing = await self.db.read(query)
        members = {}
        for name, record in standing.items():
            members.setdefault(record, set()).add(name)
        return {frozenset(some) for some in members.values()}


@pytest.fixture
def few_make_a_crowd(monkeypatch):
    """Keys are crowded from four holders on, so that crowding happens; recent ones are moved."""
    for module in (placement_handlers, blocking_keys, index):
        monkeypatch.setattr(module, "OVERSIZED", 3)
    monkeypatch.setattr(blocking_keys, "TURN", 2)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("page", [1, 7, 40])
async def test_pages_in_any_order_give_the_partition_of_the_batch(
    library, few_make_a_crowd, seed, page
):
    made, shelf = library_of(seed), Shelf(library.db)
    order = list(made.values())
    random.Random(seed + page).shuffle(order)

    for start in range(0, len(order), page):
        await shelf.keep(order[start : start + page])

    assert await shelf.partition(made) == parted(made)


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_taken_back_leaves_no_trace_and_may_come_again(
    library, few_make_a_crowd, seed
):
    made, shelf = library_of(seed), Shelf(library.db)
    await shelf.keep(list(made.values()))
    gone = random.Random(seed).sample(sorted(made), 15)

    await shelf.take_back(gone)
    assert await shelf.partition(made) == parted(
        {name: one for name, one in made.items() if name not in gone}
    )

    for name in gone:
        await shelf.keep([made[name]])
    assert await shelf.partition(made) == parted(made)


async def test_a_source_that_comes_again_as_something_else_leaves_the_record_it_named(library):
    shelf = Shelf(library.db)
    paper = Bibliography(title=TITLES[0], authors=AUTHORS[2], year=2010, doi="10.1000/a")
    first = prepare(REVIEW, SourceRecord(source="embase", own_id="E1", bibliography=paper))
    second = prepare(REVIEW, SourceRecord(source="scopus", own_id="S1", bibliography=paper))
    await shelf.keep([first])
    await shelf.keep([second])
    await shelf.take_back([first.id])
    other = replace(paper, title=TITLES[5], doi="10.1000/b", authors=())

    await shelf.keep(
        [prepare(REVIEW, SourceRecord(source="embase", own_id="E1", bibliography=other))]
    )

    assert normalise(other) != first.features
    records = {one["title"]: one["record_id"] for one in await library.records()}
    assert records == {TITLES[0]: second.id, TITLES[5]: first.id}
    assert len(await library.events("record_split")) == 1
