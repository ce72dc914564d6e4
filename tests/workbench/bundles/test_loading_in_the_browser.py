"""A bundle is loaded by a form: what is wrong is told, nothing is half stored, it goes on."""

import io
import zipfile

import pytest

from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.people import member_head
from tests.workbench.bundles.conftest import archive, ended, send, small


async def library(client, review="small"):
    answer = await client.get(f"/api/search/reviews/{review}/library")
    return answer.json()["records"]


async def test_a_zip_is_loaded_and_its_review_opens(empty):
    _, client = empty
    assert "Load a bundle" in (await client.get("/")).text
    _, page = await ended(client, await send(client, archive(small())))
    assert "loaded. New records 2" in page
    assert "A small review" in (await client.get("/")).text
    assert await library(client) == 2
    settled = await client.get("/api/screening/reviews/small/stages/title_abstract/export")
    assert "include" in settled.text


async def test_a_folder_is_loaded_as_its_zip_is(empty):
    _, client = empty
    parts = [("folder", (f"small/{name}", text)) for name, text in small().items()]
    parts.append(("folder", ("small/.DS_Store", "x")))
    _, page = await ended(client, await client.post("/load", files=parts))
    assert "loaded. New records 2" in page


async def test_every_fault_stands_beside_its_file_and_line_and_nothing_is_stored(empty):
    _, client = empty
    wrong = {"fragments.jsonl": '{"id": "f1"\n', "decisions.csv": "record,stage\nr1,title\n"}
    address, page = await ended(client, await send(client, archive(small(**wrong))))
    assert "Nothing was stored." in page
    assert "fragments.jsonl, line 1 is not JSON" in page
    assert "decisions.csv, line 2" in page
    assert "retroduct-load-" not in page
    assert (await client.get("/api/reviews")).json()["items"] == []
    answer = await client.post(address, data={"deed": "keep_good"})
    _, page = await ended(client, answer)
    assert "New records 2" in page
    assert "Left out" in page


async def test_a_key_that_is_taken_is_asked_about_before_anything_changes(empty):
    _, client = empty
    await ended(client, await send(client, archive(small())))
    more = small(**{"records/more.csv": "key,source,own_id,title\nr3,Embase,3,Soup\n"})
    address, page = await ended(client, await send(client, archive(more)))
    assert "There is a review with this bundle's key here already." in page
    assert await library(client) == 2
    _, page = await ended(client, await client.post(address, data={"deed": "beside"}))
    assert "loaded. New records 3" in page
    assert await library(client) == 2
    assert await library(client, "small-2") == 3


async def test_a_refusal_of_a_service_is_one_sentence_and_the_load_can_go_on(empty):
    _, client = empty
    await ended(client, await send(client, archive(small())))
    other = archive(small(title="Another title"))
    address, _ = await ended(client, await send(client, other))
    again = await client.post(address, data={"deed": "into"})
    address, page = await ended(client, again)
    assert "stopped on the way" in page
    assert "says something else" in page
    assert "POST" not in page
    assert "Go on" in page
    assert (await client.post(address, data={"deed": "forget"})).status_code == 303
    assert (await client.get(address)).status_code == 404


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "Choose the zip of a bundle"),
        (b"no archive", "This is no zip archive"),
        (archive({"../review.yaml": "id: x"}, ""), "a path that leaves its folder"),
    ],
)
async def test_what_is_no_bundle_is_refused_beside_the_field(empty, content, says):
    _, client = empty
    answer = await send(client, content)
    assert answer.status_code == 422
    assert 'id="wrong-load-file"' in answer.text
    assert says in answer.text


async def test_an_archive_without_a_bundle_says_which_files_one_has(empty):
    _, client = empty
    _, page = await ended(client, await send(client, archive({"notes.txt": "x"})))
    assert "the bundle holds no file of a bundle" in page
    assert "review.yaml" in page


async def test_a_load_is_seen_by_nobody_else(empty):
    system, client = empty
    address, _ = await ended(client, await send(client, archive(small())))
    head = await member_head(system, "small", "rita", "owner")
    async with system.client(headers=head) as rita:
        assert (await rita.get(address)).status_code == 404
        assert (await rita.post(address, data={"deed": "forget"})).status_code == 404
        assert address not in (await rita.get("/load")).text


async def test_whoever_loads_without_the_right_is_told_and_changes_nothing(empty):
    system, client = empty
    await ended(client, await send(client, archive(small())))
    head = await member_head(system, "small", "rita", "reader")
    async with system.client(headers=head) as rita:
        address, page = await ended(rita, await send(rita, archive(small())))
        assert "Bring it into that review" not in page
        _, page = await ended(rita, await rita.post(address, data={"deed": "into"}))
        assert "This id is taken" in page


async def test_the_download_is_a_bundle_that_loads_as_the_same_review(empty):
    system, client = empty
    await ended(client, await send(client, archive(small())))
    assert "/reviews/small/bundle.zip" in (await client.get("/reviews/small/exports")).text
    answer = await client.get("/reviews/small/bundle.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert "small/review.yaml" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    address, _ = await ended(client, await send(client, answer.content))
    _, page = await ended(client, await client.post(address, data={"deed": "beside"}))
    assert "loaded. New records 2" in page
    head = await member_head(system, "small", "rita", "resolver")
    async with system.client(headers=head) as rita:
        assert (await rita.get("/reviews/small/bundle.zip")).status_code == 403


async def test_a_load_goes_on_after_a_restart_and_makes_nothing_twice(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    rows = "".join(f"r{n},Embase,{n},Title {n} of many\n" for n in range(1200))
    many = small(**{"records/all.csv": f"key,source,own_id,title\n{rows}"})
    async with open_system(settings) as system, system.client() as client:
        address = (await send(client, archive(many))).headers["location"]
        while not (await client.get("/api/reviews")).json()["items"]:
            assert 'data-load="open"' in (await client.get(address)).text
    async with open_system(settings) as system, system.client() as client:
        answer = type("Taken", (), {"status_code": 303, "headers": {"location": address}})
        _, page = await ended(client, answer)
        assert ": loaded." in page
        assert await library(client) == 1200
