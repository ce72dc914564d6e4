"""Arguments as the command line prints them."""

import json
from typing import Any

from runtime.cli.arguments import evidence_of, shown_rows
from services.synthesis.engine.arguments import ARGUMENT_ORDER

BODY: dict[str, Any] = {
    "id": "a1",
    "theory": "PT1",
    "supports": {"full": ["s1"], "partial": [], "bare": ["s2"]},
    "challenges": {"full": [], "partial": ["s3"], "bare": []},
    "boundary": ["s4"],
    "exceptions": [],
    "not_fired": ["s5"],
    "mixed": [],
    "predictions": [
        {"id": "p1", "observed": ["s1"], "refuted": []},
        {"id": "p2", "observed": [], "refuted": []},
    ],
    "studies": {"supports": ["s1", "s2"], "challenges": ["s3"]},
    "fragments": ["f1"],
    "hash": "h",
}


def test_evidence_is_printed_in_the_order_of_the_method_whatever_a_database_gives() -> None:
    mixed = json.loads(json.dumps(BODY, sort_keys=True))
    assert json.dumps(evidence_of(mixed)) == json.dumps(BODY)
    assert (*evidence_of(mixed),) == (*ARGUMENT_ORDER, "hash")


def test_a_row_says_the_argument_by_label_and_how_many_cases_stand_in_each_list() -> None:
    item = {
        "id": "a1",
        "theory": "PT1",
        "in_words": {"argument": "'Trust' → 'Retention' occurred"},
        "evidence": BODY,
    }
    numbers = ("1/0/1", "0/1/0", 1, 0, 1, "1/0/2")
    assert shown_rows([item], ids=False) == [
        ("PT1", "a1: 'Trust' → 'Retention' occurred", *numbers)
    ]
    assert shown_rows([item], ids=True) == [("PT1", "a1", *numbers)]
    assert shown_rows([{**item, "evidence": None}], ids=True) == [("PT1", "a1", *[""] * 6)]
