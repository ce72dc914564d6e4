"""What is asked again and again is answered by an index, however large a review grows."""

from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

from runtime.loading.client import Api
from shared.ops.settings import Settings
from tests.journeys.test_one_flow import REVIEW, bring, decide, records
from tests.support.apps import open_system

GROWING = {
    "outbox", "inbox", "records", "source_records", "sightings", "texts", "keys", "aliases",
    "entries", "votes", "history", "settlements", "retrievals", "documents", "feed", "fragments",
}  # fmt: skip
"""Tables with a row for every record, event or vote."""


@contextmanager
def statements():
    """Every statement that runs meanwhile, by database, with parameters it ran with."""
    found: dict[str, dict[str, Any]] = {}

    def note(connection, _cursor, statement, parameters, _context, many):
        if not many and statement.split(" ", 1)[0] in ("SELECT", "UPDATE", "DELETE", "WITH"):
            found.setdefault(str(connection.engine.url), {})[statement] = parameters

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def scans(url: str, asked: dict[str, Any]) -> list[str]:
    """Statements that read a growing table, or all of a review in it, though they name rows."""
    found = []
    with create_engine(url).connect() as connection:
        for statement, parameters in asked.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            for *_, line in plan.all():
                words = line.split()
                if words[1] in GROWING and (is_scan(words) or is_of_all(line, statement)):
                    found.append(f"{line}: {statement}")
    return found


def is_scan(words: list[str]) -> bool:
    """Whether a table is read from end to end."""
    return words[0] == "SCAN" and "USING" not in words


def is_of_all(line: str, statement: str) -> bool:
    """Whether a whole review is read though some of its rows are named."""
    return line.endswith("(review_id=?)") and "json_each" in statement and "LIMIT" not in statement


async def test_no_query_of_a_days_work_reads_a_growing_table_from_end_to_end(tmp_path: Path):
    settings = Settings(home=tmp_path, sqlite_synchronous="NORMAL", local_owner=True)
    async with open_system(settings) as system, system.client() as http:
        api = Api(http, quiet=lambda: system.drain(60))
        await api.post("/api/reviews", REVIEW)
        with statements() as asked:
            await bring(api, "a.ris", "embase", "database", 0, 1, 2, 3)
            await bring(api, "b.ris", "medline", "database", 0, 1, 4)
            await decide(api, "ta", r0="include", r1="exclude", r2="include")
            known = await records(api)
            body = {"title": "0", "record": known["0"], "study": "trial"}
            await api.put("/api/extraction/reviews/flow/documents/d0", body)
            await api.post(f"/api/search/reviews/flow/records/{known['2']}/flags",
                           {"flag": "concern"})  # fmt: skip
            await api.wait_until_settled("flow")
            for path in ("/reviews/flow", "/reviews/flow/screening", "/api/reviews/flow/flow"):
                (await http.get(path)).raise_for_status()
    assert asked
    assert [one for url, found in asked.items() for one in scans(url, found)] == []
