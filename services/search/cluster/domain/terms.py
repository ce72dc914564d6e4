"""Terms in PubMed's language, made of what a pearl says of itself, and what people call it."""

import re
from collections.abc import Iterable, Sequence

from services.search.cluster.domain.siblings import grant_numbers, trial_numbers
from services.search.library.domain.record import Author, Bibliography
from services.search.library.domain.values import author_of

SHORTEST_GRANT = 4
LONGEST_TITLE = 80
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def references_of(pearl: Bibliography) -> tuple[str, ...]:
    """The PMIDs of a record's reference list, as it was kept, each once."""
    pmids = [link.pmid for link in pearl.links if link.kind == "Cites" and link.pmid]
    for reference in pearl.references:
        pmids += [word[5:] for word in reference.split() if word.startswith("pmid:")]
    return tuple(dict.fromkeys(one for one in pmids if one.isdecimal()))


def project_terms(pearl: Bibliography) -> list[str]:
    """Trial and grant numbers as PubMed searches them."""
    terms = [f"{quoted(one)}[si]" for one in sorted(trial_numbers(pearl))]
    grants = (one for one in grant_numbers(pearl) if len(one) >= SHORTEST_GRANT)
    return terms + [f"{quoted(one)}[gr]" for one in grants]


def persons(pearl: Bibliography) -> list[Author]:
    """The authors that are people with a family name, in order; bare names are parted."""
    parted = (_parted(each) for each in pearl.authors if not each.collective)
    return [each for each in parted if plain(each.family)]


def lead_author(pearl: Bibliography) -> Author | None:
    """The first person among the authors."""
    return next(iter(persons(pearl)), None)


def _parted(author: Author) -> Author:
    if author.given:
        return author
    found = author_of(author.name)
    return Author(family=found.family or author.family, given=found.given, orcid=author.orcid)


def author_term(author: Author) -> str:
    """`Family I` as PubMed writes authors; without a given name the family alone."""
    family = plain(author.family)
    family = family.capitalize() if family.isupper() else family
    return f"{family} {author.given[:1].upper()}".strip()


def quoted(words: str) -> str:
    """Words as a phrase."""
    return f'"{plain(words)}"'


def plain(words: str) -> str:
    """Words without what has a meaning in PubMed's language."""
    return " ".join("".join(" " if c in '"[]():*' else c for c in words).split())


def said(record: Bibliography) -> str:
    """What people call a record: `Curie 2020: its title`, shortened, as far as it says them."""
    lead = next((each.family or each.collective for each in record.authors), "")
    head = " ".join(word for word in (lead, str(record.year or "")) if word)
    title = record.title.rstrip(". ")
    if len(title) > LONGEST_TITLE:
        title = title[:LONGEST_TITLE].rsplit(" ", 1)[0] + " …"
    return ": ".join(word for word in (head, title) if word) or "a record without a title"


def short(record: Bibliography) -> str:
    """A record by its PMID where it has one, else by author, year and title."""
    return record.pmid or said(record)


def theory_block(lexicon: Sequence[str]) -> str:
    """The words of a theory as one block; a `*` at the end of an entry is kept."""
    terms = (f'"{plain(one)}{"*" if one.endswith("*") else ""}"[tiab]' for one in lexicon)
    return " OR ".join(dict.fromkeys(terms))


def emails_of(affiliations: Iterable[str]) -> list[str]:
    """Addresses of electronic mail that affiliations end with, each once."""
    found = (each.rstrip(".") for one in affiliations for each in _EMAIL.findall(one))
    return list(dict.fromkeys(found))
