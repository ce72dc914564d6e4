"""Confidentiality holds until an owner ends it with a reason."""

import pytest
import pytest_asyncio

from tests.support.extraction import a_fragment, alone
from tests.support.kernel import Storage
from tests.support.schemas import DATABASES
from tests.trust.test_sealed_sources import everything

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


@pytest.mark.parametrize(
    "about",
    [
        "documents/p1",
        "study/p1",
        "p1",
        "document:p1",
        "ｄocument/p1",
        "document\u200b/p1",
        "case/1",
    ],
)
async def test_memos_about_what_is_of_no_known_kind_reach_coders_only(extraction, about):
    await extraction.ask("PUT", AT, INTERVIEW)
    memo = {"about": about, "text": "she named her manager"}
    await extraction.ask("POST", "/memos", memo, by={"coder"})
    assert len(await extraction.ask("GET", f"/memos?about={about}", by={"coder"})) == 1
    await extraction.ask("GET", f"/memos?about={about}", by={"reviewer"}, status=403)
    await extraction.ask("POST", "/memos", memo, by={"reviewer"}, status=403)


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


async def coded_in_confidence(extraction, role="owner"):
    """A fragment of what was said in confidence, beside a paper that everybody reads."""
    await extraction.ask("PUT", AT, INTERVIEW)
    await extraction.ask("PUT", "/documents/d1", {"title": "Paper"})
    place = {"document": "p1", "quote": "confidence", "start": 3, "end": 13}
    await extraction.code(a_fragment("f1", **place, memo="of confidence"), by={role})
    return a_fragment("f1", quote="confidence", memo="of confidence")


async def fragment_words(extraction):
    """All that a reader is shown of the fragment, and all that events say of it."""
    shown = [await extraction.ask("GET", f"/fragments/f1{more}", by={"reader"})
             for more in ("", "/history")]  # fmt: skip
    told = ("fragment_coded", "fragment_amended", "fragment_withdrawn")
    return f"{shown} {[await extraction.said(one) for one in told]}"


@pytest.mark.parametrize(
    ("where", "role"),
    [
        ({}, "coder"),
        ({}, "owner"),
        ({"document": "d1"}, "coder"),
        ({"sources": [{"document": "d1"}]}, "coder"),
        ({"document": "not-known-yet"}, "coder"),
        ({"document": "d1", "sources": [{"document": "not-known-yet"}]}, "coder"),
    ],
)
async def test_a_fragment_leaves_no_confidential_source(extraction, where, role):
    moved = {**await coded_in_confidence(extraction, role), "document": None} | where
    told = {name: value for name, value in moved.items() if name != "id"}
    problem = await extraction.ask("PUT", "/fragments/f1", told, by={role}, status=409)
    assert problem["title"] == "The fragment is of a confidential source"
    await extraction.ask("POST", "/fragments/batch", {"fragments": [moved]}, by={role}, status=409)
    row = {name: value for name, value in moved.items() if value is not None}
    table = "/exchange/fragments?form=jsonl"
    problem = await extraction.ask("POST", table, row, by={role}, status=409)
    assert problem["title"] == "The fragment is of a confidential source"
    assert "of confidence" not in await fragment_words(extraction)


async def test_a_fragment_keeps_one_of_its_confidential_sources(extraction):
    moved = await coded_in_confidence(extraction)
    await extraction.ask("PUT", "/documents/p2", {**INTERVIEW, "title": "Mr Y"})
    both = {**moved, "document": None, "sources": [{"document": "p1"}, {"document": "p2"}]}
    await extraction.code(both, by={"owner"})
    fewer = {**both, "sources": [{"document": "p2"}, {"document": "d1"}]}
    await extraction.code(fewer, by={"owner"})
    assert "of confidence" not in await fragment_words(extraction)


async def test_versions_of_a_confidential_source_are_hidden_after_a_bundle_moved_the_fragment(
    extraction,
):
    moved = await coded_in_confidence(extraction)
    later = {**moved, "document": "d1", "quote": "Open words", "memo": "", "version": 2}
    await extraction.code(later, by={"owner"})
    shown = await fragment_words(extraction)
    assert "Open words" in shown
    assert "of confidence" not in shown
    past = await extraction.ask("GET", "/fragments/f1/history", by={"coder"})
    assert [one["memo"] for one in past] == ["of confidence", ""]
    assert "of confidence" not in await everything(extraction), "and they stay sealed"
