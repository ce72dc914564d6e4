"""Requests about records that are unheard of, or elsewhere, say so and change nothing."""

import pytest

from shared.events.workbench import Stage
from tests.services.screening.screening_team import a_record, alone

REASON = {"reason": "read again"}
ABOUT = {
    "later": ("POST", "/queue/{}/later", None),
    "assignment": ("POST", "/assignments", {"person": "ann", "records": ["{}"]}),
    "dismissal": ("POST", "/reconsider/{}/dismiss", REASON),
}


def _filled(body, record):
    if not body:
        return body
    return {k: [record] if k == "records" else v for k, v in body.items()}


@pytest.mark.parametrize("name", ABOUT)
async def test_a_request_about_a_record_that_is_not_there_says_where_it_is_missing(team, name):
    method, path, body = ABOUT[name]
    for stage, record, status, problem in (
        ("title", "nobody", 503, "/problems/not-known-yet"),
        ("full_text", "r1", 404, "/problems/not-in-stage"),
    ):
        at = f"/stages/{stage}{path.format(record)}"
        answer = await team.ask(method, at, _filled(body, record), status=status)
        assert answer["type"] == problem


async def test_a_ranking_starts_from_records_that_there_are(team):
    path = "/stages/title/ranking"
    answer = await team.ask("PUT", path, {"records": ["r1", "nobody"]}, status=503)
    assert answer["id"] == "nobody"
    assert (await team.ask("GET", path))["start"] == {}
    await team.ask("PUT", path, {"records": ["r1"]}, status=202)


async def test_a_batch_of_nothing_says_what_is_missing(team):
    problem = await team.ask("POST", "/stages/title/assignments", {"person": "ann"}, status=422)
    assert problem["field"] == "count"


async def test_what_is_put_off_stays_assigned(team):
    body = {"person": "ann", "records": ["r1", "r2"]}
    await team.ask("POST", "/stages/title/assignments", body)
    await team.ask("POST", "/stages/title/queue/r1/later", by="ann", status=204)
    assert await team.queue("ann", assigned="true") == ["r2", "r1"]


async def test_the_queue_is_searched_in_any_script_and_case(storage):
    async with alone(storage, stages=(Stage(name="title"),), records=()) as team:
        titles = {"fr": "Évaluation des SOINS INTÉGRÉS", "ru": "Жильё для бездомных", "en": "Care"}
        await team.hear(*(a_record(r, title=title) for r, title in titles.items()))
        for words in ("évaluation", "ÉVALUATION soins", "intégrés"):
            assert await team.queue("ann", q=words) == ["fr"], words
        assert await team.queue("ann", q="жильё БЕЗДОМНЫХ") == ["ru"]
