"""Memos as the inference log holds them: each by label, nothing of what is hidden or withheld."""

import pytest

from tests.services.extraction.curation.test_coding_rounds import Coder, begin
from tests.support.extraction import a_fragment

TEXT = "The nurse rang every Tuesday and it was always her."
QUOTE = "every Tuesday"


@pytest.fixture
def ann(extraction):
    return Coder(extraction, "ann")


@pytest.fixture
def ben(extraction):
    return Coder(extraction, "ben")


async def noted(extraction, *abouts):
    for about in abouts:
        await extraction.ask("POST", "/memos", {"about": about, "text": f"On {about}"})


async def logged(who):
    return (await who.ask("GET", "/memos/log"))["items"]


async def test_every_memo_names_what_it_is_about_by_label(extraction):
    await extraction.put_documents({"id": "d1", "title": "A paper", "text": TEXT})
    start = TEXT.index(QUOTE)
    passage = {"document": "d1", "quote": QUOTE, "start": start, "end": start + len(QUOTE)}
    told = {"memo": "It is the same nurse.", "coder": "ann", "coded_at": "2024-05-01T09:00:00Z"}
    await extraction.code(a_fragment("f1", **passage, **told))
    code = {"label": "Same person", "role": "mechanism_resource"}
    made = (await extraction.ask("POST", "/codes", code, status=201))["code"]
    abouts = ("Source/d1", "fragment/f1", f"code/{made}", "theory/PT1", "argument/a1")
    await noted(extraction, *abouts)
    first, *rest = await logged(extraction)
    assert (first["text"], first["person"]) == ("It is the same nurse.", "ann")
    assert first["at"].startswith("2024-05-01T09:00")
    found = {one["text"]: one["about"] for one in rest}
    assert found["On Source/d1"]["label"] == "A paper"
    assert found["On Source/d1"]["kind"] == "document"
    about = {"kind": "fragment", "id": "f1", "label": f"“{QUOTE}”", "document": "d1"}
    assert found["On fragment/f1"] == first["about"] == about
    assert found[f"On code/{made}"]["label"] == "Same person"
    assert [found[f"On {one}"]["kind"] for one in abouts[3:]] == ["theory", "argument"]


async def test_the_log_of_memos_is_the_coders_alone(extraction):
    await noted(extraction, "theory/PT1")
    for role in ("reviewer", "reader", "resolver"):
        await extraction.ask("GET", "/memos/log", by={role}, status=403)
    assert await extraction.ask("GET", "/memos/log", by={"coder"})


async def test_a_memo_of_a_withdrawn_fragment_is_no_entry(extraction):
    await extraction.code(a_fragment("f1", memo="Kept"), a_fragment("f2", memo="Gone"))
    await extraction.ask("POST", "/fragments/f2/withdraw", {"reason": "a slip"})
    assert [one["text"] for one in await logged(extraction)] == ["Kept"]


async def memo(who, about, **more):
    await who.ask("POST", "/memos", {"about": about, "text": f"{who.name} on {about}", **more})


@pytest.mark.parametrize("path", ["/memos", "/memos/log"])
async def test_memos_of_blind_coding_wait_for_the_reveal(extraction, ann, ben, path):
    await begin(extraction)
    await ben.code("b1", QUOTE, memo="Calm, I think.")
    link = [{"kind": "fragment", "id": "b1"}]
    await memo(ben, "Fragment/b1")
    await memo(ben, "document/d1")
    await memo(ben, "theory/PT1", links=link)
    await memo(ben, "document/d2")

    async def seen(who):
        found = await who.ask("GET", path)
        return [one["text"] for one in (found if path == "/memos" else found["items"])]

    assert await seen(ann) == await seen(extraction) == ["ben on document/d2"]
    assert len(await seen(ben)) == (4 if path == "/memos" else 5)
    on = await ann.ask("GET", "/memos?about=document/d1")
    assert on == []
    await ann.ask("POST", "/coding-rounds/r1/done", {})
    await ben.ask("POST", "/coding-rounds/r1/done", {})
    assert sorted(await seen(ann)) == sorted(await seen(ben))
