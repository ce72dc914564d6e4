"""Everything is an event: what a route of extraction writes it tells, or its reason stands here."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import func, select

from shared.kernel import outbox
from shared.kernel.job_worker import do_job
from tests.services.test_every_route_asks_who import routes_of
from tests.support.assisted import COMING, GROUPS, TEXT, TRUST
from tests.support.extraction import BASE, a_fragment, a_settlement, alone
from tests.support.kernel import Storage
from tests.support.projects import a_project
from tests.support.suggesting import KEY, MODEL, Serving

SILENT = {
    "DELETE /uploads/{upload_id}": "a file that waited for a person; nothing was true of it",
    "POST /uploads": "a file waits until a person confirms whose text it is",
    "POST /exchange/projects": "a project waits until a person accepts it",
    "PUT /exchange/projects/{project_id}/mapping": "a draft of how a project will be taken",
    "POST /exchange/projects/{project_id}/put-aside": "a project that never counted",
    "POST /fragments/quotes": "asks, and writes nothing",
    "POST /codes/{code_id:path}/confirm": "a coder's own list of what is to be looked at again",
    "POST /uploads/fetch": "brings texts in as confirming an upload does, by a job of its own",
    "POST /coding-rounds/{round_id}/notes": "words of coders about confidential texts stay here",
    "POST /memos": "memos of coders stay here; synthesis tells of the review's memos",
    "POST /memos/{memo_id:path}/withdraw": "nothing was told of it when it was written",
    "PUT /coding-schema": "which roles a form offers; what is counted stays the same",
    "POST /assistance/kept": "history of machines that a bundle brings; nothing happens now",
    "POST /assistance/runs/{run_id}/resume": "the run tells what came of it when it is done",
}
"""Routes that write, or seem to, and tell nothing; with the reason."""

KERNEL = ("/api/extraction/dead/retry", "/api/extraction/replays")
FIELDS = [{"id": "n", "label": "Number", "kind": "number"}]
TREE = {"role": "outcome", "label": "Staying"}
CASES = [{"id": "north", "label": "North"}]
ROUND = {"title": "Twice", "coders": ["ann", "ben"], "documents": ["d5"]}


@dataclass
class Step:
    """A request: the route as it is written, values for its names, and a body."""

    route: str
    values: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    keeps: str = ""
    """Under this name the answer's id is kept for later steps."""
    query: str = ""
    work: bool = False
    """Whether jobs are done before the outbox is looked at."""


