"""What people say of two records, where these are searched for, holds in the study map."""

from shared.events.search import RelationDecided
from tests.support.extraction import REVIEW, a_record


def decided(a, b, *, kind="sibling", confirmed=True):
    first, second = sorted((a, b))
    return RelationDecided(
        review_id=REVIEW, relation_id=f"{first}|{second}", records=(first, second), kind=kind,
        confirmed=confirmed, why="the same trial",
    )  # fmt: skip


async def reports(extraction, *records):
    """A document of each record, its study known as `s` and the record."""
    for record in records:
        await extraction.hear(a_record(record, title=record))
        await extraction.put_documents(
            {"id": f"d-{record}", "record": record, "study": f"s{record}"}
        )


async def study_map(extraction):
    found = await extraction.ask("GET", "/studies/links")
    return [(one["a"], one["b"]) for one in found["links"]], found["kinships"]


async def test_siblings_that_people_confirmed_are_one_study_until_they_say_otherwise(extraction):
    await reports(extraction, "r1", "r2", "r3")
    await extraction.hear(decided("r2", "r1"))
    assert await study_map(extraction) == ([("sr1", "sr2")], [])
    (said,) = await extraction.said("study_linked")
    assert said.studies == ("sr1", "sr2")
    await extraction.hear(decided("r2", "r1", confirmed=False))
    assert await study_map(extraction) == ([], [])


async def test_a_report_that_comes_later_is_linked_and_what_coders_undid_stays_undone(extraction):
    await extraction.hear(decided("r1", "r2"))
    await reports(extraction, "r1")
    assert await study_map(extraction) == ([], [])
    await reports(extraction, "r2")
    assert (await study_map(extraction))[0] == [("sr1", "sr2")]
    await extraction.ask("DELETE", "/studies/links?a=sr1&b=sr2")
    await extraction.put_documents({"id": "d-r2", "record": "r2", "study": "sr2", "year": 2020})
    assert (await study_map(extraction))[0] == []


async def test_kin_stand_in_the_study_map_and_are_not_linked(extraction):
    await reports(extraction, "r1", "r2")
    await extraction.hear(decided("r1", "r2"))
    await extraction.hear(decided("r1", "r2", kind="kinship"))
    kin = [{"a": "sr1", "b": "sr2", "why": "the same trial"}]
    assert await study_map(extraction) == ([], kin)
