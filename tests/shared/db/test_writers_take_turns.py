"""SQLite's writers of one process: as many at once as leave the event loop a processor."""

import asyncio
import os
import sqlite3
import threading
import time
from contextlib import closing

from sqlalchemy import text

from shared.clock import SystemClock
from shared.db import sqlite
from shared.db.sqlite import SqliteDatabase
from shared.db.turns import Turns, processors_for_writing

NUMBER = text("SELECT 1")


def a_database(folder, service):
    url = f"sqlite:///{folder}/{service}.db"
    return SqliteDatabase(url, service=service, clock=SystemClock(), synchronous="OFF")


def test_one_processor_is_left_to_the_event_loop(monkeypatch):
    for has, left in ((1, 1), (2, 1), (8, 7)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _pid, has=has: set(range(has)))
        assert processors_for_writing() == left


async def test_services_of_one_process_write_one_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "writers", Turns(1))
    inside, most = 0, 0

    def note():
        nonlocal most
        most = max(most, inside)
        time.sleep(0.002)

    async def use_case(tx):
        nonlocal inside
        inside += 1
        note()
        await tx.execute(NUMBER)
        inside -= 1

    databases = [a_database(tmp_path, name) for name in ("search", "screening", "workbench")]
    for db in databases:
        await db.open()
    await asyncio.gather(*(db.write(use_case) for db in databases for _ in range(20)))
    for db in databases:
        await db.close()
    assert most == 1


async def test_a_file_that_another_process_writes_holds_nobody_else_up(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "writers", Turns(1))
    held, free = a_database(tmp_path, "held"), a_database(tmp_path, "free")
    await held.open()
    await free.open()

    async def use_case(tx):
        return (await tx.execute(NUMBER)).scalar()

    with closing(sqlite3.connect(tmp_path / "held.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(held.write(use_case))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(10):
            assert await free.write(use_case) == 1
        assert not waiting.done()
        other.execute("ROLLBACK")
    assert await waiting == 1
    await held.close()
    await free.close()


async def test_a_use_case_that_fails_hands_its_turn_on(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "writers", Turns(1))
    db = a_database(tmp_path, "search")
    await db.open()

    async def fails(_tx):
        raise LookupError("no")

    async def works(tx):
        return (await tx.execute(NUMBER)).scalar()

    results = await asyncio.gather(db.write(fails), return_exceptions=True)
    assert isinstance(results[0], LookupError)
    assert await db.write(works) == 1
    await db.close()


def test_turns_are_given_in_the_order_in_which_they_were_asked_for():
    """Who asks again at once comes after those that wait."""
    turns, order, asked = Turns(1), [], []

    def take(name):
        asked.append(name)
        with turns.take():
            order.append(name)

    threads = []
    with turns.take():
        for name in ("second", "third", "fourth"):
            thread = threading.Thread(target=take, args=(name,))
            thread.start()
            while len(turns._waiting) < len(threads) + 1:
                time.sleep(0.001)
            threads.append(thread)
    take("first again")
    for thread in threads:
        thread.join(10)
    assert order == ["second", "third", "fourth", "first again"]


def test_as_many_write_at_once_as_there_are_turns():
    turns, inside, most, guard = Turns(3), 0, 0, threading.Lock()

    def take():
        nonlocal inside, most
        for _ in range(50):
            with turns.take():
                with guard:
                    inside += 1
                    most = max(most, inside)
                time.sleep(0.0005)
                with guard:
                    inside -= 1

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == 3
    assert turns._free == 3
