"""Documents are given to people to code, and taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.extraction.documents.handlers.assigning import on_members_left
from shared.events.workbench import MemberLeft
from tests.support.extraction import REVIEW, a_settlement

ASSIGN = "/assignments"


async def give(extraction, *pairs, **more):
    """Give documents to people."""
    body = {"assignments": [{"document": one, "person": person} for one, person in pairs]}
    answer = await extraction.ask("POST", ASSIGN, body, **more)
    return [one["changed"] for one in answer["results"]] if "results" in answer else answer


async def with_whom(extraction, **asked):
    """Documents with their assignees."""
    words = "&".join(f"{name}={value}" for name, value in asked.items())
    page = await extraction.ask("GET", f"/documents?{words}")
    return {one["id"]: one["assignee"] for one in page["items"]}


async def leaves(extraction, person, when):
    """Extraction hears that somebody left the team at a moment."""
    left = extraction.received(MemberLeft(review_id=REVIEW, person_id=person))
    left = replace(left, time=when)
    await extraction.db.write(lambda tx: on_members_left([left], tx))


async def test_documents_are_given_once_and_filtered_by_whom_they_are_with(extraction):
    await extraction.put_documents({"id": "d1"}, {"id": "d2"}, {"id": "d3"})
    assert await give(extraction, ("d1", "ann"), ("d2", "ben")) == [True, True]
    assert await give(extraction, ("d1", "ann"), ("d2", "ben")) == [False, False]
    assert await with_whom(extraction) == {"d1": "ann", "d2": "ben", "d3": None}
    assert await with_whom(extraction, assignee="ann") == {"d1": "ann"}
    assert await with_whom(extraction, assignee="") == {"d3": None}
    assert (await extraction.ask("GET", "/documents/d2"))["assignee"] == "ben"
    said = await extraction.said("document_assigned")
    assert [(one.document_id, one.person_id) for one in said] == [("d1", "ann"), ("d2", "ben")]


async def test_a_document_is_taken_back_and_the_later_of_two_people_has_it(extraction):
    await extraction.put_documents({"id": "d1"})
    assert await give(extraction, ("d1", "ann"), ("d1", "ben")) == [True, True]
    assert await with_whom(extraction) == {"d1": "ben"}
    assert await give(extraction, ("d1", None)) == [True]
    assert await with_whom(extraction) == {"d1": None}
    assert (await extraction.said("document_assigned"))[-1].person_id is None


async def test_a_report_to_get_is_given_and_stays_given_when_its_text_comes(extraction):
    await extraction.hear(a_settlement("r1"))
    await give(extraction, ("r1", "ann"))
    assert await with_whom(extraction) == {"r1": "ann"}
    assert await with_whom(extraction, assignee="ann") == {"r1": "ann"}
    assert await with_whom(extraction, assignee="") == {}
    await extraction.put_documents({"id": "Doe 2011", "record": "r1"})
    assert await with_whom(extraction) == {"Doe 2011": "ann"}
    said = await extraction.said("document_assigned")
    now = {one.document_id: one.person_id for one in said}
    assert now == {"r1": None, "Doe 2011": "ann"}


async def test_nothing_is_given_where_one_document_is_unknown_or_the_giver_codes_not(extraction):
    await extraction.put_documents({"id": "d1"})
    await give(extraction, ("d1", "ann"), ("nowhere", "ann"), status=404)
    await give(extraction, ("d1", "ann"), by={"reviewer"}, status=403)
    assert await with_whom(extraction) == {"d1": None}


async def test_giving_is_undone_unless_somebody_gave_it_on(extraction):
    await extraction.put_documents({"id": "d1"})
    await give(extraction, ("d1", "ann"))
    await give(extraction, ("d1", "ben"))
    newest, first = (await extraction.ask("GET", "/acts"))["items"][:2]
    problem = await extraction.ask("POST", f"/acts/{first['id']}/undo", status=409)
    assert "undo the later act first" in problem["detail"]
    await extraction.ask("POST", f"/acts/{newest['id']}/undo")
    assert await with_whom(extraction) == {"d1": "ann"}


async def test_who_leaves_the_team_has_no_documents_any_more(extraction):
    await extraction.put_documents({"id": "d1"}, {"id": "d2"}, {"id": "d3"})
    await give(extraction, ("d1", "ann"), ("d2", "ann"), ("d3", "ben"))
    await leaves(extraction, "ann", datetime.now(UTC))
    assert await with_whom(extraction) == {"d1": None, "d2": None, "d3": "ben"}
    said = (await extraction.said("document_assigned"))[-2:]
    assert [(one.document_id, one.person_id) for one in said] == [("d1", None), ("d2", None)]


async def test_a_late_word_of_leaving_takes_nothing_from_who_came_back(
    extraction,
):
    await extraction.put_documents({"id": "d1"})
    long_ago = datetime.now(UTC) - timedelta(days=1)
    await give(extraction, ("d1", "ann"))
    await leaves(extraction, "ann", long_ago)
    assert await with_whom(extraction) == {"d1": "ann"}
