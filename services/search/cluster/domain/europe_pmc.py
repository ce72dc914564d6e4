"""Questions in the language of Europe PMC (https://europepmc.org/Help#mostofsearch).

It knows no place among the authors, and trial numbers wherever they stand; a `*` ends a word,
and does nothing in a phrase.
"""

from collections.abc import Callable

from services.search.cluster.domain.questions import JoinedQuestions, Question, YearRange
from services.search.strategies.domain.terms import SearchTerm

NAMED = {
    "text": "TITLE_ABS",
    "title": "TITLE",
    "abstract": "ABSTRACT",
    "heading": "KW",
    "author": "AUTH",
    "type": "PUB_TYPE",
    "language": "LANG",
    "auid": "AUTHORID",
    "gr": "GRANT_ID",
    "cn": "AUTH",
}
WITHOUT_NAME = "si"


def in_europe_pmc(question: Question, lost: Callable[[str], None]) -> str:
    """The question; empty where nothing of it can be asked. `lost` takes what cannot be said."""
    if isinstance(question, YearRange):
        return f"PUB_YEAR:[{question.first} TO {question.last}]"
    if isinstance(question, SearchTerm):
        return _term(question, lost)
    return _group(question, lost)


def _group(question: JoinedQuestions, lost: Callable[[str], None]) -> str:
    parts = [in_europe_pmc(part, lost) for part in question.parts]
    if question.operator == "AND" and not all(parts):
        return ""
    if question.operator == "NOT" and not parts[0]:
        return ""
    said = list(dict.fromkeys(filter(None, parts)))
    return said[0] if len(said) == 1 else f"({f' {question.operator} '.join(said)})" if said else ""


def _term(term: SearchTerm, lost: Callable[[str], None]) -> str:
    tag = term.tag.strip("[]").lower()
    if not term.words:
        return ""
    if tag == WITHOUT_NAME:
        return f'"{term.text}"'
    name = NAMED.get(term.field) or NAMED.get(tag)
    if name is None:
        lost(f"{term.text} {term.tag}")
        return ""
    if len(term.words) > 1 and "*" in term.text:
        words = [_word(name, word) for word in term.words]
        return f"({' AND '.join(words)})"
    if len(term.words) == 1:
        return _word(name, term.text)
    near = "" if term.near is None else f"~{term.near}"
    return f'{name}:"{term.text}"{near}'


def _word(name: str, word: str) -> str:
    bare = word.replace("*", "").replace("-", "")
    plain = bare.isalnum() and ("*" in word or "-" not in word)
    return f"{name}:{word}" if plain else f'{name}:"{word}"'
