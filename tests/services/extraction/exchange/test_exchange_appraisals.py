"""Appraisals travel with a project, and what has no place in one is said by name."""

from services.extraction.exchange.formats.project import read_bytes, write_qdpx
from tests.services.extraction.exchange.test_exchange_review import (
    OTHER,
    _opened,
    a_coded_review,
    accept,
    changes,
    export,
    holds,
    send,
    upload,
)

JUDGED = {"relevance": "high", "richness": "conceptually_rich", "comment": "names the chain 🙂"}


async def appraised(extraction):
    await a_coded_review(extraction)
    await extraction.ask("PUT", "/fragments/f1/appraisal", JUDGED)
    await extraction.ask("PUT", "/documents/d1/appraisal", {"rigour": "low", "comment": ""})
    await extraction.ask("PUT", "/documents/d2/appraisal", {"rigour": "low", "comment": "she said"})


async def test_appraisals_come_back_identical_in_an_empty_review(extraction):
    await appraised(extraction)
    await extraction.hear(_opened(OTHER))
    data = await export(extraction)
    assert data == await export(extraction)
    names = {n.name for n in read_bytes(data).project.walk() if n.tag == "Note"}
    assert "Appraisal: relevance high, richness conceptually rich" in names
    await accept(extraction, await upload(extraction, data, OTHER), OTHER)
    mine = await holds(extraction)
    assert len(mine["appraisals"]) == 3
    assert mine == await holds(extraction, OTHER)
    assert await changes(extraction, await upload(extraction, data)) == []


async def test_a_comment_that_was_edited_elsewhere_is_a_difference(extraction):
    await appraised(extraction)
    found = read_bytes(await export(extraction))
    for node in found.project.walk():
        if node.tag == "PlainTextContent" and node.text == JUDGED["comment"]:
            node.text = "names no chain"
    project = await upload(extraction, write_qdpx(found.project, found.files))
    (said,) = await changes(extraction, project)
    assert (said["kind"], said["fields"]) == ("appraisal", ["comment"])
    assert (said["before"], said["after"]) == ([JUDGED["comment"]], ["names no chain"])
    await accept(extraction, project)
    (one,) = await extraction.ask("GET", "/fragments/f1/appraisals")
    assert (one["comment"], one["relevance"]) == ("names no chain", "high")


async def test_what_has_no_place_in_a_project_is_said_by_name(extraction):
    await appraised(extraction)
    field = {"id": "n", "label": "How many took part?", "kind": "number"}
    form = {"title": "Mapping", "fields": [field]}
    await extraction.ask("PUT", "/forms/m", form)
    answers = {"document": "d1", "answers": {"n": 7}, "done": True}
    await extraction.ask("PUT", "/forms/m/answers", answers)
    await extraction.ask("PUT", "/studies/cases/d1", {"cases": [{"id": "A", "label": "Arm A"}]})
    losses = (await send(extraction, "/losses", method="GET")).json()["losses"]
    assert any("forms stay behind" in one and "Mapping" in one for one in losses)
    assert any("cases of studies" in one and one.endswith("A") for one in losses)
    assert any("appraisals of what stays behind" in one for one in losses), "of d2, confidential"
    data = await export(extraction, query="")
    assert not any("she said" in node.text for node in read_bytes(data).project.walk())
