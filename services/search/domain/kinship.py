"""Whether two records may belong to the same study: who wrote them, and under what number.

The evidence that CLUSTER searching accepts for its third step (Booth et al. 2013,
doi 10.1186/1471-2288-13-118): the same person by ORCID, or by name with an
address, a grant or a second name in common; or the same trial.
"""

from services.search.domain.imports_values import author_of
from services.search.domain.record import Author, Bibliography

SHORTEST_ADDRESS = 12


def kinship(pearl: Bibliography, other: Bibliography) -> str:
    """Why `other` may be of the pearl's study, in words; empty where nothing says so."""
    trials = _folded(pearl.trial_ids) & _folded(other.trial_ids)
    if trials:
        return f"the same trial ({min(trials)})"
    orcids = _orcids(pearl) & _orcids(other)
    if orcids:
        return f"the same author by ORCID ({min(orcids)})"
    names = sorted(_people(pearl).keys() & _people(other).keys())
    if not names:
        return ""
    return _same_name(pearl, other, names)


def _same_name(pearl: Bibliography, other: Bibliography, names: list[str]) -> str:
    """A name alone is no person: an address, a grant or another name must go with it."""
    if len(names) > 1:
        return f"{len(names)} authors in common ({', '.join(names[:3])})"
    if _folded(pearl.grants) & _folded(other.grants):
        return f"an author and a grant in common ({names[0]})"
    ours, theirs = _people(pearl)[names[0]], _people(other)[names[0]]
    if _addresses(ours) & _addresses(theirs):
        return f"an author with the same address ({names[0]})"
    return ""


def names_of(bibliography: Bibliography) -> tuple[str, ...]:
    """The people of a record as `family, i`, each once, in order."""
    return tuple(_people(bibliography))


def _people(bibliography: Bibliography) -> dict[str, Author]:
    people: dict[str, Author] = {}
    for author in bibliography.authors:
        person = author if author.given else author_of(author.name)
        if person.family and person.given:
            people.setdefault(f"{person.family}, {person.given[0]}".casefold(), author)
    return people


def _orcids(bibliography: Bibliography) -> set[str]:
    return {author.orcid for author in bibliography.authors if author.orcid}


def _addresses(author: Author) -> set[str]:
    return {one for one in _folded(author.affiliations) if len(one) >= SHORTEST_ADDRESS}


def _folded(values: tuple[str, ...]) -> set[str]:
    return {" ".join(value.casefold().split()).rstrip(".") for value in values}
