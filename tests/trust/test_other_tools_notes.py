"""How colleagues judged a record in another tool is not read by who still judges it."""

import pytest

from tests.support.people import member_head

RIS = """TY  - JOUR
TI  - Housing first for homeless people
N1  - RAYYAN-INCLUSION: {"Ann"=>"Included", "Ben"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: wrong
N1  - a note about the paper
ER  -
"""
REVIEW = {"id": "rev", "title": "Housing"}


@pytest.mark.parametrize("format", ["ris", "nbib", "csv"])
async def test_verdicts_in_the_notes_of_a_rayyan_export_are_kept_apart(sqlite_system, format):
    base = "/api/search/reviews/rev"
    async with sqlite_system.client() as client:
        (await client.post("/api/reviews", json=REVIEW)).raise_for_status()
        await sqlite_system.drain()
        params = {"source": "rayyan", "filename": "articles.ris"}
        sent = await client.post(f"{base}/imports", params=params, content=RIS.encode())
        assert sent.is_success, sent.text
        await sqlite_system.drain()
        (record,) = (await client.get(f"{base}/records")).json()["items"]
        whole = await client.get(f"{base}/records/{record['record_id']}")
        exported = await client.get(f"{base}/export", params={"format": format})
        assert exported.is_success, exported.text
        for answer in (whole, exported):
            assert "Housing first" in answer.text
            assert "RAYYAN" not in answer.text
            assert "Included" not in answer.text
        assert "a note about the paper" in whole.text


async def test_the_file_with_colleagues_verdicts_is_for_owners(sqlite_system):
    base = "/api/search/reviews/rev"
    async with sqlite_system.client() as client:
        (await client.post("/api/reviews", json=REVIEW)).raise_for_status()
        await sqlite_system.drain()
        params = {"source": "rayyan", "filename": "articles.ris"}
        sent = await client.post(f"{base}/imports", params=params, content=RIS.encode())
        path, page = f"{base}/imports/{sent.json()['import_id']}", "/reviews/rev/imports/"
        assert (await client.get(f"{path}/bytes")).content == RIS.encode()
        page += sent.json()["import_id"]
        assert "The file as it came" in (await client.get(page)).text
        for role in ("reviewer", "resolver", "coder", "reader"):
            head = await member_head(sqlite_system, "rev", role, role)
            assert (await client.get(f"{path}/bytes", headers=head)).status_code == 403, role
            shown = await client.get(page, headers=head)
            assert "The file as it came" not in shown.text
            assert "RAYYAN" not in shown.text
