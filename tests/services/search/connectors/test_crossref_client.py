"""Crossref: works, updates as the source of retractions, and how it refuses."""

import pytest

from services.search.connectors.client.crossref import Crossref
from services.search.connectors.domain.crossref import bibliography_of
from services.search.connectors.domain.sources import Named, NoAnswer
from tests.support.connectors import FakeCrossref, Sent, Update, Work, serve
from tests.support.connectors.crossref import TOO_FAST

RETRACTED = Update("retraction", "10.1000/notice", source="retraction-watch")
WORKS = [
    Work(number=1, doi="10.1000/1", cites=(2, 3), unnamed_references=2),
    Work(number=2, doi="10.1000/2", updates=(RETRACTED,)),
    Work(number=3, doi="10.1000/3", updates=(Update("correction", "10.1000/erratum"),)),
    Work(number=4, doi="10.1001/jama.251.19.2504,2509", updates=(RETRACTED,)),
    Work(number=5, doi="10.1001/jama.258.22.3217,3219"),
    Work(number=6, doi="10.1000/6", title="RETRACTED: Trust and workload"),
    Work(
        number=7,
        doi="10.1000/7",
        updates=(RETRACTED, Update("reinstatement", "10.1000/again", "2026-05-02")),
    ),
    Work(number=8, doi="10.1000/8", updates=(Update("expression_of_concern", "10.1000/doubt"),)),
    Work(number=9, doi="10.1000/9", updates=(Update("new_version", "10.1000/9v2"),)),
]


@pytest.fixture
def standing():
    with serve(FakeCrossref(WORKS)) as server:
        yield server


@pytest.fixture
def crossref(client, standing):
    return client(Crossref, standing, secret={"mailto": "team@example.org"})


async def state_of(crossref, doi):
    (answer,) = await crossref.retractions([Named(doi=doi)])
    return answer.state


@pytest.mark.parametrize(
    ("doi", "state"),
    [
        ("10.1000/1", "not_retracted"),
        ("10.1000/2", "retracted"),
        ("10.1000/3", "not_retracted"),
        ("10.1000/6", "retracted"),
        ("10.1000/7", "not_retracted"),
        ("10.1000/8", "not_retracted"),
        ("10.1000/9", "not_retracted"),
        ("10.5281/zenodo.1", "unknown"),
    ],
)
async def test_updates_say_whether_a_work_is_retracted(crossref, doi, state):
    assert await state_of(crossref, doi) == state


async def test_a_doi_with_a_comma_is_asked_by_itself(crossref, standing):
    dois = ["10.1000/2", "10.1001/jama.251.19.2504,2509", "10.1001/jama.258.22.3217,3219"]
    answers = await crossref.retractions([Named(doi=doi) for doi in dois])
    assert [answer.state for answer in answers] == ["retracted", "retracted", "not_retracted"]
    filters = [one.parameters["filter"] for one in standing.seen if "filter" in one.parameters]
    assert not any("jama" in said for said in filters)
    assert "/works/10.1001%2Fjama.251.19.2504%2C2509" in [one.raw for one in standing.seen]


async def test_a_refusal_is_never_taken_for_not_retracted(crossref, standing):
    refused = Sent(400, {"status": "failed", "message-type": "validation-failure", "message": []})
    standing.faults += [refused, refused]
    (answer,) = await crossref.retractions([Named(doi="10.1000/2")])
    assert answer.state == "unknown"
    assert "refused" in answer.why
    standing.faults.append(refused)
    assert await state_of(crossref, "10.1000/2") == "retracted"


async def test_a_notice_is_not_taken_for_what_it_retracts(crossref):
    answers = await crossref.retractions([Named(doi="10.1000/2"), Named(doi="10.1000/1")])
    (flag,) = answers[0].flags
    assert (flag.kind, flag.notice) == ("retraction", "doi:10.1000/notice")
    assert not answers[1].flags


async def test_records_without_a_doi_are_unknown_and_not_asked_about(crossref, standing):
    (answer,) = await crossref.retractions([Named(pmid="7")])
    assert answer.state == "unknown"
    assert "no DOI" in answer.why
    assert not standing.seen


async def test_twenty_works_are_asked_about_at_once(crossref, standing):
    await crossref.retractions([Named(doi=f"10.1000/{n}") for n in range(1, 41)])
    assert len(standing.seen) == 4


async def test_callers_say_who_they_are_and_nobody_shows_it(crossref, standing):
    await state_of(crossref, "10.1000/1")
    assert standing.seen[0].parameters["mailto"] == "team@example.org"
    standing.faults += [Sent(500, "trouble of team@example.org")] * 3
    with pytest.raises(NoAnswer) as failure:
        await state_of(crossref, "10.1000/1")
    assert "team@example.org" not in str(failure.value)


async def test_too_fast_is_waited_out(crossref, standing, waiting):
    standing.faults += [TOO_FAST, TOO_FAST]
    assert await state_of(crossref, "10.1000/2") == "retracted"
    assert max(waiting.slept) >= 2.0


async def test_the_pace_follows_the_rate_that_the_headers_tell(crossref, standing, waiting):
    slow = {"x-rate-limit-limit": "1", "x-rate-limit-interval": "5s"}
    standing.faults.append(Sent(200, {"message": {"items": []}}, slow))
    await state_of(crossref, "10.1000/1")
    assert max(waiting.slept) == pytest.approx(5.0)


async def test_references_are_those_with_a_doi_and_the_others_are_told(crossref):
    links = await crossref.references(Named(doi="10.1000/1"), most=100)
    assert [one.bibliography.doi for one in links.records] == ["10.1000/2", "10.1000/3"]
    assert [one.bibliography.title for one in links.records] == ["Trust and workload"] * 2
    assert links.total == 4
    assert "2 of 4" in links.notes[0]
    assert len((await crossref.references(Named(doi="10.1000/1"), most=1)).records) == 1


async def test_citing_works_are_counted_and_not_known(crossref):
    links = await crossref.cited_by(Named(doi="10.1000/1"), most=100)
    assert (links.total, links.known, links.records) == (7, False, ())


async def test_a_work_is_read_with_its_fields(crossref):
    read = bibliography_of(await crossref.work("10.1000/1"))
    assert (read.title, read.year, read.doi) == ("Trust and workload", 2024, "10.1000/1")
    assert [author.name for author in read.authors] == ["Curie, Ada", "A Group"]
    assert read.abstract == "Staff felt trusted."
    assert read.references[0] == "doi:10.1000/2"
