"""What is odd about the coding stands on a page, each thing under its label."""

import re

from shared.ops.settings import Settings
from tests.support.apps import open_system
from tests.support.people import member_head

BASE = "/api/extraction/reviews/rev"
PAGE = "/reviews/rev/coding-issues"
TEXT = "The nurse rang every Tuesday and it was always her."
GROUPS = [
    {
        "id": "g1",
        "role": "outcome",
        "label": "Engaged",
        "codes": [{"id": "k1", "label": "Keeps coming", "sense_by": "import_rule"}],
    }
]


def texts(page):
    main = re.sub(r"(?s)^.*<main|</main>.*$", "", page)
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


async def test_each_kind_of_what_is_odd_is_listed_by_label_and_leads_to_its_place(tmp_path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as http:
        await http.post("/api/reviews", json={"id": "rev", "title": "T"})
        await system.drain()
        assert "Nothing odd was found." in texts((await http.get(PAGE)).text)
        path = "/api/synthesis/reviews/rev/theories/PT1"
        (await http.put(path, json={"name": "First contact"})).raise_for_status()
        await system.drain()
        path = f"{BASE}/theories/PT1/codebook"
        (await http.put(path, json={"groups": GROUPS})).raise_for_status()
        document = {"title": "Calls", "text": TEXT, "record": "r-unknown"}
        (await http.put(f"{BASE}/documents/d1", json=document)).raise_for_status()
        made = await http.post(f"{BASE}/codes", json={"role": "context", "label": "One nurse"})
        place = {"document": "d1", "quote": TEXT[:28], "start": 0, "end": 28}
        loose = {"elements": [{"role": "context", "code": made.json()["code"]}], **place}
        held = {**loose, "theories": ["PT1"], "sources": [{"document": "Doe 2011"}]}
        for name, body in (("f1", loose), ("f2", held)):
            (await http.put(f"{BASE}/fragments/{name}", json=body)).raise_for_status()
        document["text"] = "Nobody rang at all."
        (await http.put(f"{BASE}/documents/d1", json=document)).raise_for_status()
        page = (await http.get(PAGE)).text
        said = texts(page)
        assert "Passages to find again 2 The text changed" in said
        assert "The nurse rang every Tuesday Calls" in said
        assert "Fragments of no theory 1" in said
        assert "One nurse First contact, in 1 fragment" in said
        assert "Keeps coming First contact" in said
        assert "Sources that nobody added 1" in said
        assert "Doe 2011" in said
        assert "Documents whose record is not in the library 1" in said
        assert 'href="/reviews/rev/coding/d1#fragment-f1"' in page
        assert 'href="/reviews/rev/codes/k1"' in page
        assert ">k1<" not in page
        assert ">f1<" not in page
        reader = await member_head(system, "rev", "rea", "reader")
        assert "Passages to find again 2" in texts((await http.get(PAGE, headers=reader)).text)
