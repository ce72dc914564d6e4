"""Extraction's tables and every query on them."""

from services.extraction.store.tables import metadata

__all__ = ["metadata"]
