"""The history of searching between a bundle and the search service."""

from collections.abc import Mapping
from typing import Any

import httpx

from runtime.bundle.model.searching import SearchingFile
from runtime.loading import plan
from runtime.loading.client import Api, ApiError, segment

ROWS_AT_ONCE = 500


async def searching_file(api: Api, review: str) -> dict[str, Any]:
    """searching.json of a review; empty where nothing was searched."""
    said = await api.get(f"/api/search/reviews/{segment(review)}/searching")
    return {"tables": said["tables"]} if said["tables"] else {}


async def load_searching(
    api: Api, at: str, said: SearchingFile, record_ids: Mapping[str, str]
) -> list[str]:
    """Give the rows to search, records by the ids they have here; returns what was refused."""
    here = {key: record for key, record in record_ids.items() if key != record}
    refused: list[str] = []
    for table, rows in said.tables.items():
        for some in plan.batches(rows, ROWS_AT_ONCE):
            body = {"table": table, "rows": [renamed(row, here) for row in some]}
            try:
                await api.post(f"/api/search/{at}/searching", body)
            except ApiError as error:
                if error.status != httpx.codes.UNPROCESSABLE_ENTITY:
                    raise
                refused.append(f"searching.json, {table}: {error}")
    return refused


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The value with each text that is a key of `names` replaced, names of fields too."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list | tuple):
        return [renamed(one, names) for one in value]
    if isinstance(value, Mapping):
        return {names.get(name, name): renamed(one, names) for name, one in value.items()}
    return value
