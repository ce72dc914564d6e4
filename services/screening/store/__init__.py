"""Tables of screening and every query on them."""

from services.screening.store.tables import metadata

__all__ = ["metadata"]
