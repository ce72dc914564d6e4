"""Driving a search over PubMed's limit: the windows of `domain.partition`, asked one by one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from services.search.pubmed.client.replies import SearchReply
from services.search.pubmed.domain.answers import Call, PubMedFailed, SearchOutcome
from services.search.pubmed.domain.partition import (
    LIMIT,
    Leaf,
    Window,
    adds_up,
    everything,
    halves,
    moved,
    union,
    within,
)

Ask = Callable[[str, int], Awaitable[tuple[SearchReply, Call]]]
"""Sends one ESearch: (term, most PMIDs wanted) to its answer and provenance."""


@dataclass(slots=True)
class Partition:
    """One search as it is cut up: `query` in `window`, asked through `ask`."""

    ask: Ask
    query: str
    window: Window | None
    today: date
    calls: list[Call] = field(default_factory=list)

    async def run(self) -> SearchOutcome:
        """All PMIDs of the query, whatever their number.

        Raises `PubMedFailed` with the calls so far if one window failed: a
        search is whole or it is nothing.
        """
        try:
            whole = await self._ask(self.window, LIMIT)
            if whole.count == len(whole.ids):
                return self._outcome(whole, whole.ids, whole.count)
            leaves = await self._leaves(self._roots(whole), whole.count)
            return await self._settled(whole, leaves)
        except PubMedFailed as failure:
            failure.calls = (*self.calls, *failure.calls)
            raise

    def _roots(self, whole: SearchReply) -> tuple[Window, ...]:
        if self.window is not None:
            return (self.window,)
        return everything(self.today)

    async def _ask(self, window: Window | None, most: int) -> SearchReply:
        reply, call = await self.ask(within(self.query, window), most)
        self.calls.append(call)
        return reply

    async def _leaves(self, roots: Sequence[Window], count: int) -> list[Leaf]:
        """Cut until every window is answered whole; `count` is what the roots may hold."""
        leaves: list[Leaf] = []
        waiting = [(root, count) for root in reversed(roots)]
        while waiting:
            window, expected = waiting.pop()
            reply = await self._answer(window, expected)
            if reply.count <= LIMIT:
                leaves.append(Leaf(window, reply.count, reply.ids))
                continue
            lower, upper = halves(window, [int(pmid) for pmid in reply.ids])
            waiting += [(upper, reply.count // 2), (lower, reply.count // 2)]
        return leaves

    async def _answer(self, window: Window, expected: int) -> SearchReply:
        """Count and PMIDs of `window`; only the count where too many are expected."""
        if expected <= LIMIT or window.days == 1:
            return await self._ask(window, LIMIT)
        counted = await self._ask(window, 0)
        if counted.count == 0 or (counted.count > LIMIT and window.days > 1):
            return counted
        return await self._ask(window, LIMIT)

    async def _settled(self, whole: SearchReply, leaves: list[Leaf]) -> SearchOutcome:
        """The union of the windows; those that moved while we searched are searched again."""
        total = whole.count
        if not adds_up(leaves, total):
            total = (await self._ask(self.window, 0)).count
            recounted = [(await self._ask(leaf.window, 0)).count for leaf in leaves]
            for leaf in moved(leaves, recounted):
                leaves += await self._leaves([leaf.window], 0)
        return self._outcome(whole, union(leaves), total)

    def _outcome(self, whole: SearchReply, ids: tuple[str, ...], total: int) -> SearchOutcome:
        return SearchOutcome(
            query=within(self.query, self.window),
            ids=tuple(dict.fromkeys(ids)),
            count=total,
            query_translation=whole.query_translation,
            translations=whole.translations,
            notices=whole.notices,
            calls=tuple(self.calls),
            drift=total - len(set(ids)),
        )


def described(call: Call, reply: SearchReply) -> Call:
    """`call` with what its answer said: count, number returned, translation, notices."""
    return replace(
        call,
        count=reply.count,
        returned=len(reply.ids),
        query_translation=reply.query_translation,
        warnings=tuple(f"{notice.kind}: {notice.text}" for notice in reply.notices),
    )
