"""Memos about confidential sources, and other tools' projects, are sealed like the documents."""

import io
import zipfile
from pathlib import Path

import pytest

from services.extraction.exchange.handlers.forgetting import forget_source
from services.extraction.exchange.store import exchange_projects
from services.extraction.uploads.jobs.sealing import seal_sources
from shared.db.rows import all_of
from shared.keyring import Keyring, new_key
from tests.services.extraction.exchange.test_exchange_preview import ROLES, mapped
from tests.services.extraction.exchange.test_exchange_review import accept, export, send, upload
from tests.support.extraction import a_fragment
from tests.support.projects import CODED, TEXT, a_project
from tests.trust.test_sealed_sources import WORDS, everything, tell
from tests.trust.test_sealed_sources import extraction as extraction

SAID = TEXT.replace("Tuesday", WORDS)
PROJECT = a_project([(q.replace("Tuesday", WORDS), c, u) for q, c, u in CODED], SAID, f"P {WORDS}")


async def memo(extraction, about):
    await extraction.ask("POST", "/memos", {"id": about, "about": about, "text": f"on {WORDS}"})


async def texts_of_memos(extraction):
    return {one["text"] for one in await extraction.ask("GET", "/memos")}


async def test_a_memo_about_a_confidential_source_or_its_fragment_is_sealed(extraction):
    await tell(extraction)
    for about in ("document/p1", "source/p1", "fragment/f1", "fragment/not here yet", "study/p1"):
        await memo(extraction, about)
    assert WORDS not in await everything(extraction)
    assert await texts_of_memos(extraction) == {f"on {WORDS}"}
    (found,) = await extraction.ask("GET", "/memos?about=fragment/f1", by={"coder"})
    assert found["text"] == f"on {WORDS}"
    again = {"id": "fragment/f1", "about": "fragment/f1", "text": f"on {WORDS}"}
    assert (await extraction.ask("POST", "/memos", again))["at"] == found["at"]


async def test_a_memo_is_sealed_when_what_it_is_about_becomes_confidential(extraction):
    await extraction.put_documents({"id": "p1", "text": "She said so."})
    await extraction.code(a_fragment(document="p1", quote="She said", start=0, end=8))
    for about in ("document/p1", "fragment/f1"):
        await memo(extraction, about)
    assert WORDS in await everything(extraction)
    await extraction.put_documents({"id": "p1", "confidential": True})
    assert WORDS not in await everything(extraction)
    opened = {"id": "p1", "confidential": False, "opening_reason": "she agreed"}
    await extraction.put_documents(opened)
    assert WORDS in await everything(extraction)
    assert await texts_of_memos(extraction) == {f"on {WORDS}"}


@pytest.mark.parametrize("about", ["Source/p1", " DOCUMENT/p1", "Fragment/f1", "interview/p1"])
async def test_a_memo_is_known_by_what_it_is_about_however_that_is_written(extraction, about):
    await tell(extraction)
    await memo(extraction, about)
    with zipfile.ZipFile(io.BytesIO(await export(extraction, query=""))) as left:
        assert WORDS.encode() not in b"".join(map(left.read, left.namelist()))
    await extraction.ask("POST", "/documents/p1/erase", {"reason": "asked for"})
    assert (await texts_of_memos(extraction) == set()) is (about != "interview/p1")


async def test_what_is_said_of_a_fragment_is_sealed_when_it_comes_to_a_confidential_source(
    extraction,
):
    await extraction.put_documents(
        {"id": "d1", "text": "She said so."}, {"id": "p1", "title": "t", "confidential": True}
    )
    await extraction.code(a_fragment(document="d1", quote="She said", start=0, end=8))
    await memo(extraction, "fragment/f1")
    judged = {"rigour": "high", "comment": WORDS}
    await extraction.ask("PUT", "/fragments/f1/appraisal", judged)
    assert WORDS in await everything(extraction, ("outbox",))
    await extraction.code(a_fragment(document="p1", quote=WORDS))
    assert WORDS not in await everything(extraction, ("outbox",))
    assert await texts_of_memos(extraction) == {f"on {WORDS}"}


async def test_words_of_a_source_that_a_fragment_has_left_go_with_the_source(extraction):
    for name in ("p1", "p2"):
        said = {"id": name, "title": "t", "text": f"{WORDS} {name}", "confidential": True}
        await extraction.put_documents(said)
    both = [{"document": "p1"}, {"document": "p2"}]
    await extraction.code(a_fragment(quote=f"{WORDS} p1", sources=both))
    await extraction.code(a_fragment(document="p2", quote=f"{WORDS} p2"))
    await extraction.ask("POST", "/documents/p1/erase", {"reason": "asked for"})
    past = await extraction.ask("GET", "/fragments/f1/history", by={"coder"})
    assert [one["quote"] for one in past] == ["", f"{WORDS} p2"]
    assert (await extraction.ask("GET", "/fragments/f1"))["status"] == "active"
    left = (await extraction.ask("GET", "/documents/p1/erasure"))["left"]
    assert set(left.values()) == {0}
    await extraction.ask("POST", "/documents/p2/erase", {"reason": "asked for"})
    past = await extraction.ask("GET", "/fragments/f1/history", by={"coder"})
    assert {one["quote"] for one in past} == {""}


