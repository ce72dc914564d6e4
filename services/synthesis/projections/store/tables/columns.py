"""Columns that many tables share, and the tables' common metadata."""

from sqlalchemy import Boolean, Column, Text

from shared.db import BigKey, kernel_metadata

metadata = kernel_metadata()


def key(name: str) -> Column[str]:
    """A part of the primary key: an id of people's own."""
    return Column(name, Text, primary_key=True)


def text(name: str) -> Column[str]:
    """Words; empty where there are none."""
    return Column(name, Text, nullable=False, server_default="")


def flag(name: str) -> Column[bool]:
    """Yes or no; no unless said."""
    return Column(name, Boolean, nullable=False, default=False)


def version() -> Column[int]:
    """The version of the subject that the row tells; the newest wins."""
    return Column("subject_version", BigKey, nullable=False)
