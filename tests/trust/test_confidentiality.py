"""Confidentiality holds until an owner ends it with a reason."""

import pytest
import pytest_asyncio

from tests.support.extraction import a_fragment, alone
from tests.support.kernel import Storage
from tests.support.schemas import DATABASES

INTERVIEW = {"kind": "interview", "title": "Ms X", "text": "in confidence", "confidential": True}
AT = "/documents/p1"


@pytest_asyncio.fixture(params=DATABASES)
async def extraction(request, tmp_path):
    """The extraction service alone, on both databases."""
    storage = Storage(request.param, tmp_path, kept=True)
    async with alone(storage) as service:
        yield service
    await storage.clean()


async def is_confidential(extraction):
    return (await extraction.ask("GET", AT))["confidential"]


@pytest.mark.parametrize("more", [{}, {"confidential": None}])
async def test_a_document_that_is_put_without_the_flag_stays_confidential(extraction, more):
    await extraction.ask("PUT", AT, INTERVIEW)
    words = {"kind": "interview", "title": "Ms Y", "text": "other words", **more}
    await extraction.ask("PUT", AT, words, by={"coder"})
    await extraction.put_documents({"id": "p1", "title": "Ms Z", **more})
    assert await is_confidential(extraction)
    told = await extraction.said("document_added")
    assert all(event.document.confidential for event in told)


async def test_opening_needs_an_owner_and_a_reason(extraction):
    await extraction.ask("PUT", AT, INTERVIEW)
    opened = {**INTERVIEW, "confidential": False}
    reason = {"opening_reason": "she agreed in writing"}
    await extraction.ask("PUT", AT, opened | reason, by={"coder"}, status=403)
    batch = {"documents": [{"id": "p1", **opened, **reason}]}
    await extraction.ask("POST", "/documents/batch", batch, by={"coder"}, status=403)
    for blank in ({}, {"opening_reason": "  "}):
        problem = await extraction.ask("PUT", AT, opened | blank, status=422)
        assert problem["field"] == "opening_reason"
    assert await is_confidential(extraction)
    await extraction.ask("PUT", AT, opened | reason)
    assert not await is_confidential(extraction)
    history = await extraction.ask("GET", f"{AT}/history")
    assert [(h["what"], h["reason"]) for h in history][-1] == ("opened", "she agreed in writing")


async def test_memos_about_confidential_documents_reach_coders_only(extraction):
    await extraction.ask("PUT", AT, INTERVIEW)
    await extraction.ask("PUT", "/documents/d1", {"title": "Paper"})
    await extraction.code(a_fragment("f1", document="p1"), a_fragment("f2", document="d1"))
    for about in ("document/p1", "fragment/f1", "document/unheard-of", "Document/p1"):
        memo = {"about": about, "text": "she named her manager"}
        await extraction.ask("POST", "/memos", memo, by={"coder"})
        path = f"/memos?about={about}"
        assert len(await extraction.ask("GET", path, by={"coder"})) == 1
        for role in ("reviewer", "reader"):
            await extraction.ask("GET", path, by={role}, status=403)
        await extraction.ask("POST", "/memos", memo, by={"reviewer"}, status=403)
    for about in ("document/d1", "fragment/f2", "theory/PT1"):
        await extraction.ask("POST", "/memos", {"about": about, "text": "t"}, by={"reviewer"})
        assert len(await extraction.ask("GET", f"/memos?about={about}", by={"reviewer"})) == 1


async def test_participants_reach_coders_only(extraction):
    await extraction.ask("PUT", AT, INTERVIEW)
    sources = [{"document": "p1", "participant": "Ms X, ward 7"}]
    await extraction.code(a_fragment("f1", document="p1", sources=sources))
    for path in ("/fragments/f1", "/fragments/f1/history", "/fragments"):
        for role, sees in (("coder", True), ("reviewer", False), ("reader", False)):
            shown = await extraction.ask("GET", path, by={role})
            assert ("ward 7" in str(shown)) is sees, (path, role)
    (coded,) = await extraction.said("fragment_coded")
    assert "ward 7" not in str(coded)
    assert coded.fragment.sources[0].participant, "one is still told from another"
