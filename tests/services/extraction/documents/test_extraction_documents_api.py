"""Documents and studies: put, withdrawn, restored, erased; linked and unlinked."""

from shared.events.search import Flag
from tests.support.extraction import REVIEW, a_fragment, a_record, a_settlement

TEXT = "Staff felt trusted.\r\nClients stayed longer where staff felt trusted."


async def test_a_document_is_added_once_however_often_it_is_put(extraction):
    body = {"kind": "literature", "title": "On trust", "record": "r1", "year": 2011}
    first = await extraction.ask("PUT", "/documents/d1", body)
    again = await extraction.ask("PUT", "/documents/d1", body)
    assert (first["changed"], again) == (True, {"id": "d1", "version": 1, "changed": False})
    assert await extraction.names() == ["document_added"]


async def test_a_document_without_a_study_is_a_study_of_its_own(extraction):
    await extraction.put_documents({"id": "d1"}, {"id": "d2", "study": "s2"})
    page = await extraction.ask("GET", "/documents")
    assert [(d["id"], d["study"]) for d in page["items"]] == [("d1", "d1"), ("d2", "s2")]


async def test_an_amended_document_names_what_is_new(extraction):
    await extraction.put_documents({"id": "d1", "title": "a"})
    await extraction.put_documents({"id": "d1", "title": "b", "study": "s"})
    added, amended = await extraction.said("document_added")
    assert (added.changed, amended.changed) == ((), ("title", "study_id"))
    assert amended.document.study_id == "s"


async def test_a_text_is_normalised_and_kept_with_its_hash(extraction):
    await extraction.put_documents({"id": "d1", "text": TEXT})
    text = await extraction.ask("GET", "/documents/d1/text")
    assert "\r" not in text["text"]
    assert len(text["sha256"]) == 64
    assert text["text_version"] == 1


async def test_the_same_text_is_no_new_version_and_another_is_one(extraction):
    await extraction.put_documents({"id": "d1", "text": TEXT})
    assert (await extraction.put_documents({"id": "d1", "text": TEXT}))[0]["changed"] is False
    await extraction.put_documents({"id": "d1", "text": "another text"})
    assert (await extraction.ask("GET", "/documents/d1/text"))["text"] == "another text"
    assert "Staff" in (await extraction.ask("GET", "/documents/d1/text?version=1"))["text"]


async def test_a_document_put_without_its_text_keeps_the_text(extraction):
    await extraction.put_documents({"id": "d1", "text": TEXT})
    await extraction.put_documents({"id": "d1", "title": "now titled"})
    assert (await extraction.said())[-1].document.has_text
    assert (await extraction.ask("GET", "/documents/d1/text"))["text_version"] == 1


async def test_a_withdrawn_source_says_so_once_and_can_be_restored(extraction):
    await extraction.put_documents({"id": "p1", "kind": "interview"})
    for _ in range(2):
        await extraction.ask("POST", "/documents/p1/withdraw", {"reason": "asked for it"})
    await extraction.ask("POST", "/documents/p1/restore", {})
    gone, back = await extraction.said("source_withdrawn")
    assert (gone.document.withdrawn, gone.reason) == (True, "asked for it")
    assert back.document.withdrawn is False
    history = await extraction.ask("GET", "/documents/p1/history")
    assert [entry["what"] for entry in history] == ["added", "withdrawn", "restored"]


async def test_a_document_put_again_stays_withdrawn(extraction):
    await extraction.put_documents({"id": "p1"})
    await extraction.ask("POST", "/documents/p1/withdraw", {})
    await extraction.put_documents({"id": "p1", "title": "t"})
    assert (await extraction.said())[-1].document.withdrawn


async def test_an_unknown_document_is_not_found(extraction):
    problem = await extraction.ask("POST", "/documents/nope/withdraw", {}, status=404)
    assert "no document 'nope'" in problem["detail"]


async def test_a_review_that_is_not_known_yet_is_asked_for_again(extraction):
    path = "/api/extraction/reviews/other/documents/d1"
    answer = await extraction.client.put(path, json={})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"


async def test_an_erased_source_leaves_ids_and_codes_and_no_word(extraction):
    await extraction.put_documents({"id": "p1", "title": "Interview", "text": TEXT})
    coded = a_fragment(document="p1", quote="Staff felt trusted.", start=0, end=19, memo="m")
    repeat = a_fragment("f2", duplicate_of="f1", memo="the same words")
    await extraction.code(coded, repeat)
    await extraction.ask("POST", "/memos", {"about": "fragment/f1", "text": "she said"})
    await extraction.ask("POST", "/documents/p1/erase", {"reason": "consent withdrawn"})
    await extraction.ask("GET", "/documents/p1/text", status=404)
    page = await extraction.ask("GET", "/fragments")
    for shown in page["items"]:
        assert (shown["status"], shown["quote"], shown["memo"]) == ("withdrawn", "", "")
        assert [e["statement"] for e in shown["elements"]] == ["", ""]
        assert [e["code"] for e in shown["elements"]] == ["trust", "engagement"]
        history = await extraction.ask("GET", f"/fragments/{shown['id']}/history")
        assert {version["quote"] + version["memo"] for version in history} == {""}
    assert await extraction.ask("GET", "/memos?about=fragment/f1") == []
    assert (await extraction.said("source_erased"))[0].document.title == ""
    assert len(await extraction.said("fragment_withdrawn")) == 2


