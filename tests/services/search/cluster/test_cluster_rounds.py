"""Rounds of CLUSTER searching on real databases, with the fake PubMed at the other end."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from services.search.cluster.domain.round import UNCERTAIN
from services.search.cluster.store import rounds
from services.search.living.handlers import event_handlers
from shared.events.workbench import ReviewAmended, ReviewState
from shared.http.problems import Conflict, Invalid
from shared.ops.settings import Settings
from tests.services.search.cluster import cluster_harness as harness
from tests.services.search.cluster.cluster_harness import (
    GAP,
    START,
    again,
    approve,
    data_of,
    find_gap,
    found,
    keep,
    pearl,
    receive,
    round_,
)
from tests.services.search.living.living_harness import REVIEW, Living, living_review
from tests.support.eutils import Corpus, faults

STAYING = timedelta(hours=3)


@pytest.fixture
def corpus() -> Corpus:
    return harness.around_the_pearls()


@pytest_asyncio.fixture
async def living(settings: Settings, corpus: Corpus) -> AsyncIterator[Living]:
    async with living_review(settings, corpus, START) as review:
        await find_gap(review)
        yield review


@pytest_asyncio.fixture
async def impatient(settings: Settings, corpus: Corpus) -> AsyncIterator[Living]:
    async with living_review(settings, corpus, START, quiet=0.3) as review:
        await find_gap(review)
        yield review


async def test_each_step_finds_what_it_is_for(living: Living) -> None:
    one, two = await keep(living, pearl(1), pearl(2))
    await approve(
        living, one, two, topic="doors[tiab]", theory="social capital[tiab]", condition="psychosis"
    )
    await living.work()
    assert await found(living) == {
        "references": {"11", "12"},
        "lead_author": {"14", "19"},
        "cited_by": {"15"},
        "project": {"16", "17"},
        "theory": {"18"},
        "antecedents": {"13", "17"},
    }
    seen = await round_(living)
    assert seen["state"] == "succeeded"
    assert (seen["total"]["retrieved"], seen["total"]["new"]) == (9, 9)
    assert {step["state"] for step in seen["steps"].values()} == {"done"}
    assert "20" not in await living.records()


async def test_hits_enter_the_library_with_the_step_the_pearl_and_the_round(
    living: Living,
) -> None:
    one, two = await keep(living, pearl(1), pearl(2))
    await approve(living, one, two, steps=("references", "cited_by", "antecedents", "project"))
    await living.work()
    said = [each["record"] for each in await data_of(living, "record_added")]
    added = {each["pmid"]: each for each in said}
    (route,) = added["15"]["routes"]
    assert (route["source"], route["arm"]) == ("pubmed", "other")
    assert route["how"] == "CLUSTER round 1: cites 1 (step 5)"
    (route,) = added["12"]["routes"]
    assert "in the references of 1 (step 2)" in route["how"]
    assert "in the references of 2 (step 2)" in route["how"]
    (route,) = added["17"]["routes"]
    assert route["how"] == (
        "CLUSTER round 1: antecedent of 1 (step 11); of the project of 1 (step 6)"
    )


async def test_a_round_is_asked_with_a_list_of_pearls_each_by_itself(living: Living) -> None:
    one, two = await keep(living, pearl(1), pearl(2))
    await approve(living, one, two, steps=("references", "cited_by"))
    await living.work()
    calls = living.eutils.calls("elink")
    assert [call.parameters["id"] for call in calls] == [["1", "2"]] * 4
    hits = await living.db.read(lambda tx: rounds.hits_of(tx, (REVIEW, GAP, 1)))
    by_pearl = {(hit["pearl"], hit["pmid"]) for hit in hits if hit["step"] == "references"}
    assert by_pearl == {(one, "11"), (one, "12"), (two, "12")}


async def test_a_link_that_one_of_two_answers_leaves_out_is_found_and_told(
    living: Living,
) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("cited_by",))
    living.eutils.script(faults.without_link(15), utility="elink")
    await living.work()
    step = (await round_(living))["steps"]["cited_by"]
    assert step["new"] == 1
    assert "Two answers about 1 differed (0, 1 links)." in step["notes"]
    assert UNCERTAIN in step["notes"]


async def test_no_links_are_told_apart_from_no_answer(living: Living) -> None:
    one, two = await keep(living, pearl(1), pearl(2))
    await approve(living, one, two, steps=("cited_by",))
    living.eutils.script(*[faults.link_set_error(1)] * 2, utility="elink")
    await living.work()
    seen = await round_(living)
    step = seen["steps"]["cited_by"]
    assert step["unanswered"] == ["1"]
    assert any("no answer about 1" in note for note in step["notes"])
    assert any("no link of 2, or does not know it" in note for note in step["notes"])
    assert (seen["may_close"], "5 What cites the pearls" in seen["closing"]) == (False, True)


async def test_an_error_with_status_200_is_asked_again_and_is_never_zero_hits(
    living: Living,
) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("cited_by",))
    living.eutils.script(*[faults.link_server_empty()] * 6, utility="elink")
    await living.work()
    seen = await round_(living)
    assert (seen["state"], len(seen["troubles"])) == ("waiting", 1)
    assert "exLinkSrv2" in seen["troubles"][0]["why"]
    await living.until(START + STAYING)
    seen = await round_(living)
    assert (seen["state"], seen["total"]["new"]) == ("succeeded", 1)
    assert (await living.counts())["search.cluster_round_finished"] == 1


@pytest.mark.parametrize("fault", [faults.hang, faults.html_page(), faults.cut, faults.reset])
async def test_a_pubmed_that_hangs_or_talks_nonsense_ends_in_a_retried_round_with_a_reason(
    impatient: Living, fault: faults.Fault
) -> None:
    (one,) = await keep(impatient, pearl(1))
    await approve(impatient, one, steps=("cited_by",))
    impatient.eutils.script(*[fault] * 6, utility="elink")
    await impatient.work()
    seen = await round_(impatient)
    assert (seen["state"], bool(seen["troubles"][0]["why"])) == ("waiting", True)
    await impatient.until(START + STAYING)
    assert (await round_(impatient))["total"]["new"] == 1


async def test_a_round_that_is_given_up_says_so_once_and_another_can_follow(
    living: Living,
) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("cited_by",))
    living.eutils.script(*[faults.server_error()] * 36, utility="elink")
    await living.until(START + STAYING)
    seen = await round_(living)
    assert (seen["state"], len(seen["troubles"])) == ("failed", 6)
    assert not seen["may_close"]
    (said,) = await data_of(living, "cluster_round_finished")
    assert said["succeeded"] is False
    assert "HTTP 500" in said["warnings"][-1]
    assert await again(living, one, steps=("cited_by",)) == 2
    await living.work()
    assert (await round_(living, 2))["total"]["new"] == 1


async def test_a_round_that_breaks_off_goes_on_without_asking_or_keeping_twice(
    living: Living,
) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("references", "cited_by", "project"))
    living.eutils.script(*[faults.server_error()] * 6, utility="efetch")
    await living.work()
    asked = len(living.eutils.calls("elink")), len(living.eutils.calls("esearch"))
    assert (await round_(living))["state"] == "waiting"
    await living.until(START + STAYING)
    assert (len(living.eutils.calls("elink")), len(living.eutils.calls("esearch"))) == asked
    seen = await round_(living)
    assert (seen["state"], seen["total"]["new"], len(seen["troubles"])) == ("succeeded", 5, 1)
    assert (await living.counts())["search.record_added"] == 6


async def test_a_question_that_pubmed_refuses_ends_its_step_and_no_other(living: Living) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("cited_by", "project"))
    living.eutils.script(faults.refused(), utility="esearch")
    await living.work()
    seen = await round_(living)
    assert seen["state"] == "succeeded"
    assert (seen["steps"]["project"]["state"], seen["steps"]["cited_by"]["new"]) == ("refused", 1)
    assert "No answer to 6 Project" in seen["closing"]


async def test_zero_hits_are_said_with_pubmeds_remark(living: Living) -> None:
    (two,) = await keep(living, pearl(2))
    await approve(living, two, steps=("lead_author",), topic="unheardof[tiab]")
    await living.work()
    seen = await round_(living)
    step = seen["steps"]["lead_author"]
    assert (step["state"], step["retrieved"]) == ("done", 0)
    assert step["queries"][0]["count"] == 0
    assert any("nowhere" in note or "nothing" in note for note in step["notes"])
    assert seen["may_close"]


async def test_a_pearl_without_a_pmid_says_what_it_could_not_do(living: Living) -> None:
    references = ("Abara A. Ferns. pmid:11", "A book without a number.")
    without = pearl(1, pmid=None, references=references, links=())
    (one,) = await keep(living, without, source="embase")
    await approve(living, one, steps=("references", "cited_by"))
    await living.work()
    steps = (await round_(living))["steps"]
    assert steps["cited_by"]["state"] == "skipped"
    assert any("has no PMID" in note for note in steps["cited_by"]["notes"])
    assert steps["references"]["new"] == 1
    assert any("1 reference of" in note for note in steps["references"]["notes"])
    assert not living.eutils.calls("elink")


async def test_without_a_choice_the_steps_that_can_run_are_run(living: Living) -> None:
    (two,) = await keep(living, pearl(2))
    await approve(living, two)
    await living.work()
    steps = list((await round_(living))["steps"])
    assert steps == ["references", "recheck", "cited_by", "contact"]


async def test_a_step_that_was_chosen_and_cannot_run_says_why(living: Living) -> None:
    group = pearl(1, authors=(harness.Author(collective="Outpost Group"),))
    (one,) = await keep(living, group)
    await approve(living, one, steps=("lead_author", "theory"), theory="trust[tiab]")
    seen = await round_(living)
    assert seen["state"] == "succeeded"
    notes = {name: step["notes"] for name, step in seen["steps"].items()}
    assert "no person as author" in notes["lead_author"][0]
    assert "a block for the condition" in notes["theory"][0]
    assert (await living.counts())["search.cluster_round_finished"] == 1


async def test_a_question_that_finds_too_much_is_told_and_takes_nothing(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.search.cluster.jobs.pubmed.MOST_FOUND", 1)
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("project",))
    await living.work()
    seen = await round_(living)
    assert seen["total"]["retrieved"] == 0
    assert any("narrow it" in note for note in seen["steps"]["project"]["notes"])


async def _retire(living: Living, version: int, *, retired: bool) -> None:
    state = ReviewState(review_id=REVIEW, title="R", retired=retired)
    event = ReviewAmended(review_id=REVIEW, review=state)
    await receive(living, event_handlers.on_reviews_amended, event, version)


async def test_nothing_is_searched_for_a_retired_review(living: Living) -> None:
    one, two = await keep(living, pearl(1), pearl(2))
    await approve(living, one, steps=("cited_by",))
    await _retire(living, 2, retired=True)
    await living.work()
    seen = await round_(living)
    assert (seen["state"], living.eutils.seen) == ("failed", [])
    assert "retired" in seen["troubles"][0]["why"]
    with pytest.raises(Conflict, match="retired"):
        await again(living, two)
    await _retire(living, 3, retired=False)
    assert await again(living, two, steps=("cited_by",)) == 2


async def test_a_block_that_cannot_be_read_is_refused_before_anything_is_asked(
    living: Living,
) -> None:
    (one,) = await keep(living, pearl(1))
    with pytest.raises(Invalid, match="parenthes"):
        await approve(living, one, topic="(doors[tiab]")
    assert await living.db.read(lambda tx: rounds.of_step(tx, REVIEW, GAP)) == []
