"""The page of full texts: files go in, each is told of, a person confirms."""

from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.extraction import REVIEW

PAGE = f"/reviews/{REVIEW}/uploads"


async def test_files_are_uploaded_told_of_and_confirmed_on_the_page(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await http.post("/api/reviews", json={"id": REVIEW, "title": "T"})
        await system.drain()
        title = "Trust in harm reduction services"
        base = f"/api/extraction/reviews/{REVIEW}"
        (await http.put(f"{base}/documents/d1", json={"title": title})).raise_for_status()
        files = [
            ("files", ("one.txt", f"{title}\n\nStaff felt trusted.".encode())),
            ("files", ("two.pdf", b"%PDF-1.4 broken")),
        ]
        said = await http.post(PAGE, files=files)
        assert said.status_code == 422
        assert "was matched by its title" in said.text
        assert "two.pdf</strong> was not taken" in said.text
        assert "paste the text" in said.text
        (upload,) = (await http.get(f"{base}/uploads")).json()["items"]
        form = {"upload": upload["id"], "name": "one.txt", "document": "d1", "do": "confirm"}
        said = await http.post(f"/reviews/{REVIEW}/confirmations", data=form)
        assert said.status_code == 200
        assert "is the text of its document, version 1" in said.text
        assert f'data-address="/reviews/{REVIEW}/uploads"' in said.text
        text = (await http.get(f"{base}/documents/d1/text")).json()["text"]
        assert text.endswith("Staff felt trusted.")
