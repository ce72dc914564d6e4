"""Retraction is the union of what sources say, each named; unknown is not "not retracted"."""

import pytest

from tests.services.search.connectors.looking import add, looking
from tests.support.connectors import Sent, Update, Work

RETRACTED = (Update("retraction", "10.1000/notice", source="retraction-watch"),)
WORKS = [
    Work(number=1, doi="10.1000/1", pmid="11"),
    Work(number=2, doi="10.1000/2", pmid="12", updates=RETRACTED, retracted=True),
    Work(number=3, doi="10.1000/3", updates=RETRACTED, only=("crossref",)),
    Work(number=4, doi="10.1000/4", updates=RETRACTED),
]
EVERY = ("crossref", "openalex", "europe_pmc")


@pytest.fixture
async def asked(sqlite_settings):
    async with looking(sqlite_settings, list(WORKS), *EVERY) as found:
        yield found


async def test_no_source_is_asked_unless_the_settings_name_it(sqlite_settings):
    async with looking(sqlite_settings, WORKS) as found:
        record = await add(found, doi="10.1000/2")
        problem = await found.library.call("POST", "/retraction-looks", expect=409)
        assert "RETRODUCT_CROSSREF_URL" in problem["detail"]
        states = await found.states(record)
        assert states == dict.fromkeys((*EVERY, "pubmed", "all"), "unknown")
        assert await found.why(record, "crossref") == "not asked"


async def test_the_state_is_the_union_of_sources_and_each_is_named(asked):
    ids = {n: await add(asked, doi=f"10.1000/{n}") for n in (1, 2, 3, 4, 9)}
    await asked.look()
    states = {n: await asked.states(record) for n, record in ids.items()}
    assert {n: said["all"] for n, said in states.items()} == {
        1: "not_retracted", 2: "retracted", 3: "retracted", 4: "retracted", 9: "unknown",
    }  # fmt: skip
    assert states[3]["openalex"] == "unknown"
    assert states[4] | {"pubmed": ""} == {
        "crossref": "retracted", "openalex": "not_retracted", "europe_pmc": "not_retracted",
        "all": "retracted", "pubmed": "",
    }  # fmt: skip
    flags = (await asked.whole(ids[2]))["flags"]
    assert {tuple(flag["sources"]) for flag in flags} == {
        ("crossref",), ("openalex",), ("europe_pmc",),
    }  # fmt: skip


async def test_a_retraction_is_told_once_with_the_source_that_names_it(asked):
    await add(asked, doi="10.1000/2")
    await asked.look()
    (told,) = await asked.library.events("record_flagged")
    assert told["flag"] == "retraction"
    (amended,) = (one["record"] for one in (await asked.library.events("record_amended"))[-1:])
    named = {source for flag in amended["flags"] for source in flag["sources"]}
    assert named == set(EVERY)
    await asked.look()
    assert len(await asked.library.events("record_flagged")) == 1


async def test_a_record_that_absorbs_a_retracted_one_is_retracted(asked):
    one, other = await add(asked, doi="10.1000/1"), await add(asked, doi="10.1000/3")
    await asked.look()
    await asked.library.call("POST", f"/records/{one}/merge", json={"other": other})
    assert (await asked.states(other))["all"] == "retracted"
    assert (await asked.whole(one))["flags"][0]["kind"] == "retraction"


async def test_a_person_has_the_last_word(asked):
    record = await add(asked, doi="10.1000/3")
    await asked.look()
    await asked.library.call(
        "POST", f"/records/{record}/flags", json={"flag": "reinstatement", "notice": "J. Ex. 5"}
    )
    await asked.look()
    states = await asked.states(record)
    assert (states["crossref"], states["hand"], states["all"]) == (
        "retracted", "not_retracted", "not_retracted",
    )  # fmt: skip
    assert not (await asked.whole(record))["flags"]


async def test_a_source_that_takes_it_back_reinstates_the_record(asked):
    record = await add(asked, doi="10.1000/3")
    await asked.look()
    asked.fakes["crossref"].works[2] = Work(number=3, doi="10.1000/3")
    await asked.look()
    assert [one["flag"] for one in await asked.library.events("record_flagged")] == [
        "retraction", "reinstatement",
    ]  # fmt: skip
    assert (await asked.states(record))["crossref"] == "not_retracted"


REFUSED = Sent(400, {"status": "failed", "message": [{"message": "no such filter"}]})


async def test_a_look_tells_of_how_many_articles_it_could_not_say(asked):
    ids = {n: await add(asked, doi=f"10.1000/{n}") for n in (1, 9)}
    unnamed = await add(asked, title="A record without numbers")
    asked.standing["crossref"].faults += [REFUSED] * 20
    await asked.look()

    looks = await asked.looks()
    assert {name: (look["asked"], look["unknown"]) for name, look in looks.items()} == {
        "crossref": (2, 2), "openalex": (2, 1), "europe_pmc": (2, 1),
    }  # fmt: skip
    assert (await asked.states(ids[1]))["crossref"] == "unknown"
    assert "neither a DOI nor" in await asked.why(unnamed, "crossref")


async def test_a_week_later_every_review_is_looked_at_again(asked):
    record = await add(asked, doi="10.1000/1")
    await asked.start()
    assert (await asked.states(record))["crossref"] == "not_retracted"
    asked.fakes["crossref"].works[0] = Work(number=1, doi="10.1000/1", updates=RETRACTED)
    await asked.pass_time(days=1)
    assert (await asked.states(record))["crossref"] == "not_retracted"
    for _ in range(7):
        await asked.pass_time(days=1)
    assert (await asked.states(record))["crossref"] == "retracted"


async def test_no_answer_leaves_what_was_known_with_its_own_date(sqlite_settings):
    async with looking(sqlite_settings, list(WORKS), "crossref") as found:
        old = await add(found, doi="10.1000/2")
        await found.look()
        new = await add(found, doi="10.1000/1")
        found.standing["crossref"].faults += [Sent(403, "Forbidden")] * 20
        await found.look()
        assert (await found.looks())["crossref"]["state"] == "succeeded"
        assert (await found.states(new))["crossref"] == "unknown"
        assert "Forbidden" in await found.why(new, "crossref")
        assert (await found.states(old))["crossref"] == "retracted"
        assert "Forbidden" in await found.why(old, "crossref")
        assert [one["flag"] for one in await found.library.events("record_flagged")] == [
            "retraction"
        ]


async def test_a_look_goes_on_where_the_budget_ended(sqlite_settings):
    async with looking(sqlite_settings, list(WORKS), "openalex") as found:
        record = await add(found, doi="10.1000/2")
        found.fakes["openalex"].dollars = 0.0
        await found.look()
        look = (await found.looks())["openalex"]
        assert (look["state"], look["asked"]) == ("waiting", 0)
        assert "used up" in look["trouble"]
        found.fakes["openalex"].dollars = 1.0
        await found.pass_time(minutes=119)
        assert (await found.looks())["openalex"]["state"] == "waiting"
        await found.pass_time(minutes=2)
        assert (await found.looks())["openalex"]["state"] == "succeeded"
        assert (await found.states(record))["openalex"] == "retracted"
