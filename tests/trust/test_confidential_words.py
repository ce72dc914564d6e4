"""Words of a confidential source reach coders and owners, and nobody and nothing else.

A word of its own stands in each place that a confidential source has. It is looked for in every
file of the home, every event of every service, the log, and every answer to everybody who does
not code: pages, searches, reports, exports, and the lists of every route.
"""

import json
import re

import pytest
from sqlalchemy import select

from shared.kernel import outbox
from tests.services.test_every_route_asks_who import routes_of
from tests.support.apps import open_system
from tests.support.people import member_head
from tests.support.schemas import on_sqlite
from tests.trust.test_every_route import ENDLESS, request_of

WORDS = {
    "title": "Quillfeather", "text": "Bramblewick", "speaker": "Nightshadow",
    "participant": "Wintergreen", "case": "Coppicewood", "quote": "Damselfly",
    "paraphrase": "Thistledown", "memo of a fragment": "Marigoldine", "rationale": "Foxglovian",
    "statement": "Hollyhockson", "memo": "Larkspurian", "memo of a fragment apart": "Sorrelwise",
    "answer": "Celandinia", "note of an answer": "Bilberrying", "appraisal": "Gorsebush",
    "suggested quote": "Damselfly", "why suggested": "Heathermix", "file name": "Mugwortian",
    "text of a file": "Pimpernelia", "locator": "Ragwortine", "note of a round": "Saxifraging",
    "agreed note": "Tormentilla", "why a fragment was withdrawn": "Yarrowfield",
    "why a source was withdrawn": "Woodruffing",
}  # fmt: skip
TOLD = {"case"}
"""A case is a place of the review (a site, an arm), whose name everybody reads."""
AT = "/api/extraction/reviews/rev"
ROLES = ("reader", "reviewer", "resolver")
TEXT = f"She said {WORDS['quote']} of {WORDS['text']} in confidence. Staff listened."


def place(quote):
    """Where a quote stands in the text."""
    start = TEXT.index(quote)
    return {"document": "p1", "quote": quote, "start": start, "end": start + len(quote)}


async def put(client, path, body, method="PUT"):
    answer = await client.request(method, AT + path, json=body)
    assert answer.is_success, (path, answer.text)


def suggested():
    """A machine's suggestion of a passage, as a bundle brings it."""
    moment = "2026-01-05T10:00:00Z"
    made = {"model": "x", "coder": "machine:x"}
    run = {"id": "r", "state": "done", "host": "h", "asked_at": moment, **made}
    where = place(WORDS["suggested quote"])
    one = {"id": "s", "run": "r", "rationale": WORDS["why suggested"], "state": "pending", **made}
    one |= {"elements": [{"role": "outcome", "code_id": "kept"}], "suggested_at": moment, **where}
    return {"runs": [run], "suggestions": [one]}


async def tell(system, client):
    """A review whose confidential source holds a word of its own in every place."""
    stages = [{"name": "x", "from": None}]
    review = {"id": "rev", "title": "T", "stages": stages}
    (await client.post("/api/reviews", json=review)).raise_for_status()
    await system.drain()
    theory = {"name": "Trust", "statement": "If they are trusted, they stay."}
    await client.put("/api/synthesis/reviews/rev/theories/PT1", json=theory)
    await system.drain()
    speakers = [{"speaker": WORDS["speaker"], "participant": WORDS["participant"]}]
    said = {"title": WORDS["title"], "text": TEXT, "confidential": True, "speakers": speakers}
    await put(client, "/documents/p1", {**said, "kind": "interview", "case": WORDS["case"]})
    element = {"role": "outcome", "code": "kept", "statement": WORDS["statement"]}
    told = {"paraphrase": WORDS["paraphrase"], "memo": WORDS["memo of a fragment"]}
    told |= {"rationale": WORDS["rationale"], "theories": ["PT1"], "elements": [element]}
    source = {"document": "p1", "participant": WORDS["participant"]}
    await put(client, "/fragments/f1", {**told, **place(WORDS["quote"]), "sources": [source]})
    for about, name in (("document/p1", "memo"), ("fragment/f1", "memo of a fragment apart")):
        await put(client, "/memos", {"id": name, "about": about, "text": WORDS[name]}, "POST")
    await put(client, "/forms/m", {"title": "Map", "fields": [{"id": "n", "label": "How?"}]})
    answers = {"document": "p1", "answers": {"n": WORDS["answer"]}, "done": True}
    await put(client, "/forms/m/answers", {**answers, "note": WORDS["note of an answer"]})
    await put(client, "/forms/m/consensus", {**answers, "note": WORDS["note of an answer"]})
    judged = {"rigour": "high", "comment": WORDS["appraisal"]}
    await put(client, "/documents/p1/appraisal", judged)
    await put(client, "/fragments/f1/appraisal", judged)
    await put(client, "/assistance/kept", suggested(), "POST")
    await tell_of_more(client)
    await system.drain()


