"""What the steps of a CLUSTER round ask on behalf of each pearl, and what they cannot."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

from services.search.cluster.domain.drafts import AskingDraft
from services.search.cluster.domain.elsewhere import with_elsewhere
from services.search.cluster.domain.kinship import holds, mentions
from services.search.cluster.domain.round import STEPS, Asking, Options
from services.search.cluster.domain.siblings import grant_numbers, groups_of
from services.search.cluster.domain.terms import (
    SHORTEST_GRANT,
    author_term,
    lead_author,
    persons,
    plain,
    project_terms,
    quoted,
    references_of,
    said,
    theory_block,
)
from services.search.library.domain.record import Bibliography
from shared.review.numbers import counted

EARLIER = frozenset(
    ("UpdateOf", "CorrectedandRepublishedFrom", "RetractedandRepublishedFrom", "RepublishedFrom")
)
FIRST_YEAR = 1800
MOST_AUTHORS = 20
MOST_CITED = 20
"""So many works of theory that one pearl cites are followed."""
MOST_PAIRS = 45
EARLY_TITLES = "protocol[ti] OR pilot[ti] OR feasibility[ti]"

Pearls = Mapping[str, Bibliography]


def plan_round(
    pearls: Pearls,
    options: Options,
    related: Pearls | None = None,
    sources: Sequence[str] = (),
) -> tuple[Asking, ...]:
    """What each enabled step asks. Without a choice of steps, those that can run.

    `related` are records that people confirmed as siblings or kin of the pearls, `sources` the
    optional sources that are on.
    """
    drafts = every_step(pearls, options, related, sources)
    if options.steps:
        return tuple(one for one in drafts if one.step in options.steps)
    return tuple(one for one in drafts if one.can_run)


def every_step(
    pearls: Pearls,
    options: Options,
    related: Pearls | None = None,
    sources: Sequence[str] = (),
) -> tuple[Asking, ...]:
    """What each step would ask, those too that cannot run, with what they lack."""
    wanted = [one for one in sources if one in options.sources or not options.sources]
    drafts = (_drafted(step, pearls, options, related or {}) for step in STEPS)
    return tuple(with_elsewhere(one, pearls, related or {}, wanted) for one in drafts)


def remaining(
    pearl: Bibliography, options: Options, sources: Sequence[str] = ()
) -> tuple[list[int], list[int]]:
    """Numbers of the steps that one pearl can take, and of those that it cannot ever take."""
    drafts = every_step({"": pearl}, options, None, sources)
    can = [STEPS[one.step] for one in drafts if one.can_run or one.wants]
    return can, [number for number in STEPS.values() if number not in can]


def _drafted(step: str, pearls: Pearls, options: Options, related: Pearls) -> Asking:
    draft = AskingDraft()
    if step == "related":
        _related(draft, related, options)
    else:
        _PLANS[step](draft, pearls, options)
    return draft.done(step)


def _references(draft: AskingDraft, pearls: Pearls, _options: Options) -> None:
    _linked(draft, pearls, "PubMed was not asked for its references")
    for record, pearl in pearls.items():
        named = references_of(pearl)
        draft.given += [(record, pmid) for pmid in named]
        without = sum("pmid:" not in each for each in pearl.references)
        if without:
            draft.notes.append(
                f"{counted(without, 'reference')} of '{said(pearl)}' without a PMID: to be looked "
                "up by hand."
            )


def _cited_by(draft: AskingDraft, pearls: Pearls, _options: Options) -> None:
    _linked(draft, pearls, "PubMed was not asked what cites it")


def _linked(draft: AskingDraft, pearls: Pearls, undone: str) -> None:
    for record, pearl in pearls.items():
        if pearl.pmid:
            draft.links.append((record, pearl.pmid))
        else:
            draft.notes.append(f"'{said(pearl)}' has no PMID: {undone}.")


def _recheck(_draft: AskingDraft, _pearls: Pearls, _options: Options) -> None:
    """Done in the library when the step is approved; asks PubMed for nothing."""


def _lead_author(draft: AskingDraft, pearls: Pearls, options: Options) -> None:
    for record, pearl in pearls.items():
        lead = lead_author(pearl)
        if lead is None:
            draft.notes.append(
                f"'{said(pearl)}' has no person as author who could be searched for."
            )
        elif lead.orcid:
            draft.ask(f"{lead.orcid}[auid]", record)
        elif options.topic:
            draft.ask(f"{author_term(lead)}[1au] AND ({options.topic})", record)
        else:
            draft.want(
                f"{author_term(lead)} has no ORCID: give a topic to search by name without "
                "finding everybody who is called so."
            )


def _project(draft: AskingDraft, pearls: Pearls, options: Options) -> None:
    for record, pearl in pearls.items():
        short = [one for one in grant_numbers(pearl) if len(one) < SHORTEST_GRANT]
        draft.notes += [f"Grant '{one}' is too short to tell a project." for one in short]
        terms = project_terms(pearl)
        terms += [f"{quoted(group)}[cn]" for group in groups_of(pearl)]
        if terms:
            draft.ask(" OR ".join(terms), record)
        elif not options.acronym:
            draft.want(f"'{said(pearl)}' names no trial, grant or group; give an acronym.")
    if options.acronym:
        draft.ask(f"{quoted(options.acronym)}[tiab]")


def _contact(draft: AskingDraft, pearls: Pearls, _options: Options) -> None:
    """People write to the authors; asks PubMed for nothing."""
    for record, pearl in pearls.items():
        lead = lead_author(pearl)
        if lead is None:
            draft.notes.append(f"'{said(pearl)}' has no person as author who could be written to.")
        else:
            draft.tasks.append((record, lead.name))


def _theory_citations(draft: AskingDraft, pearls: Pearls, options: Options) -> None:
    """Works of theory among a pearl's references, and what else cites them."""
    if not options.lexicon:
        draft.want("Write the words by which the theory is known.")
        return
    for record, pearl in pearls.items():
        cited = [(each, words) for each in cited_by_name(pearl) for words in options.lexicon
                 if holds(words, each)]  # fmt: skip
        found = dict.fromkeys(pmid for each, _ in cited for pmid in _pmids(each))
        draft.given += [(record, pmid) for pmid in found]
        draft.links += [(record, pmid) for pmid in list(found)[:MOST_CITED]]
        if len(found) > MOST_CITED:
            draft.notes.append(
                f"'{said(pearl)}' cites {len(found)} works of the theory: what cites the first "
                f"{MOST_CITED} is asked for."
            )
        by_hand = dict.fromkeys(each for each, _ in cited if not _pmids(each))
        draft.notes += [f"Look up by hand: {each}" for each in list(by_hand)[:MOST_CITED]]
        draft.notes += _met(pearl, options)
        if not cited:
            draft.notes.append(f"No reference that is kept of '{said(pearl)}' names the theory.")


