"""No word of a confidential source leaves the service in an event."""

from tests.support.extraction import a_fragment

INTERVIEW = {"id": "p1", "kind": "interview", "confidential": True}


def told(fragment_id="f1", **more):
    words = {"document": "p1", "quote": "she said so", "memo": "a memo", "coder": "local-owner"}
    return a_fragment(fragment_id, **(words | more))


def words(event):
    fragment = event.fragment
    return [fragment.quote, fragment.memo, *(e.statement for e in fragment.elements)]


async def last(extraction):
    return (await extraction.said())[-1]


async def test_a_fragment_of_a_confidential_source_is_said_without_words(extraction):
    await extraction.put_documents(INTERVIEW)
    await extraction.code(told())
    event = await last(extraction)
    assert not any(words(event))
    assert event.fragment.confidential
    assert [(e.code_id, e.state) for e in event.fragment.elements] == [
        ("trust", "present"),
        ("engagement", "occurred"),
    ]


async def test_a_fragment_of_an_open_source_is_said_with_its_words(extraction):
    await extraction.put_documents({"id": "p1"})
    await extraction.code(told())
    assert words(await last(extraction)) == ["she said so", "a memo", "trusted", ""]


async def test_one_confidential_source_among_several_is_enough(extraction):
    await extraction.put_documents(INTERVIEW, {"id": "d1"})
    await extraction.code(told(document="d1", sources=[{"document": "d1"}, {"document": "p1"}]))
    assert not any(words(await last(extraction)))


async def test_a_fragment_coded_before_its_document_keeps_its_words_until_the_document_is_open(
    extraction,
):
    await extraction.code(told())
    assert not any(words(await last(extraction)))
    await extraction.put_documents({"id": "p1"})
    event = await last(extraction)
    assert (event.NAME, event.fragment.quote) == ("fragment_amended", "she said so")
    assert event.fragment.version == 1


async def test_a_document_that_becomes_confidential_takes_its_fragments_words_back(extraction):
    await extraction.put_documents({"id": "p1"})
    await extraction.code(told())
    await extraction.put_documents(INTERVIEW)
    event = await last(extraction)
    assert (event.NAME, event.changed) == ("fragment_amended", ("confidential",))
    assert not any(words(event))


async def test_what_repeats_a_confidential_fragment_is_confidential(extraction):
    await extraction.put_documents(INTERVIEW)
    await extraction.code(told("f2", document=None, duplicate_of="f1"), told("f1"))
    assert not any(
        word for event in await extraction.said("fragment_coded") for word in words(event)
    )


async def test_what_repeats_a_fragment_follows_it_when_its_confidence_changes(extraction):
    await extraction.put_documents({"id": "p1"})
    await extraction.code(told("f1"), told("f2", document=None, duplicate_of="f1"))
    assert all(event.fragment.quote for event in await extraction.said("fragment_coded"))
    await extraction.put_documents(INTERVIEW)
    again = await extraction.said("fragment_amended")
    assert [event.fragment.fragment_id for event in again] == ["f1", "f2"]
    assert not any(word for event in again for word in words(event))


async def test_fragments_that_repeat_each_other_are_withheld(extraction):
    await extraction.code(
        told("f1", document=None, duplicate_of="f2"), told("f2", document=None, duplicate_of="f1")
    )
    assert not any(word for event in await extraction.said() for word in words(event))


async def test_readers_get_no_words_of_confidential_fragments_and_coders_do(extraction):
    await extraction.put_documents(INTERVIEW)
    await extraction.code(told())
    await extraction.code(told(memo="second"))
    for path in ("/fragments/f1", "/fragments?ids=f1", "/fragments?theory=PT1"):
        read = await extraction.ask("GET", path, by={"reader"})
        item = read["items"][0] if "items" in read else read
        assert (item["quote"], item["memo"], item["words_withheld"]) == ("", "", True)
        coded = await extraction.ask("GET", path, by={"coder"})
        item = coded["items"][0] if "items" in coded else coded
        assert (item["quote"], item["words_withheld"]) == ("she said so", False)
    history = await extraction.ask("GET", "/fragments/f1/history", by={"reader"})
    assert {version["quote"] + version["memo"] for version in history} == {""}


async def test_quotes_for_a_report_come_in_the_order_asked_for(extraction):
    await extraction.put_documents(INTERVIEW)
    await extraction.code(told("f1"), a_fragment("f2", quote="open words"))
    asked = {"ids": ["f2", "missing", "f1"]}
    page = await extraction.ask("POST", "/fragments/quotes", asked, by={"reader"})
    assert [(i["id"], i["quote"]) for i in page["items"]] == [("f2", "open words"), ("f1", "")]


