"""Backups: taken under load, proven, put back on either database, never over anything."""

import asyncio
import gzip
import json
from hashlib import sha256

import pytest

from runtime.backup.content import Content
from runtime.backup.files import MANIFEST, path_of, read_manifest
from runtime.backup.move import move
from runtime.backup.restore import HoldsOthers, restore
from runtime.backup.take import take_backup
from runtime.loading.progress import Silent
from services.extraction.uploads.adapters.files import Files
from shared.http.problems import Invalid
from shared.ops.settings import Settings
from tests.support import servers
from tests.support.apps import open_system

REVIEW = {"id": "rev", "title": "Coaching", "stages": [{"name": "title", "from": None}]}
SEARCH, SCREENING = "/api/search/reviews/rev", "/api/screening/reviews/rev"


def fresh(kind, home):
    """Settings of a place where nothing is yet."""
    home.mkdir(exist_ok=True)
    if kind == "sqlite":
        return Settings(home=home, sqlite_synchronous="NORMAL", local_owner=True)
    prefix = f"b{home.name}_{id(home)}_".replace("-", "_")
    return Settings(
        home=home, database_url=servers.require_database(), schema_prefix=prefix, local_owner=True
    )


async def forget(made):
    if made.database_url:
        await servers.drop_schemas(made.database_url, made.schema_prefix)


async def work(client, ledger, number, ended):
    """Add records and judge each until the end; the ledger keeps what was acknowledged."""
    for n in range(10_000):
        if ended.is_set():
            return
        title = f"Record {number}-{n} on {'abcdefghij'[n % 10] * 9} {number * 1000 + n}"
        made = await client.post(f"{SEARCH}/records", json={"title": title, "year": 2000})
        record = made.json()["record_id"]
        ledger["record", record] = title
        body = {"decisions": [{"record": record, "verdict": "include"}]}
        done = await client.post(f"{SCREENING}/stages/title/decisions", json=body)
        if done.status_code == 200:
            ledger["vote", record] = "include"


async def grown(ledger, beyond):
    """Wait until more than so much is acknowledged, however slow the machine is."""
    for _ in range(2400):
        if len(ledger) > beyond:
            return
        await asyncio.sleep(0.05)
    raise TimeoutError(f"after two minutes only {len(ledger)} are acknowledged")


async def held(system, client):
    """What a system holds of what a ledger names."""
    await system.drain()
    found = {}
    for row in await listed(client, f"{SEARCH}/records"):
        found["record", row["record_id"]] = row["title"]
    for row in await listed(client, f"{SCREENING}/stages/title/decisions"):
        found["vote", row["record"]] = row["verdict"]
    return found


async def listed(client, path):
    rows, after = [], None
    while True:
        query = {"limit": 500} | ({"cursor": after} if after else {})
        page = (await client.get(path, params=query)).json()
        rows += page["items"]
        if (after := page["next"]) is None:
            return rows


@pytest.mark.slow
@pytest.mark.parametrize("target", ["sqlite", "postgres"])
async def test_a_backup_under_load_holds_what_was_acknowledged(settings, tmp_path, target):
    ledger: dict = {}
    async with open_system(settings) as system, system.client() as client:
        (await client.post("/api/reviews", json=REVIEW)).raise_for_status()
        await system.drain()
        ended = asyncio.Event()
        workers = [asyncio.create_task(work(client, ledger, n, ended)) for n in range(4)]
        await grown(ledger, 4)
        before = dict(ledger)
        saving = asyncio.create_task(take_backup(settings, tmp_path / "saved.tar", Silent()))
        manifest = await saving
        after = dict(ledger)
        await grown(ledger, len(after))
        ended.set()
        await asyncio.gather(*workers)
    place = fresh(target, tmp_path / "restored")
    assert await restore(place, tmp_path / "saved.tar", Silent()) == manifest
    async with open_system(place) as system, system.client() as client:
        found = await held(system, client)
        again = await client.post(f"{SEARCH}/records", json={"title": "One more", "year": 1999})
        assert again.status_code == 201, again.text
        await system.drain()
        pool = (await client.get(f"{SCREENING}/flow")).json()["stages"][0]["pool"]
    await forget(place)
    assert before.items() <= found.items()
    assert {key for key in found if key[0] == "record"} <= {k for k in ledger if k[0] == "record"}
    assert found.keys() - after.keys() <= ledger.keys(), "nothing that came later"
    assert pool == sum(key[0] == "record" for key in found) + 1


async def some_work(settings):
    """A small installation, closed again: the same for every test, done by the first of them."""
    if not _done:
        wanted = await work_anew(settings)
        files = [path for path in settings.home.rglob("*") if path.is_file()]
        _done.append((wanted, {p.relative_to(settings.home): p.read_bytes() for p in files}))
    wanted, files = _done[0]
    for name, content in files.items():
        (settings.home / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.home / name).write_bytes(content)
    return wanted


_done: list = []


async def work_anew(settings):
    """A small installation of its own, closed again."""
    async with open_system(settings) as system, system.client() as client:
        (await client.post("/api/reviews", json=REVIEW)).raise_for_status()
        await system.drain()
        for n in range(3):
            await client.post(f"{SEARCH}/records", json={"title": f"Record {n} {'xyz'[n] * 12}"})
        await system.drain()
        return await held(system, client)


