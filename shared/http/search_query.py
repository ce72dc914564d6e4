"""The words of a search, bounded: each costs a look through the index."""

from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from shared.text import clean

MOST_WORDS = 32


def _few_words(query: str) -> str:
    query = clean(query)
    if len(query.split()) > MOST_WORDS:
        raise ValueError(f"a search takes up to {MOST_WORDS} words")
    return query


SearchQuery = Annotated[str, Query(max_length=2000), AfterValidator(_few_words)]
"""Words and "quoted phrases", at most `MOST_WORDS` of them."""
