"""The history of searching: what its routes take and give."""

from typing import Any

from pydantic import BaseModel, Field

from services.search.library.schemas import In
from shared.http.bounds import JsonObject


class SearchingOut(BaseModel):
    """Rows by table, as they are kept."""

    tables: dict[str, list[dict[str, Any]]]


class RowsIn(In):
    """Rows of one table, as another installation gave them."""

    table: str = Field(min_length=1, max_length=100)
    rows: list[JsonObject] = Field(min_length=1, max_length=1000)


class TakenIn(BaseModel):
    """How many of the rows are new here."""

    added: int