def _met(pearl: Bibliography, options: Options) -> list[str]:
    met = [words for words in options.lexicon if mentions(words, pearl)]
    return [f"'{said(pearl)}' speaks of {', '.join(met)}."] if met else []


def cited_by_name(pearl: Bibliography) -> list[str]:
    """A pearl's references as texts, each with its PMID where it has one."""
    links = [f"{one.citation} pmid:{one.pmid}" if one.pmid else one.citation
             for one in pearl.links if one.kind == "Cites"]  # fmt: skip
    return [*pearl.references, *(one for one in links if one)]


def _pmids(reference: str) -> list[str]:
    return [word[5:] for word in reference.split() if word[:5] == "pmid:" and word[5:].isdecimal()]


def _theory(draft: AskingDraft, _pearls: Pearls, options: Options) -> None:
    block = options.theory or theory_block(options.lexicon)
    if block and options.condition:
        draft.ask(f"({block}) AND ({options.condition})")
    else:
        draft.want("Give both the terms of the theory and a block for the condition.")


def _mentions(draft: AskingDraft, _pearls: Pearls, options: Options) -> None:
    """Looked up in the library when the step is approved; asks PubMed for nothing."""
    for words in options.lexicon:
        draft.ask(words)
    if not options.lexicon:
        draft.want("Give the words and phrases by which the theory is known.")


def _antecedents(draft: AskingDraft, pearls: Pearls, _options: Options) -> None:
    for record, pearl in pearls.items():
        earlier = [link.pmid for link in pearl.links if link.kind in EARLIER and link.pmid]
        draft.given += [(record, pmid) for pmid in earlier]
        people = [author_term(each) for each in persons(pearl)[:MOST_AUTHORS]]
        terms = project_terms(pearl)
        years = f'("{FIRST_YEAR}"[dp] : "{pearl.year}"[dp])'
        early = len(people) > 1 and bool(pearl.year)
        if early:
            both = " AND ".join(f"{name}[au]" for name in people[:2])
            draft.ask(f"({both}) AND ({EARLY_TITLES}) AND {years}", record)
        if people and terms and pearl.year:
            authors = " OR ".join(f"{name}[au]" for name in people)
            draft.ask(f"({authors}) AND ({' OR '.join(terms)}) AND {years}", record)
        elif not earlier and not early:
            draft.notes.append(
                f"'{said(pearl)}' names no earlier version, and lacks an author, a year, "
                "or a trial or grant to find older reports by."
            )


def _related(draft: AskingDraft, related: Pearls, options: Options) -> None:
    """Steps 5 and 6 once more, from related studies and projects."""
    for record, kin in related.items():
        if kin.pmid:
            draft.links.append((record, kin.pmid))
        terms = project_terms(kin) + [f"{quoted(group)}[cn]" for group in groups_of(kin)]
        if terms:
            draft.ask(" OR ".join(terms), record)
        elif not kin.pmid:
            draft.notes.append(f"'{said(kin)}' has neither a PMID nor a trial, grant or group.")
    for name in options.projects:
        draft.ask(f"{quoted(name)}[tiab]")
    if not related and not options.projects:
        draft.want("Confirm a sibling or a kinship of a pearl, or name a related project.")


def _comparison(draft: AskingDraft, _pearls: Pearls, options: Options) -> None:
    """Names of projects, two by two."""
    names = dict.fromkeys(plain(each) for each in (options.acronym, *options.projects) if each)
    pairs = list(combinations(names, 2))
    for one, other in pairs[:MOST_PAIRS]:
        draft.ask(f"{quoted(one)}[tiab] AND {quoted(other)}[tiab]")
    if len(pairs) > MOST_PAIRS:
        draft.notes.append(f"{len(pairs)} pairs of names: the first {MOST_PAIRS} are asked for.")
    if not pairs:
        draft.want("Name at least two projects to compare: the acronym, and related projects.")


_PLANS: dict[str, Callable[[AskingDraft, Pearls, Options], None]] = {
    "references": _references,
    "recheck": _recheck,
    "lead_author": _lead_author,
    "cited_by": _cited_by,
    "project": _project,
    "contact": _contact,
    "theory_citations": _theory_citations,
    "mentions": _mentions,
    "theory": _theory,
    "antecedents": _antecedents,
    "comparison": _comparison,
}
