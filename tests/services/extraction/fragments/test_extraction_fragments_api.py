"""Coding fragments: repeats, versions, passages, withdrawal, history, lists."""

import pytest

from tests.support.extraction import a_fragment

TEXT = "Staff felt 🙂 trusted. Clients stayed longer."


def pointing(**more):
    place = {"document": "d1", "quote": "trusted", "start": 13, "end": 20}
    return a_fragment(**(place | more))


async def test_the_same_fragment_again_is_no_event_and_no_version(extraction):
    for changed in (True, False):
        results = await extraction.code(a_fragment())
        assert results == [{"id": "f1", "version": 1, "changed": changed}]
    assert await extraction.names() == ["fragment_coded"]


async def test_a_fragment_coded_otherwise_is_the_next_version_and_names_what_changed(extraction):
    await extraction.code(a_fragment())
    results = await extraction.code(a_fragment(memo="on reflection"))
    assert results[0]["version"] == 2
    amended = (await extraction.said("fragment_amended"))[0]
    assert (amended.fragment.version, amended.changed) == (2, ("memo",))


async def test_a_bundle_brings_versions_of_its_own_and_may_be_loaded_twice(extraction):
    first, second = a_fragment(version=1), a_fragment(version=4, memo="later")
    for _ in range(2):
        await extraction.code(first)
        await extraction.code(second)
    assert await extraction.names() == ["fragment_coded", "fragment_amended"]
    assert (await extraction.ask("GET", "/fragments/f1"))["version"] == 4


async def test_a_fragment_twice_in_a_batch_is_coded_in_order(extraction):
    results = await extraction.code(a_fragment(), a_fragment("f2"), a_fragment(memo="m"))
    assert [(r["id"], r["version"]) for r in results] == [("f1", 1), ("f2", 1), ("f1", 2)]
    assert (await extraction.ask("GET", "/fragments/f1"))["memo"] == "m"


async def test_one_bad_fragment_keeps_the_whole_batch_out_and_every_fault_is_named(extraction):
    bad = a_fragment("f2", status="gone")
    bad["elements"][0]["state"] = "occurred"
    problem = await extraction.code(a_fragment(), bad, status=422)
    assert [e["field"] for e in problem["errors"]] == [
        "fragments[1].status",
        "fragments[1].elements[0].state",
    ]
    assert (await extraction.ask("GET", "/fragments"))["items"] == []
    assert await extraction.names() == []


async def test_a_fragment_may_come_before_its_document_record_theory_and_codes(extraction):
    coded = a_fragment(theories=["PT9"], sources=[{"document": "later"}])
    assert (await extraction.code(coded))[0]["changed"]
    odd = await extraction.ask("GET", "/issues")
    assert odd["unknown_theories"] == ["PT9"]
    assert odd["unknown_documents"] == ["later"]
    assert [one["code"] for one in odd["unknown_codes"]] == ["trust", "engagement"]


async def test_a_fragment_without_a_theory_is_listed(extraction):
    await extraction.code(a_fragment(theories=[]))
    assert (await extraction.ask("GET", "/issues"))["fragments_without_theory"] == ["f1"]


async def test_a_quote_is_verified_against_the_stored_text(extraction):
    await extraction.put_documents({"id": "d1", "text": TEXT})
    await extraction.code(pointing())
    shown = await extraction.ask("GET", "/fragments/f1")
    assert shown["anchor"] == "verified"
    assert shown["place"]["before"] == "Staff felt 🙂 "


async def test_a_quote_that_does_not_stand_there_is_a_conflict_that_says_where_it_does(extraction):
    await extraction.put_documents({"id": "d1", "text": TEXT})
    in_utf16 = pointing(start=14, end=21)
    problem = await extraction.code(a_fragment("f0"), in_utf16, status=409)
    assert problem["type"] == "/problems/quote-mismatch"
    assert problem["field"] == "fragments[1].quote"
    assert "starts at 13" in problem["detail"]
    assert (await extraction.ask("GET", "/fragments"))["items"] == []


