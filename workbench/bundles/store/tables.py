"""The table of bundles that people load in the browser."""

from sqlalchemy import Boolean, Column, Index, LargeBinary, Table, Text

from shared.db import JsonB, UtcDateTime
from workbench.tables import metadata

bundle_loads = Table(
    "bundle_loads",
    metadata,
    Column("load_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("everywhere", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("content", LargeBinary),
    Column("as_id", Text),
    Column("keep_good", Boolean, nullable=False),
    Column("into", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("review_id", Text),
    Column("title", Text, nullable=False),
    Column("progress", JsonB, nullable=False),
    Column("problems", JsonB, nullable=False),
    Column("said", JsonB, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_bundle_loads_state", "state", "created_at"),
)
"""`content` is the archive until it is loaded; `as_id` another key for the review; `into` says
that it may go into a review that is there already."""
