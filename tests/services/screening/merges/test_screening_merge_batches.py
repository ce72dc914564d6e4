"""A batch of merges brings about what its merges do one by one, in few statements."""

import random
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, select

from services.screening import tables
from services.screening.merges.domain import independent_runs
from tests.services.screening.screening_team import alone, merged, split
from tests.support.kernel import Storage

RECORDS = tuple(f"r{n}" for n in range(9))
UNTIMED = {"at", "position", "until", "settled_at", "decided_at"}
KEPT = ("records", "aliases", "entries", "votes", "history", "leases", "assignments", "postponed")


def test_runs_keep_the_order_and_no_record_is_absorbed_and_met_again_in_one():
    dice = random.Random(1)
    for _ in range(300):
        merges = [tuple(dice.choices(RECORDS, k=2)) for _ in range(dice.randint(0, 12))]
        runs = independent_runs(merges, lambda one: one)
        assert [one for run in runs for one in run] == merges
        for run in runs:
            absorbed = [gone for _, gone in run]
            assert len(set(absorbed)) == len(absorbed)
            later = [into for into, gone in run if into != gone]
            assert not set(absorbed) & set(later)


async def kept(team):
    """Every row, without moments; history by record, in order; what others were told, by record."""

    async def read(tx):
        found = {}
        for name in KEPT:
            table = getattr(tables, name)
            order = [table.c.position] if name == "history" else list(table.primary_key)
            rows = [
                dict(row) for row in (await tx.execute(select(table).order_by(*order))).mappings()
            ]
            if name == "history":
                rows.sort(key=lambda row: (row["stage"], row["record_id"]))
                for row in rows:
                    row["said"] = {k: v for k, v in row["said"].items() if k not in UNTIMED}
            found[name] = [{k: v for k, v in row.items() if k not in UNTIMED} for row in rows]
        return found

    found = await team.db.read(read)
    told = [e for e in await team.said() if e.NAME in NEWS]
    found["told"] = sorted((e.record_id, e.stage, n, e.NAME) for n, e in numbered(told))
    return found


NEWS = ("record_settled", "conflict_opened", "settlement_reopened", "decision_made")


def numbered(told):
    """Events with their place among those of the same record and stage."""
    times = {}
    for one in told:
        key = (one.record_id, one.stage)
        times[key] = times.get(key, 0) + 1
        yield times[key], one


def a_life(seed):
    """Steps before the batch (votes, holds, merges, splits), and the batch of merges."""
    dice = random.Random(seed)
    steps = []
    for _ in range(dice.randint(0, 8)):
        kind = dice.choice(("vote", "vote", "agree", "queue", "later", "merge", "split"))
        one, other = dice.sample(RECORDS, 2)
        steps.append((kind, dice.choice(("ann", "ben")), one, other,
                      dice.choice(("include", "exclude"))))  # fmt: skip
    batch = [tuple(dice.sample((*RECORDS, "x1", "x2"), 2)) for _ in range(dice.randint(2, 9))]
    return steps, batch


async def live(team, steps):
    """Do the steps; what the service refuses is refused in every life alike."""
    for kind, who, one, other, verdict in steps:
        if kind == "merge":
            await team.hear(merged(one, other))
        elif kind == "split":
            await team.hear(split(one, other))
        elif kind == "queue":
            await post(team, who, "/stages/title/queue/take", {"count": 2})
        elif kind == "later":
            await post(team, who, f"/stages/title/queue/{one}/later", None)
        else:
            for person in (who,) if kind == "vote" else ("ann", "ben"):
                body = {"decisions": [{"record": one, "verdict": verdict}]}
                await post(team, person, "/stages/title/decisions", body)


async def post(team, by, path, body):
    """Send a command whose answer does not matter."""
    try:
        await team.ask("POST", path, body, by=by)
    except AssertionError:
        return


@pytest.mark.parametrize("seed", range(6))
async def test_a_batch_of_merges_leaves_what_its_merges_leave_one_by_one(seed, tmp_path):
    steps, batch = a_life(seed)
    found = []
    for each in (True, False):
        storage = Storage("sqlite", tmp_path / str(each), kept=True)
        (tmp_path / str(each)).mkdir()
        async with alone(storage, records=RECORDS) as team:
            await live(team, steps)
            events = [merged(*pair) for pair in batch]
            if each:
                for one in events:
                    await team.hear(one)
            else:
                await team.hear(*events)
            found.append(await kept(team))
        await storage.clean()
    for name, rows in found[0].items():
        assert rows == found[1][name], name


@contextmanager
def counted_statements():
    """How many statements run meanwhile."""
    found = []

    def note(_connection, _cursor, statement, *_):
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_a_hundred_merges_take_as_many_statements_as_ten(sqlite_storage):
    async with alone(sqlite_storage, records=[f"a{n}" for n in range(110)]) as team:
        with counted_statements() as few:
            await team.hear(*(merged(f"s{n}", f"a{n}") for n in range(10)))
        with counted_statements() as many:
            await team.hear(*(merged(f"s{n % 20}", f"a{n}") for n in range(10, 110)))
        assert 0 < len(many) <= len(few)
        assert await team.queue("ann", limit=50)
