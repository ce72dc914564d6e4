"""The thirteen steps of CLUSTER searching have a state each, and say what remains."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.search.cluster.handlers.contacts import change_contact
from services.search.cluster.handlers.lexicon import write_lexicon
from services.search.cluster.handlers.method import steps_of_method
from services.search.cluster.store import contacts, lexicons
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
    plan,
    round_,
    run_queries,
    settle,
)
from tests.services.search.living.living_harness import REVIEW, Living, living_review
from tests.support.eutils import Corpus, FakeArticle, faults

LATER = START + timedelta(hours=3)


@pytest.fixture
def corpus() -> Corpus:
    return harness.around_the_pearls()


@pytest_asyncio.fixture
async def living(settings: Settings, corpus: Corpus) -> AsyncIterator[Living]:
    async with living_review(settings, corpus, START) as review:
        await find_gap(review)
        yield review


async def method(living: Living) -> dict[int, dict[str, Any]]:
    """The thirteen steps by number."""
    steps = await living.db.read(lambda tx: steps_of_method(tx, REVIEW, GAP))
    return {one["number"]: one for one in steps}


async def write(living: Living, *words: str, reason: str = "read", seen: int | None = None) -> Any:
    return await living.db.write(lambda tx: write_lexicon(tx, REVIEW, "PT1", words, reason, seen))


async def test_each_of_the_thirteen_steps_has_a_state_from_the_proposal_to_the_end(
    living: Living,
) -> None:
    (one,) = await keep(living, pearl(1))
    steps = await method(living)
    assert list(steps) == list(range(1, 14))
    assert {step["state"] for number, step in steps.items() if number > 1} == {"waiting"}
    assert steps[1]["state"] == "proposed"

    await plan(living, one)
    steps = await method(living)
    states = {number: step["state"] for number, step in steps.items()}
    assert states == {
        1: "done", 2: "proposed", 3: "done", 4: "proposed", 5: "proposed", 6: "proposed",
        7: "proposed", 8: "waiting", 9: "waiting", 10: "waiting", 11: "proposed", 12: "waiting",
        13: "waiting",
    }  # fmt: skip
    assert "Confirm a sibling or a kinship" in steps[12]["remarks"][0]
    assert "at least two projects" in steps[13]["remarks"][0]

    await run_queries(living, 1, ["references", "cited_by"])
    steps = await method(living)
    assert (steps[2]["state"], steps[4]["state"]) == ("approved", "waiting")
    assert "not approved" in steps[4]["remarks"][-1]
    await living.work()
    steps = await method(living)
    assert (steps[2]["state"], steps[5]["state"], steps[5]["round"]) == ("done", "done", 1)


async def test_a_pearl_without_pmid_or_doi_says_which_steps_remain(living: Living) -> None:
    without = pearl(2, pmid=None, title="A grey report on doors")
    (one,) = await keep(living, without, source="grey")
    await approve(living, one, steps=("recheck", "cited_by"))
    steps = await method(living)
    assert steps[5]["state"] == "not_applicable"
    (said,) = steps[1]["remarks"]
    assert said == (
        "'Noether 2019: A grey report on doors' has neither a PMID nor a DOI: cannot take steps 2, "
        "5 and 11; steps 3, 4, 6, 7, 8, 9, 10, 12 and 13 remain."
    )


async def test_missing_citation_data_are_said_and_are_no_proof(living: Living) -> None:
    lonely = pearl(20, title="Salt mines under the moon.", references=(), links=())
    (one,) = await keep(living, lonely)
    await approve(living, one, steps=("references", "cited_by"))
    await living.work()
    steps = await method(living)
    for number in (2, 5):
        assert steps[number]["state"] == "done"
        assert any("names no link of 20" in remark for remark in steps[number]["remarks"])
        assert any("an empty answer is no proof" in remark for remark in steps[number]["remarks"])


async def test_a_service_that_fails_half_way_resumes_its_step_and_asks_no_question_twice(
    living: Living,
) -> None:
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("comparison",), acronym="OUTPOST", projects=("DOOR", "SALT"))
    living.eutils.script(lambda right: right, *[faults.server_error()] * 6, utility="esearch")
    await living.work()
    step = (await method(living))[13]
    assert step["state"] == "resumed"
    assert "resumed where it broke off" in step["remarks"][-1]
    await living.until(LATER)
    step = (await method(living))[13]
    assert step["state"] == "done"
    asked = [str(call.parameters) for call in living.eutils.calls("esearch")]
    assert sum('"OUTPOST"[tiab] AND "DOOR"[tiab]' in call for call in asked) == 1


async def test_an_author_with_ten_thousand_papers_is_bounded_and_the_bound_is_said(
    living: Living, corpus: Corpus
) -> None:
    day = date(2025, 12, 1)
    curie = (("Curie", "Marie"),)
    corpus.add(*(FakeArticle(pmid=n, title=f"Paper {n}", crdt=day, authors=curie,
                             orcid=harness.ORCID) for n in range(10_001, 20_001)))  # fmt: skip
    (one,) = await keep(living, pearl(1))
    await approve(living, one, steps=("lead_author",))
    await living.work()
    seen = await round_(living)
    step = seen["steps"]["lead_author"]
    assert (step["state"], step["retrieved"]) == ("done", 0)
    assert (seen["may_close"], "more than a round takes: 4 Lead" in seen["closing"]) == (
        False,
        True,
    )
    (said,) = [note for note in step["notes"] if "narrow it" in note]
    assert said.startswith("10002 records answer")
    assert "more than 2000 are no cluster" in said


async def test_an_author_with_many_records_in_the_library_is_bounded_and_the_bound_is_said(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.search.cluster.handlers.offers.MOST_RECORDS", 3)
    others = [pearl(n, title=f"Paper {n}", authors=pearl(1).authors[:2]) for n in range(31, 37)]
    one, *rest = await keep(living, pearl(1), *others)
    for each in rest:
        await settle(living, each, "exclude")
    await approve(living, one, steps=("recheck",))
    step = (await round_(living))["steps"]["recheck"]
    assert 0 < step["offered"] < 6
    assert "More than 3 records hold 'curie, m': only the first 3 were looked at." in step["notes"]


async def test_reviewers_write_the_lexicon_and_every_version_stays(living: Living) -> None:
    await write(living, "social capital", "social  capital", "candidacy", reason="workshop")
    await write(living, "social capital", "candidacy", reason="the same")
    await write(living, "social capital", reason="too wide", seen=1)
    with pytest.raises(Conflict, match="Version 2 of these words stands"):
        await write(living, "doors", seen=1)
    with pytest.raises(Invalid, match="too short"):
        await write(living, "ab*")
    versions = await living.db.read(lambda tx: lexicons.versions(tx, REVIEW, "PT1"))
    assert [(row["version"], row["words"], row["reason"]) for row in versions] == [
        (2, ["social capital"], "too wide"),
        (1, ["social capital", "candidacy"], "workshop"),
    ]
    told = await data_of(living, "lexicon_changed")
    assert [(one["theory_id"], one["version"], one["words"], one["reason"]) for one in told] == [
        ("PT1", 1, ["social capital", "candidacy"], "workshop"),
        ("PT1", 2, ["social capital"], "too wide"),
    ]


async def test_the_lexicon_is_used_by_its_steps_and_its_version_is_kept(living: Living) -> None:
    other = pearl(18, title="Loneliness, doors and social capital theory in psychosis.", authors=())
    cites = ("Putnam R. Social capital. pmid:11",)
    one, two = await keep(living, pearl(1, references=cites, links=()), other)
    await settle(living, two, "exclude")
    await write(living, "social capital")
    await plan(living, one, condition="psychosis[tiab]",
               steps=("theory_citations", "mentions", "theory"))  # fmt: skip
    await write(living, "candidacy", reason="changed after the round was planned")
    await run_queries(living)
    await living.work()
    seen = await round_(living)
    assert (seen["lexicon"], seen["options"]["lexicon"]) == (1, ["social capital"])
    assert list(seen["offered"]) == [two]
    assert await found(living) == {"theory_citations": {"11"}, "theory": {"18"}}
    assert seen["steps"]["theory"]["known"] == 1


async def test_step_7_drafts_a_message_that_people_send_and_log(living: Living) -> None:
    author = harness.Author(
        family="Curie", given="Marie", affiliations=("Institute. marie@example.org.",)
    )
    (one,) = await keep(living, pearl(1, authors=(author,)))
    await approve(living, one, steps=("contact",))
    assert (await method(living))[7]["state"] == "proposed"
    (message,) = await living.db.read(lambda tx: contacts.page(tx, REVIEW))
    assert (message["author"], message["address"]) == ("Curie, Marie", "marie@example.org")
    assert message["message"].startswith("Dear Marie Curie,")
    assert "Outreach in the OUTPOST trial" in message["message"]

    async def change(note: str = "", **wanted: str) -> Any:
        return await living.db.write(
            lambda tx: change_contact(tx, REVIEW, message["id"], wanted, note)
        )

    await change(state="sent")
    await change(state="sent")
    assert (await method(living))[7]["state"] == "run"
    await again(living, one, steps=("contact",))
    await change("names two reports", state="answered", subject="Anew")
    step = (await method(living))[7]
    assert (step["state"], step["remarks"]) == ("done", ("Messages: 1 answered.",))
    logs = await living.db.read(lambda tx: contacts.log_of(tx, REVIEW, [message["id"]]))
    assert [(one["state"], one["note"]) for one in logs[message["id"]]] == [
        ("sent", ""), ("answered", "Written anew: subject. names two reports"),
    ]  # fmt: skip
    told = await data_of(living, "contact_changed")
    assert [(one["state"], one.get("changed", [])) for one in told] == [
        ("to_write", []),
        ("sent", ["state"]),
        ("answered", ["state", "subject", "log"]),
    ]
    assert {(one["author"], one["label"]) for one in told} == {
        ("Curie, Marie", "Curie 2020: Outreach in the OUTPOST trial")
    }
    said = str(told)
    assert not any(words in said for words in ("marie@example.org", "Dear", "names two reports"))
