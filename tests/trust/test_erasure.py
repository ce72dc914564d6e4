"""What was erased is in no file of the home, and in no table: to the write-ahead log."""

import asyncpg

from tests.support.apps import open_system
from tests.support.extraction import a_fragment
from tests.support.people import member_head

REVIEW = {"id": "rev", "title": "Coaching", "stages": [{"name": "title", "from": None}]}
AT = "/api/extraction/reviews/rev"
WORDS = {
    "title": "Quillfeather",
    "text": "Bramblewick",
    "memo": "Thistledown",
    "participant": "Wintergreen",
    "reason": "Marigoldine",
    "open text": "Foxglovian",
}
NAME, LABEL = "Hollyhockson", "Larkspurian"


async def everything(settings):
    """Every byte that the installation keeps: files of the home, rows of the database."""
    found = b"".join(p.read_bytes() for p in settings.home.rglob("*") if p.is_file())
    if settings.database_url is None:
        return found
    connection = await asyncpg.connect(settings.database_url)
    try:
        tables = await connection.fetch(
            "SELECT schemaname, tablename FROM pg_tables WHERE starts_with(schemaname, $1)",
            settings.schema_prefix,
        )
        for schema, table in tables:
            rows = await connection.fetch(f'SELECT t::text AS said FROM "{schema}"."{table}" t')
            for row in rows:
                found += row["said"].encode()
                for part in row["said"].split(","):
                    if part.startswith('"\\\\x'):
                        found += bytes.fromhex(part.strip('")(').removeprefix("\\\\x"))
    finally:
        await connection.close()
    return found


async def kept(settings, words):
    """Those of the words that are kept somewhere."""
    held = await everything(settings)
    return {word for word in words if word.encode() in held}


async def put(client, path, body):
    told = {name: value for name, value in body.items() if name != "id"}
    answer = await client.put(f"{AT}{path}", json=told)
    assert answer.status_code < 300, answer.text


async def test_an_erased_source_is_in_no_file_and_no_table(settings):
    async with open_system(settings) as system, system.client() as client:
        (await client.post("/api/reviews", json=REVIEW)).raise_for_status()
        await system.drain()
        interview = {"kind": "interview", "title": WORDS["title"], "confidential": True}
        for version in range(5):
            text = f"She said {WORDS['text']} in version {version}. " + f"{version} word " * 900
            await put(client, "/documents/p1", {**interview, "text": text})
        said = f"Nobody coded {WORDS['open text']}. " + "Other words. " * 900
        await put(client, "/documents/d1", {"title": "A paper", "text": said})
        sources = [{"document": "p1", "participant": WORDS["participant"]}]
        coded = a_fragment("f1", document="p1", sources=sources)
        await put(client, "/fragments/f1", coded)
        memo = {"about": "document/p1", "text": f"The manager is {WORDS['memo']}"}
        await client.post(f"{AT}/memos", json=memo)
        await system.drain()
        assert WORDS["open text"] in await kept(settings, WORDS.values())
        for document in ("p1", "d1"):
            answer = await client.post(
                f"{AT}/documents/{document}/erase", json={"reason": "asked for"}
            )
            assert answer.status_code == 200, answer.text
        await system.drain()
        assert await kept(settings, WORDS.values()) == set()
    assert await kept(settings, WORDS.values()) == set()


async def test_no_event_names_a_participant(settings):
    async with open_system(settings) as system, system.client() as client:
        (await client.post("/api/reviews", json=REVIEW)).raise_for_status()
        await system.drain()
        await put(client, "/documents/d1", {"title": "A paper", "text": "words"})
        sources = [{"document": "d1", "participant": WORDS["participant"]}]
        await put(client, "/fragments/f1", a_fragment("f1", document="d1", sources=sources))
        await system.drain()
        shown = (await client.get(f"{AT}/fragments/f1")).json()
        assert shown["sources"][0]["participant"] == WORDS["participant"]
        history = (await client.get("/api/reviews/rev/activity")).text
        assert "fragment_coded" in history
        assert WORDS["participant"] not in history


async def test_an_erased_person_is_in_no_file_and_no_table(settings):
    async with open_system(settings) as system, system.client() as client:
        (await client.post("/api/reviews", json=REVIEW)).raise_for_status()
        await system.drain()
        head = await member_head(system, "rev", "ann", "reviewer")
        for n in range(3):
            body = {"name": f"Ms {NAME} {n}"}
            (await client.put("/api/people/me", json=body, headers=head)).raise_for_status()
        await client.post("/api/tokens", json={"person": "ann", "label": f"{LABEL}'s laptop"})
        assert await kept(settings, (NAME, LABEL)) == {NAME, LABEL}
        other = await member_head(system, "rev", "ben", "owner")
        assert (await client.post("/api/people/ann/erase", headers=other)).status_code == 403
        assert (await client.post("/api/people/ann/erase", headers=head)).status_code == 204
        await system.drain()
        assert await kept(settings, (NAME, LABEL)) == set()
        assert (await client.get("/api/people/me", headers=head)).status_code == 401
        members = (await client.get("/api/reviews/rev")).json()
        assert "ann" in str(members), "what they did stays under their id"
