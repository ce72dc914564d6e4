"""The table of sign-ins at a provider that are under way."""

from sqlalchemy import Column, Table, Text

from shared.db import UtcDateTime
from workbench.tables import metadata

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("state_hash", Text, primary_key=True),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("next_path", Text, nullable=False),
    Column("person_id", Text),
    Column("expires_at", UtcDateTime, nullable=False),
)
"""`person_id` is set where somebody who is signed in adds the provider to their account."""
