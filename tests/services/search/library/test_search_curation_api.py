"""What people do to records by hand, over HTTP, with history and without losing anything."""

from urllib.parse import unquote

from services.search.living.handlers import event_handlers
from shared.events import Received
from shared.events.screening import RecordSettled

A = (
    "TY  - JOUR\nAU  - Curie, Marie\nTI  - Peer support after stroke: a realist review\n"
    "AB  - Peers help.\nPY  - 2020\nJF  - Trials\nVL  - 3\nSP  - 11\nEP  - 19\n"
    "DO  - 10.1234/abc.1\nER  - \n\n"
)
OTHER = (
    "TY  - JOUR\nAU  - Noether, Emmy\nTI  - Housing first and recovery from homelessness\n"
    "PY  - 2021\nJF  - Lancet\nVL  - 9\nSP  - 101\nER  - \n\n"
)


async def test_a_record_added_by_hand_twice_is_one_record(library):
    typed = {"own_id": "curie2005", "label": "Curie et al 2005", "source": "bundle"}
    first = await library.call("POST", "/records", json=typed)
    again = await library.call("POST", "/records", json=typed)

    assert again["record_id"] == first["record_id"]
    assert first["label"] == "Curie et al 2005"
    assert first["sources"][0]["own_id"] == "curie2005"
    assert len(await library.events("record_added")) == 1


async def test_records_without_a_title_are_never_merged(library):
    batch = {"records": [{"own_id": f"k{n}", "label": "Same 2005"} for n in range(3)]}
    result = await library.call("POST", "/records/batch", json=batch)

    assert [one["added"] for one in result["records"]] == [True] * 3
    assert len({one["record_id"] for one in result["records"]}) == 3


async def test_a_correction_is_told_and_the_history_keeps_what_was(library):
    await library.upload(A)
    record = (await library.records())[0]

    fixed = await library.call(
        "PATCH",
        f"/records/{record['record_id']}",
        json={"title": "Peer support", "year": 2019, "reason": "typo", "note": "checked"},
    )

    assert (fixed["title"], fixed["year"]) == ("Peer support", 2019)
    kinds = [line["what"] for line in fixed["history"]]
    assert kinds == ["amended", "noted"]
    assert fixed["history"][0]["detail"]["was"]["year"] == 2020
    said = (await library.events("record_amended"))[-1]
    assert (said["record"]["title"], said["changed"]) == ("Peer support", ["title", "year"])


async def test_a_correction_outlives_a_further_source(library):
    await library.upload(A)
    record = (await library.records())[0]["record_id"]
    await library.call("PATCH", f"/records/{record}", json={"title": "Peer support"})
    await library.upload(A.replace("Marie", "M."), source="scopus")

    assert [one["title"] for one in await library.records()] == ["Peer support"]


async def test_a_stale_correction_is_refused(library):
    await library.upload(A)
    record = (await library.records())[0]["record_id"]
    problem = await library.call(
        "PATCH", f"/records/{record}", json={"year": 1999}, headers={"If-Match": '"9"'}, expect=412
    )

    assert "fetch it again" in problem["detail"]


async def test_a_flag_stands_until_it_is_reinstated(library):
    await library.upload(A)
    path = f"/records/{(await library.records())[0]['record_id']}/flags"
    await library.call("POST", path, json={"flag": "retraction", "notice": "J 2022;1:2"})
    await library.call("POST", path, json={"flag": "retraction", "notice": "J 2022;1:2"})
    flagged = (await library.records())[0]["flags"]
    await library.call("POST", path, json={"flag": "reinstatement"})

    assert [flag["kind"] for flag in flagged] == ["retraction"]
    assert (await library.records())[0]["flags"] == []
    said = await library.events("record_flagged")
    assert [one["flag"] for one in said] == ["retraction", "reinstatement"]
    assert [len(one["record"]["flags"]) for one in said] == [1, 0]


async def test_a_title_that_says_retracted_flags_the_record(library):
    await library.upload(A.replace("TI  - ", "TI  - RETRACTED: "))

    said = await library.events("record_flagged")
    assert [one["flag"] for one in said] == ["retraction"]


async def test_two_records_made_one_by_hand_can_be_two_again_for_good(library):
    await library.upload(A + OTHER)
    one, other = await library.records()
    merged = await library.call(
        "POST", f"/records/{one['record_id']}/merge", json={"other": other["record_id"]}
    )
    assert merged["record_id"] == one["record_id"]
    assert merged["aliases"] == [other["record_id"]]
    absorbed = await library.call("GET", f"/records/{other['record_id']}")
    assert absorbed["record_id"] == one["record_id"]

    out = merged["sources"][1]["source_record_id"]
    await library.call(
        "POST", f"/records/{one['record_id']}/split", json={"sources": [out], "reason": "no"}
    )

    assert len(await library.records()) == 2
    again = await library.call("GET", f"/records/{other['record_id']}")
    assert again["record_id"] == other["record_id"]
    said = [name for name, _ in await library.events()]
    assert said[-2:] == ["record_merged.v1", "record_split.v1"] or "record_split" in str(said)


