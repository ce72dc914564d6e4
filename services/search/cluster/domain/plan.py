"""What the steps of a CLUSTER round ask PubMed on behalf of each pearl, and what they cannot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from services.search.cluster.domain.round import STEPS, Asking, Options, Query
from services.search.cluster.domain.siblings import grant_numbers, groups_of, trial_numbers
from services.search.library.domain.record import Author, Bibliography
from services.search.library.domain.values import author_of

EARLIER = frozenset(
    ("UpdateOf", "CorrectedandRepublishedFrom", "RetractedandRepublishedFrom", "RepublishedFrom")
)
FIRST_YEAR = 1800
SHORTEST_GRANT = 4
MOST_AUTHORS = 20

Pearls = Mapping[str, Bibliography]


@dataclass(slots=True)
class _Draft:
    """An `Asking` while its pearls are gone through."""

    links: list[tuple[str, str]] = field(default_factory=list)
    given: list[tuple[str, str]] = field(default_factory=list)
    terms: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def ask(self, term: str, *pearls: str) -> None:
        self.terms.setdefault(term, []).extend(pearls)

    def done(self, step: str) -> Asking:
        return Asking(
            step=step,
            links=tuple(self.links),
            given=tuple(dict.fromkeys(self.given)),
            queries=tuple(Query(term, tuple(pearls)) for term, pearls in self.terms.items()),
            notes=tuple(dict.fromkeys(self.notes)),
        )


def plan_round(pearls: Pearls, options: Options) -> tuple[Asking, ...]:
    """What each enabled step asks. Without a choice of steps, those that can run."""
    drafts = [_drafted(step, pearls, options) for step in STEPS]
    if options.steps:
        return tuple(one for one in drafts if one.step in options.steps)
    return tuple(one for one in drafts if one.can_run)


def _drafted(step: str, pearls: Pearls, options: Options) -> Asking:
    draft = _Draft()
    _PLANS[step](draft, pearls, options)
    return draft.done(step)


def _references(draft: _Draft, pearls: Pearls, _options: Options) -> None:
    _linked(draft, pearls, "its references in PubMed were not asked for")
    for record, pearl in pearls.items():
        named = references_of(pearl)
        draft.given += [(record, pmid) for pmid in named]
        without = sum("pmid:" not in each for each in pearl.references)
        if without:
            draft.notes.append(
                f"{without} references of '{said(pearl, record)}' have no PMID; look them up by "
                "hand."
            )


def _cited_by(draft: _Draft, pearls: Pearls, _options: Options) -> None:
    _linked(draft, pearls, "what cites it was not asked for")


def _linked(draft: _Draft, pearls: Pearls, undone: str) -> None:
    for record, pearl in pearls.items():
        if pearl.pmid:
            draft.links.append((record, pearl.pmid))
        else:
            draft.notes.append(f"'{said(pearl, record)}' has no PMID: {undone}.")


def _recheck(_draft: _Draft, _pearls: Pearls, _options: Options) -> None:
    """Done in the library when the step is approved; asks PubMed for nothing."""


def _lead_author(draft: _Draft, pearls: Pearls, options: Options) -> None:
    for record, pearl in pearls.items():
        lead = lead_author(pearl)
        if lead is None:
            draft.notes.append(
                f"'{said(pearl, record)}' has no person as author who could be searched for."
            )
        elif lead.orcid:
            draft.ask(f"{lead.orcid}[auid]", record)
        elif options.topic:
            draft.ask(f"{author_term(lead)}[1au] AND ({options.topic})", record)
        else:
            draft.notes.append(
                f"{author_term(lead)} has no ORCID: give a topic to search by name without "
                "finding everybody who is called so."
            )


def _project(draft: _Draft, pearls: Pearls, options: Options) -> None:
    for record, pearl in pearls.items():
        short = [one for one in grant_numbers(pearl) if len(one) < SHORTEST_GRANT]
        draft.notes += [f"Grant '{one}' is too short to tell a project." for one in short]
        terms = project_terms(pearl)
        terms += [f"{quoted(group)}[cn]" for group in groups_of(pearl)]
        if terms:
            draft.ask(" OR ".join(terms), record)
        elif not options.acronym:
            draft.notes.append(
                f"'{said(pearl, record)}' names no trial, grant or group; give an acronym."
            )
    if options.acronym:
        draft.ask(f"{quoted(options.acronym)}[tiab]")


def _theory(draft: _Draft, _pearls: Pearls, options: Options) -> None:
    if options.theory and options.condition:
        draft.ask(f"({options.theory}) AND ({options.condition})")
    else:
        draft.notes.append("Give both the terms of the theory and a block for the condition.")


def _mentions(draft: _Draft, _pearls: Pearls, options: Options) -> None:
    """Looked up in the library when the step is approved; asks PubMed for nothing."""
    for words in options.lexicon:
        draft.ask(words)
    if not options.lexicon:
        draft.notes.append("Give the words and phrases by which the theory is known.")


def _antecedents(draft: _Draft, pearls: Pearls, _options: Options) -> None:
    for record, pearl in pearls.items():
        earlier = [link.pmid for link in pearl.links if link.kind in EARLIER and link.pmid]
        draft.given += [(record, pmid) for pmid in earlier]
        people = [author_term(each) for each in persons(pearl)[:MOST_AUTHORS]]
        terms = project_terms(pearl)
        if people and terms and pearl.year:
            authors = " OR ".join(f"{name}[au]" for name in people)
            years = f'("{FIRST_YEAR}"[dp] : "{pearl.year}"[dp])'
            draft.ask(f"({authors}) AND ({' OR '.join(terms)}) AND {years}", record)
        elif not earlier:
            draft.notes.append(
                f"'{said(pearl, record)}' names no earlier version, and lacks an author, a year, "
                "or a trial or grant to find older reports by."
            )


_PLANS: dict[str, Callable[[_Draft, Pearls, Options], None]] = {
    "references": _references,
    "recheck": _recheck,
    "lead_author": _lead_author,
    "cited_by": _cited_by,
    "project": _project,
    "mentions": _mentions,
    "theory": _theory,
    "antecedents": _antecedents,
}


def references_of(pearl: Bibliography) -> tuple[str, ...]:
    """The PMIDs of a record's reference list, as it was kept, each once."""
    pmids = [link.pmid for link in pearl.links if link.kind == "Cites" and link.pmid]
    for reference in pearl.references:
        pmids += [word[5:] for word in reference.split() if word.startswith("pmid:")]
    return tuple(dict.fromkeys(one for one in pmids if one.isdigit()))


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


def said(pearl: Bibliography, record: str) -> str:
    """What people call a pearl: its title, shortened, or its id."""
    return pearl.title[:60] or record
