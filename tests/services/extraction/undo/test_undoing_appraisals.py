"""Undoing an appraisal or a report's mark keeps what people wrote, and what came later."""

import pytest

from tests.support.extraction import a_fragment, a_record, a_settlement

AXES = {"relevance": "high", "richness": "thicker", "rigour": "low"}
ABOUT = ("/fragments/f1/appraisal", "/documents/d1/appraisal")


@pytest.fixture(autouse=True)
async def _coded(extraction):
    await extraction.put_documents({"id": "d1"})
    await extraction.code(a_fragment("f1"))


async def newest(extraction, back=0):
    return (await extraction.ask("GET", "/acts"))["items"][back]["id"]


async def undo(extraction, act, status=200):
    return await extraction.ask("POST", f"/acts/{act}/undo", status=status)


async def said(extraction, path):
    (one,) = await extraction.ask("GET", f"{path}s")
    return {name: one[name] for name in (*AXES, "comment")}


@pytest.mark.parametrize("path", ABOUT)
async def test_the_comment_of_an_appraisal_outlives_the_undoing_of_its_words(extraction, path):
    first = {**AXES, "comment": "thick description"}
    await extraction.ask("PUT", path, first)
    await extraction.ask("PUT", path, {**first, "relevance": "low"})
    await undo(extraction, await newest(extraction))
    assert await said(extraction, path) == first


@pytest.mark.parametrize("path", ABOUT)
async def test_an_older_appraisal_is_not_undone_over_a_newer(extraction, path):
    await extraction.ask("PUT", path, AXES)
    await extraction.ask("PUT", path, {**AXES, "relevance": "low"})
    problem = await undo(extraction, await newest(extraction, 1), status=409)
    assert problem["title"] == "It was changed since"
    assert (await said(extraction, path))["relevance"] == "low"


async def test_an_older_mark_of_a_report_is_not_undone_over_a_newer(extraction):
    await extraction.hear(a_record("r1"))
    await extraction.hear(a_settlement("r1"))
    for state in ("requested", "received"):
        await extraction.ask("PUT", "/retrievals/r1", {"state": state})
    await undo(extraction, await newest(extraction, 1), status=409)
    await undo(extraction, await newest(extraction))
    assert (await extraction.ask("GET", "/retrievals"))["items"][0]["state"] == "requested"
