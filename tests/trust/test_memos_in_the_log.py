"""The inference log holds the memos of coding by label: for coders, after the reveal, in every
format, in the report and on the page; nobody else is told of one.
"""

import csv
import io
import json

import pytest
import pytest_asyncio

from shared.ops.settings import Settings
from tests.browser import the_review
from tests.support.apps import open_system
from tests.support.people import member_head

pytestmark = pytest.mark.slow
CODED, INFERRED = "/api/extraction/reviews/rev", "/api/synthesis/reviews/rev"
FORMATS = ("json", "jsonl", "csv", "md")
ABOUT = {
    "document/d0": "Report 0",
    "fragment/f1": "“They trusted us, and stayed (1).”",
    "code/trust": "trust",
    "theory/PT1": "PT1: Trust keeps people in contact",
    "argument/a1": "'Trust' → 'Engagement' occurred",
    "document/talk": "Ms X",
}
TALK = {"title": "Ms X", "kind": "service_user", "text": "in confidence", "confidential": True}
ARGUMENT = {"theory": "PT1", "response": "TRUST", "outcome": "ENG", "warrant": "trust is needed"}
ROLES = {"ann": "coder", "ben": "coder", "rita": "reviewer", "rob": "reader"}


@pytest_asyncio.fixture
async def noted(tmp_path):
    """The small review with a memo of the owner's on everything that can have one."""
    await the_review.lay(tmp_path)
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL")
    async with open_system(settings) as system, system.client() as client:
        await told(client, "PUT", f"{CODED}/documents/talk", TALK)
        await told(client, "PUT", f"{INFERRED}/arguments/a1", ARGUMENT)
        await system.drain()
        links = [{"kind": "theory", "id": "PT1"}, {"kind": "fragment", "id": "f0"}]
        for about in ABOUT:
            memo = {"about": about, "text": f"MEMO ON {about}", "links": links}
            await told(client, "POST", f"{CODED}/memos", memo)
        heads = {who: await member_head(system, "rev", who, role) for who, role in ROLES.items()}
        await system.drain()
        yield system, client, heads


async def told(client, method, path, body=None, head=None):
    answer = await client.request(method, path, json=body, headers=head)
    assert answer.status_code < 300, answer.text
    return answer


async def log_of(client, head=None, form="json"):
    path = f"{INFERRED}/inference-log?format={form}"
    return (await told(client, "GET", path, head=head)).text


async def test_one_log_holds_memos_on_all_six_by_label_with_their_links(noted):
    _, client, heads = noted
    rows = list(csv.DictReader(io.StringIO(await log_of(client, heads["ann"], "csv"))))
    found = {row["words"]: row for row in rows if row["done"] == "written while coding"}
    for about, label in ABOUT.items():
        row = found[f"MEMO ON {about}"]
        assert label in row["about"]
        assert row["subjects"] == about
        links = ["PT1: Trust keeps people in contact", "“They trusted us, and stayed (0).”"]
        assert [one in row["links"] for one in links] == [about != "theory/PT1", True]
    lines = [json.loads(line) for line in (await log_of(client, form="jsonl")).splitlines()]
    assert lines == json.loads(await log_of(client))["items"]
    at = [line["at"] for line in lines]
    assert at == sorted(at)
    on = next(one for one in lines if one["words"] == "MEMO ON fragment/f1")
    assert on["subjects"][0]["document"] == "d1"
    text = await log_of(client, form="md")
    assert "About Report 0. MEMO ON document/d0" in text


async def test_only_coders_find_the_memos_of_coding_anywhere(noted):
    _, client, heads = noted
    places = [*(f"{INFERRED}/inference-log?format={form}" for form in FORMATS)]
    places += [f"{INFERRED}/report.{form}" for form in ("json", "md", "html")]
    places += ["/reviews/rev/inference-log?whole=true"]
    for place in places:
        for who in ROLES:
            text = (await told(client, "GET", place, head=heads[who])).text
            assert ("MEMO ON" in text) is (ROLES[who] == "coder"), (place, who)
            assert ("MEMO ON document/talk" in text) is (ROLES[who] == "coder"), (place, who)


async def test_a_memo_of_blind_coding_enters_the_log_at_the_reveal(noted):
    system, client, heads = noted
    await told(client, "PUT", f"{CODED}/documents/d9", {"title": "Ninth", "text": "She stayed."})
    opened = {"title": "Ninth", "coders": ["ann", "ben"], "documents": ["d9"]}
    await told(client, "PUT", f"{CODED}/coding-rounds/r9", opened)
    passage = {"document": "d9", "quote": "She stayed.", "start": 0, "end": 11}
    fragment = {"elements": [{"role": "outcome", "code": "engagement"}], "theories": ["PT1"]}
    body = {**fragment, **passage, "memo": "BLIND in it"}
    await told(client, "PUT", f"{CODED}/fragments/b1", body, heads["ben"])
    for about in ("fragment/b1", "document/d9"):
        memo = {"about": about, "text": f"BLIND on {about}"}
        await told(client, "POST", f"{CODED}/memos", memo, heads["ben"])
    await system.drain()
    for form in FORMATS:
        own = await log_of(client, heads["ben"], form)
        assert own.count("BLIND") >= 3
        assert "what is not here" not in own, "a coder's own passage is known by its words"
        for who in ("ann", "rita", "rob"):
            assert "BLIND" not in await log_of(client, heads[who], form)
        assert "BLIND" not in await log_of(client, None, form)
    for who in ("ann", "ben"):
        await told(client, "POST", f"{CODED}/coding-rounds/r9/done", {}, heads[who])
    await system.drain()
    assert (await log_of(client, heads["ann"])).count("BLIND") >= 3
    assert "BLIND" not in await log_of(client, heads["rita"])


async def test_a_log_that_would_lack_the_memos_is_refused_and_not_written_short(noted, monkeypatch):
    _, client, heads = noted
    silent = "services.synthesis.inference.api.memos.memos_of_coding"

    async def nothing(*_):
        return None

    monkeypatch.setattr(silent, nothing)
    for form in FORMATS:
        path = f"{INFERRED}/inference-log?format={form}"
        answer = await client.get(path, headers=heads["ann"])
        assert answer.status_code == 503
        assert "memos of coding" in answer.json()["detail"]
        assert (await client.get(path, headers=heads["rita"])).status_code == 200