async def test_erased_words_do_not_come_back(extraction):
    await extraction.put_documents({"id": "p1"})
    await extraction.code(a_fragment(document="p1"))
    await extraction.ask("POST", "/documents/p1/erase", {})
    await extraction.ask("PUT", "/documents/p1", {"title": "again"}, status=409)
    words = a_fragment("f9", document="p1", quote="her words")
    problem = await extraction.code(words, status=409)
    assert problem["type"] == "/problems/source-is-erased"


async def test_only_owners_erase(extraction):
    await extraction.put_documents({"id": "p1"})
    await extraction.ask("POST", "/documents/p1/erase", {}, by={"coder"}, status=403)


async def test_readers_do_not_write_documents(extraction):
    await extraction.ask("PUT", "/documents/d1", {}, by={"reader"}, status=403)
    await extraction.ask("PUT", "/documents/d1", {}, by={"coder"})


async def test_a_confidential_title_and_text_stay_with_coders(extraction):
    await extraction.put_documents(
        {"id": "p1", "title": "Ms X", "confidential": True, "text": "hi"}
    )
    assert (await extraction.said())[0].document.title == ""
    shown = await extraction.ask("GET", "/documents/p1", by={"reader"})
    assert shown["title"] == ""
    assert (await extraction.ask("GET", "/documents/p1", by={"coder"}))["title"] == "Ms X"
    await extraction.ask("GET", "/documents/p1/text", by={"reader"}, status=403)


async def test_documents_are_paged_by_cursor_and_filtered(extraction):
    await extraction.put_documents(*({"id": f"d{n}", "record": f"r{n % 2}"} for n in range(5)))
    seen, cursor = [], ""
    while cursor is not None:
        page = await extraction.ask("GET", f"/documents?limit=2{cursor}")
        seen += [item["id"] for item in page["items"]]
        cursor = f"&cursor={page['next']}" if page["next"] else None
    assert seen == ["d0", "d1", "d2", "d3", "d4"]
    page = await extraction.ask("GET", "/documents?record=r1")
    assert [item["id"] for item in page["items"]] == ["d1", "d3"]


async def test_a_sibling_link_is_one_in_either_order(extraction):
    first = await extraction.ask("PUT", "/studies/links", {"a": "s2", "b": "s1"})
    again = await extraction.ask("PUT", "/studies/links", {"a": "s1", "b": "s2"})
    assert (first["link_id"], first["changed"], again["changed"]) == ("s1|s2", True, False)
    assert [event.studies for event in await extraction.said("study_linked")] == [("s1", "s2")]


async def test_unlinking_reverses_and_a_link_that_never_was_changes_nothing(extraction):
    await extraction.ask("DELETE", "/studies/links?a=s1&b=s2")
    assert await extraction.names() == []
    await extraction.ask("PUT", "/studies/links", {"a": "s1", "b": "s2"})
    await extraction.ask("DELETE", "/studies/links?a=s2&b=s1")
    await extraction.ask("PUT", "/studies/links", {"a": "s1", "b": "s2"})
    assert await extraction.names() == ["study_linked", "study_unlinked", "study_linked"]


async def test_the_study_map_shows_linked_sets_and_cycles(extraction):
    for a, b in (("s1", "s2"), ("s2", "s3"), ("s3", "s1")):
        await extraction.ask("PUT", "/studies/links", {"a": a, "b": b})
    shown = await extraction.ask("GET", "/studies/links")
    assert shown["siblings"] == {"s1": ["s1", "s2", "s3"]}
    assert shown["cycles"] == [["s1", "s2", "s3"]]


async def test_a_study_linked_with_itself_is_refused(extraction):
    problem = await extraction.ask("PUT", "/studies/links", {"a": "s", "b": "s"}, status=422)
    assert "name two studies" in problem["detail"]


async def test_a_field_that_nobody_knows_is_named(extraction):
    problem = await extraction.ask("PUT", "/documents/d1", {"titel": "x"}, status=422)
    assert "titel" in problem["detail"]
    assert REVIEW not in problem["detail"]


async def test_a_text_of_a_record_that_was_excluded_or_retracted_is_refused_unless_it_is_past(
    extraction,
):
    await extraction.hear(a_record("r1"), a_record("r2", flags=(Flag(kind="retraction"),)))
    await extraction.hear(a_settlement("r1", verdict="exclude"), a_settlement("r2"))
    for record, word in (("r1", "excluded"), ("r2", "retracted")):
        body = {"record": record, "text": TEXT}
        problem = await extraction.ask("PUT", f"/documents/{record}", body, status=409)
        assert word in problem["detail"]
        batch = {"documents": [{"id": "fine", "text": TEXT}, {"id": record, **body}]}
        await extraction.ask("POST", "/documents/batch", batch, status=409)
        await extraction.ask("GET", "/documents/fine", status=404)
        await extraction.ask("PUT", f"/documents/{record}", {**body, "past": True})
        again = await extraction.ask("PUT", f"/documents/{record}", body)
        assert again["changed"] is False


async def test_a_document_of_a_record_that_is_not_in_the_library_is_told(extraction):
    await extraction.hear(a_record("r1"))
    await extraction.put_documents({"id": "d1", "record": "r1"}, {"id": "d2", "record": "gone"})
    assert (await extraction.ask("GET", "/issues"))["unknown_records"] == ["d2"]


async def test_marking_a_report_answers_with_what_is_known_of_its_record(extraction):
    await extraction.hear(a_record("r1", title="On trust", year=2020))
    await extraction.hear(a_settlement("r1"))
    shown = await extraction.ask("PUT", "/retrievals/r1", {"state": "requested"})
    assert (shown["title"], shown["year"], shown["included"]) == ("On trust", 2020, True)