def steps():
    """The life of a review: every route once, in an order in which each has something to do."""
    fragment = {"theories": ["PT1"], "document": "d1", "sources": [{"document": "d1"}]}
    fragment["elements"] = [{"role": "mechanism_response", "code": "trust"}]
    coded = {"quote": TEXT[:9], "start": 0, "end": 9, **fragment, "document": "d5"}
    coded["sources"] = [{"document": "d5"}]
    role = {"role": "mechanism_response"}
    f1, d1, r1 = {"fragment_id": "f1"}, {"document_id": "d1"}, {"round_id": "r1"}
    return [
        Step("PUT /coding-schema", body={"name": "ICAMO"}),
        Step("POST /documents/batch", body={"documents": [
            {"id": name, "title": name, "text": TEXT} for name in ("d1", "d2", "d5")]}),
        Step("PUT /documents/{document_id:path}", d1, {"title": "Named anew", "text": TEXT}),
        Step("PUT /theories/{theory_id:path}/codebook", {"theory_id": "PT1"}, {"groups": GROUPS}),
        Step("POST /theories/{theory_id:path}/groups", {"theory_id": "PT1"}, TREE, "group"),
        Step("PATCH /theories/{theory_id:path}/groups/{group_id}",
             {"theory_id": "PT1", "group_id": "group"}, {"label": "Stays"}),
        Step("DELETE /theories/{theory_id:path}/groups/{group_id}",
             {"theory_id": "PT1", "group_id": "group"}),
        Step("POST /codes", body={**role, "label": "Faith", "theory": "PT1", "group": "g1"},
             keeps="code"),
        Step("POST /codes", body={**role, "label": "Hope"}, keeps="other"),
        Step("POST /codes/{code_id:path}/rename", {"code_id": "code"}, {"label": "Belief"}),
        Step("POST /codes/{code_id:path}/describe", {"code_id": "code"}, {"description": "Why."}),
        Step("POST /codes/{code_id:path}/sense", {"code_id": "code"},
             {"theory": "PT1", "sense": "opposite"}),
        Step("POST /codes/{code_id:path}/move", {"code_id": "code"},
             {"theory": "PT1", "group": None}),
        Step("POST /codes/{code_id:path}/split", {"code_id": "code"}, {"into": [{"label": "New"}]}),
        Step("POST /codes/{code_id:path}/confirm", {"code_id": "code"}, {"fragments": []}),
        Step("POST /codes/{code_id:path}/merge", {"code_id": "code"}, {"into": "@other"}, "act"),
        Step("POST /codebook-acts/{number}/undo", {"number": "act"}),
        Step("POST /codes/{code_id:path}/retire", {"code_id": "other"}, {}),
        Step("PUT /fragments/{fragment_id:path}", f1, fragment),
        Step("POST /fragments/batch", body={"fragments": [a_fragment("f2")]}),
        Step("POST /fragments/quotes", body={"ids": ["f1"]}),
        Step("POST /fragments/recode", body={
            "ids": ["f1"], **role, "code": "trust", "to_code": "@code", "reason": "fits better"}),
        Step("PUT /fragments/{fragment_id:path}/appraisal", f1, {"rigour": "low"}),
        Step("POST /fragments/{fragment_id:path}/withdraw", f1, {"reason": "twice"}),
        Step("POST /fragments/{fragment_id:path}/restore", f1, {"reason": "not twice"}),
        Step("POST /acts/{act_id}/undo", {"act_id": "newest"}),
        Step("POST /exchange/fragments", body=b'{"id": "f9", "theories": ["PT1"], "elements": '
             b'[{"role": "outcome", "code": "engagement"}], "sources": [{"document": "d2"}]}',
             query="?form=jsonl"),
        Step("POST /memos", body={"id": "m1", "about": "fragment/f1", "text": "Look again."}),
        Step("POST /memos/{memo_id:path}/withdraw", {"memo_id": "m1"}),
        Step("PUT /documents/{document_id:path}/appraisal", d1, {"rigour": "low"}),
        Step("POST /assignments", body={"assignments": [{"document": "d1", "person": "ann"}]}),
        Step("PUT /retrievals/{record_id:path}", {"record_id": "rec"},
             {"state": "not_retrieved", "reason": "nobody has it"}),
        Step("PUT /studies/links", body={"a": "d1", "b": "d2"}),
        Step("DELETE /studies/links", query="?a=d1&b=d2"),
        Step("PUT /studies/distinct", body={"a": "d1", "b": "d5"}),
        Step("PUT /studies/cases/{study_id:path}", {"study_id": "d1"}, {"cases": CASES}),
        Step("PUT /forms/{form_id}", {"form_id": "form"}, {"title": "Map", "fields": FIELDS}),
        Step("PUT /forms/{form_id}/answers", {"form_id": "form"},
             {"document": "d1", "answers": {"n": 1}, "done": True}),
        Step("POST /forms/{form_id}/table", {"form_id": "form"}, b"document,n,state\nd2,3,done\n",
             query="?filename=t.csv"),
        Step("PUT /forms/{form_id}/consensus", {"form_id": "form"},
             {"document": "d1", "answers": {"n": 1}, "done": True}),
        Step("PUT /coding-rounds/{round_id}", r1, ROUND),
        Step("PUT /fragments/{fragment_id:path}", {"fragment_id": "fa"}, {**coded, "coder": "ann"}),
        Step("POST /coding-rounds/{round_id}/done", r1, {"person": "ann"}),
        Step("POST /coding-rounds/{round_id}/done", r1, {"person": "ben"}),
        Step("POST /coding-rounds/{round_id}/notes", r1, {"text": "We differ."}),
        Step("PUT /coding-rounds/{round_id}/agreed/{document_id:path}",
             {**r1, "document_id": "d5"}, {"agreed": []}),
        Step("PUT /coding-rounds/{round_id}", {"round_id": "r2"}, {**ROUND, "documents": ["d2"]}),
        Step("POST /coding-rounds/{round_id}/reveal", {"round_id": "r2"}, {"reason": "no time"}),
        Step("POST /uploads", body=b"A text of its own.", keeps="upload", query="?filename=a.txt"),
        Step("POST /uploads/{upload_id}/confirm", {"upload_id": "upload"}, {"document": "d1"}),
        Step("POST /uploads", body=b"A further text.", keeps="more", query="?filename=b.txt"),
        Step("POST /uploads/confirm", body={"items": [{"upload": "@more", "document": "d2"}]}),
        Step("POST /uploads", body=b"Nobody's text.", keeps="gone", query="?filename=c.txt"),
        Step("DELETE /uploads/{upload_id}", {"upload_id": "gone"}),
        Step("POST /exchange/projects", body=a_project(), keeps="project"),
        Step("PUT /exchange/projects/{project_id}/mapping", {"project_id": "project"},
             {"codes": [{"code": "@bus", "role": "context", "theory": "PT1"}]}),
        Step("POST /exchange/projects/{project_id}/accept", {"project_id": "project"}, {}),
        Step("POST /exchange/projects", body=a_project(name="Another"), keeps="aside"),
        Step("POST /exchange/projects/{project_id}/put-aside", {"project_id": "aside"},
             {"reason": "not ours"}),
        Step("PUT /assistance/runs/{run_id}", {"run_id": "run"}, {"documents": ["d9"]}, work=True),
        Step("PUT /suggestions/{suggestion_id}/verdict", {"suggestion_id": "suggestion"},
             {"verdict": "reject", "reason": "not said"}),
        Step("PUT /assistance/runs/{run_id}", {"run_id": "run2"}, {"documents": ["d9"]}),
        Step("POST /assistance/runs/{run_id}/stop", {"run_id": "run2"}, {"reason": "enough"}),
        Step("POST /assistance/runs/{run_id}/resume", {"run_id": "run2"}),
        Step("POST /assistance/kept", body={"runs": [], "suggestions": []}),
        Step("POST /documents/{document_id:path}/withdraw", d1, {"reason": "asked for"}),
        Step("POST /documents/{document_id:path}/restore", d1, {"reason": "agreed"}),
        Step("POST /documents/{document_id:path}/erase", d1, {"reason": "asked for"}),
    ]  # fmt: skip


