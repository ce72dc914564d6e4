"""Confidential sources are sealed at rest, their keys can be changed, and erasure is proved."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from services.extraction.documents.handlers.erasure import erase_due
from services.extraction.tables import metadata
from services.extraction.uploads.jobs.sealing import seal_sources
from shared.http.problems import Invalid
from shared.keyring import KeyMissing, Keyring, is_sealed, new_key
from tests.support.extraction import BASE, a_fragment, alone
from tests.support.kernel import Storage
from tests.support.schemas import DATABASES

WORDS = "zanzibar"
TEXT = f"She said {WORDS} in confidence. Staff listened."


@pytest_asyncio.fixture(params=DATABASES)
async def extraction(request, tmp_path):
    """The extraction service alone, on both databases."""
    storage = Storage(request.param, tmp_path, kept=True)
    async with alone(storage) as service:
        yield service
    await storage.clean()


async def tell(extraction):
    title = f"Interview with Ms {WORDS}"
    speakers = [{"speaker": WORDS, "participant": f"P7 {WORDS}", "kind": "service_user"}]
    await extraction.put_documents(
        {"id": "p1", "title": title, "text": TEXT, "confidential": True, "speakers": speakers}
    )
    quote = f"She said {WORDS} in confidence."
    await extraction.code(
        a_fragment(document="p1", quote=quote, start=0, end=len(quote), memo=f"m {WORDS}")
    )


async def everything(extraction, but=()):
    """All rows of all tables but these, as one text."""

    async def rows(tx):
        found = []
        for table in (one for one in metadata.sorted_tables if one.name not in but):
            found += [str(tuple(row)) for row in await tx.execute(select(table))]
        return "\n".join(found)

    return await extraction.db.read(rows)


async def test_no_table_holds_a_confidential_word_in_the_open(extraction):
    await tell(extraction)
    assert WORDS not in await everything(extraction)
    shown = await extraction.ask("GET", "/fragments/f1", by={"coder"})
    assert WORDS in shown["quote"]
    assert WORDS in (await extraction.ask("GET", "/documents/p1/text", by={"coder"}))["text"]
    document = await extraction.ask("GET", "/documents/p1", by={"coder"})
    assert (WORDS in document["title"], WORDS in str(document["speakers"])) == (True, True)
    assert WORDS not in str(await extraction.ask("GET", "/documents/p1", by={"reader"}))


async def test_a_document_that_becomes_confidential_is_sealed_with_its_past(extraction):
    await extraction.put_documents({"id": "p1", "text": TEXT})
    await extraction.code(a_fragment(document="p1", quote="She said", start=0, end=8, memo=WORDS))
    await extraction.put_documents({"id": "p1", "confidential": True})
    found = await everything(extraction)
    assert TEXT not in found
    opened = {"id": "p1", "confidential": False, "opening_reason": "she agreed"}
    await extraction.put_documents(opened)
    assert TEXT in await everything(extraction)
    assert (await extraction.ask("GET", "/documents/p1/text"))["text"] == TEXT


async def say(method, path, json, extraction):
    """Send what must be a success."""
    answer = await extraction.client.request(method, BASE + path, json=json)
    assert answer.is_success, answer.text


async def note(extraction):
    """People's words about a document and its fragment, in every place that there is."""
    await extraction.code(a_fragment(document="p1", quote="She said", start=0, end=8))
    form = {"title": "Map", "fields": [{"id": "n", "label": "How?"}]}
    await say("PUT", "/forms/m", form, extraction)
    answers = {"document": "p1", "answers": {"n": WORDS}, "done": True, "note": WORDS}
    await say("PUT", "/forms/m/answers", answers, extraction)
    judged = {"rigour": "high", "comment": WORDS}
    for path in ("/documents/p1/appraisal", "/fragments/f1/appraisal"):
        await say("PUT", path, judged, extraction)
    for about in ("document/p1", "fragment/f1"):
        memo = {"id": about, "about": about, "text": WORDS}
        await say("POST", "/memos", memo, extraction)
    opening = {"title": "First", "coders": ["ann", "ben"], "documents": ["p1"]}
    await say("PUT", "/coding-rounds/r", opening, extraction)
    await say("POST", "/coding-rounds/r/notes", {"text": WORDS}, extraction)
    await say("POST", "/coding-rounds/r/reveal", {"reason": "x"}, extraction)
    agreed = {"agreed": [], "note": WORDS}
    await say("PUT", "/coding-rounds/r/agreed/p1", agreed, extraction)


