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


TOLD = 'RAYYAN-INCLUSION: {"Ann"=>"Included", "Ben"=>"Excluded"} | RAYYAN-LABELS: odd'
CELL = TOLD.replace('"', '""')
HYPHENS = TOLD.replace("-", "\N{NON-BREAKING HYPHEN}")
BRACED = 'RAYYAN-INCLUSION: \\{"Ann"=>"Included"\\}'
ELSEWHERE = {
    "an abstract": f"TY  - JOUR\nTI  - Housing first\nAB  - Words. {TOLD}\nER  - \n",
    "a keyword": f"TY  - JOUR\nTI  - Housing first\nKW  - homes\nKW  - {TOLD}\nER  - \n",
    "a publisher": f"TY  - JOUR\nTI  - Housing first\nPB  - {TOLD}\nER  - \n",
    "a link": f"TY  - JOUR\nTI  - Housing first\nUR  - {TOLD}\nER  - \n",
    "a line of its own": f"TY  - JOUR\nTI  - Housing first\n{TOLD}\nER  - \n",
    "wrapped": "TY  - JOUR\nTI  - Housing first\nN1  - RAYYAN-\n INCLUSION: Included\nER  - \n",
    "another hyphen": f"TY  - JOUR\nTI  - Housing first\nN1  - {HYPHENS}\nER  - \n",
    "a column": f'title,year,notes\nHousing first,2001,"{CELL}"\n',
    "an abstract's column": f'title,year,abstract\nHousing first,2001,"Words. {CELL}"\n',
    "columns of votes": "title,year,Ann decision,included_by\nHousing first,2001,Included,Ann\n",
    "a column of labels": "title,year,asreview_label,x\nHousing first,2001,Included,y\n",
    "BibTeX": f"@article{{a, title={{Housing first}}, note={{{BRACED}}}}}\n",
    "ENW": f"%0 Journal Article\n%T Housing first\n%X Words. {TOLD}\n",
}


@pytest.mark.parametrize("where", ELSEWHERE)
async def test_verdicts_are_kept_apart_wherever_in_a_file_they_stand(sqlite_system, where):
    base = "/api/search/reviews/rev"
    async with sqlite_system.client() as client:
        (await client.post("/api/reviews", json=REVIEW)).raise_for_status()
        await sqlite_system.drain()
        params = {"source": "rayyan", "filename": "articles.txt"}
        file = ELSEWHERE[where].encode()
        assert (await client.post(f"{base}/imports", params=params, content=file)).is_success
        await sqlite_system.drain()
        (record,) = (await client.get(f"{base}/records")).json()["items"]
        whole = await client.get(f"{base}/records/{record['record_id']}")
        exported = await client.get(f"{base}/export")
        for answer in (whole, exported):
            assert "Housing first" in answer.text
            assert "RAYYAN" not in answer.text.replace(chr(8209), "-")
            assert "Included" not in answer.text
            assert ("Words." in answer.text) is ("Words." in ELSEWHERE[where])
