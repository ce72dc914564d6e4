"""The newest state of each subject wins, whatever the order of arrival; twins change nothing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table

from shared.db import Tx
from shared.db.rows import Row, put

VERSION = "subject_version"


def newest_of(rows: Sequence[Row], keys: Sequence[str], version: str = VERSION) -> list[Row]:
    """Of rows with the same `keys`, the one with the highest version; sorted by key."""
    newest: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        if key not in newest or row[version] > newest[key][version]:
            newest[key] = row
    return [newest[key] for key in sorted(newest)]


async def keep_newest(tx: Tx, table: Table, rows: Sequence[Row], version: str = VERSION) -> int:
    """Store rows of a projection, unless a version at least as new is there.

    `version` names the column that holds the subject's version. Rows are stored in the order
    of their keys, so that two batches never wait for each other in a circle. Returns how many
    were stored.
    """
    keys = [column.name for column in table.primary_key]
    return await put(tx, table, newest_of(rows, keys, version), newer=version)
