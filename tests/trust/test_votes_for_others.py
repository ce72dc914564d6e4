"""Who records votes for others learns nothing by it, and stays known."""

import csv
import io

import pytest
import pytest_asyncio

from shared.http.auth import Principal
from tests.services.screening.screening_team import BASE, REVIEW, a_record, alone
from tests.support.kernel import Storage
from tests.support.schemas import DATABASES

PATH = "/stages/title/decisions"
RAYYAN = """title,notes
Title of {record},"RAYYAN-INCLUSION: {{""ben""=>""{word}""}}"
"""


@pytest_asyncio.fixture(params=DATABASES)
async def team(request, tmp_path):
    """The screening service alone, on both databases."""
    storage = Storage(request.param, tmp_path, kept=True)
    async with alone(storage, records=("r1", "r2", "r3", "r4")) as found:
        yield found
    await storage.clean()


async def tell(team, record, verdict, *, person="ben", status=200, **more):
    body = {"decisions": [{"record": record, "verdict": verdict, "person": person, **more}]}
    answer = await team.ask("POST", PATH, body, by="owner", status=status)
    return {**answer["results"][0], "record": None} if status == 200 else answer


@pytest.mark.parametrize("more", [{}, {"decided_at": "2026-01-01T00:00:00Z"}])
async def test_an_owner_who_records_a_vote_gets_the_same_answer_whatever_is_stored(team, more):
    await team.vote("ben", "r1", "include")
    await team.vote("ben", "r2", "exclude")
    await team.vote("ann", "r4", "exclude")
    answers = [await tell(team, r, "include", **more) for r in ("r1", "r2", "r3", "r4")]
    assert answers == [answers[0]] * 4
    assert answers[0] == {"record": None, "state": "recorded", "changed": True, "refused": None}


async def test_an_owner_who_imports_votes_gets_the_same_answer_whatever_is_stored(team):
    await team.vote("ben", "r1", "include")
    await team.vote("ben", "r2", "exclude")
    head = team._authenticator.sign(Principal("owner", {REVIEW: frozenset({"owner"})}), team_now())
    answers = []
    for record in ("r1", "r2", "r3"):
        answer = await team.client.post(
            f"{BASE}/stages/title/imports?format=rayyan",
            content=RAYYAN.format(record=record, word="Included").encode(),
            headers={"authorization": f"Bearer {head}"},
        )
        (line,) = answer.json()["results"]
        answers.append({**line, "record": None})
    assert answers == [answers[0]] * 3


def team_now():
    from datetime import UTC, datetime

    return datetime.now(UTC)


async def test_a_vote_is_recorded_for_members_only(team):
    await team.vote("ann", "r1", "include")
    problem = await tell(team, "r1", "include", person="nobody", status=422)
    assert problem["type"] == "/problems/not-on-the-team"
    assert (await team.standing("r1"))[0] == "waiting"
    assert await team.said("record_settled") == []


@pytest.mark.parametrize("by", ["ann", "rita"])
async def test_only_an_owner_records_votes_of_others(team, by):
    body = {"decisions": [{"record": "r1", "verdict": "include", "person": "ben"}]}
    await team.ask("POST", PATH, body, by=by, status=403)


async def test_the_recorder_is_kept_on_the_vote_in_the_event_and_in_exports(team):
    await team.vote("ann", "r1", "include")
    await tell(team, "r1", "include")
    votes = (await team.ask("GET", PATH))["items"]
    assert {(v["person"], v["recorded_by"]) for v in votes} == {("ann", None), ("ben", "owner")}
    (settled,) = await team.said("record_settled")
    assert settled.recorded_by == ("owner",)
    shown = await team.ask("GET", "/stages/title/records/r1")
    told = [h["said"] for h in shown["history"] if h["person"] == "ben"]
    assert told[0]["recorded_by"] == "owner"
    head = team._authenticator.sign(Principal("owner", {REVIEW: frozenset({"owner"})}), team_now())
    exported = await team.client.get(
        f"{BASE}/stages/title/export", headers={"authorization": f"Bearer {head}"}
    )
    (line,) = [r for r in csv.DictReader(io.StringIO(exported.text)) if r["record"] == "r1"]
    assert '"recorded_by": "owner"' in line["votes"]


@pytest.mark.parametrize(
    "more",
    [
        {"theories": ["x" * 201]},
        {"theories": ["T"] * 101},
        {"met": {"x" * 201: True}, "verdict": None},
        {"note": "x" * 20_001},
        {"reason": "x" * 201},
        {"person": "x" * 201},
    ],
)
async def test_long_texts_are_refused_whatever_others_voted(team, more):
    await team.vote("ben", "r1", "include")
    problems = []
    for record in ("r1", "r2"):
        one = {"record": record, "verdict": "include", **more}
        body = {"decisions": [{k: v for k, v in one.items() if v is not None}]}
        problems.append(await team.ask("POST", PATH, body, by="ann", status=422))
    assert problems[0] == problems[1]


async def test_the_longest_vote_that_is_taken_settles(team):
    await team.hear(a_record("long"))
    for by in ("ann", "ben"):
        theories = [f"{by}{n:03}" + "\U0001f9ea" * 190 for n in range(100)]
        done = await team.vote(by, "long", "include", theories=theories)
    assert done["state"] == "settled"
