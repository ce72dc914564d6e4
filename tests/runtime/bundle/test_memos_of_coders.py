"""A memo of a coder goes through events.jsonl with the passage that it is on."""

import pytest

from runtime.bundle.model.events import EVENT
from runtime.loading.coders_words import memo_event
from services.extraction.appraisal.schemas import MemoIn

MEMO = {
    "memo_id": "m1",
    "about": "document/d1",
    "text": "By whom?",
    "person_id": "ann",
    "links": None,
    "at": "2024-05-01T09:00:00Z",
}


@pytest.mark.parametrize(
    "passage",
    [None, {"quote": "every Tuesday", "start": 3, "end": 16}, {"quote": "?", "start": None}],
)
def test_the_passage_of_a_memo_is_said_as_extraction_takes_it(passage):
    event = EVENT.validate_python(memo_event({**MEMO, "passage": passage}))
    said = event.model_dump(mode="json", exclude={"event"}, exclude_none=True)
    taken = MemoIn.model_validate(said)
    found = taken.passage.model_dump() if taken.passage else None
    assert found == (passage and {"start": None, "end": None, **passage})
