"""Workbench's tables and every query on them."""

from workbench.store.tables import metadata

__all__ = ["metadata"]
