"""What the steps of a round ask the optional sources: citations and searches, one by one.

A source that gives no answer keeps no other from being asked: its questions wait for the next
try of the round.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from services.search.cluster.domain.elsewhere import answered, unanswered
from services.search.cluster.domain.round import MOST_FOUND, Answered, Asking, Elsewhere
from services.search.connectors.domain.sources import Links, NoAnswer, NotTaken
from services.search.connectors.ports import CitationSource

SWITCHED_OFF = "it was switched off before it was asked."
Sources = Mapping[str, CitationSource]
Keep = Callable[[Answered], Awaitable[None]]


async def ask_elsewhere(
    steps: Sequence[Asking], sources: Sources, keep: Keep, *, last: bool
) -> list[NoAnswer]:
    """Ask what the steps ask of optional sources, and keep each answer; gives what failed.

    At the last try a question without an answer is kept as one, and the step goes on without it.
    """
    failed: dict[str, NoAnswer] = {}
    for asking in steps:
        left = 0
        for one in asking.elsewhere:
            answer = await _asked(asking.step, one, sources, failed)
            if answer is None and last:
                answer = unanswered(asking.step, one, str(failed[one.source]))
            if answer is None:
                left += 1
            else:
                await keep(answer)
        if asking.elsewhere and not left:
            await keep(Answered(step=asking.step))
    return [] if last else list(failed.values())


async def _asked(
    step: str, one: Elsewhere, sources: Sources, failed: dict[str, NoAnswer]
) -> Answered | None:
    """The answer to a question; None, with the failure kept by source, where there was none."""
    source = sources.get(one.source)
    if source is None:
        return unanswered(step, one, SWITCHED_OFF)
    if one.source in failed:
        return None
    try:
        return answered(step, one, await _links(one, source), MOST_FOUND)
    except NotTaken as refusal:
        return unanswered(step, one, str(refusal))
    except NoAnswer as failure:
        failed[one.source] = failure
        return None


async def _links(one: Elsewhere, source: CitationSource) -> Links:
    if one.kind == "search":
        return await source.found(one.query, MOST_FOUND)
    ask = source.references if one.kind == "references" else source.cited_by
    return await ask(one.article, MOST_FOUND)
