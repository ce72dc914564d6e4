"""A disk that is really full: what was acknowledged stays, the refusal says why, and it goes on.

The home lies on a small file system in memory, which only root can make; elsewhere the test is
skipped. A ballast takes what is left of it, and is thrown away later.
"""

import errno
import os
import sqlite3
import subprocess
from contextlib import suppress

import pytest

from services.extraction.uploads.adapters.files import Files
from shared.kernel.failures import is_disk_full, is_outage
from tests.support.apps import open_system
from tests.support.schemas import on_sqlite

REVIEW = {"id": "rev", "title": "Coaching", "stages": [{"name": "title", "from": None}]}
AT = "/api/search/reviews/rev"
SIZE_MB = 40


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a file system of its own with `SIZE_MB` megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "retroduct-small", str(folder)]
    made = subprocess.run(command, capture_output=True, check=False)
    if made.returncode:
        pytest.skip("a small disk needs the right to mount one (root)")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder):
    """Take all that is left of a file system; gives the file that does."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as out, suppress(OSError):
        while True:
            out.write(b"x" * 4096)
    return ballast


def some(number):
    """A batch of records with long abstracts."""
    return [
        {"title": f"Coaching {number}-{n}", "own_id": f"{number}-{n}", "source": "Embase",
         "abstract": f"{number} {n} " + os.urandom(10_000).hex()}
        for n in range(10)
    ]  # fmt: skip


async def add(client, number, known):
    """Send a batch; notes the records that were acknowledged."""
    answer = await client.post(f"{AT}/records/batch", json={"records": some(number)})
    if answer.status_code == 200:
        known |= {row["record_id"] for row in answer.json()["records"]}
    return answer


async def kept(client):
    """The ids of every record that is there."""
    found, cursor = set(), {}
    while True:
        page = (await client.get(f"{AT}/records", params={"limit": 100, **cursor})).json()
        found |= {one["record_id"] for one in page["items"]}
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def is_told(answer):
    """A refusal that says what to do, and no error of the service's own."""
    assert answer.status_code == 503, answer.text
    assert "disk" in answer.json()["detail"], answer.text
    assert answer.headers["retry-after"]


def test_a_file_that_has_no_room_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("services.extraction.uploads.adapters.files.os.fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        Files(tmp_path, None).keep(b"what somebody said in confidence")
    assert is_outage(caught.value)
    assert is_disk_full(caught.value)
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


async def test_a_disk_that_is_full_loses_nothing_that_was_acknowledged(small_disk):
    settings, known = on_sqlite(small_disk), set()
    async with open_system(settings) as system, system.client() as client:
        (await client.post("/api/reviews", json=REVIEW)).raise_for_status()
        await system.drain()
        assert (await add(client, 0, known)).status_code == 200
        await system.drain()
        ballast = fill(small_disk)
        answers = [await add(client, number, known) for number in range(1, 30)]
        is_told(next(one for one in answers if one.status_code != 200))
        assert {one.status_code for one in answers} <= {200, 503}
        text = os.urandom(2_000_000).hex().encode()
        params = {"filename": "a.txt"}
        upload = await client.post(
            "/api/extraction/reviews/rev/uploads", params=params, content=text
        )
        is_told(upload)
        assert await kept(client) == known
        ballast.unlink()
        assert (await add(client, 99, known)).status_code == 200
        await system.drain()
        assert await kept(client) == known
        flow = (await client.get("/api/screening/reviews/rev/flow")).json()
        assert flow["stages"][0]["open"] == len(known)
    for file in small_disk.glob("*.sqlite"):
        with sqlite3.connect(file) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    async with open_system(settings) as system, system.client() as client:
        assert await kept(client) == known
