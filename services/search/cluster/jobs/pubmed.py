"""What the steps of a round ask PubMed: citation links and queries, one answer at a time."""

from collections.abc import AsyncIterator, Sequence

from services.search.cluster.domain.round import MOST_FOUND, UNCERTAIN, Answered, Asking, Query
from services.search.pubmed.domain.answers import Call, LinkOutcome, PubMedRefused
from services.search.pubmed.domain.query_report import remarks
from services.search.pubmed.ports import PubMed


async def answers(asking: Asking, pubmed: PubMed) -> AsyncIterator[Answered]:
    """What PubMed says to each question of a step; the last answer says that the step is done,
    or waits for the optional sources.

    A question it refuses ends the step at PubMed, and says why.
    """
    try:
        if asking.links:
            yield await _linked(asking, pubmed)
        for query in asking.queries:
            yield await _found(asking.step, query, pubmed)
    except PubMedRefused as refusal:
        yield Answered(
            step=asking.step,
            state="waiting" if asking.elsewhere else "refused",
            notes=(str(refusal),),
            unanswered=("PubMed",) if asking.elsewhere else (),
            calls=refusal.calls,
        )
    else:
        yield Answered(step=asking.step, state="waiting" if asking.elsewhere else "done")


async def _linked(asking: Asking, pubmed: PubMed) -> Answered:
    """Citation links, asked for twice: PubMed leaves some out at random, never adds any."""
    pmids = list(dict.fromkeys(pmid for _, pmid in asking.links))
    kind = "references" if asking.step == "references" else "cited_by"
    first = await pubmed.links(pmids, kind)
    again = await pubmed.links(pmids, kind)
    every = {pmid: list(dict.fromkeys((*first.of(pmid), *again.of(pmid)))) for pmid in pmids}
    found = {pmid: some[:MOST_FOUND] for pmid, some in every.items()}
    wide = [
        f"{len(some)} links of PMID {pmid}: only the first {MOST_FOUND} were taken."
        for pmid, some in every.items()
        if len(some) > MOST_FOUND
    ]
    failed = tuple(pmid for pmid in first.failed if pmid in again.failed)
    return Answered(
        step=asking.step,
        state="waiting",
        linked=True,
        hits=tuple(
            dict.fromkeys((pearl, each) for pearl, pmid in asking.links for each in found[pmid])
        ),
        notes=(*_about_links(pmids, first, again, failed), *wide, UNCERTAIN),
        unanswered=failed,
        calls=(*first.calls, *again.calls),
    )


def _about_links(
    pmids: Sequence[str], first: LinkOutcome, again: LinkOutcome, failed: Sequence[str]
) -> list[str]:
    said = []
    for pmid in pmids:
        one, other = set(first.of(pmid)), set(again.of(pmid))
        if pmid in failed:
            said.append(f"PubMed gave no answer about {pmid} in an otherwise good answer.")
        elif not one | other:
            said.append(f"PubMed names no link of {pmid}, or does not know it.")
        elif one != other:
            said.append(f"Two answers about {pmid} differed ({len(one)}, {len(other)} links).")
    return said


async def _found(step: str, query: Query, pubmed: PubMed) -> Answered:
    """PMIDs that one query of a step finds."""
    hits: list[tuple[str, str]] = []
    outcome = await pubmed.count(query.term)
    calls: list[Call] = [*outcome.calls]
    notes = [each.sentence for each in remarks(query.term, outcome)]
    if outcome.count > MOST_FOUND:
        notes.append(_too_wide(query, outcome.count))
    elif outcome.count:
        found = await pubmed.search(query.term)
        calls += found.calls
        hits += [(pearl, pmid) for pearl in query.pearls or ("",) for pmid in found.ids]
    return Answered(
        step=step,
        state="waiting",
        hits=tuple(dict.fromkeys(hits)),
        counts={query.term: outcome.count},
        notes=tuple(notes),
        calls=tuple(calls),
    )


def _too_wide(query: Query, number: int) -> str:
    return (
        f"{number} records answer {query.term}: more than {MOST_FOUND} are no cluster. None was "
        "taken; narrow it."
    )
