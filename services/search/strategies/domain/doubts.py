"""What people may have meant by a term, and does not come of it."""

import re
from collections.abc import Iterator

from services.search.living.domain.foreign import remark
from services.search.strategies.domain.terms import SearchTerm

WILDCARDS = re.compile(r"\w[?#$]\w|\w[?#$]$")
FIRST_AUTHOR = "[1au]"
CAPITALS = frozenset({"AND", "OR", "NOT"})


def doubts(term: SearchTerm) -> Iterator[str]:
    """What people may have meant by a term, and does not come of it."""
    if (said := remark(term.written)) is not None:
        yield said
        return
    if term.tag.lower() == FIRST_AUTHOR:
        yield f"'{term.text}' {term.tag} is the first author; here it is any author."
    if CAPITALS & set(term.words):
        yield (
            f"'{term.text}' is searched as words: a term knows no AND, OR or NOT, a block no NOT. "
            "Write lists with AND and OR; what NOT would leave out, exclude in screening."
        )
    if term.text.count("(") != term.text.count(")"):
        yield f"'{term.text}': a bracket is not closed; brackets are searched as signs."
    if term.text.count("[") != term.text.count("]"):
        yield f"'{term.text}': a square bracket is not closed, so that no field is asked for."
    if any(WILDCARDS.search(word) for word in term.words):
        yield (
            f"'{term.text}': '?', '#' and '$' stand for letters on some platforms and for nothing "
            "in PubMed; here they are signs. Write every spelling as a term of its own."
        )
