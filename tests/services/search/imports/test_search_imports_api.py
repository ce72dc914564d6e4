"""Imports over HTTP: kept, told, repeated, reversed."""

import asyncio
import contextlib

from services.search.imports import handlers as imports_handlers

RIS = (
    "TY  - JOUR\nAU  - Curie, Marie\nTI  - Peer support after stroke: a realist review\n"
    "PY  - 2020\nJF  - Trials\nVL  - 3\nSP  - 11\nEP  - 19\nDO  - 10.1234/abc.1\nER  - \n\n"
    "TY  - JOUR\nAU  - Noether, Emmy\nTI  - Housing first and recovery from homelessness\n"
    "PY  - 2021\nJF  - Lancet\nVL  - 9\nSP  - 101\nER  - \n"
)
TWIN = RIS.replace("Peer support", "Peer Support").replace("Marie", "M.")


async def test_an_import_adds_records_and_says_so(library):
    result = await library.upload(RIS)

    assert (result["format"], result["records"], result["added"]) == ("ris", 2, 2)
    added = await library.events("record_added")
    assert [one["record"]["title"][:4] for one in added] == ["Peer", "Hous"]
    route = added[0]["record"]["routes"][0]
    assert (route["source"], route["import_id"]) == ("embase", result["import_id"])


async def test_the_same_bytes_are_the_same_import(library):
    first = await library.upload(RIS)
    again = await library.upload(RIS)

    assert again == first
    assert len(await library.events("record_added")) == 2


async def test_a_record_from_a_second_database_is_merged_and_keeps_both_routes(library):
    await library.upload(RIS)
    result = await library.upload(TWIN, source="scopus")

    assert (result["added"], result["merged"]) == (0, 2)
    records = await library.records()
    assert len(records) == 2
    assert [source["source"] for source in records[0]["sources"]] == ["embase", "scopus"]
    amended = await library.events("record_amended")
    assert len(amended[0]["record"]["routes"]) == 2


async def test_a_reversed_import_takes_back_only_what_it_alone_brought(library):
    await library.upload(RIS)
    more = TWIN + RIS.replace("Housing first and", "Gardening and").replace(
        "Peer support after stroke", "Sailing for veterans"
    ).replace("abc.1", "abc.9").replace("- 101", "- 333").replace("VL  - 9", "VL  - 44")
    second = await library.upload(more, source="scopus")
    assert len(await library.records()) == 4

    reversed_ = await library.call(
        "POST", f"/imports/{second['import_id']}/reverse", json={"reason": "wrong file"}
    )

    assert reversed_["state"] == "reversed"
    records = await library.records()
    assert [record["title"][:4] for record in records] == ["Peer", "Hous"]
    assert [source["source"] for source in records[0]["sources"]] == ["embase"]
    said = await library.events("import_reversed")
    assert (said[0]["records"], said[0]["reason"]) == (4, "wrong file")
    gone = [one for one in await library.events("record_amended") if one["record"]["removed"]]
    assert len(gone) == 2
    assert {one["record"]["routes"][0]["source"] for one in gone} == {"scopus"}


async def test_a_reversed_import_can_be_read_again(library):
    first = await library.upload(RIS)
    await library.call("POST", f"/imports/{first['import_id']}/reverse", json={})
    before = {record["record"]["record_id"] for record in await library.events("record_added")}

    again = await library.upload(RIS)

    assert again["added"] == 2
    assert {record["record_id"] for record in await library.records()} == before


async def test_a_bad_line_is_told_and_never_loses_a_file(library):
    result = await library.upload(RIS.replace("ER  - \n\n", "\n"))

    assert result["records"] == 2
    assert "missing" in result["repairs"][0]["what"]


async def test_what_is_no_export_is_refused_with_a_sentence(library):
    for body in (b"%PDF-1.7 \x00\x01", b"PK\x03\x04 nothing", b"\x00\x01\x02" * 500, b""):
        problem = await library.call("POST", "/imports", content=body, expect=422)
        assert problem["title"] == "The file cannot be imported"
    assert await library.records() == []


async def test_a_review_that_is_not_known_yet_is_asked_for_again(library):
    answer = await library.client.post("/api/search/reviews/other/imports", content=RIS.encode())

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"


async def test_the_bytes_of_an_upload_are_kept(library):
    result = await library.upload(RIS)
    answer = await library.client.get(
        f"/api/search/reviews/rev/imports/{result['import_id']}/bytes"
    )

    assert answer.content == RIS.encode()


async def test_equal_records_without_title_or_identifier_are_never_merged(library):
    blank = "TY  - JOUR\nAB  - An abstract\nER  - \n\n" * 3

    result = await library.upload(blank)

    assert result["added"] == 3


async def test_records_are_listed_by_page_and_found_by_words(library):
    await library.upload(RIS)
    first = await library.call("GET", "/records", params={"limit": 1})
    second = await library.call("GET", "/records", params={"limit": 1, "cursor": first["next"]})

    assert second["items"][0]["title"].startswith("Housing")
    assert second["next"] is None
    assert len(await library.records(q="stroke CURIE")) == 1
    assert len(await library.records(q='"realist review" noether')) == 0


async def test_the_same_bytes_at_the_same_time_are_read_once(library):
    first, second = await asyncio.gather(
        *(
            library.client.post("/api/search/reviews/rev/imports", content=RIS.encode())
            for _ in range(2)
        )
    )

    assert sorted((first.status_code, second.status_code)) in ([201, 201], [201, 409])
    assert len(await library.records()) == 2
    assert (await library.call("GET", "/imports"))["items"][0]["records"] == 2


async def test_an_import_that_broke_off_is_read_again_from_the_start(library, monkeypatch):
    real = imports_handlers.keep_import_page

    async def broken(*_facts):
        raise RuntimeError("power failed")

    monkeypatch.setattr(imports_handlers, "keep_import_page", broken)
    with contextlib.suppress(RuntimeError):
        await library.client.post("/api/search/reviews/rev/imports", content=RIS.encode())
    monkeypatch.setattr(imports_handlers, "keep_import_page", real)
    again = await library.upload(RIS)

    assert (again["state"], again["added"]) == ("done", 2)
