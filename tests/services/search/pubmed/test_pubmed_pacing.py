"""One pace for all callers, and pauses that grow."""

import asyncio

import pytest

from services.search.pacing.client import Pacer, Patience
from services.search.pubmed.client.pubmed import Access, PubMed
from tests.services.search.pubmed.conftest import Hours
from tests.support.eutils import Corpus, EUtils, FakeArticle, faults


async def test_callers_at_once_are_sent_one_after_the_other(hours: Hours) -> None:
    pacer = Pacer(2.0, hours.timing())
    asked: list[float] = []

    async def note(seconds: float) -> None:
        asked.append(seconds)

    pacer.timing = type(hours.timing())(monotonic=lambda: 100.0, sleep=note)
    await asyncio.gather(*(pacer.turn() for _ in range(5)))
    assert asked == [0.5, 1.0, 1.5, 2.0]


async def test_a_waiting_caller_does_not_hold_the_lock() -> None:
    pacer = Pacer(1.0, Hours().timing())
    gate = asyncio.Event()

    async def wait(_seconds: float) -> None:
        await gate.wait()

    pacer.timing = type(pacer.timing)(monotonic=lambda: 0.0, sleep=wait)
    await pacer.turn()
    waiting = asyncio.create_task(pacer.turn())
    await asyncio.sleep(0)
    await asyncio.wait_for(pacer.hold(1.0), 1.0)
    gate.set()
    await waiting


async def test_a_pause_named_by_ncbi_holds_every_caller(hours: Hours) -> None:
    pacer = Pacer(10.0, hours.timing())
    await pacer.hold(30.0)
    await pacer.turn()
    assert hours.slept == [30.0]


def test_pauses_double_up_to_a_minute_and_are_scattered() -> None:
    patience = Patience()
    ceilings = [patience.pause(failures, 1.0, None) for failures in range(1, 9)]
    assert ceilings == [1, 2, 4, 8, 16, 32, 60, 60]
    assert patience.pause(4, 0.25, None) == 2.0
    assert patience.pause(1, 0.0, None) == 0.0
    assert patience.pause(1, 0.0, 5.0) == 5.0


async def test_requests_are_paced_by_key_or_address(
    corpus: Corpus, eutils: EUtils, hours: Hours
) -> None:
    corpus.add(FakeArticle(pmid=1, title="Ferns"))
    for key, pause in ((None, 1 / 2.7), ("key", 1 / 8)):
        hours.slept.clear()
        pubmed = PubMed(Access(base_url=eutils.base_url, api_key=key), timing=hours.timing())
        for _ in range(4):
            await pubmed.count("ferns[tiab]")
        pubmed.close()
        assert hours.slept == pytest.approx([pause] * 3)


async def test_a_server_that_counts_answers_every_call(corpus: Corpus, eutils: EUtils) -> None:
    corpus.add(FakeArticle(pmid=1, title="Ferns"))
    eutils.per_second = 20
    pubmed = PubMed(Access(base_url=eutils.base_url, rate=18.0))
    answers = await asyncio.gather(*(pubmed.count("ferns[tiab]") for _ in range(24)))
    pubmed.close()
    assert [answer.count for answer in answers] == [1] * 24


async def test_the_event_loop_goes_on_while_a_server_hangs(eutils: EUtils, hours: Hours) -> None:
    pubmed = PubMed(Access(base_url=eutils.base_url, quiet=0.5), timing=hours.timing())
    eutils.script(faults.hang)
    searching = asyncio.create_task(pubmed.count("ferns[tiab]"))
    while not eutils.seen:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    assert not searching.done()
    await searching
    pubmed.close()
