"""Everything a stage holds goes out as one table, with both votes once they made a verdict."""

import csv
import io
import json
from datetime import UTC, datetime

from services.screening.external.handlers import export
from shared.events.workbench import Policy, Stage
from shared.http.auth import Principal
from tests.services.screening.screening_team import BASE, REVIEW, a_record, alone


async def exported(team, by="ann", status=200, stage="title", roles=("reviewer",)):
    token = team._authenticator.sign(Principal(by, {REVIEW: frozenset(roles)}), datetime.now(UTC))
    answer = await team.client.get(
        f"{BASE}/stages/{stage}/export", headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["content-type"].startswith("text/csv")
        return {row["record"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    return answer.json()


async def test_an_export_holds_every_record_and_no_vote_before_settlement(team):
    await team.hear(a_record("r4", title="With, comma\nand line", authors=("A B", "C D")))
    await team.agree("r1", "exclude", note="<<both>>")
    await team.vote("ann", "r2", "include", note="<<hers>>")
    await team.vote("ann", "r3", "include", note="<<one>>")
    await team.vote("ben", "r3", "exclude", note="<<other>>")
    for by, roles in (("ann", ["reviewer"]), ("rita", ["resolver"]), ("zoe", ["reader"])):
        rows = await exported(team, by, roles=roles)
        assert {r: row["state"] for r, row in rows.items()} == {
            "r1": "settled", "r2": "waiting", "r3": "conflict", "r4": "waiting",
        }  # fmt: skip
        votes = {r: json.loads(row["votes"]) for r, row in rows.items()}
        assert [v["person"] for v in votes.pop("r1")] == ["ann", "ben"]
        assert not any(votes.values())
        assert rows["r4"]["authors"] == "A B; C D"
    body = {"verdict": "include", "note": "in scope"}
    await team.ask("POST", "/stages/title/conflicts/r3/resolution", body, by="rita")
    row = (await exported(team))["r3"]
    assert (row["how"], row["resolved_by"], row["resolution_note"]) == (
        "resolution", "rita", "in scope",
    )  # fmt: skip
    assert [v["verdict"] for v in json.loads(row["votes"])] == ["include", "exclude"]
    problem = await exported(team, stage="nowhere", status=404)
    assert problem["type"] == "/problems/unknown-stage"
    await exported(team, roles=(), status=403)


async def test_an_export_of_many_pages_drops_no_record(storage, monkeypatch):
    monkeypatch.setattr(export, "ROWS_AT_ONCE", 7)
    records = [f"r{i:02}" for i in range(21)]
    stages = (Stage(name="title", policy=Policy(kind="dual")),)
    async with alone(storage, stages=stages, records=records) as team:
        assert list(await exported(team)) == records


async def test_no_cell_of_the_export_is_a_formula(team):
    await team.hear(a_record("h", title='=HYPERLINK("http://x","y")', journal="@SUM(A1)"))

    row = (await exported(team))["h"]

    assert (row["title"], row["journal"]) == ('\'=HYPERLINK("http://x","y")', "'@SUM(A1)")