async def tell_of_more(client):
    """A second confidential source: a file, a round of blind coding, what was withdrawn."""
    await put(
        client, "/documents/p2", {"title": "Another", "kind": "interview", "confidential": True}
    )
    sent = {"filename": f"{WORDS['file name']}.txt", "document": "p2"}
    text = f"He spoke of {WORDS['text of a file']}. Staff listened."
    answer = await client.post(f"{AT}/uploads", params=sent, content=text.encode())
    assert answer.is_success, answer.text
    opening = {"title": "First", "coders": ["ann", "ben"], "documents": ["p2"]}
    await put(client, "/coding-rounds/r", opening)
    await put(client, "/coding-rounds/r/notes", {"text": WORDS["note of a round"]}, "POST")
    await put(client, "/coding-rounds/r/reveal", {"reason": "ben is ill"}, "POST")
    quote = {"document": "p2", "quote": "Staff listened.", "locator": WORDS["locator"]}
    coded = {"id": "f2", "elements": [{"role": "outcome", "code": "kept"}], **quote}
    agreed = {"agreed": [{"fragment": coded}], "note": WORDS["agreed note"]}
    await put(client, "/coding-rounds/r/agreed/p2", agreed)
    for where in ("fragment", "source"):
        at = {"fragment": "/fragments/f2", "source": "/documents/p2"}[where]
        reason = {"reason": WORDS[f"why a {where} was withdrawn"]}
        await put(client, f"{at}/withdraw", reason, "POST")
        await put(client, f"{at}/restore", {"reason": "again"}, "POST")


async def events(system):
    """Every event of every service, as it is published."""
    found = []
    for running in system.services.values():

        async def said(tx):
            return [row.envelope for row in await tx.execute(select(outbox.outbox.c.envelope))]

        found += [bytes(one).decode() for one in await running.db.read(said)]
    return found


def held(text, words):
    """The places whose word stands in a text."""
    folded = text.casefold()
    return sorted(name for name, word in words.items() if word.casefold() in folded)


async def read_by(system, person, head):
    """What a person reads at every route: the address, and the text of the answer."""
    async with system.client(headers=head) as client:
        for document, fragment in (("p1", "f1"), ("p2", "f2")):
            async for where, text in read_of(system, client, document, fragment):
                yield f"{person} {where}", text
        quotes = await client.post(f"{AT}/fragments/quotes", json={"ids": ["f1", "f2"]})
        yield f"{person} quotes", quotes.text


async def read_of(system, client, document, fragment):
    """What every route answers about a document and a fragment."""
    described = system.app.openapi()
    known = {"review_id": "rev", "document_id": document, "fragment_id": fragment, "form_id": "m"}
    known |= {"theory_id": "PT1", "code_id": "kept", "stage": "x", "form": "csv", "kind": "qdpx"}
    known |= {"number": "1", "study_id": document, "round_id": "r"}
    for path, method in sorted(routes_of(system.app)):
        if method != "GET" or path == ENDLESS:
            continue
        operation = described["paths"].get(path.replace(":path}", "}"), {}).get("get", {})
        where = re.sub(r"\{(\w+)(?::\w+)?\}", lambda at: known.get(at[1], "x"), path)
        asked = request_of(operation, described)["params"] | {"document": document}
        for more in (asked, {**asked, "about": f"document/{document}"}):
            answer = await client.get(where, params=more, follow_redirects=True)
            yield where, answer.text


@pytest.fixture
def closed():
    """Words that nobody but coders reads."""
    return {name: word for name, word in WORDS.items() if name not in TOLD}


@pytest.mark.slow
async def test_no_word_of_a_confidential_source_is_read_kept_or_told_in_the_open(
    tmp_path, capfd, closed
):
    settings = on_sqlite(tmp_path / "home")
    async with open_system(settings) as system, system.client() as client:
        await tell(system, client)
        assert [held(one, closed) for one in await events(system) if held(one, closed)] == []
        people = {role: await member_head(system, "rev", role, role) for role in ROLES}
        found = {}
        for role, head in people.items():
            async for where, text in read_by(system, role, head):
                if held(text, closed):
                    found[where] = held(text, closed)
        assert found == {}
        coder = await member_head(system, "rev", "coder", "coder")
        seen = [text async for _, text in read_by(system, "coder", coder)]
        own = {"note of an answer", "answer", "appraisal"}
        assert {*closed} - {*held(json.dumps(seen), closed)} <= own, "coders read the rest"
        await system.drain()
        files = [path for path in settings.home.rglob("*") if path.is_file()]
        open_words = {
            path.name: held(path.read_bytes().decode("latin-1"), closed) for path in files
        }
        assert {name: words for name, words in open_words.items() if words} == {}
        assert any(name.endswith("-wal") for name in open_words)
    said = capfd.readouterr()
    assert held(said.out + said.err, closed) == []


@pytest.mark.parametrize(
    "role", ["reader", *(pytest.param(role, marks=pytest.mark.slow) for role in ROLES[1:])]
)
async def test_no_search_of_anybody_who_does_not_code_finds_a_confidential_word(
    sqlite_system, role, closed
):
    async with sqlite_system.client() as client:
        await tell(sqlite_system, client)
    head = await member_head(sqlite_system, "rev", role, role)
    coder = await member_head(sqlite_system, "rev", "coder", "coder")
    pages = ("search", "coding", "studies", "memos", "library", "arguments", "retrieval")
    paths = [f"/reviews/rev/{page}" for page in pages]

    async def answered(client, path, word):
        text = (await client.get(path, params={"q": word}, follow_redirects=True)).text
        text = re.sub(r'data-after="\d+"', "", text)
        return text.casefold().replace(word.casefold(), "<word>")

    async with sqlite_system.client(headers=head) as client:
        for path in paths:
            nothing = await answered(client, path, "Nowherefound")
            for name, word in closed.items():
                assert await answered(client, path, word) == nothing, (path, name)
    async with sqlite_system.client(headers=coder) as client:
        found = await client.get("/reviews/rev/coding", params={"q": WORDS["title"]})
        assert "/coding/p1" in found.text
