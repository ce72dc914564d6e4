"""What people say of two records holds: undone, redone, reversed, imported again."""

from sqlalchemy import func, select

from services.search import tables
from tests.services.search.library.test_search_curation_api import OTHER, A

THIRD = (
    "TY  - JOUR\nAU  - Franklin, Rosalind\nTI  - Crisis houses and the trust of those who stay\n"
    "PY  - 2019\nJF  - Brain\nVL  - 4\nSP  - 55\nER  - \n\n"
)
TWICE = A.replace("10.1234/abc.1", "10.9999/xyz")  # one place, another DOI: for a person to say
COPY = A.replace("Marie", "M.")


async def ids(library):
    """The ids of the records, oldest first."""
    return [one["record_id"] for one in await library.records()]


async def merge(library, one, other):
    """Two records made one by hand."""
    return await library.call("POST", f"/records/{one}/merge", json={"other": other})


async def split(library, record, *sources):
    """Source records taken out by hand."""
    body = {"sources": list(sources), "reason": "not the same"}
    return await library.call("POST", f"/records/{record}/split", json=body)


async def reverse(library, upload):
    """An import taken back."""
    path = f"/imports/{upload['import_id']}/reverse"
    await library.call("POST", path, json={"reason": "wrong file"})


async def proposals(library):
    """What the queue asks."""
    return (await library.call("GET", "/proposals"))["items"]


async def decide(library, proposal, verdict):
    """A person's word on one proposal."""
    path = f"/proposals/{proposal['proposal_id']}"
    await library.call("POST", path, json={"verdict": verdict, "reason": "read"}, expect=204)


async def test_a_merge_of_three_is_undone_and_redone_and_undone(library):
    await library.upload(A + OTHER + THIRD)
    one, two, three = await ids(library)
    await merge(library, one, two)
    await merge(library, one, three)

    for _ in range(2):
        await split(library, one, three)
        assert await ids(library) == [one, three]
        await merge(library, three, one)
        assert await ids(library) == [one]

    await split(library, one, two, three)
    assert await ids(library) == [one, two]
    assert len((await library.call("GET", f"/records/{two}"))["sources"]) == 2


async def test_merging_is_commutative(library):
    await library.upload(A + OTHER)
    one, two = await ids(library)

    assert (await merge(library, two, one))["record_id"] == one
    await split(library, one, two)
    assert (await merge(library, one, two))["record_id"] == one


async def test_a_proposal_is_closed_when_its_records_become_one_by_other_means(library):
    await library.upload(A + TWICE)
    assert len(await proposals(library)) == 1
    one, two = await ids(library)

    await merge(library, one, two)
    assert await proposals(library) == []

    await split(library, one, two)
    assert len(await ids(library)) == 2
    assert await proposals(library) == []


async def test_two_records_told_apart_are_not_asked_about_for_a_further_copy(library):
    await library.upload(A + TWICE)
    await decide(library, (await proposals(library))[0], "distinct")

    await library.upload(COPY, source="scopus")
    await library.upload(COPY.replace("10.1234/abc.1", "10.9999/xyz"), source="wos")

    assert len(await ids(library)) == 2
    assert await proposals(library) == []


async def test_told_apart_holds_when_the_source_that_was_asked_about_is_taken_back(library):
    first = await library.upload(A)
    await library.upload(COPY, source="scopus")
    await library.upload(TWICE, source="wos")
    await decide(library, (await proposals(library))[0], "distinct")
    assert await proposals(library) == []

    await reverse(library, first)

    assert len(await ids(library)) == 2
    assert await proposals(library) == []


async def test_a_confirmed_proposal_holds_when_one_of_its_sources_is_taken_back(library):
    first = await library.upload(A)
    await library.upload(COPY, source="scopus")
    await library.upload(TWICE, source="wos")
    await decide(library, (await proposals(library))[0], "merge")
    assert len(await ids(library)) == 1

    await reverse(library, first)

    assert len(await ids(library)) == 1


async def test_a_confirmed_proposal_is_undone_between_the_same_two_sides(library):
    await library.upload(A)
    await library.upload(COPY, source="scopus")
    await library.upload(TWICE, source="wos")
    before = {one["record_id"]: len(one["sources"]) for one in await library.records()}
    asked = (await proposals(library))[0]

    await decide(library, asked, "merge")
    await decide(library, asked, "distinct")

    after = {one["record_id"]: len(one["sources"]) for one in await library.records()}
    assert after == before


async def test_an_undone_merge_is_remembered_when_everything_is_imported_again(library):
    first = await library.upload(A)
    second = await library.upload(COPY, source="scopus")
    (record,) = await ids(library)
    out = (await library.records())[0]["sources"][1]["source_record_id"]
    await split(library, record, out)

    await reverse(library, second)
    await reverse(library, first)
    await library.upload(COPY + "\n", source="scopus")
    await library.upload(A + "\n")

    assert len(await ids(library)) == 2
    assert await proposals(library) == []


async def test_a_record_named_after_a_source_that_was_taken_back_keeps_its_name(library):
    first = await library.upload(A)
    await library.upload(COPY, source="scopus")
    (record,) = await ids(library)

    await reverse(library, first)
    assert await ids(library) == [record]

    await library.upload(A + "\n")
    assert await ids(library) == [record]
    assert len((await library.records())[0]["sources"]) == 2


async def test_two_records_with_several_sources_each_are_asked_about_once(library):
    await library.upload(A)
    await library.upload(COPY, source="scopus")
    await library.upload(TWICE)
    await library.upload(TWICE.replace("Marie", "M."), source="scopus")
    assert [len(one["sources"]) for one in await library.records()] == [2, 2]

    asked = await proposals(library)

    open_pairs = select(func.count()).select_from(tables.proposals)
    kept = await library.db.read(lambda tx: tx.execute(open_pairs))
    assert kept.scalar_one() > 1
    assert len(asked) == 1