async def test_a_passage_coded_before_its_text_is_verified_when_the_text_arrives(extraction):
    await extraction.code(pointing(), pointing(id="f2", quote="nowhere"))
    odd = await extraction.ask("GET", "/issues")
    assert odd["unverified_passages"] == ["f1", "f2"]
    await extraction.put_documents({"id": "d1", "text": TEXT})
    odd = await extraction.ask("GET", "/issues")
    assert (odd["unverified_passages"], odd["broken_passages"]) == ([], ["f2"])


async def test_a_passage_follows_its_quote_into_a_new_text_and_the_fragment_stays(extraction):
    await extraction.put_documents({"id": "d1", "text": TEXT})
    await extraction.code(pointing())
    await extraction.put_documents({"id": "d1", "text": "A new page. " + TEXT})
    shown = await extraction.ask("GET", "/fragments/f1")
    assert (shown["anchor"], shown["place"]["start"], shown["start"]) == ("moved", 25, 13)
    assert shown["version"] == 1
    assert (await extraction.code(pointing()))[0]["changed"] is False


async def test_a_withdrawn_fragment_is_kept_and_can_be_restored(extraction):
    await extraction.code(a_fragment())
    for _ in range(2):
        await extraction.ask("POST", "/fragments/f1/withdraw", {"reason": "misread"})
    gone = (await extraction.said("fragment_withdrawn"))[0]
    assert (gone.fragment.status, gone.reason, gone.fragment.version) == ("withdrawn", "misread", 2)
    result = await extraction.ask("POST", "/fragments/f1/restore", {})
    assert result == {"id": "f1", "version": 3, "changed": True}
    assert (await extraction.said())[-1].fragment.status == "active"
    assert len(await extraction.said("fragment_withdrawn")) == 1


async def test_the_history_of_a_fragment_holds_every_version(extraction):
    await extraction.code(a_fragment(memo="one"))
    await extraction.code(a_fragment(memo="two"))
    await extraction.ask("POST", "/fragments/f1/withdraw", {"reason": "misread"})
    history = await extraction.ask("GET", "/fragments/f1/history")
    assert [(v["version"], v["memo"], v["status"]) for v in history] == [
        (1, "one", "active"),
        (2, "two", "active"),
        (3, "two", "withdrawn"),
    ]
    assert history[2]["reason"] == "misread"


async def test_a_stale_write_is_refused(extraction):
    await extraction.code(a_fragment())
    body = {k: v for k, v in a_fragment(memo="mine").items() if k != "id"}
    seen = {"if-match": '"1"'}
    await extraction.ask("PUT", "/fragments/f1", body, headers=seen)
    other = body | {"memo": "theirs"}
    await extraction.ask("PUT", "/fragments/f1", other, headers=seen, status=412)
    assert (await extraction.ask("GET", "/fragments/f1"))["memo"] == "mine"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("theory=PT1", ["f1", "f3"]),
        ("document=d1", ["f1", "f2"]),
        ("code=trust", ["f1", "f2", "f3"]),
        ("kind=single", []),
        ("kind=MO&theory=PT2", ["f2"]),
        ("status=withdrawn", ["f3"]),
        ("ids=f3&ids=f1&ids=none", ["f3", "f1"]),
    ],
)
async def test_fragments_are_found_by(extraction, query, found):
    await extraction.code(
        a_fragment(document="d1"),
        a_fragment("f2", theories=["PT2"], sources=[{"document": "d1"}]),
        a_fragment("f3", status="withdrawn"),
    )
    page = await extraction.ask("GET", f"/fragments?{query}")
    assert [item["id"] for item in page["items"]] == found


async def test_fragments_are_paged_by_cursor(extraction):
    await extraction.code(*(a_fragment(f"f{n}") for n in range(5)))
    page = await extraction.ask("GET", "/fragments?limit=3")
    rest = await extraction.ask("GET", f"/fragments?limit=3&cursor={page['next']}")
    assert [i["id"] for i in page["items"] + rest["items"]] == [f"f{n}" for n in range(5)]
    assert rest["next"] is None