async def test_what_is_noted_of_a_document_is_sealed_when_it_becomes_confidential(extraction):
    await extraction.put_documents({"id": "p1", "text": "She said so."})
    await note(extraction)
    assert (await everything(extraction, ("outbox",))).count(WORDS) >= 8
    await extraction.put_documents({"id": "p1", "confidential": True})
    assert WORDS not in await everything(extraction, ("outbox",))
    shown = await extraction.ask("GET", "/coding-rounds/r", by={"coder"})
    assert [shown["notes"][0]["text"], shown["documents"][0]["note"]] == [WORDS, WORDS]
    shown = await extraction.ask("GET", "/coding-rounds/r", by={"resolver"})
    assert WORDS not in str(shown), "nobody but coders reads what is noted of it"
    await extraction.ask("POST", "/documents/p1/erase", {"reason": "asked for"})
    shown = await extraction.ask("GET", "/coding-rounds/r", by={"coder"})
    assert shown["documents"][0]["note"] == ""


async def test_a_new_key_seals_everything_anew_and_the_old_one_may_go(extraction):
    await tell(extraction)
    await extraction.client.post(
        f"{BASE}/uploads", content=TEXT.encode(), params={"filename": "a.txt", "document": "p1"}
    )
    old, new = "kept", new_key()
    folder = extraction.running.settings.home
    old = (Path(folder) / "source-key").read_text().strip()
    extraction.db.keys = Keyring([new, old])
    await seal_sources(None, extraction.running.context)
    extraction.db.keys = Keyring([new])
    assert WORDS in (await extraction.ask("GET", "/fragments/f1"))["quote"]
    assert WORDS in (await extraction.ask("GET", "/documents/p1/text"))["text"]
    assert WORDS in (await extraction.client.get(f"{BASE}/documents/p1/file")).text
    history = await extraction.ask("GET", "/fragments/f1/history")
    assert WORDS in history[0]["memo"]
    extraction.db.keys = Keyring([old])
    problem = await extraction.ask("GET", "/documents/p1/text", status=503)
    assert "RETRODUCT_SOURCE_KEYS" in problem["detail"]


async def test_without_a_key_confidential_texts_are_refused(extraction):
    extraction.db.keys = None
    body = {"title": "Interview", "text": TEXT, "confidential": True}
    problem = await extraction.ask("PUT", "/documents/p1", body, status=503)
    assert "RETRODUCT_SOURCE_KEYS" in problem["detail"]
    await extraction.ask("GET", "/documents/p1", status=404)


async def test_a_source_is_erased_when_its_retention_date_has_passed(extraction):
    await tell(extraction)
    past = datetime(2020, 1, 1, tzinfo=UTC).isoformat()
    await extraction.put_documents({"id": "p1", "title": "t", "retain_until": past})
    await extraction.put_documents(
        {"id": "p2", "text": "kept", "retain_until": "2999-01-01T00:00Z"}
    )
    assert await extraction.db.write(erase_due) == [("rev", "p1")]
    assert await extraction.db.write(erase_due) == []
    proof = await extraction.ask("GET", "/documents/p1/erasure")
    assert proof["erased"] is True
    assert set(proof["left"].values()) == {0}
    assert (await extraction.ask("GET", "/documents/p2/erasure"))["left"]["document_texts"] == 1


async def test_retention_and_participants_are_no_business_of_events(extraction):
    await tell(extraction)
    await extraction.put_documents({"id": "p1", "retain_until": "2999-01-01T00:00:00Z"})
    told = str(await extraction.said("document_added"))
    assert WORDS not in told
    assert "retain_until" not in told


def test_a_sealed_text_opens_with_its_key_alone():
    ring, other = Keyring([new_key()]), Keyring([new_key()])
    sealed = ring.seal(WORDS)
    assert is_sealed(sealed)
    assert ring.open(sealed) == WORDS
    assert ring.seal(WORDS) != sealed
    with pytest.raises(KeyMissing):
        other.open(sealed)
    with pytest.raises(KeyMissing):
        ring.open(sealed[:-8] + ("A" * 8))


def test_what_is_no_key_is_refused():
    for wrong in ("", "short", "ö" * 44):
        with pytest.raises(Invalid, match="RETRODUCT_SOURCE_KEYS"):
            Keyring([wrong])
