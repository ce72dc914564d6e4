"""Every reader of search's records ends in the same state, whatever the order of arrival.

Histories are made as search makes them: records are added, amended, flagged, merged, split and
merged anew, each subject and each alias with a counter of its own. Readers get them in any order,
in batches, with twins; the truth is what the history itself ends in.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.catalogue import services
from shared.events import Received
from shared.events.base import Event
from shared.events.screening import RecordSettled, SettlementReopened
from shared.events.search import (
    Flag,
    RecordAdded,
    RecordAmended,
    RecordFlagged,
    RecordMerged,
    RecordSplit,
    RecordState,
)
from shared.events.workbench import ReviewOpened, ReviewState, Stage
from shared.kernel import migrations
from shared.projections.aliases import standing, survivors_among
from tests.support.generated import examples
from tests.support.kernel import Storage
from tests.support.projected import READERS, Projected, active_entries, projected, verdicts
from tests.support.versions import MOMENT, Versions

IDS = ("a", "b", "c", "d", "e")
DEALS = ("amend", "flag", "remove", "merge", "merge", "split", "split", "move", "settle", "reopen")


def trials(number: int) -> settings:
    """Settings for this many examples, each in a review of its own on one storage."""
    spared = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=examples(number), deadline=None, suppress_health_check=spared)


@dataclass
class History:
    """What search and screening say of a review's records, and what is true in the end.

    Until `upgrade` is called merges and splits are said as version 1 said them.
    """

    review_id: str
    counted: bool = False
    versions: Versions = field(default_factory=Versions)
    said: list[Received[Any]] = field(default_factory=list)
    records: dict[str, RecordState] = field(default_factory=dict)
    into: dict[str, str] = field(default_factory=dict)
    counters: Counter[str] = field(default_factory=Counter)
    verdicts: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in IDS:
            self.records[name] = RecordState(record_id=name, title=name)
            self._say(RecordAdded(review_id=self.review_id, record=self.records[name]))

    def _say(self, event: Event) -> None:
        moment = MOMENT + timedelta(seconds=len(self.said))
        received = self.versions.received(event, time=moment, completed=self.counted)
        self.said.append(replace(received, id=f"{self.review_id}-{received.id}"))
        if event.SUBJECT_KIND == "record":
            self.counters[event.record.record_id] = received.subject_version

    def deal(self, what: str, one: str, other: str) -> None:
        """One thing that may happen, if it can happen to these records now."""
        absorbed = one in self.into
        if what == "settle" or what == "reopen":
            self._settle(what, one, "include" if one < other else "exclude")
        elif what == "merge" or what == "move":
            if absorbed == (what == "move") and self._can_move(one, other):
                self._merge(one, other)
        elif absorbed == (what == "split"):
            getattr(self, f"_{what}")(one)

    def _can_move(self, one: str, other: str) -> bool:
        return other not in self.into and other not in (one, standing(one, self.into))

    def _amend(self, one: str) -> None:
        self._say(RecordAmended(review_id=self.review_id, record=self.records[one]))

    def _flag(self, one: str) -> None:
        state = self.records[one]
        flags = () if state.flags else (Flag(kind="retraction"),)
        self.records[one] = replace(state, flags=flags)
        said = "retraction" if flags else "reinstatement"
        record = self.records[one]
        self._say(RecordFlagged(review_id=self.review_id, record=record, flag=said))

    def _remove(self, one: str) -> None:
        self.records[one] = replace(self.records[one], removed=not self.records[one].removed)
        self._amend(one)

    def _merge(self, one: str, other: str) -> None:
        self.into[one] = other
        record = self.records[other]
        self._say(
            RecordMerged(review_id=self.review_id, record=record, absorbed=one, alias_version=0)
        )

    def _split(self, one: str) -> None:
        origin = standing(one, self.into)
        del self.into[one]
        flags = () if self.records[one].flags else (Flag(kind="retraction"),)
        self.records[one] = replace(self.records[one], flags=flags)
        self._say(
            RecordSplit(
                review_id=self.review_id,
                record=self.records[origin],
                restored=self.records[one],
                restored_version=0,
                alias_version=0,
            )
        )
        if self.counted:
            self.counters[one] = self.said[-1].event.restored_version
        else:
            self._amend(one)

    def _settle(self, what: str, one: str, verdict: str) -> None:
        about = {"settlement_id": f"title/{one}", "record_id": one, "stage": "title"}
        reopened = what == "reopen"
        self.verdicts[one] = None if reopened else verdict
        if reopened:
            event: Event = SettlementReopened(review_id=self.review_id, reason="again", **about)
        else:
            event = RecordSettled(review_id=self.review_id, verdict=verdict, **about)
        self._say(event)

    def truth(self) -> Projected:
        """What every reader should have kept; aliases that nothing counted are left out."""
        return Projected(
            {
                name: (self.counters[name], state.is_retracted(), state.removed)
                for name, state in self.records.items()
            },
            survivors_among(self.into),
            {name: n for name in IDS if (n := self.versions.last(self.review_id, f"alias/{name}"))},
        )


@st.composite
def histories(draw: Any) -> Callable[[str], History]:
    """A history, yet to be told of a review; an upgrade of search may lie within it."""
    deal = st.tuples(st.sampled_from(DEALS), st.sampled_from(IDS), st.sampled_from(IDS))
    deals = draw(st.lists(deal, min_size=2, max_size=12))
    upgraded = draw(st.sampled_from([0, 0, 0, len(deals) // 2, len(deals)]))

    def told(review_id: str) -> History:
        history = History(review_id, counted=upgraded == 0)
        for n, (what, one, other) in enumerate(deals):
            history.counted = n >= upgraded
            history.deal(what, one, other)
        return history

    return told


class Readers:
    """Every reader's database, handed events as its inbox would hand them."""

    def __init__(self, storage: Storage) -> None:
        self.services = {name: services()[name] for name in (*READERS, "search")}
        self.dbs = {name: storage.connect(name) for name in self.services}
        self.reviews = 0

    async def open(self) -> None:
        """Make the tables."""
        for name, db in self.dbs.items():
            await db.open()
            service = self.services[name]
            await migrations.upgrade(db, service.tables, service.migrations)

    async def close(self) -> None:
        """Let go of the databases."""
        for db in self.dbs.values():
            await db.close()

    async def review(self) -> str:
        """A further review, which every reader knows."""
        self.reviews += 1
        review_id = f"rev{self.reviews}"
        state = ReviewState(review_id=review_id, title="T", stages=(Stage(name="title"),))
        opened = ReviewOpened(review_id=review_id, review=state)
        for name in self.services:
            await self.hand(name, [Versions().received(opened, id=f"{review_id}-opened")])
        return review_id

    async def hand(self, name: str, batch: list[Received[Any]]) -> None:
        """Hand a batch to a reader, each type to its handler, in one transaction."""
        on = self.services[name].on
        by_type: dict[Any, list[Received[Any]]] = {}
        for received in batch:
            by_type.setdefault(type(received.event), []).append(received)

        async def handle(tx: Any) -> None:
            for kind, some in by_type.items():
                if kind in on:
                    await on[kind](some, tx)

        await self.dbs[name].write(handle)

    async def deliver(self, name: str, said: list[Received[Any]], random: Random) -> None:
        """Deliver all of it in an order of its own, some of it twice, in batches."""
        order = [*said, *random.sample(said, k=len(said) // 3)]
        random.shuffle(order)
        while order:
            size = random.randint(1, 6)
            batch = list({received.id: received for received in order[:size]}.values())
            await self.hand(name, batch)
            del order[:size]


@pytest_asyncio.fixture(params=["sqlite", "postgres"])
async def readers(request: pytest.FixtureRequest, tmp_path: Any) -> AsyncIterator[Readers]:
    """All readers on one storage, whose tables are made already."""
    storage = Storage(request.param, tmp_path, kept=True)
    opened = Readers(storage)
    await opened.open()
    yield opened
    await opened.close()
    await storage.clean()


@pytest_asyncio.fixture
async def sqlite_readers(tmp_path: Any) -> AsyncIterator[Readers]:
    """All readers on SQLite."""
    opened = Readers(Storage("sqlite", tmp_path, kept=True))
    await opened.open()
    yield opened
    await opened.close()


async def all_agree(readers: Readers, told: Callable[[str], History], random: Random) -> None:
    """Tell every reader a history in an order of its own, and compare what each has kept."""
    review_id = await readers.review()
    history = told(review_id)
    truth = history.truth()
    for name in readers.services:
        await readers.deliver(name, history.said, random)
        if name in READERS:
            kept = await projected(readers.dbs[name], name, review_id)
            counted = {one: kept.aliases[one] for one in truth.aliases}
            assert (name, replace(kept, aliases=counted)) == (name, truth)
        if name != "screening":
            found = await verdicts(readers.dbs[name], name, review_id)
            assert (name, found) == (name, history.verdicts)


@trials(60)
@given(told=histories(), random=st.randoms(use_true_random=False))
async def test_all_readers_end_in_the_same_state_in_any_order_of_arrival(
    sqlite_readers: Readers, told: Callable[[str], History], random: Random
) -> None:
    await all_agree(sqlite_readers, told, random)


@trials(4)
@given(told=histories(), random=st.randoms(use_true_random=False))
async def test_readers_agree_alike_on_both_databases(
    readers: Readers, told: Callable[[str], History], random: Random
) -> None:
    await all_agree(readers, told, random)


@trials(40)
@given(told=histories(), random=st.randoms(use_true_random=False))
async def test_the_records_to_screen_are_those_that_stand_in_any_order_of_arrival(
    sqlite_readers: Readers, told: Callable[[str], History], random: Random
) -> None:
    review_id = await sqlite_readers.review()
    history = told(review_id)
    await sqlite_readers.deliver("screening", history.said, random)
    wanted = {
        name
        for name, state in history.records.items()
        if name not in history.into and not state.removed
    }
    found = await active_entries(sqlite_readers.dbs["screening"], review_id, "title")
    assert found == wanted
