"""The table of reviews whose team shows their status to everybody."""

from sqlalchemy import Boolean, Column, Table, Text

from shared.db import UtcDateTime
from workbench.tables import metadata

public_status = Table(
    "public_status",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("shown", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)