async def test_the_reason_for_withdrawing_a_confidential_fragment_is_not_said(extraction):
    await extraction.put_documents(INTERVIEW)
    await extraction.code(told())
    await extraction.ask("POST", "/fragments/f1/withdraw", {"reason": "her name is in it"})
    assert (await last(extraction)).reason == ""


async def test_the_reason_for_withdrawing_a_confidential_source_stays_with_coders(extraction):
    await extraction.put_documents(INTERVIEW)
    await extraction.ask("POST", "/documents/p1/withdraw", {"reason": "Ms X asked for it"})
    assert (await last(extraction)).reason == ""
    coded = await extraction.ask("GET", "/documents/p1/history", by={"coder"})
    read = await extraction.ask("GET", "/documents/p1/history", by={"reader"})
    assert (coded[-1]["reason"], read[-1]["reason"]) == ("Ms X asked for it", "")


async def test_no_event_of_a_confidential_source_holds_a_word_of_it(extraction):
    await extraction.put_documents(INTERVIEW | {"title": "XYZZY", "text": "XYZZY was here"})
    await extraction.code(told(quote="XYZZY", start=0, end=5, memo="XYZZY", statement_level="row"))
    await extraction.code(told(quote="XYZZY", start=0, end=5, memo="XYZZY again"))
    await extraction.ask("PUT", "/fragments/f1/appraisal", {"comment": "XYZZY"})
    await extraction.ask("POST", "/memos", {"about": "fragment/f1", "text": "XYZZY"})
    for path in ("/fragments/f1", "/documents/p1"):
        await extraction.ask("POST", f"{path}/withdraw", {"reason": "XYZZY"})
        await extraction.ask("POST", f"{path}/restore", {"reason": "XYZZY"})
    await extraction.ask("POST", "/documents/p1/erase", {"reason": "XYZZY"})
    events = await extraction.said()
    assert len(events) >= 9
    assert not any("XYZZY" in repr(event) for event in events)


async def test_the_comment_on_a_confidential_fragment_is_not_said(extraction):
    await extraction.put_documents(INTERVIEW)
    await extraction.code(told())
    judged = {"relevance": "high", "richness": "thicker", "comment": "she told it vividly"}
    await extraction.ask("PUT", "/fragments/f1/appraisal", judged)
    event = await last(extraction)
    assert (event.NAME, event.relevance, event.comment) == ("fragment_appraised", "high", "")
    said = await extraction.ask("GET", "/fragments/f1/appraisals")
    assert said[0]["comment"] == "she told it vividly"


async def test_strangers_read_nothing(extraction):
    await extraction.ask("GET", "/fragments", by=set(), status=403)


async def test_a_document_is_appraised_in_words_by_each_person(extraction):
    await extraction.put_documents({"id": "d1"}, {"id": "p1", "confidential": True})
    said = {"relevance": "high", "richness": "thicker", "comment": "weak design, rich account"}
    first = await extraction.ask("PUT", "/documents/d1/appraisal", said)
    again = await extraction.ask("PUT", "/documents/d1/appraisal", said)
    assert (first["changed"], again["changed"]) == (True, False)
    (shown,) = await extraction.ask("GET", "/documents/d1/appraisals")
    assert (shown["rigour"], shown["comment"]) == (None, said["comment"])
    wrong = await extraction.ask("PUT", "/documents/d1/appraisal", {"rigour": "7"}, status=422)
    assert wrong["field"] == "rigour"
    await extraction.ask("PUT", "/documents/nope/appraisal", said, status=404)
    await extraction.ask("PUT", "/documents/p1/appraisal", said)
    (hidden,) = await extraction.ask("GET", "/documents/p1/appraisals", by={"reader"})
    assert hidden["comment"] == ""
    (seen,) = await extraction.ask("GET", "/documents/p1/appraisals", by={"coder"})
    assert seen["comment"] == said["comment"]
    listed = await extraction.ask("GET", "/document-appraisals", by={"reader"})
    assert [(one["document_id"], one["comment"]) for one in listed] == [
        ("d1", said["comment"]),
        ("p1", ""),
    ]
    whole = await extraction.ask("GET", "/document-appraisals", by={"coder"})
    assert [one["comment"] for one in whole] == [said["comment"]] * 2
    await extraction.ask("GET", "/document-appraisals", by=set(), status=403)