async def test_what_is_read_can_be_sent_again_and_changes_nothing(extraction):
    sent = pointing(
        sources=[{"document": "d1", "attribution": "cited", "case": "a", "participant": "p"}],
        elements=[
            {"role": "context", "code": "c", "state": "not_stated"},
            {"role": "outcome", "code": "o", "of_group": True},
        ],
        coder="owner",
        coded_at="2026-01-01",
        explicitness="inferred",
        duplicate_of="f0",
    )
    await extraction.code(sent)
    shown = await extraction.ask("GET", "/fragments/f1")
    again = {name: shown[name] for name in sent}
    assert (await extraction.code(again))[0]["changed"] is False


async def test_another_persons_coding_is_recorded_by_owners_alone(extraction):
    await extraction.code(a_fragment(coder="somebody"), by={"coder"})
    await extraction.code(a_fragment("f2", coder="else"), by={"coder"}, status=403)
    await extraction.code(a_fragment("f2", coder="else"))


async def test_a_nul_in_a_text_is_stripped_at_the_door(extraction):
    await extraction.code(a_fragment(memo="a\x00b"))
    assert (await extraction.ask("GET", "/fragments/f1"))["memo"] == "ab"


async def test_keys_may_hold_a_slash(extraction):
    await extraction.put_documents({"id": "10.1000/x", "text": "words"})
    await extraction.ask("PUT", "/documents/10.1000%2Fy", {"title": "t"})
    await extraction.code(a_fragment("s3/a"))
    await extraction.ask("POST", "/documents/10.1000%2Fx/withdraw", {})
    assert (await extraction.ask("GET", "/documents/10.1000%2Fx/text"))["text"] == "words"
    assert (await extraction.ask("GET", "/documents/10.1000%2Fy"))["title"] == "t"
    await extraction.ask("PUT", "/fragments/s3%2Fa/appraisal", {"rigour": "high"})
    assert len(await extraction.ask("GET", "/fragments/s3%2Fa/history")) == 1
    assert (await extraction.ask("GET", "/fragments/s3%2Fa"))["id"] == "s3/a"


async def test_a_coder_overwrites_nothing_of_anothers_and_names_nobody_else(extraction):
    await extraction.code(a_fragment(coder="rita"))
    body = {name: value for name, value in a_fragment().items() if name != "id"}
    path, by = "/fragments/f1", {"coder"}
    await extraction.ask("PUT", path, {**body, "coder": "rita", "memo": "x"}, by=by, status=409)
    await extraction.ask("PUT", path, {**body, "coder": "otto", "memo": "y"}, by=by, status=403)
    await extraction.ask("PUT", path, {**body, "coder": "rita", "memo": "an owner's"})
    seen = await extraction.ask("GET", path)
    assert (seen["coder"], seen["memo"]) == ("rita", "an owner's")


async def test_a_quote_without_offsets_that_stands_nowhere_in_the_text_is_refused(extraction):
    await extraction.put_documents({"id": "d1", "text": TEXT})
    quoted = a_fragment(document="d1", quote="They left at once.")
    problem = await extraction.code(quoted, status=409)
    assert "paraphrase" in problem["detail"]
    await extraction.ask("GET", "/fragments/f1", status=404)
    await extraction.code({**quoted, "quote": "Clients stayed longer."})
    await extraction.code({**quoted, "id": "f2", "version": 1})


async def test_fragments_are_looked_up_by_who_coded_them_though_nobody_is_named(extraction):
    await extraction.code(a_fragment(), by={"coder"})
    await extraction.code(a_fragment("f2", coder="ann"))
    for coder, ids in (("somebody", ["f1"]), ("ann", ["f2"])):
        for more in ("", "&theory=PT1"):
            found = await extraction.ask("GET", f"/fragments?coder={coder}{more}")
            assert [one["id"] for one in found["items"]] == ids