async def test_a_split_is_remembered_when_the_same_source_comes_again(library):
    await library.upload(A)
    await library.upload(A.replace("Marie", "M."), source="scopus")
    record = (await library.records())[0]
    out = record["sources"][1]["source_record_id"]
    path = f"/records/{record['record_id']}/split"
    await library.call("POST", path, json={"sources": [out], "reason": "another paper"})
    await library.upload(A.replace("Marie", "M.") + "\n", source="scopus")

    assert len(await library.records()) == 2


async def test_a_proposal_is_shown_side_by_side_and_decided_once(library):
    await library.upload(A + A.replace("10.1234/abc.1", "10.9999/xyz"))
    proposals = (await library.call("GET", "/proposals"))["items"]
    assert len(proposals) == 1
    assert [one["doi"] for one in proposals[0]["records"]] == ["10.1234/abc.1", "10.9999/xyz"]
    path = f"/proposals/{proposals[0]['proposal_id']}"

    await library.call("POST", path, json={"verdict": "merge", "reason": "same"}, expect=204)

    assert len(await library.records()) == 1
    assert (await library.call("GET", "/proposals"))["items"] == []
    await library.call("POST", path, json={"verdict": "distinct"}, expect=204)
    assert len(await library.records()) == 2


async def test_an_unknown_record_is_not_found(library):
    await library.call("GET", "/records/nothing", expect=404)
    await library.call("POST", "/proposals/nothing", json={"verdict": "merge"}, expect=404)


async def test_a_batch_of_records_is_given_to_a_person(library):
    await library.upload(A + OTHER)
    _one, other = await library.records()
    body = {"records": [other["record_id"]], "person": "emmy"}
    assert (await library.call("POST", "/assignments", json=body)) == {"assigned": 1}
    assert (await library.call("POST", "/assignments", json=body)) == {"assigned": 0}

    mine = await library.records(assigned="emmy")
    assert [record["record_id"] for record in mine] == [other["record_id"]]


async def test_what_a_stage_included_is_exported_and_reads_back(library):
    await library.upload(A + OTHER)
    one, _ = await library.records()
    event = RecordSettled(
        review_id="rev",
        settlement_id=f"title/{one['record_id']}",
        record_id=one["record_id"],
        stage="title",
        verdict="include",
    )
    received = Received(
        id="s1",
        event=event,
        subject=event.subject,
        subject_version=1,
        time=library.db.clock.now(),
        correlation_id="c",
    )
    await library.db.write(lambda tx: event_handlers.on_records_settled([received], tx))

    for name in ("ris", "nbib", "csv"):
        answer = await library.client.get(
            "/api/search/reviews/rev/export", params={"format": name, "stage": "title"}
        )
        assert "Peer support" in answer.text
        assert "Housing" not in answer.text
        again = await library.upload(answer.content, source=f"again-{name}")
        assert (again["format"], again["records"], again["added"]) == (name, 1, 0)
    whole = await library.client.get("/api/search/reviews/rev/export", params={"format": "ris"})
    assert whole.text.count("TY  - ") == 2


async def test_an_export_is_called_as_its_stage_in_any_script(library):
    answer = await library.client.get(
        "/api/search/reviews/rev/export", params={"stage": 'título "α"\n'}
    )

    name = answer.headers["content-disposition"].partition("filename*=UTF-8''")[2]
    assert unquote(name) == 'rev-título "α"\n.ris'


async def test_the_library_counts_itself(library):
    await library.upload(A + OTHER)
    await library.upload(A.replace("Marie", "M."), source="scopus")

    numbers = await library.call("GET", "/library")

    assert numbers == {
        "records": 2,
        "absorbed": 0,
        "removed": 0,
        "source_records": 3,
        "proposals": 0,
    }


async def test_a_correction_may_take_a_value_away_and_impossible_ones_are_refused(library):
    typed = {"title": "Peers", "doi": "10.1/x", "authors": ["Curie, M"], "keywords": ["peers"]}
    added = await library.call("POST", "/records", json=typed)
    path = f"/records/{added['record_id']}"
    nothing = dict.fromkeys(
        ("abstract", "authors", "year", "journal", "doi", "keywords", "kind", "language")
    )

    await library.call("PATCH", path, json=nothing | {"reason": "wrong paper"})

    shown = (await library.call("GET", path))["bibliography"]
    assert (shown["authors"], shown["keywords"], shown["doi"]) == ([], [], None)
    problem = await library.call("PATCH", path, json={"year": 2**70}, expect=422)
    assert "year" in str(problem)
