"""What the authors wrote for the report, between a bundle and the synthesis service."""

from collections.abc import Iterable
from typing import Any

import httpx

from runtime.bundle.model.theories import AuthorText
from runtime.loading.client import Api, ApiError, segment

Line = dict[str, Any]


async def load_texts(api: Api, review: str, texts: Iterable[AuthorText]) -> list[str]:
    """Write the texts, every version in order; `review` is its path. Returns what was refused."""
    highest: dict[str, int] = {}
    refused: list[str] = []
    for text in texts:
        version = text.version or highest.get(text.item, 0) + 1
        highest[text.item] = max(version, highest.get(text.item, 0))
        body = {"text": text.text, "because": text.because, "version": version}
        try:
            await api.put(f"/api/synthesis/{review}/texts/{segment(text.item)}", body)
        except ApiError as error:
            if error.status != httpx.codes.NOT_FOUND:
                raise
            refused.append(f"text {text.item}: {error}")
    return refused


def text_line(item: str, version: Line) -> Line:
    """A line of theories.json: one version of what the authors wrote for an item."""
    return {"item": item, **{name: version[name] for name in ("version", "text", "because")}}
