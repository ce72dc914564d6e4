"""Numbers with what they count: one of a thing is told as one."""

import pytest

from shared.review.drawing.flow import in_words
from shared.review.numbers import counted
from shared.review.prisma import Flow
from workbench.feed.domain.sentences import say


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 studies"), (1, "1 study"), (2, "2 studies"), (1200, "1,200 studies")],
)
def test_a_number_stands_with_its_noun(number: int, words: str) -> None:
    assert counted(number, "study", "studies") == words


def test_a_flow_of_one_record_is_told_of_one() -> None:
    flow = Flow(
        sources=(),
        identified=2,
        duplicates=1,
        removed=0,
        records=1,
        stages=(),
        sought=1,
        not_retrieved=0,
        not_retrieved_reasons={},
        included_reports=1,
        included_studies=1,
        retracted_reports=0,
    )
    assert in_words(flow) == (
        "2 source records were identified, 1 was a duplicate, 0 were removed, 1 record is in play. "
        "1 report was sought, 0 could not be got. The synthesis rests on 1 study in 1 report."
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("import", "Import finished: 1 new record from PubMed"),
        ("refetch", "Look at what became of known records finished: PubMed"),
    ],
)
def test_the_feed_tells_of_one_record_and_of_looks(kind: str, words: str) -> None:
    data = {"kind": kind, "source": "pubmed", "search_id": "s", "added": 1, "succeeded": True}
    assert say("search.search_finished", data) == words
