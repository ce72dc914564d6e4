"""Writes the generated reference: every event as AsyncAPI, every route as OpenAPI.

`make reference` writes them; a test says when they are stale.
"""

import asyncio
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.embedded import open_system
from shared.events.asyncapi import document
from shared.ops.settings import Settings

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"


async def openapi_document() -> dict[str, Any]:
    """The OpenAPI description of all services, made beside whatever runs."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), database_url=None, database_urls={})
        async with open_system(settings) as system:
            whole: dict[str, Any] = system.app.openapi()
            return whole


async def descriptions() -> Mapping[str, str]:
    """The generated files by name, as they should be."""
    openapi = await openapi_document()
    return {"asyncapi.json": _text(document()), "openapi.json": _text(openapi)}


def _text(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    """Write them."""
    for name, text in asyncio.run(descriptions()).items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()
