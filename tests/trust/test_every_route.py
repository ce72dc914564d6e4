"""Every route of every service, for everybody: who is let in stands in a table.

A line of `every_route.tsv` names a route and what each person is answered when they send the
least that its description asks for: `anonymous` 401, `refused` 403, `asked` 422 (the request is
looked at before the rights), `let_in` for the rest. Write a line for every new route, and read
it twice.
"""

import csv
import re
from pathlib import Path

import httpx
import pytest

from tests.services.test_every_route_asks_who import routes_of
from tests.support.people import member_head

TABLE = Path(__file__).with_name("every_route.tsv")
ROLES = ("reader", "reviewer", "coder", "resolver", "owner")
PEOPLE = ("nobody", "stranger", "ex_member", *ROLES)
ENDLESS = "/api/reviews/{review_id}/feed"
CLASSES = {401: "anonymous", 403: "refused", 422: "asked"}
REVIEW = {
    "id": "secret",
    "title": "A review of other people",
    "stages": [{"name": "x", "from": None}],
}


def least(schema, whole):
    """The smallest value that a schema describes."""
    if "$ref" in schema:
        return least(whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]], whole)
    for one_of in ("anyOf", "oneOf", "allOf"):
        if one_of in schema:
            return least(schema[one_of][0], whole)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        inside = schema.get("properties", {})
        return {name: least(inside[name], whole) for name in schema.get("required", ())}
    if kind == "array":
        return [least(schema["items"], whole)] * max(1, schema.get("minItems", 1))
    plain = {"integer": max(1, schema.get("minimum", 1)), "number": 1, "boolean": True}
    return plain.get(kind, schema.get("const", "x" * 8))


def request_of(operation, whole):
    """The query and the body of the least request."""
    asked = [p for p in operation.get("parameters", ()) if p["in"] == "query" and p.get("required")]
    content = operation.get("requestBody", {}).get("content", {})
    query = {p["name"]: least(p["schema"], whole) for p in asked}
    if "application/json" in content:
        return {"params": query, "json": least(content["application/json"]["schema"], whole)}
    return {"params": query}


async def answered(system):
    """What each person is answered at each route, by route."""
    heads = await people(system)
    whole = system.app.openapi()
    found = {}
    for person, head in heads.items():
        transport = httpx.ASGITransport(app=system.app, client=("203.0.113.9", 1))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://far.example", headers=head, timeout=60
        ) as client:
            for path, method in sorted(routes_of(system.app)):
                if path == ENDLESS and person in ROLES:
                    said = "let_in"
                else:
                    where = re.sub(
                        r"\{[^}]+\}",
                        "x",
                        re.sub(
                            r"\{(?:number|position)\}", "1", path.replace("{review_id}", "secret")
                        ),
                    )
                    described = whole["paths"].get(path.replace(":path}", "}"), {})
                    operation = described.get(method.lower(), {})
                    answer = await client.request(method, where, **request_of(operation, whole))
                    said = CLASSES.get(answer.status_code, "let_in")
                found.setdefault(f"{method} {path}", {})[person] = said
    return found


async def people(system):
    """Headers of everybody in the table."""
    async with system.client() as owner:
        (await owner.post("/api/reviews", json=REVIEW)).raise_for_status()
        await owner.post("/api/reviews", json={"id": "own", "title": "The stranger's"})
        await system.drain()
    heads = {"nobody": {}, "stranger": await member_head(system, "own", "stranger", "owner")}
    heads["ex_member"] = await member_head(system, "secret", "ex_member", "owner")
    async with system.client() as owner:
        (await owner.delete("/api/reviews/secret/members/ex_member")).raise_for_status()
    for role in ROLES:
        heads[role] = await member_head(system, "secret", role, role)
    await system.drain()
    return heads


def table():
    """The table: what is expected, by route."""
    with TABLE.open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {row["route"]: {person: row[person] for person in PEOPLE} for row in rows}


async def test_everybody_is_answered_at_every_route_as_the_table_says(sqlite_system):
    found, expected = await answered(sqlite_system), table()
    assert sorted(found.keys() - expected.keys()) == [], "write a line for these routes"
    assert sorted(expected.keys() - found.keys()) == [], "these routes are gone"
    wrong = {r: (said, expected[r]) for r, said in found.items() if said != expected[r]}
    assert wrong == {}


@pytest.mark.parametrize("person", ["nobody", "stranger", "ex_member"])
def test_no_line_lets_somebody_outside_into_a_review(person):
    inside = {r: said[person] for r, said in table().items() if "{review_id}" in r}
    assert len(inside) > 100
    allowed = {"anonymous", "asked"} if person == "nobody" else {"refused", "asked"}
    assert {r: said for r, said in inside.items() if said not in allowed} == {}


def test_no_line_of_a_reader_lets_them_change_a_review():
    lines = {r: said for r, said in table().items() if "{review_id}" in r}
    writes = [r for r in lines if not r.startswith("GET ")]
    assert [r for r in writes if lines[r]["reader"] == "let_in"] == READERS_OWN


READERS_OWN = [
    "POST /api/extraction/reviews/{review_id}/fragments/quotes",
    "POST /api/invitations/{review_id}/accept",
    "POST /api/screening/reviews/{review_id}/stages/{stage}/conflicts/{record}/resolution",
    "POST /reviews/{review_id}/appraisal-of/{document_id:path}",
    "POST /reviews/{review_id}/coding-of/{document_id:path}",
    "POST /reviews/{review_id}/coding-rounds/{round_id}/{what}",
    "POST /reviews/{review_id}/confirmations",
    "POST /reviews/{review_id}/decided",
    "POST /reviews/{review_id}/duplicates",
    "POST /reviews/{review_id}/form-answers/{form_id}",
    "POST /reviews/{review_id}/forms/{form_id}",
    "POST /reviews/{review_id}/projects/{project_id}/decision",
    "POST /reviews/{review_id}/projects/{project_id}/mapping",
    "POST /reviews/{review_id}/records/{record_id}",
    "POST /reviews/{review_id}/setup",
    "POST /reviews/{review_id}/start/{step}",
    "POST /reviews/{review_id}/strategies/{strategy_id}",
    "POST /reviews/{review_id}/texts-of/{document_id:path}",
    "POST /reviews/{review_id}/uploads",
    "POST /reviews/{review_id}/withdrawals-of/{fragment_id:path}",
]
"""Open to readers: a question, their own invitation, and what looks at the record or the form
before it asks for the role (who resolves depends on the conflict; forms pass rights on)."""
