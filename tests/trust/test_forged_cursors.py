"""Anybody can write a cursor: one that no list gave is refused, whatever it holds.

Every route that takes a cursor stands in the OpenAPI document; each is sent keys of every length
and type, with the mark that this list would give them.
"""

import re

import pytest

from shared.http.api import asked, decode_cursor, encode_cursor
from shared.http.problems import Invalid
from tests.trust.test_every_route import least

REVIEW = {"id": "rev", "title": "Coaching", "stages": [{"name": "title", "from": None}]}
OTHER = {"id": "other", "title": "Calls", "stages": [{"name": "title", "from": None}]}
FORGED = (
    None, True, 2**70, -(2**70), 2**63 - 1, 1.5, float("nan"), float("inf"), "", "a\0b", "\ud800",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01", [], {"a": [[[1]]]},
)  # fmt: skip


def forged(path, *key):
    """A cursor of the list at this path, with its mark."""
    before = asked.set(path)
    try:
        return encode_cursor(*key)
    finally:
        asked.reset(before)


def lists(app, review):
    """Path and query of every list that takes a cursor, in this review."""
    whole = app.openapi()
    for path, item in sorted(whole["paths"].items()):
        parameters = item.get("get", {}).get("parameters", ())
        if not any(one["name"] == "cursor" for one in parameters):
            continue
        where = path.replace("{review_id}", review).replace("{stage}", "title")
        where = re.sub(r"\{[^}]+\}", "1" if "{number}" in where else "x", where)
        needed = [one for one in parameters if one["in"] == "query" and one.get("required")]
        yield where, {one["name"]: least(one["schema"], whole) for one in needed}


async def test_no_forged_cursor_makes_a_list_fail(system):
    async with system.client() as owner:
        (await owner.post("/api/reviews", json=REVIEW)).raise_for_status()
        await system.drain()
        found = list(lists(system.app, "rev"))
        assert len(found) > 20
        wrong = {}
        for path, query in found:
            for value in FORGED:
                for length in (1, 2, 3):
                    cursor = forged(path, *[value] * length)
                    answer = await owner.get(path, params={**query, "cursor": cursor})
                    if answer.status_code not in (200, 404, 422):
                        wrong[path, length, repr(value)] = answer.status_code
        assert wrong == {}


async def test_a_cursor_of_another_review_is_refused(sqlite_system):
    async with sqlite_system.client() as owner:
        for review in (REVIEW, OTHER):
            (await owner.post("/api/reviews", json=review)).raise_for_status()
        await sqlite_system.drain()
        pairs = zip(lists(sqlite_system.app, "rev"), lists(sqlite_system.app, "other"), strict=True)
        for (path, query), (elsewhere, _) in pairs:
            for length in (1, 2, 3):
                cursor = forged(elsewhere, *["x"] * length)
                answer = await owner.get(path, params={**query, "cursor": cursor})
                assert answer.status_code in (404, 422), (path, answer.text)


@pytest.mark.parametrize("key", [(), ("x",), (1, "x"), ("x", 1, 1), (True, "x", 1), ("x", "1")])
def test_a_key_of_another_shape_is_refused(key):
    with pytest.raises(Invalid, match="start without one"):
        decode_cursor(encode_cursor(*key), str, int)


@pytest.mark.parametrize("cursor", ["[" * 5000, "é", "W1tbW10=", "\ud800", "bnVsbA", "MQ"])
def test_what_is_no_cursor_is_refused(cursor):
    with pytest.raises(Invalid, match="start without one"):
        decode_cursor(cursor, str)
