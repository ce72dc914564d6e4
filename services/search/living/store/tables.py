"""Tables of living searches: what is searched again, and what each search has found."""

from sqlalchemy import Column, Integer, Table, Text

from services.search.tables import metadata
from shared.db import JsonB, UtcDateTime

searches = Table(
    "searches",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("database", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("definition", JsonB, nullable=False),  # as people wrote it
    Column("schedule", Text, nullable=False),
    Column("state", Text, nullable=False),  # active, paused, retired
    Column("watermark", JsonB, nullable=False),
    Column("translation", Text, nullable=False),
    Column("anchor", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

hits = Table(
    "hits",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("search_id", Text, primary_key=True),
    Column("pmid", Text, primary_key=True),
    Column("run_id", Text, nullable=False),
)
