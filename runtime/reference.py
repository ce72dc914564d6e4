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
from shared.settings import Settings

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"


async def descriptions() -> Mapping[str, str]:
    """The generated files by name, as they should be."""
    with tempfile.TemporaryDirectory() as home:
        async with open_system(Settings(home=Path(home))) as system:
            openapi: dict[str, Any] = system.app.openapi()
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
