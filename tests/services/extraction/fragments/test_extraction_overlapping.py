"""What a page asks of a place in a text: the fragments on it, and what codes are called."""

from tests.support.extraction import a_fragment

TEXT = "Staff felt 🙂 trusted. Clients stayed longer."
DOCUMENT = {"kind": "literature", "title": "Calls", "text": TEXT}


def on(name, start, end):
    """A fragment of these code points."""
    return a_fragment(name, document="d1", quote=TEXT[start:end], start=start, end=end)


async def test_fragments_are_found_by_the_characters_that_they_share_with_a_place(extraction):
    await extraction.ask("PUT", "/documents/d1", DOCUMENT)
    await extraction.ask("PUT", "/documents/d2", {**DOCUMENT, "title": "Others"})
    elsewhere = {**on("f4", 13, 20), "document": "d2"}
    unplaced = a_fragment("f5", sources=[{"document": "d1"}])
    await extraction.code(on("f1", 0, 10), on("f2", 13, 20), on("f3", 22, 36), elsewhere, unplaced)
    for place, expected in {
        (0, 13): ["f1"],
        (9, 14): ["f1", "f2"],
        (20, 22): [],
        (0, 44): ["f1", "f2", "f3"],
    }.items():
        query = f"?document=d1&start={place[0]}&end={place[1]}"
        found = await extraction.ask("GET", f"/fragments/overlapping{query}")
        assert [one["id"] for one in found["items"]] == expected
    await extraction.ask("GET", "/fragments/overlapping?document=d1&start=-1&end=4", status=422)


async def test_codes_are_called_by_their_labels_whether_made_or_only_grouped(extraction):
    made = await extraction.ask("POST", "/codes", {"role": "outcome", "label": "Stays"}, status=201)
    groups = [
        {
            "id": "G",
            "role": "outcome",
            "label": "Engagement",
            "level": "intermediate",
            "codes": [{"id": "c1", "label": "Comes"}, {"id": "c2"}],
        }
    ]
    await extraction.ask("PUT", "/theories/PT1/codebook", {"groups": groups})
    ids = "&".join(f"ids={one}" for one in (made["code"], "c1", "c2", "c9"))
    labels = await extraction.ask("GET", f"/codes/labels?{ids}")
    assert labels == {made["code"]: "Stays", "c1": "Comes"}


async def test_a_label_that_is_taken_is_refused_with_the_code_that_has_it(extraction):
    body = {"role": "outcome", "label": "Stays"}
    made = await extraction.ask("POST", "/codes", body, status=201)
    for label in ("stays", made["code"]):
        refused = await extraction.ask("POST", "/codes", {**body, "label": label}, status=409)
        assert refused["code"] == made["code"]
