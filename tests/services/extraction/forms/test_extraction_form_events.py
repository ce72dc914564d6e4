"""Forms, their answers, cases and appraisals of documents are said, but for what is confidential
or would let somebody read another's answers before giving their own.
"""

from services.extraction.forms.handlers.saying import MOST_BYTES

FIELD = {"id": "n", "label": "How many took part?", "kind": "text"}
SECRET = "zanzibar"


async def a_form(extraction, **more):
    body = {"title": "Mapping", "fields": [FIELD], **more}
    return await extraction.ask("PUT", "/forms/m", body)


async def answer(extraction, path="answers", document="d1", done=True, said=SECRET):
    body = {"document": document, "answers": {"n": said}, "done": done}
    return await extraction.ask("PUT", f"/forms/m/{path}", body)


async def test_a_form_is_said_whole_at_each_version_and_never_twice(extraction):
    await a_form(extraction)
    await a_form(extraction)
    await a_form(extraction, status="closed")
    said = [event.form for event in await extraction.said("form_changed")]
    assert [(form.version, form.status) for form in said] == [(1, "open"), (2, "closed")]
    assert [one.label for one in said[0].fields] == ["How many took part?"]


async def test_what_one_person_answers_is_said_without_the_answers(extraction):
    await extraction.put_documents({"id": "d1", "title": "First"})
    await a_form(extraction)
    await answer(extraction, done=False)
    assert await extraction.said("form_answered") == [], "a draft is nobody's business"
    await answer(extraction)
    (event,) = await extraction.said("form_answered")
    assert (event.answer.state, event.answer.answers) == ("done", {})
    assert event.answer.person_id
    assert SECRET not in str(await extraction.said())


async def test_what_is_agreed_on_is_said_with_its_answers_unless_it_is_confidential(extraction):
    await extraction.put_documents(
        {"id": "d1", "title": "First"}, {"id": "d2", "title": "Talk", "confidential": True}
    )
    await a_form(extraction)
    for document in ("d1", "d2"):
        await answer(extraction, document=document)
        await answer(extraction, "consensus", document=document)
    agreed = [e.answer for e in await extraction.said("form_answered") if not e.answer.person_id]
    assert [(one.document_id, one.answers) for one in agreed] == [("d1", {"n": SECRET}), ("d2", {})]


async def test_answers_that_no_event_can_hold_are_left_out_of_it_and_stored(extraction):
    fields = [{**FIELD, "id": f"n{n}"} for n in range(MOST_BYTES // 19_000 + 1)]
    await extraction.put_documents({"id": "d1", "title": "First"})
    await a_form(extraction, fields=fields)
    answers = {one["id"]: "x" * 19_000 for one in fields}
    body = {"document": "d1", "answers": answers, "done": True}
    await extraction.ask("PUT", "/forms/m/answers", body)
    kept = await extraction.ask("PUT", "/forms/m/consensus", body)
    assert kept["answers"] == answers
    said = (await extraction.said("form_answered"))[-1].answer
    assert (said.whole, said.answers) == (False, {})


async def test_an_appraisal_of_a_document_is_said_without_a_confidential_comment(extraction):
    await extraction.put_documents(
        {"id": "d1", "title": "First"}, {"id": "d2", "title": "Talk", "confidential": True}
    )
    for document in ("d1", "d1", "d2"):
        judged = {"rigour": "low", "comment": f"as {SECRET} says"}
        await extraction.ask("PUT", f"/documents/{document}/appraisal", judged)
    first, second = await extraction.said("document_appraised")
    assert (first.document_id, first.rigour, first.comment) == ("d1", "low", f"as {SECRET} says")
    assert (second.document_id, second.rigour, second.comment) == ("d2", "low", "")


async def test_cases_of_a_study_are_said_without_words_of_confidential_sources(extraction):
    await extraction.put_documents(
        {"id": "d1", "title": "First", "study": "s1"},
        {"id": "d2", "title": "Talk", "study": "s2", "confidential": True},
    )
    cases = {"cases": [{"id": "A", "kind": "arm", "label": SECRET, "description": SECRET}]}
    for study in ("s1", "s1", "s2", "s3"):
        await extraction.ask("PUT", f"/studies/cases/{study}", cases)
    said = await extraction.said("study_cases_changed")
    assert [(e.study_id, e.cases[0].case_id, e.cases[0].label) for e in said] == [
        ("s1", "A", SECRET),
        ("s2", "A", ""),
        ("s3", "A", ""),
    ]