async def test_what_had_left_and_not_arrived_is_sent_again(sqlite_settings, tmp_path):
    wanted = await some_work(sqlite_settings)
    await take_backup(sqlite_settings, tmp_path / "saved", Silent())
    lose(tmp_path / "saved", "screening", "inbox", lambda row: "search.record_added" in row)
    for table in ("records", "entries"):
        lose(tmp_path / "saved", "screening", table, lambda row: True)
    place = fresh("sqlite", tmp_path / "restored")
    await restore(place, tmp_path / "saved", Silent())
    async with open_system(place) as system, system.client() as client:
        assert await held(system, client) == wanted
        pool = (await client.get(f"{SCREENING}/flow")).json()["stages"][0]["pool"]
    assert pool == 3


def lose(folder, service, table, which):
    """Take rows out of a backup, as if it had been taken a little earlier there."""
    path = path_of(folder, service, table)
    lines = gzip.decompress(path.read_bytes()).splitlines()
    kept = [line for line in lines if not which(line.decode())]
    assert len(kept) < len(lines)
    path.write_bytes(gzip.compress(b"".join(line + b"\n" for line in kept)))
    content = Content()
    content.add(kept)
    manifest = json.loads((folder / MANIFEST).read_text())
    (entry,) = [t for t in manifest["services"][service]["tables"] if t["name"] == table]
    entry |= {"rows": len(kept), "content": content.figure}
    entry["sha256"] = sha256(path.read_bytes()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest))


async def test_nothing_is_overwritten(sqlite_settings, tmp_path):
    await some_work(sqlite_settings)
    await take_backup(sqlite_settings, tmp_path / "saved", Silent())
    with pytest.raises(Invalid, match="there already"):
        await take_backup(sqlite_settings, tmp_path / "saved", Silent())
    place = fresh("sqlite", tmp_path / "other")
    await work_anew(place)
    before = await some_bytes(place)
    with pytest.raises(HoldsOthers, match="nothing is overwritten"):
        await restore(place, tmp_path / "saved", Silent())
    assert await some_bytes(place) == before


async def some_bytes(place):
    async with open_system(place) as system, system.client() as client:
        return await held(system, client)


async def test_a_restore_that_was_broken_off_goes_on(sqlite_settings, tmp_path):
    wanted = await some_work(sqlite_settings)
    await take_backup(sqlite_settings, tmp_path / "saved", Silent())
    place = fresh("sqlite", tmp_path / "restored")
    await restore(place, tmp_path / "saved", Silent())
    for name in ("extraction", "synthesis"):
        for path in place.home.glob(f"{name}.sqlite*"):
            path.unlink()
    await restore(place, tmp_path / "saved", Silent())
    async with open_system(place) as system, system.client() as client:
        assert await held(system, client) == wanted


@pytest.mark.parametrize("harm", ["cut", "gone", "changed", "no list"])
async def test_a_damaged_backup_is_refused_before_anything_is_written(
    sqlite_settings, tmp_path, harm
):
    await some_work(sqlite_settings)
    folder = tmp_path / "saved"
    await take_backup(sqlite_settings, folder, Silent())
    file = folder / "search" / "records.jsonl.gz"
    match harm:
        case "cut":
            file.write_bytes(file.read_bytes()[:-9])
        case "gone":
            file.unlink()
        case "changed":
            lines = gzip.decompress(file.read_bytes()).replace(b"Record 1", b"Record 9")
            file.write_bytes(gzip.compress(lines))
        case _:
            (folder / MANIFEST).unlink()
    place = fresh("sqlite", tmp_path / "restored")
    with pytest.raises(Invalid):
        await restore(place, folder, Silent())
    assert not list(place.home.glob("*.sqlite"))


async def test_a_backup_is_read_by_its_owner_alone(sqlite_settings, tmp_path):
    await some_work(sqlite_settings)
    await take_backup(sqlite_settings, tmp_path / "saved", Silent())
    await take_backup(sqlite_settings, tmp_path / "saved.tar", Silent())
    for path in [*(tmp_path / "saved").rglob("*"), tmp_path / "saved.tar"]:
        assert path.stat().st_mode & 0o077 == 0, path
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


async def test_files_move_to_postgres_whole_and_only_once(sqlite_settings, tmp_path):
    wanted = await some_work(sqlite_settings)
    target = fresh("postgres", tmp_path / "moved")
    try:
        manifest = await move(sqlite_settings, target, Silent())
        assert manifest.rows > 20
        await move(sqlite_settings, target, Silent())
        async with open_system(target) as system, system.client() as client:
            assert await held(system, client) == wanted
        with pytest.raises(HoldsOthers):
            await move(sqlite_settings, target, Silent())
    finally:
        await forget(target)
    assert (sqlite_settings.home / "search.sqlite").exists()


async def test_a_backup_says_what_it_holds(sqlite_settings, tmp_path):
    await some_work(sqlite_settings)
    await take_backup(sqlite_settings, tmp_path / "saved", Silent())
    manifest = read_manifest(tmp_path / "saved")
    assert manifest.services["search"].table("records").rows == 3
    assert {name for name, _ in manifest.services["search"].table("outbox").columns} >= {"id"}


async def test_files_of_full_texts_are_copied_and_put_back(sqlite_settings, tmp_path):
    await some_work(sqlite_settings)
    files = Files(sqlite_settings.folder_of_documents(), None)
    name = files.keep(b"%PDF a full text")
    await take_backup(sqlite_settings, tmp_path / "saved.tar", Silent())
    place = fresh("sqlite", tmp_path / "restored")
    await restore(place, tmp_path / "saved.tar", Silent())
    assert Files(place.folder_of_documents(), None).read(name) == b"%PDF a full text"
    await take_backup(sqlite_settings, tmp_path / "saved", Silent())
    (tmp_path / "saved" / "documents" / name[:2] / name).write_bytes(b"%PDF another text")
    with pytest.raises(Invalid, match=name):
        await restore(fresh("sqlite", tmp_path / "other"), tmp_path / "saved", Silent())
