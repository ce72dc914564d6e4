"""Tables of strategies: as they stand, their earlier versions, and runs elsewhere."""

from sqlalchemy import Column, Index, Integer, Table, Text

from services.search.tables import metadata
from shared.db import JsonB, UtcDateTime

strategies = Table(
    "strategies",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("definition", JsonB, nullable=False),  # as people wrote it
    Column("reason", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", Text),
)

strategy_versions = Table(
    "strategy_versions",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("strategy_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("definition", JsonB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", Text),
)

strategy_runs = Table(
    "strategy_runs",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("strategy_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("platform", Text, nullable=False),
    Column("database", Text, nullable=False),
    Column("ran_on", Text, nullable=False),  # YYYY-MM-DD
    Column("hits", Integer, nullable=False),
    Column("export_file", Text, nullable=False),
    Column("lines", JsonB, nullable=False),  # as they were run there
    Column("note", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text),
    Index("ix_strategy_runs_strategy", "review_id", "strategy_id", "ran_on"),
)
