"""Records that were read by other rules of comparison are read anew in chunks, and placed again."""

from hashlib import sha256

from sqlalchemy import delete, select, update

from services.search.library import jobs
from services.search.library.domain.dedup import Features, normalise
from services.search.library.domain.dedup.features import VERSION
from services.search.library.domain.dedup.keys import candidate_keys
from services.search.library.domain.record import Author, Bibliography
from services.search.library.handlers import refolding as refolding_handlers
from services.search.library.store import blocking_keys
from services.search.library.store.refolding import feature_versions
from services.search.tables import keys, recent_keys, source_records
from shared.kernel.job_worker import do_job
from tests.services.search.conftest import REVIEW
from tests.support.jobs import rows as job_rows
from tests.support.jobs import until

TITLE = "Trust and workload of community nurses in remote places"


async def add(library, n, **about):
    body = {"title": f"{TITLE} number {n}", "doi": f"10.1000/{n}", "own_id": str(n)} | about
    return (await library.call("POST", "/records", json=body))["record_id"]


async def read_by_other_rules(library):
    """What an earlier version of the rules left: of each record it read some other title alone.

    Before that the service has started: what it has said is relayed by a loop that begins only
    when the jobs of the start are planned, so that none of them is planned in the middle of it.
    """
    await until(library.system.settled, 60)

    async def spoil(tx):
        columns = source_records.c
        await tx.execute(delete(keys))
        await tx.execute(delete(recent_keys))
        await tx.execute(delete(feature_versions))
        for row in (await tx.execute(select(columns.id, columns.arrived))).all():
            plain = Features(title=f"{row.id} read otherwise by the rules of before")
            changed = update(source_records).where(columns.id == row.id)
            await tx.execute(changed.values(features=plain.encode()))
            held = [(key, row.arrived) for key in blocking_keys.hashes(plain)]
            await blocking_keys.add_keys(tx, REVIEW, held)

    await library.db.write(spoil)


async def start(library):
    """What the service does when it starts, until nothing of it is left."""
    running = library.system.services["search"]
    await jobs.plan_refolding(running.context)

    async def done():
        while await do_job(running.db, jobs.JOBS, running.context):
            pass
        left = await running.db.read(job_rows)
        return not any(
            row.name == jobs.REFOLDING and row.state in ("waiting", "running") for row in left
        )

    await until(done, 60)


async def features(library):
    columns = source_records.c
    found = await library.db.read(lambda tx: tx.execute(select(columns.own_id, columns.features)))
    return {row.own_id: Features.decode(row.features) for row in found}


async def test_records_read_by_other_rules_are_read_anew_in_chunks(library, monkeypatch):
    monkeypatch.setattr(refolding_handlers, "CHUNK", 2)
    for n in range(5):
        await add(library, n)
    before = await features(library)
    await read_by_other_rules(library)
    await start(library)
    after = await features(library)
    assert after == before, [(after[k], before[k]) for k in before if after[k] != before[k]]
    told = len(await library.events())
    await start(library)
    assert len(await library.events()) == told


async def test_two_records_that_the_new_rules_hold_for_one_are_made_one(library):
    await add(library, 1)
    await read_by_other_rules(library)
    await add(library, 2, doi="10.1000/1", title=f"{TITLE} number 1")
    assert len(await library.records()) == 2
    await start(library)
    assert len(await library.records()) == 1
    (merged,) = await library.events("record_merged")
    assert "rules" in merged["reason"]


async def test_a_review_that_is_read_by_the_rules_of_today_is_left_alone(library):
    await add(library, 1)
    await start(library)

    async def version(tx):
        return (await tx.execute(select(feature_versions))).mappings().one()

    row = await library.db.read(version)
    assert (row["version"], row["reached"]) == (VERSION, None)
    running = library.system.services["search"]
    await jobs.plan_refolding(running.context)

    async def waiting(tx):
        return [row for row in await job_rows(tx) if row.name == jobs.REFOLDING]

    assert not await library.db.read(waiting)


def test_other_rules_have_another_version():
    read = [normalise(one) for one in SAMPLE]
    said = "\n".join(f"{one.encode().hex()} {' '.join(candidate_keys(one))}" for one in read)
    assert (VERSION, sha256(said.encode()).hexdigest()[:16]) == READ_BY, (
        "the rules read these records otherwise: raise VERSION in dedup/features.py, and say "
        "here what they read now"
    )


READ_BY = (2, "13718e6d601dd10a")
SAMPLE = (
    Bibliography(
        title="The effect of trust on workload: a cluster-randomised trial [Review] [33 refs]",
        authors=(Author(family="Curie", given="Marie S."), Author(collective="A Study Group")),
        year=2013,
        journal="Acta Exempli.12 (3) ()(pp 45-52) 1999.Date of Publication: 1999",
        doi="10.1000/ABC.(1)",
        issns=("1234-5679",),
        abstract="Background: staff felt trusted.",
    ),
    Bibliography(
        title="Proceedings: Müller's reply", authors=(Author(family="SmithA.B."),), year=1988,
        journal="J Bar", volume="35", issue="pp 70-77", pages="S417-S429",
        publication_types=("Published Erratum",), trial_ids=("NCT00000001",),
    ),
    Bibliography(title="Short", pmid="123", pages="359", journal="A/B Clinics", year=2001),
    Bibliography(title="Introduction of a fixed walking hour in three rural districts", year=2001),
)  # fmt: skip