@pytest_asyncio.fixture
async def told(tmp_path, monkeypatch):
    """The service with a model on loopback; every step's route, and whether an event came."""
    storage = Storage("sqlite", tmp_path, kept=True)
    async with alone(storage) as extraction:
        with Serving() as model:
            model.passages = [TRUST, COMING]
            settings = extraction.running.settings
            monkeypatch.setattr(settings, "assistance_url", model.url)
            monkeypatch.setattr(settings, "assistance_model", MODEL)
            monkeypatch.setattr(settings, "assistance_key", SecretStr(KEY))
            await extraction.hear(a_settlement("rec"))
            await extraction.put_documents({"id": "d9", "text": TEXT})
            yield await walked(extraction)
    await storage.clean()


async def walked(extraction):
    """Every step done in order: the routes that told something, and those that were silent."""
    kept, spoke, silent = {}, set(), set()
    for step in steps():
        before = await events(extraction)
        answer = await sent(extraction, step, kept)
        if step.work:
            while await do_job(
                extraction.db, extraction.running.service.jobs, extraction.running.context
            ):
                pass
        (spoke if await events(extraction) > before else silent).add(step.route)
        if step.keeps:
            kept[step.keeps] = named(answer, step.keeps)
            for code in answer.get("codes") or ():
                kept["bus"] = code["code"] if code["path"][-1] == "No bus" else kept.get("bus")
    return extraction, spoke, silent


async def events(extraction):
    """How many events the service told so far."""
    query = select(func.count()).select_from(outbox.outbox)
    return await extraction.db.read(lambda tx: counted(tx, query))


async def counted(tx, query):
    return (await tx.execute(query)).scalar_one()


async def sent(extraction, step, kept):
    """The answer to a step, which must succeed."""
    kept = {**kept, **await looked_up(extraction, step)}
    method, path = step.route.split(" ", 1)
    values = {name: kept.get(value, value) for name, value in step.values.items()}
    path = re.sub(r"\{(\w+)(:path)?\}", lambda found: str(values[found[1]]), path)
    body = {"content": step.body} if isinstance(step.body, bytes) else {"json": step.body}
    if not isinstance(step.body, bytes) and step.body is not None:
        body = {"json": filled(step.body, kept)}
    answer = await extraction.client.request(method, f"{BASE}{path}{step.query}", **body)
    assert answer.is_success, (step, answer.text)
    return answer.json() if answer.content else {}


def filled(body, kept):
    """A body with `@name` replaced by what was kept under the name."""
    if isinstance(body, dict):
        return {name: filled(value, kept) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, kept) for value in body]
    return kept[body[1:]] if isinstance(body, str) and body.startswith("@") else body


async def looked_up(extraction, step):
    """Ids that only the service knows."""
    if "newest" in step.values.values():
        return {"newest": (await extraction.ask("GET", "/acts"))["items"][0]["id"]}
    if "suggestion" in step.values.values():
        return {"suggestion": (await extraction.ask("GET", "/suggestions"))["items"][0]["id"]}
    return {}


def named(answer, what):
    """The id that an answer gives to what was made."""
    names = ("act",) if what == "act" else ("group", "code", "id")
    return next(answer[name] for name in names if answer.get(name) is not None)


def routes_that_write(extraction):
    """Every route of the service that may write, without the part that all have in common."""
    prefix = "/api/extraction/reviews/{review_id}"
    found = [
        f"{method} {path.removeprefix(prefix)}"
        for path, method in routes_of(extraction.client._transport.app)
        if method != "GET" and path not in KERNEL
    ]
    return set(found)


async def test_every_route_that_writes_tells_it_or_has_a_reason(told):
    extraction, spoke, silent = told
    expected = routes_that_write(extraction)
    assert sorted(expected - spoke - SILENT.keys()) == [], "these wrote and told nothing"
    assert sorted(SILENT.keys() & spoke) == [], "these tell now; take them from the list"
    assert sorted(silent - spoke - SILENT.keys()) == []
    assert sorted(SILENT.keys() - expected) == [], "these are gone"
