"""Reviews coded in ICAMO or SCMO go out as projects and come back, roles, codes and schema."""

from dataclasses import replace

import pytest

from services.extraction.exchange.formats.project import read_bytes
from tests.services.extraction.exchange.test_exchange_review import (
    OTHER,
    TEXT,
    _opened,
    accept,
    export,
    holds,
    upload,
)
from tests.support.extraction import BASE, REVIEW, a_fragment, a_theory

PLACE = {"document": "d1", "quote": "🙂 trusted", "start": 11, "end": 20}


@pytest.mark.parametrize(
    ("schema", "roles"), [("ICAMO", ("intervention", "actor")), ("SCMO", ("strategy",))]
)
async def test_a_review_in_another_schema_comes_back_identical(extraction, schema, roles):
    await extraction.ask("PUT", "/coding-schema", {"name": schema})
    await extraction.put_documents({"id": "d1", "title": "First", "text": TEXT})
    elements = [{"role": role, "code": f"my {role}", "statement": "in words"} for role in roles]
    elements.append({"role": "outcome", "code": "stay", "state": "occurred"})
    await extraction.code(a_fragment(**PLACE) | {"elements": elements})
    await extraction.hear(_opened(OTHER))
    await extraction.hear(replace(a_theory(), review_id=OTHER))
    data = await export(extraction)
    names = [node.name for node in read_bytes(data).project.walk() if node.tag == "Code"]
    assert {f"my {role}" for role in roles} < set(names)
    assert {role.capitalize() for role in roles} < set(names)
    await accept(extraction, await upload(extraction, data, OTHER), OTHER)
    assert await holds(extraction) == await holds(extraction, OTHER)
    assert read_bytes(await export(extraction, OTHER)).project.children == (
        read_bytes(data).project.children
    )


async def test_roles_that_no_one_schema_has_and_reviews_with_work_keep_their_schema(extraction):
    await extraction.ask("PUT", "/coding-schema", {"name": "SCMO"})
    await extraction.put_documents({"id": "d1", "title": "First", "text": TEXT})
    await extraction.code(a_fragment(**PLACE) | {"elements": [{"role": "strategy", "code": "s"}]})
    data = await export(extraction)
    await extraction.hear(_opened(OTHER))
    mine = {"id": "own", "elements": [{"role": "outcome", "code": "stay"}], "theories": []}
    path = f"{BASE.removesuffix(REVIEW)}{OTHER}"
    body = {"fragments": [mine], "codes_may_follow": True}
    answer = await extraction.client.post(f"{path}/fragments/batch", json=body)
    assert answer.is_success, answer.text
    problem = await accept(extraction, await upload(extraction, data, OTHER), OTHER, status=422)
    assert "no role of this review's coding schema, CMO" in problem["detail"]
    schema = (await extraction.client.get(f"{path}/coding-schema")).json()
    assert schema["name"] == "CMO"
