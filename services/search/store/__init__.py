"""The search service's tables and every query on them."""

from services.search.store import cluster_tables
from services.search.store.tables import metadata

__all__ = ["cluster_tables", "metadata"]
