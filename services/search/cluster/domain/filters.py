"""Questions as filters, the way of OpenAlex and Crossref: pairs of a name and a value, all of which
hold. What joins different filters with OR is several questions.

OpenAlex: https://developers.openalex.org/guides/filtering, Crossref:
https://www.crossref.org/documentation/retrieve-metadata/rest-api/rest-api-filters/.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product

from services.search.cluster.domain.questions import Operator, Question, YearRange
from services.search.strategies.domain.terms import SearchTerm

MOST = 10
"""So many questions may come of one; more say that it is too mixed."""
Filters = dict[str, str]
"""One question: filter names and their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterLanguage:
    """What a source filters by: `names` of fields and tags, how years are said.

    `searches` are the filters whose values are words joined by AND, OR and NOT; of those that
    are `single` a question takes one.
    """

    names: Mapping[str, str]
    years: Callable[[YearRange], Filters]
    searches: frozenset[str] = field(default_factory=frozenset)
    single: frozenset[str] = field(default_factory=frozenset)


def _openalex_years(years: YearRange) -> Filters:
    return {
        "from_publication_date": f"{years.first:04}-01-01",
        "to_publication_date": f"{years.last:04}-12-31",
    }


def _crossref_years(years: YearRange) -> Filters:
    return {"from-pub-date": f"{years.first:04}", "until-pub-date": f"{years.last:04}"}


EXACT = ".exact"
"""A `*` is only taken where words are not reduced to their stems."""
_WORDS, _TITLE, _BYLINE = "search.title_and_abstract", "search.title", "raw_author_name.search"
_PARAMETERS = frozenset((_WORDS, _WORDS + EXACT, _TITLE, _TITLE + EXACT))
"""Parameters of their own; the filters `title_and_abstract.search` and the like are deprecated."""
OPENALEX = FilterLanguage(
    names={
        "text": _WORDS,
        "heading": _WORDS,
        "abstract": "abstract.search",
        "title": _TITLE,
        "author": _BYLINE,
        "cn": _BYLINE,
        "si": _WORDS,
        "auid": "authorships.author.orcid",
        "gr": "awards.funder_award_id",
    },
    years=_openalex_years,
    searches=_PARAMETERS | {_BYLINE, "abstract.search", "abstract.search" + EXACT},
    single=_PARAMETERS,
)
CROSSREF = FilterLanguage(names={"auid": "orcid", "gr": "award.number"}, years=_crossref_years)


def in_filters(
    question: Question, language: FilterLanguage, lost: Callable[[str], None]
) -> list[Filters]:
    """Questions that together ask this one, none where nothing of it can be asked.

    `lost` takes what cannot be said.
    """
    if isinstance(question, YearRange):
        return [language.years(question)]
    if isinstance(question, SearchTerm):
        return _term(question, language, lost)
    found = [in_filters(part, language, lost) for part in question.parts]
    if question.operator == "OR":
        return _either([one for some in found for one in some], language)
    if not all(found):
        return []
    ways = [_both(question.operator, some, language) for some in product(*found)]
    kept = [way for way in ways if way is not None]
    if len(kept) < len(ways) or len(kept) > MOST:
        lost("so many different things at once")
        return []
    return kept


def written(filters: Filters) -> str:
    """A question as it is sent."""
    return ",".join(f"{name}:{value}" for name, value in filters.items())


def _term(term: SearchTerm, language: FilterLanguage, lost: Callable[[str], None]) -> list[Filters]:
    tag = term.tag.strip("[]").lower()
    name = language.names.get(term.field) or language.names.get(tag)
    if name is None or not term.words:
        lost(f"{term.text} {term.tag}".strip())
        return []
    if name not in language.searches:
        return _exact(name, term, lost)
    text = " ".join(term.text.replace(",", " ").replace("|", " ").split())
    if name == _BYLINE and term.field == "author":
        return [{name: _quoted(_family(text))}]
    near = "" if term.near is None else f"~{term.near}"
    return [{name + EXACT * ("*" in text): _quoted(text) + near}]


def _exact(name: str, term: SearchTerm, lost: Callable[[str], None]) -> list[Filters]:
    """A value as it is; one with a comma or a bar would be read as several."""
    if "," in term.text or "|" in term.text:
        lost(f"{term.text} {term.tag}")
        return []
    return [{name: term.text}]


def _family(name: str) -> str:
    """`Noether E` without the initials: bylines give names in full."""
    family, _, initials = name.rpartition(" ")
    return family if family and initials.isupper() and len(initials) <= 3 else name


def _quoted(words: str) -> str:
    return words if words.replace("*", "").isalnum() else f'"{words}"'


def _both(
    operator: Operator, some: tuple[Filters, ...], language: FilterLanguage
) -> Filters | None:
    """Filters that all hold; None where a source has no way to say so."""
    first, *others = some
    whole = dict(first)
    for one in others:
        if operator == "NOT" and not (one.keys() == whole.keys() and len(one) == 1):
            return None
        for wanted, value in one.items():
            name = _taken(wanted, whole, language)
            if name is None:
                return None
            if name not in whole:
                whole[name] = value
            elif name in language.searches:
                whole[name] = _joined(operator, whole[name], value)
            elif whole[name] != value:
                return None
    return whole


def _taken(name: str, whole: Filters, language: FilterLanguage) -> str | None:
    """The search to put the words of `name` in, where a question takes one; None for no way.

    Words with and without a `*` are asked for together without stems, in place in `whole`.
    """
    held = next((one for one in whole if one in language.single), None)
    if name not in language.single or held is None or held == name:
        return name
    exact = name.removesuffix(EXACT) + EXACT
    if held.removesuffix(EXACT) + EXACT != exact:
        return None
    whole[exact] = whole.pop(held)
    return exact


def _either(ways: list[Filters], language: FilterLanguage) -> list[Filters]:
    """Ways that differ in one search alone are one question."""
    kept: list[Filters] = []
    for way in ways:
        for one in kept:
            apart = [name for name in way if one.get(name) != way[name]]
            if one.keys() == way.keys() and len(apart) <= 1:
                if not apart:
                    break
                if apart[0] in language.searches:
                    one[apart[0]] = _joined("OR", one[apart[0]], way[apart[0]])
                    break
        else:
            kept.append(dict(way))
    return kept


def _joined(operator: Operator, one: str, other: str) -> str:
    return f"{_bracketed(one, operator)} {operator} {_bracketed(other, operator)}"


def _bracketed(words: str, operator: Operator) -> str:
    """Words in brackets if they hold another operator."""
    held = {name for name in ("AND", "OR", "NOT") if f" {name} " in words}
    return f"({words})" if held - {operator} or "NOT" in held else words
