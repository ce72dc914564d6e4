"""Synthesis' tables and every query on them."""

from services.synthesis.store.tables import metadata

__all__ = ["metadata"]
