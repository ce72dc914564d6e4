"""A memo on a passage that nobody coded: checked, moved with its text, sealed, erased."""

import pytest
from sqlalchemy import select

from services.extraction.fragments.store.tables import memos
from shared.db.rows import all_of
from tests.services.extraction.curation.test_coding_rounds import Coder, begin

TEXT = "The nurse rang 😀 every Tuesday and it was always her."
QUOTE = "every Tuesday"
START = TEXT.index(QUOTE)
PLACE = {"quote": QUOTE, "start": START, "end": START + len(QUOTE)}


async def a_memo(who, status=200, **more):
    memo = {"about": "document/d1", "text": "It is the same nurse.", "passage": PLACE, **more}
    return await who.ask("POST", "/memos", memo, status=status)


async def passages(who):
    return [one["passage"] for one in await who.ask("GET", "/memos?about=document/d1")]


async def kept(extraction):
    return await extraction.db.read(lambda tx: all_of(tx, select(memos)))


async def test_a_memo_keeps_its_passage_and_the_log_shows_the_quote(extraction):
    await extraction.put_documents({"id": "d1", "title": "A paper", "text": TEXT})
    first = await a_memo(extraction)
    assert first["passage"] == PLACE
    assert (await a_memo(extraction))["at"] == first["at"], "the same again changes nothing"
    await a_memo(extraction, passage={"quote": "always her"})
    (one, other) = (await extraction.ask("GET", "/memos/log"))["items"]
    assert (one["about"]["label"], one["quote"]) == ("A paper", QUOTE)
    assert other["quote"] == "always her"
    rewritten = {"id": first["memo_id"], "text": "Is it?", "passage": None}
    assert (await a_memo(extraction, **rewritten))["passage"] == PLACE


@pytest.mark.parametrize(
    "passage", [{**PLACE, "start": START + 1, "end": PLACE["end"] + 1}, {"quote": "every Monday"}]
)
async def test_a_quote_that_does_not_stand_there_is_refused(extraction, passage):
    await extraction.put_documents({"id": "d1", "text": TEXT})
    problem = await a_memo(extraction, 409, passage=passage)
    assert problem["title"] == "The quote does not stand there"
    assert await kept(extraction) == []


async def test_a_passage_of_another_thing_and_half_a_place_are_refused(extraction):
    await extraction.put_documents({"id": "d1", "text": TEXT})
    await a_memo(extraction, 422, about="theory/PT1")
    await a_memo(extraction, 422, passage={"quote": QUOTE, "start": START})
    await a_memo(extraction, 422, passage={"quote": ""})


async def test_a_passage_moves_with_its_text_and_says_where_it_was_lost(extraction):
    await extraction.put_documents({"id": "d1"})
    await a_memo(extraction)
    moved = {"quote": QUOTE, "start": START + 2, "end": PLACE["end"] + 2}
    lost = {"quote": QUOTE, "start": None, "end": None}
    for text, place in ((f"A {TEXT}", moved), (TEXT * 2, lost), (TEXT, PLACE), ("None.", lost)):
        await extraction.put_documents({"id": "d1", "text": text})
        assert await passages(extraction) == [place]
    at = "2024-05-01T09:00:00Z"
    again = await a_memo(extraction, passage={"quote": QUOTE}, at=at, id="m1")
    assert again["passage"] == lost, "one written elsewhere may have lost its place"


async def test_a_passage_of_a_confidential_document_is_sealed_and_the_coders(extraction):
    document = {"id": "d1", "kind": "staff", "text": TEXT, "confidential": True}
    await extraction.put_documents(document)
    await a_memo(extraction)
    assert QUOTE not in str(await kept(extraction))
    assert await passages(extraction) == [PLACE]
    memo = {"about": "document/d1", "text": "?", "passage": {"quote": "every Monday"}}
    problem = await extraction.ask("POST", "/memos", memo, by={"reviewer"}, status=403)
    assert QUOTE not in str(problem)
    await extraction.ask("GET", "/memos?about=document/d1", by={"reviewer"}, status=403)
    await extraction.put_documents({**document, "text": f"A {TEXT}"})
    assert QUOTE not in str(await kept(extraction))
    await extraction.ask("POST", "/documents/d1/erase", {"reason": "asked"})
    assert await kept(extraction) == []


async def test_a_memo_on_a_passage_waits_for_the_reveal(extraction):
    ann, ben = Coder(extraction, "ann"), Coder(extraction, "ben")
    await begin(extraction)
    memo = {"about": "document/d1", "text": "Calm.", "passage": {"quote": QUOTE}}
    await ben.ask("POST", "/memos", memo)
    assert await passages(ann) == []
    assert [one["quote"] for one in await passages(ben)] == [QUOTE]
    await ann.ask("POST", "/coding-rounds/r1/done", {})
    await ben.ask("POST", "/coding-rounds/r1/done", {})
    assert [one["quote"] for one in await passages(ann)] == [QUOTE]
