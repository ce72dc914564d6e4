"""One import is read by one process, whichever copies of the service are sent its bytes."""

import asyncio

import pytest
from sqlalchemy import select, update

from services.search.imports import handlers
from services.search.imports.handlers import Upload
from services.search.tables import imports
from shared.db import database_now
from shared.http.problems import Conflict
from tests.services.search.conftest import REVIEW

RIS = "TY  - JOUR\nTI  - Peer support after stroke\nPY  - 2020\nER  - \n"


def upload_of(reader):
    """The same bytes as another process reads them."""
    return Upload(
        review_id=REVIEW, import_id="i1", filename="x.ris", source="embase", arm="database",
        sha256="0" * 64, size=1, reader=reader,
    )  # fmt: skip


def beginning(reader):
    async def use_case(tx):
        return await handlers.begin_import(tx, upload_of(reader))

    return use_case


async def expire(tx):
    await tx.execute(update(imports).values(read_until=1.0))


async def test_of_two_processes_one_reads_the_same_bytes(library):
    calls = (library.db.write(beginning(f"copy {n}")) for n in range(5))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [a for a in answers if not isinstance(a, Conflict)] == [None]


async def test_a_reader_that_lost_its_lease_keeps_no_further_page_and_ends_nothing(library):
    await library.db.write(beginning("slow"))
    await library.db.write(expire)
    assert await library.db.write(beginning("second")) is None
    slow = upload_of("slow")
    with pytest.raises(Conflict):
        await library.db.write(lambda tx: handlers.keep_import_page(tx, slow, []))
    with pytest.raises(Conflict):
        await library.db.write(
            lambda tx: handlers.end_import(tx, slow, ("ris", "utf-8"), [], [], 0)
        )
    await library.db.write(lambda tx: handlers.stop_reading(tx, slow))
    with pytest.raises(Conflict):
        await library.db.write(beginning("third"))


async def test_an_import_is_not_reversed_while_another_process_reads_it(library):
    await library.db.write(beginning("elsewhere"))
    problem = await library.call("POST", "/imports/i1/reverse", json={"reason": "x"}, expect=409)
    assert "still being read" in problem["detail"]
    await library.db.write(expire)
    assert (await library.call("POST", "/imports/i1/reverse", json={"reason": "x"}))["import_id"]


async def test_an_import_whose_reader_was_killed_has_ended_and_says_what_to_do(library):
    await library.db.write(beginning("killed"))
    assert (await library.call("GET", "/imports/i1"))["state"] == "reading"
    await library.db.write(expire)
    (listed,) = (await library.call("GET", "/imports"))["items"]
    shown = await library.call("GET", "/imports/i1")
    assert shown == listed
    assert shown["state"] == "refused"
    assert "send the file again" in shown["reason"]
    assert [one["why"] for one in shown["rejections"]] == [shown["reason"]]
    assert (await library.upload(RIS))["state"] == "done"


async def test_the_bytes_of_a_killed_reader_are_taken_again_within_ten_seconds(library):
    await library.db.write(beginning("killed"))

    async def left(tx):
        remaining = imports.c.read_until - database_now(tx.dialect)
        return (await tx.execute(select(remaining))).scalar_one()

    assert await library.db.read(left) <= 10


async def test_a_file_whose_reading_failed_can_be_sent_again_at_once(library, monkeypatch):
    real = handlers.end_import

    async def broken(*args):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(handlers, "end_import", broken)
    with pytest.raises(RuntimeError):
        await library.upload(RIS)
    monkeypatch.setattr(handlers, "end_import", real)
    assert (await library.upload(RIS))["state"] == "done"
