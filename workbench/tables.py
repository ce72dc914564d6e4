"""The tables: reviews and people are owned here, the rest follows events."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, false

from shared.db import BigKey, JsonB, UtcDateTime, kernel_metadata

metadata = kernel_metadata()

reviews = Table(
    "reviews",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("state", JsonB, nullable=False),
    Column("reported_numbers", JsonB, nullable=False),
    Column("protocol", JsonB),
    Column("version", Integer, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
)
amendments = Table(
    "amendments",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", JsonB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person_id", Text),
    Column("at", UtcDateTime, nullable=False),
)
people = Table(
    "people",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
)
members = Table(
    "members",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("roles", JsonB, nullable=False),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),
    Index("ix_members_person_id", "person_id"),
)
tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("token_id", Text, nullable=False, unique=True),
    Column("person_id", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Index("ix_tokens_person_id", "person_id"),
)
identities = Table(
    "identities",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("linked_at", UtcDateTime, nullable=False),
    Index("ix_identities_person_id", "person_id"),
)
accounts = Table(
    "accounts",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("everywhere", Boolean, nullable=False, server_default=false()),
    Column("changed_at", UtcDateTime, nullable=False),
)
join_links = Table(
    "join_links",
    metadata,
    Column("link_hash", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("ix_join_links_person_id", "person_id"),
)
invitations = Table(
    "invitations",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("roles", JsonB, nullable=False),
    Column("name", Text, nullable=False),
    Column("invited_by", Text),
    Column("invited_at", UtcDateTime, nullable=False),
    Index("ix_invitations_person_id", "person_id"),
)
acts = Table(
    "acts",
    metadata,
    Column("position", BigKey, primary_key=True, autoincrement=True),
    Column("review_id", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", Text),
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),
    Index("ix_acts_review_id", "review_id"),
)
feed = Table(
    "feed",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_version", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", Text),
    Column("actor_kind", Text),
    Column("causation_id", Text),
    Column("data", JsonB, nullable=False),
    Index("ix_feed_subject", "review_id", "subject"),
)
feed_heads = Table(
    "feed_heads",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
event_counts = Table(
    "event_counts",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("type", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)
records = Table(
    "records",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("sightings", JsonB, nullable=False),
    Column("retracted", Boolean, nullable=False),
    Column("removed", Boolean, nullable=False),
)
aliases = Table(
    "aliases",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("survivor", Text, nullable=False),
    Column("merged", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("ix_aliases_survivor", "review_id", "survivor"),
)
settlements = Table(
    "settlements",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("automation", Boolean, nullable=False, server_default=false()),
    Index("ix_settlements_record", "review_id", "record_id"),
)
retrievals = Table(
    "retrievals",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("record_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
)
flow_kept = Table(
    "flow_kept",
    metadata,
    Column("review_id", Text, primary_key=True),
)
flow_sources = Table(
    "flow_sources",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("arm", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("source_records", Integer, nullable=False),
    Column("records", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
)
flow_paths = Table(
    "flow_paths",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("path_hash", Text, primary_key=True),
    Column("path", JsonB, nullable=False),
    Column("records", Integer, nullable=False),
)
documents = Table(
    "documents",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("document_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("record_id", Text),
    Column("study_id", Text, nullable=False),
)
study_links = Table(
    "study_links",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("link_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("a", Text, nullable=False),
    Column("b", Text, nullable=False),
    Column("linked", Boolean, nullable=False),
)
theories = Table(
    "theories",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("theory_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("state", JsonB, nullable=False),
)
groups = Table(
    "groups",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("theory_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("labels", JsonB, nullable=False),
    Column("undesired", JsonB, nullable=False),
)
criteria = Table(
    "criteria",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("words", JsonB, nullable=False),
)
ccmocs = Table(
    "ccmocs",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("ccmoc_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("theory_id", Text, nullable=False),
    Column("body", JsonB, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("lapsed", Boolean, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
ccmoc_states = Table(
    "ccmoc_states",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("ccmoc_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("recheck", Boolean, nullable=False),
)
webhooks = Table(
    "webhooks",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("webhook_id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("types", JsonB, nullable=False),
    Column("secrets", JsonB, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("reason", Text),
    Column("position", BigInteger, nullable=False),
    Column("silences", Integer, nullable=False, server_default="0"),
    Column("rests_until", UtcDateTime),
    Column("person_id", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
deliveries = Table(
    "deliveries",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("webhook_id", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("status", Integer),
    Column("said", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("tried_at", UtcDateTime),
    Index("ix_deliveries_due", "webhook_id", "state", "not_before"),
)
