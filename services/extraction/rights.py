"""Who may do what with documents and fragments."""

from shared.http.auth import Principal

CODER = "coder"


def may_read_all(principal: Principal, review_id: str) -> bool:
    """Whether the reader sees the words of confidential sources: coders and owners do."""
    return principal.has(review_id, CODER)


def reader_of(principal: Principal, review_id: str, *, everybody: bool) -> str:
    """Whose eyes read answers to a form: a coder's; `everybody`'s answers are for owners."""
    principal.require(review_id, *(() if everybody else (CODER,)))
    return principal.person_id
