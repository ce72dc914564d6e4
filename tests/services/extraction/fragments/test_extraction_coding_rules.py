"""Drafts, spans, relations, schemas; nobody's fragment is overwritten; every act is undone."""

from datetime import UTC, datetime

from shared.http.auth import Principal
from tests.support.extraction import BASE, REVIEW, a_fragment

TEXT = "Staff felt trusted. Clients stayed 😀 longer."
ELEMENTS = [
    {"role": "mechanism_response", "code": "trust", "start": 0, "end": 18},
    {"role": "mechanism_response", "code": "safety", "start": 6, "end": 18},
    {"role": "outcome", "code": "stay", "state": "occurred", "start": 20, "end": 34},
]


async def as_person(extraction, person, method, path, json=None, status=200, roles=("coder",)):
    token = extraction._authenticator.sign(
        Principal(person, {REVIEW: frozenset(roles)}), datetime.now(UTC)
    )
    answer = await extraction.client.request(
        method, BASE + path, json=json, headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status_code == status, answer.text
    return answer.json()


def one(**more):
    return {k: v for k, v in a_fragment(**more).items() if k != "id"}


async def test_a_second_coders_write_is_a_conflict_that_says_who_and_what(extraction):
    await as_person(extraction, "ann", "PUT", "/fragments/f1", one(memo="ann's memo"))
    problem = await as_person(
        extraction, "bob", "PUT", "/fragments/f1", one(memo="bob's memo"), status=409
    )
    assert problem["title"] == "Somebody else coded this fragment"
    assert (problem["coder"], problem["differs"]) == ("ann", ["memo"])
    assert "memo" in problem["detail"]
    batch = {"fragments": [a_fragment(memo="bob's memo")]}
    await as_person(extraction, "bob", "POST", "/fragments/batch", batch, status=409)
    named = one(memo="bob's", coder="ann")
    await as_person(extraction, "bob", "PUT", "/fragments/f1", named, status=403)
    assert (await extraction.ask("GET", "/fragments/f1"))["memo"] == "ann's memo"
    same = await as_person(extraction, "bob", "PUT", "/fragments/f1", one(memo="ann's memo"))
    assert same["changed"] is False


async def test_an_owner_amends_in_the_coders_name_only(extraction):
    body = one(memo="hers", coder="ann")
    await extraction.ask("PUT", "/fragments/f1", body)
    again = await extraction.ask("PUT", "/fragments/f1", one(memo="checked", coder="ann"))
    assert again["changed"] is True
    await as_person(extraction, "ann", "PUT", "/fragments/f1", one(memo="her own", coder="ann"))


async def test_a_draft_is_not_told_until_it_is_done(extraction):
    await extraction.ask("PUT", "/fragments/f1", one(status="draft"))
    await extraction.ask("PUT", "/fragments/f1", one(status="draft", memo="more"))
    assert await extraction.names() == []
    await extraction.ask("PUT", "/fragments/f1", one())
    assert await extraction.names() == ["fragment_coded"]
    problem = await extraction.ask("PUT", "/fragments/f1", one(status="draft"), status=422)
    assert "cannot become a draft" in problem["detail"]
    await extraction.ask("PUT", "/fragments/f2", one(status="draft"))
    await extraction.ask("POST", "/fragments/f2/withdraw", {})
    assert await extraction.names() == ["fragment_coded"]
    await extraction.ask("POST", "/fragments/f2/restore", {})
    assert await extraction.names() == ["fragment_coded", "fragment_coded"]


async def test_elements_of_one_role_have_spans_of_their_own(extraction):
    await extraction.put_documents({"id": "d1", "text": TEXT})
    whole = a_fragment(document="d1", quote=TEXT, start=0, end=len(TEXT), elements=ELEMENTS)
    await extraction.code(whole)
    shown = (await extraction.ask("GET", "/fragments/f1"))["elements"]
    assert [(e["code"], TEXT[e["start"] : e["end"]]) for e in shown] == [
        ("trust", "Staff felt trusted"),
        ("safety", "felt trusted"),
        ("stay", "Clients stayed"),
    ]
    (told,) = await extraction.said("fragment_coded")
    assert [e.start for e in told.fragment.elements] == [0, 6, 20]
    wrong = [{**ELEMENTS[0], "end": len(TEXT) + 1}]
    problem = await extraction.code({**whole, "elements": wrong}, status=422)
    assert problem["field"] == "fragments[0].elements[0].start"


async def test_a_fragment_says_what_it_does_to_a_configuration_and_why(extraction):
    relations = [
        {"kind": "argument", "id": "A1", "relation": "contradicts"},
        {"id": "c9", "relation": "refines"},
    ]
    body = one(theories=["PT1", "PT3"], relations=relations, rationale="because", locator="p. 3")
    await extraction.ask("PUT", "/fragments/f1", {**body, "explicitness": "inferred"})
    shown = await extraction.ask("GET", "/fragments/f1")
    assert (shown["rationale"], shown["locator"]) == ("because", "p. 3")
    assert [r["relation"] for r in shown["relations"]] == ["contradicts", "refines"]
    (told,) = await extraction.said("fragment_coded")
    assert [(r.kind, r.id) for r in told.fragment.relations] == [
        ("argument", "A1"),
        ("ccmoc", "c9"),
    ]
    bad = {**body, "relations": [{"id": "c9", "relation": "proves"}]}
    problem = await extraction.ask("PUT", "/fragments/f2", bad, status=422)
    assert "supports, refines, contradicts" in problem["detail"]


async def test_a_confidential_rationale_stays_here(extraction):
    await extraction.put_documents({"id": "p1", "confidential": True})
    await extraction.code(a_fragment(document="p1", rationale="zanzibar"))
    assert "zanzibar" not in str(await extraction.said())


async def test_the_schema_of_a_review_says_which_roles_there_are(extraction):
    actor = {"role": "actor", "code": "nurse"}
    body = one()
    body["elements"] = [*body["elements"], actor]
    problem = await extraction.ask("PUT", "/fragments/f1", body, status=422)
    assert "no role of this review's coding schema, CMO" in problem["detail"]
    await extraction.ask("PUT", "/coding-schema", {"name": "XYZ"}, status=422)
    chosen = await extraction.ask("PUT", "/coding-schema", {"name": "ICAMO"})
    assert chosen["roles"][:2] == ["intervention", "actor"]
    await extraction.ask("PUT", "/fragments/f1", body)
    (told,) = await extraction.said("fragment_coded")
    assert "actor" not in {e.role for e in told.fragment.elements}
    assert (await extraction.ask("GET", "/fragments/f1"))["elements"][-1]["role"] == "actor"


async def test_many_fragments_are_recoded_and_undone_as_one_act(extraction):
    await extraction.code(*(a_fragment(f"f{n}") for n in range(3)))
    change = {"ids": ["f0", "f1"], "role": "mechanism_response", "code": "trust"}
    change |= {"to_code": "confidence", "add_theories": ["PT2"], "reason": "merged"}
    results = (await extraction.ask("POST", "/fragments/recode", change))["results"]
    assert [r["changed"] for r in results] == [True, True]
    page = await extraction.ask("GET", "/fragments?code=confidence&theory=PT2")
    assert [f["id"] for f in page["items"]] == ["f0", "f1"]
    acts = (await extraction.ask("GET", "/acts"))["items"]
    assert (acts[0]["what"], acts[0]["changed"]) == ("recoded", ["f0", "f1"])
    await extraction.ask("POST", f"/acts/{acts[0]['id']}/undo")
    page = await extraction.ask("GET", "/fragments?code=trust")
    assert [f["id"] for f in page["items"]] == ["f0", "f1", "f2"]
    undone = (await extraction.ask("GET", "/acts"))["items"]
    assert [a["undone"] for a in undone] == [False, True, False]
    await extraction.ask("POST", f"/acts/{undone[0]['id']}/undo")
    assert len((await extraction.ask("GET", "/fragments?code=confidence"))["items"]) == 2


async def test_what_changed_since_is_not_undone_over_it(extraction):
    await extraction.ask("PUT", "/fragments/f1", one(memo="a"))
    (act,) = (await extraction.ask("GET", "/acts"))["items"]
    await extraction.ask("PUT", "/fragments/f1", one(memo="b"))
    problem = await extraction.ask("POST", f"/acts/{act['id']}/undo", status=409)
    assert "undo the later act first" in problem["detail"]


async def test_people_undo_their_own_acts_and_owners_all(extraction):
    await as_person(extraction, "ann", "PUT", "/fragments/f1", one())
    (act,) = (await extraction.ask("GET", "/acts?everybodys=true"))["items"]
    await as_person(extraction, "bob", "POST", f"/acts/{act['id']}/undo", status=403)
    assert (await as_person(extraction, "bob", "GET", "/acts"))["items"] == []
    await as_person(extraction, "ann", "POST", f"/acts/{act['id']}/undo")
    assert (await extraction.ask("GET", "/fragments/f1"))["status"] == "withdrawn"


async def test_appraisals_links_and_reports_are_undone_too(extraction):
    await extraction.code(a_fragment())
    await extraction.ask("PUT", "/fragments/f1/appraisal", {"relevance": "low"})
    await extraction.ask("PUT", "/fragments/f1/appraisal", {"relevance": "high"})
    await extraction.ask("PUT", "/studies/links", {"a": "s1", "b": "s2"})
    await extraction.ask("PUT", "/retrievals/r1", {"state": "requested"})
    acts = (await extraction.ask("GET", "/acts"))["items"]
    assert [a["what"] for a in acts] == ["marked", "linked", "appraised", "appraised", "coded"]
    for act in acts[:3]:
        await extraction.ask("POST", f"/acts/{act['id']}/undo")
    said = await extraction.ask("GET", "/fragments/f1/appraisals")
    assert said[0]["relevance"] == "low"
    assert (await extraction.ask("GET", "/studies/links"))["links"] == []
    page = await extraction.ask("GET", "/retrievals?state=sought")
    assert [one["record"] for one in page["items"]] == ["r1"]


async def test_a_participants_passage_sets_source_case_and_participant(extraction):
    turns = b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>I felt heard.\n\n"
    turns += b"00:03.000 --> 00:04.000\n<v Interviewer>And then?\n"
    speakers = [{"speaker": "Ann", "participant": "SP27", "kind": "service_user", "case": "C"}]
    await extraction.put_documents(
        {"id": "v1", "kind": "workshop", "case": "A", "speakers": speakers}
    )
    await extraction.client.post(
        f"{BASE}/uploads", content=turns, params={"filename": "a.vtt", "document": "v1"}
    )
    quote = "I felt heard."
    await extraction.code(a_fragment(document="v1", quote=quote, start=0, end=len(quote)))
    (source,) = (await extraction.ask("GET", "/fragments/f1"))["sources"]
    assert source == {
        "document": "v1",
        "attribution": "cited",
        "case": "C",
        "participant": "SP27",
    }
    for query in ("source_kind=service_user", "case=C", "participant=SP27"):
        page = await extraction.ask("GET", f"/fragments?{query}")
        assert [f["id"] for f in page["items"]] == ["f1"], query
    assert (await extraction.ask("GET", "/fragments?source_kind=carer"))["items"] == []
    await extraction.ask("GET", "/fragments?participant=SP27", by={"reader"}, status=403)


async def test_filters_are_joined_and_follow_the_document(extraction):
    await extraction.put_documents({"id": "d1", "kind": "service_user"}, {"id": "d2"})
    against = [{"kind": "argument", "id": "A", "relation": "contradicts"}]
    await extraction.code(
        a_fragment("f1", theories=["PT3"], document="d1", relations=against),
        a_fragment("f2", theories=["PT3"], document="d2", relations=against),
        a_fragment("f3", theories=["PT3"], document="d1"),
        a_fragment("f4", theories=["PT1"], document="d1", relations=against),
    )
    asked = "/fragments?relation=contradicts&theory=PT3&source_kind=service_user&uncoded_since=7"
    assert [f["id"] for f in (await extraction.ask("GET", asked))["items"]] == ["f1"]
    await extraction.put_documents({"id": "d2", "kind": "service_user"})
    assert [f["id"] for f in (await extraction.ask("GET", asked))["items"]] == ["f1", "f2"]
    assert (await extraction.ask("GET", f"{asked}&status=withdrawn"))["items"] == []
    problem = await extraction.ask("GET", "/fragments?uncoded_since=2", status=422)
    assert problem["field"] == "theory"


async def test_what_was_coded_before_a_codebook_version_is_found(extraction):
    path = "/theories/PT1/codebook"
    group = {"id": "g1", "role": "outcome", "codes": [{"id": "engagement"}]}
    await extraction.ask("PUT", path, {"groups": [group]})
    await extraction.code(a_fragment("f1"), a_fragment("f2"))
    await extraction.ask("PUT", path, {"groups": [{**group, "label": "new"}]})
    await extraction.code(a_fragment("f2", memo="looked at again"))
    asked = "/fragments?theory=PT1&uncoded_since=2"
    assert [f["id"] for f in (await extraction.ask("GET", asked))["items"]] == ["f1"]
