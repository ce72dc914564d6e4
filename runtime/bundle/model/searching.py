"""searching.json: definitions and history of searching, in the form in which search keeps them."""

from typing import Any

from pydantic import Field

from runtime.bundle.model.evidence import Part


class SearchingFile(Part):
    """searching.json: rows by table. Which tables and columns there are, search decides."""

    tables: dict[str, tuple[dict[str, Any], ...]] = Field(default_factory=dict)
