"""Sibling links: unordered pairs of study ids, which say that both are the same research."""

from shared.review.studies import Pair


def pair(a: str, b: str) -> Pair:
    """The two studies of a link in order; raises `ValueError` where they are the same."""
    if a == b:
        raise ValueError(f"study '{a}' cannot be linked with itself; name two studies")
    return (a, b) if a < b else (b, a)


def link_id(a: str, b: str) -> str:
    """`a|b`, sorted: the same for both orders."""
    return "|".join(pair(a, b))
