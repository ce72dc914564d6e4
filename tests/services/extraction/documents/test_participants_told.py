"""Who speaks in a source is told to others: told apart, never named."""

import json

from shared.ids import stable_id
from tests.support.extraction import REVIEW

SPEAKERS = [
    {"speaker": "INT", "participant": "Nurse Joy", "kind": "staff", "case": "north"},
    {"speaker": "R1", "participant": "Mr Salt", "kind": "carer"},
]


def called(name):
    """What events call a participant."""
    return stable_id(REVIEW, "participant", name)


async def told(extraction):
    """Everything that was told of participants."""
    return [
        {(one.participant, one.kind, one.case_id) for one in event.participants}
        for event in await extraction.said("participants_changed")
    ]


async def test_participants_are_told_once_with_kind_and_case(extraction):
    for _ in range(2):
        await extraction.put_documents({"id": "t1", "kind": "workshop", "speakers": SPEAKERS})
    await extraction.put_documents({"id": "d1", "title": "a paper"})
    joy, salt = called("Nurse Joy"), called("Mr Salt")
    assert await told(extraction) == [{(joy, "staff", "north"), (salt, "carer", None)}]
    assert len(await extraction.said("document_added")) == 2, "the same again changes nothing"


async def test_a_new_participant_and_one_taken_away_are_told(extraction):
    await extraction.put_documents({"id": "t1", "kind": "staff", "participant": "Nurse Joy"})
    await extraction.put_documents({"id": "t1", "kind": "staff", "participant": ""})
    assert await told(extraction) == [{(called("Nurse Joy"), "staff", None)}, set()]


async def test_of_a_confidential_source_neither_names_nor_kinds_are_told(extraction):
    await extraction.put_documents({"id": "t1", "confidential": True, "speakers": SPEAKERS})
    assert await told(extraction) == [
        {(called("Nurse Joy"), "", "north"), (called("Mr Salt"), "", None)}
    ]
    said = json.dumps([str(event) for event in await extraction.said()])
    for word in ("Nurse Joy", "Mr Salt", "carer", "INT"):
        assert word not in said


async def test_closing_a_source_takes_its_kinds_back_and_erasing_it_everybody(extraction):
    await extraction.put_documents({"id": "t1", "speakers": SPEAKERS})
    await extraction.put_documents({"id": "t1", "confidential": True})
    await extraction.ask("POST", "/documents/t1/erase", {"reason": "asked for"})
    now = await told(extraction)
    assert {kind for _, kind, _ in now[1]} == {""}
    assert now[2:] == [set()]
