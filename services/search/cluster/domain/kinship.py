"""Whether two records may belong to the same study: who wrote them, and under what number.

The evidence that CLUSTER searching accepts for its third step (Booth et al. 2013,
doi 10.1186/1471-2288-13-118): the same person by ORCID, or by name with an
address, a grant or a second name in common; or the same trial.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from services.search.library.domain.record import Author, Bibliography
from services.search.library.domain.values import author_of

SHORTEST_ADDRESS = 12


class Offer(NamedTuple):
    """An excluded record that a step offers for screening again, and why, in words."""

    step: str
    why: str


def mentions(words: str, other: Bibliography) -> bool:
    """Does the title, the abstract or a keyword hold the words, whole? A `*` may end them."""
    return holds(words, other.title, other.abstract, *other.keywords, *other.mesh)


def holds(words: str, *texts: str) -> bool:
    """Does one of the texts hold the words, whole? A `*` may end them."""
    stem = " ".join(words.casefold().rstrip("*").split())
    pattern = r"[\W_]+".join(map(re.escape, stem.split()))
    whole = re.compile(rf"\b{pattern}" + ("" if words.endswith("*") else r"(?!\w)"))
    return any(whole.search(text.casefold()) for text in texts)


def kinship(pearl: Bibliography, other: Bibliography) -> str:
    """Why `other` may be of the pearl's study, in words; empty where nothing says so."""
    trials = folded(pearl.trial_ids) & folded(other.trial_ids)
    if trials:
        return f"the same trial ({min(trials)})"
    orcids = orcids_of(pearl) & orcids_of(other)
    if orcids:
        return f"the same author by ORCID ({min(orcids)})"
    names = sorted(people_of(pearl).keys() & people_of(other).keys())
    if not names:
        return ""
    return _same_name(pearl, other, names)


def _same_name(pearl: Bibliography, other: Bibliography, names: list[str]) -> str:
    """A name alone is no person: an address, a grant or another name must go with it."""
    if len(names) > 1:
        return f"{len(names)} authors in common ({', '.join(names[:3])})"
    if folded(pearl.grants) & folded(other.grants):
        return f"an author and a grant in common ({names[0]})"
    ours, theirs = people_of(pearl)[names[0]], people_of(other)[names[0]]
    if addresses_of(ours) & addresses_of(theirs):
        return f"an author with the same address ({names[0]})"
    return ""


def names_of(bibliography: Bibliography) -> tuple[str, ...]:
    """The people of a record as `family, i`, each once, in order."""
    return tuple(people_of(bibliography))


def people_of(bibliography: Bibliography) -> dict[str, Author]:
    """The people of a record by `family, i`, in order; groups and bare names are none."""
    people: dict[str, Author] = {}
    for author in bibliography.authors:
        person = author if author.given else author_of(author.name)
        if person.family and person.given:
            people.setdefault(f"{person.family}, {person.given[0]}".casefold(), author)
    return people


def orcids_of(bibliography: Bibliography) -> set[str]:
    """The ORCIDs of a record's authors."""
    return {author.orcid for author in bibliography.authors if author.orcid}


def addresses_of(author: Author) -> set[str]:
    """An author's addresses that are long enough to tell something."""
    return {one for one in folded(author.affiliations) if len(one) >= SHORTEST_ADDRESS}


def folded(values: Iterable[str]) -> set[str]:
    """Texts without case, spare blanks and a full stop at the end."""
    return {" ".join(value.casefold().split()).rstrip(".") for value in values}
