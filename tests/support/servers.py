"""Real servers for tests: found by a real login, used under names of their own."""

import asyncio
import os
from functools import cache

import aio_pika
import asyncpg
import pytest

DATABASE_DEFAULTS = (
    "postgresql://postgres@127.0.0.1:5432/test",
    "postgresql://postgres:postgres@127.0.0.1:5432/postgres",
    "postgresql://postgres@127.0.0.1:5432/postgres",
)
AMQP_DEFAULTS = ("amqp://guest:guest@127.0.0.1:5672/",)


@cache
def database_url() -> str | None:
    """URL of a PostgreSQL that lets us in, or None."""
    given = os.environ.get("RETRODUCT_TEST_DATABASE_URL")
    return _first((given,) if given else DATABASE_DEFAULTS, _log_in_to_postgres)


@cache
def amqp_url() -> str | None:
    """URL of a RabbitMQ that lets us in, or None."""
    given = os.environ.get("RETRODUCT_TEST_AMQP_URL")
    return _first((given,) if given else AMQP_DEFAULTS, _log_in_to_rabbit)


def require_database() -> str:
    """The URL, or skip (with CI=true: fail) saying what is missing."""
    return database_url() or _missing("PostgreSQL", "RETRODUCT_TEST_DATABASE_URL")


def require_amqp() -> str:
    """The URL, or skip (with CI=true: fail) saying what is missing."""
    return amqp_url() or _missing("RabbitMQ", "RETRODUCT_TEST_AMQP_URL")


def require_connections(least: int) -> None:
    """Skip (with CI=true: fail) where PostgreSQL allows fewer connections at once."""
    allowed = _run(_allowed_connections(require_database()))
    if allowed < least:
        _missing(f"PostgreSQL with {least} connections (it allows {allowed})", "max_connections")


async def _allowed_connections(url: str) -> int:
    connection = await asyncpg.connect(url, timeout=30)
    allowed = int(await connection.fetchval("SHOW max_connections"))
    await connection.close()
    return allowed


def _missing(server: str, variable: str) -> str:
    why = f"no {server} lets us in on 127.0.0.1; set {variable}"
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


def _first(urls, log_in):
    for url in urls:
        try:
            _run(log_in(url))
        except Exception:
            continue
        return url
    return None


def _run(coroutine):
    """Run to the end in a thread, whatever loop the caller has."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result(60)


async def _log_in_to_postgres(url: str) -> None:
    connection = await asyncpg.connect(url, timeout=30)
    await connection.close()


async def _log_in_to_rabbit(url: str) -> None:
    connection = await aio_pika.connect(url, timeout=30)
    await connection.close()


async def drop_schemas(url: str, prefix: str) -> None:
    """Remove every schema whose name starts with `prefix`."""
    connection = await asyncpg.connect(url, timeout=30)
    rows = await connection.fetch(
        "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1)", prefix
    )
    for row in rows:
        await connection.execute(f'DROP SCHEMA "{row["nspname"]}" CASCADE')
    await connection.close()


async def delete_queues(url: str, prefix: str, services) -> None:
    """Remove the queues and exchanges of a test's own prefix."""
    connection = await aio_pika.connect(url, timeout=30)
    channel = await connection.channel()
    for name in [*services, "unrouted"]:
        await channel.queue_delete(f"{prefix}.{name}.v1")
    for name in ("events", "unrouted"):
        await channel.exchange_delete(f"{prefix}.{name}.v1")
    await connection.close()
