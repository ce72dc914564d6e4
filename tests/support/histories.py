"""Migrations of services, read once in a process.

Alembic reads every revision of a service from its file at each start, which most tests do once.
"""

from contextlib import contextmanager
from functools import cache

from shared.kernel import migrations


@contextmanager
def kept_histories():
    """Services find their history as it was read the first time, until the end."""
    reads = migrations.script_directory
    migrations.script_directory = cache(reads)
    try:
        yield
    finally:
        migrations.script_directory = reads