async def test_a_memo_about_a_confidential_source_is_refused_without_a_key(extraction):
    await extraction.put_documents({"id": "p1", "title": "t", "confidential": True})
    extraction.db.keys = None
    body = {"about": "document/p1", "text": "words"}
    problem = await extraction.ask("POST", "/memos", body, status=503)
    assert "RETRODUCT_SOURCE_KEYS" in problem["detail"]
    assert await extraction.ask("GET", "/memos") == []


async def test_a_project_of_another_tool_is_kept_sealed(extraction):
    project = await upload(extraction, PROJECT, name=f"{WORDS}.qdpx")
    assert WORDS not in await everything(extraction), "nobody said yet whose words they are"
    await mapped(extraction, project, ROLES, confidential=True)
    await accept(extraction, project)
    assert WORDS not in await everything(extraction)
    assert WORDS in (await send(extraction, "/projects", method="GET")).json()[0]["name"]
    without = await export(extraction, query="")
    losses = (await send(extraction, "/losses", method="GET")).json()["losses"]
    assert any("projects with confidential sources" in one and WORDS in one for one in losses)
    with_them = await export(extraction)
    assert len(with_them) > len(without), "what was not mapped goes out when it is asked for"


async def test_a_new_key_seals_memos_comments_and_projects_anew(extraction):
    await tell(extraction)
    await memo(extraction, "document/p1")
    judged = {"relevance": "high", "comment": f"because {WORDS}"}
    await extraction.ask("PUT", "/fragments/f1/appraisal", judged)
    await extraction.ask("PUT", "/documents/p1/appraisal", judged)
    project = await upload(extraction, PROJECT)
    old = (Path(extraction.running.settings.home) / "source-key").read_text().strip()
    new = new_key()
    extraction.db.keys = Keyring([new, old])
    await seal_sources(None, extraction.running.context)
    extraction.db.keys = Keyring([new])
    assert await texts_of_memos(extraction) == {f"on {WORDS}"}
    for path in ("/fragments/f1/appraisals", "/documents/p1/appraisals"):
        assert WORDS in (await extraction.ask("GET", path))[0]["comment"]
    await accept(extraction, project)
    assert WORDS in str(await extraction.ask("GET", "/exchange/projects"))
    assert WORDS not in await everything(extraction)


async def test_an_erased_source_leaves_the_projects_that_hold_it(extraction):
    project = await upload(extraction, PROJECT)
    await mapped(extraction, project, ROLES)
    await accept(extraction, project)
    (document,) = (await extraction.ask("GET", "/documents"))["items"]
    assert WORDS in str(await projects(extraction))
    await extraction.ask("POST", f"/documents/{document['id']}/erase", {"reason": "asked to"})
    forget = lambda tx: forget_source("rev", document["id"], tx)  # noqa: E731
    assert await extraction.db.write(forget) == 1
    assert await extraction.db.write(forget) == 0
    trees = str(await projects(extraction))
    assert "rang every" not in trees
    assert "Interview P07" not in trees
    assert "Same person" in trees, "codes that other sources may use stay"
    await export(extraction)


async def test_the_proof_of_erasure_counts_projects_that_hold_the_source(extraction):
    project = await upload(extraction, PROJECT)
    await mapped(extraction, project, ROLES)
    await accept(extraction, project)
    (document,) = (await extraction.ask("GET", "/documents"))["items"]
    proof = f"/documents/{document['id']}/erasure"
    assert (await extraction.ask("GET", proof))["left"]["projects"] == 1
    await extraction.ask("POST", f"/documents/{document['id']}/erase", {"reason": "asked to"})
    assert (await extraction.ask("GET", proof))["left"]["projects"] == 1
    await extraction.db.write(lambda tx: forget_source("rev", document["id"], tx))
    assert set((await extraction.ask("GET", proof))["left"].values()) == {0}


async def test_an_export_that_waits_to_come_back_loses_an_erased_source_too(extraction):
    await tell(extraction)
    await memo(extraction, "document/p1")
    await extraction.ask("PUT", "/documents/p1/appraisal", {"relevance": "high", "comment": WORDS})
    await upload(extraction, await export(extraction))
    proof = "/documents/p1/erasure"
    assert (await extraction.ask("GET", proof))["left"]["projects"] == 1
    await extraction.ask("POST", "/documents/p1/erase", {"reason": "asked to"})
    await extraction.db.write(lambda tx: forget_source("rev", "p1", tx))
    assert WORDS not in str(await projects(extraction))
    assert (await extraction.ask("GET", proof))["left"]["projects"] == 0


async def projects(extraction):
    """Every kept project, opened."""

    async def read(tx):
        rows = await all_of(tx, exchange_projects.select())
        return [tx.keys.open_json(row["project"]) for row in rows]

    return await extraction.db.read(read)
