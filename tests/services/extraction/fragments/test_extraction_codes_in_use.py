"""People code with codes that the review has and uses; what brings a codebook along comes whole."""

import pytest

from tests.services.extraction.exchange.test_exchange_review import GROUPS, send
from tests.support.extraction import a_fragment, a_theory

TRUST = {"role": "mechanism_response", "code": "trust"}
SLIP = {"role": "mechanism_response", "code": "turst"}
CODER = {"coder"}


async def put(extraction, name, *elements, status=200, **more):
    body = {"theories": ["PT1"], "elements": list(elements), **more}
    return await extraction.ask("PUT", f"/fragments/{name}", body, by=CODER, status=status)


async def begun(extraction):
    await extraction.ask("PUT", "/theories/PT1/codebook", {"groups": GROUPS})


async def made(extraction, label):
    new = {"role": "mechanism_response", "label": label}
    return (await extraction.ask("POST", "/codes", new, status=201))["code"]


async def test_a_code_that_nobody_made_is_refused_and_nothing_of_the_batch_is_stored(extraction):
    await begun(extraction)
    batch = [a_fragment("f1"), a_fragment("f2", elements=[TRUST, SLIP])]
    problem = await extraction.ask("POST", "/fragments/batch", {"fragments": batch}, status=422)
    assert (problem["title"], problem["field"]) == (
        "There is no such code",
        "fragments[1].elements[1].code",
    )
    assert (await extraction.ask("GET", "/counts"))["documents"] == 0
    assert (await extraction.ask("GET", "/fragments"))["items"] == []
    assert await extraction.said("fragment_coded") == []
    problem = await put(extraction, "f1", SLIP, status=422)
    assert "'turst'" in problem["detail"]
    assert (await put(extraction, "f1", TRUST))["changed"]


async def test_what_is_said_of_a_group_names_the_group(extraction):
    await begun(extraction)
    of_group = {"role": "outcome", "code": "g2", "state": "occurred", "of_group": True}
    assert (await put(extraction, "f1", TRUST, of_group))["changed"]
    await put(extraction, "f2", TRUST, {**of_group, "code": "g7"}, status=422)


async def test_codes_begin_with_the_first_fragments_where_no_codebook_was_begun(extraction):
    assert (await put(extraction, "f1", TRUST))["changed"]
    await begun(extraction)
    await extraction.hear(a_theory("PT2"))
    elsewhere = await put(extraction, "f2", SLIP, theories=["PT2"])
    assert elsewhere["changed"], "PT2 has no codebook yet: it may come later"
    await made(extraction, "Hope")
    await put(extraction, "f3", {**SLIP, "code": "hpoe"}, theories=["PT2"], status=422)
    await put(extraction, "f3", {**SLIP, "code": "hpoe"}, theories=[], status=422)


async def test_a_merged_code_is_refused_with_what_it_was_merged_into(extraction):
    old, new = await made(extraction, "Faith"), await made(extraction, "Belief")
    await put(extraction, "f1", {**TRUST, "code": old})
    await extraction.ask("POST", f"/codes/{old}/merge", {"into": new})
    problem = await put(extraction, "f2", {**TRUST, "code": old}, status=409)
    assert problem["detail"] == "Code 'Faith' was merged into 'Belief'; code with that."
    assert problem["field"] == "elements[0].code"
    (element,) = (await extraction.ask("GET", "/fragments/f1"))["elements"]
    assert element["code"] == new


async def test_a_retired_code_is_refused_but_what_has_it_can_be_amended(extraction):
    old = await made(extraction, "Faith")
    await put(extraction, "f1", {**TRUST, "code": old})
    await extraction.ask("POST", f"/codes/{old}/retire", {})
    problem = await put(extraction, "f2", {**TRUST, "code": old}, status=409)
    assert problem["detail"] == "Code 'Faith' was retired; choose another."
    assert (await put(extraction, "f1", {**TRUST, "code": old}, memo="still"))["changed"]


async def test_recoding_and_tables_take_codes_of_the_review_alone(extraction):
    await begun(extraction)
    await put(extraction, "f1", TRUST)
    body = {"ids": ["f1"], "role": TRUST["role"], "code": "trust", "to_code": "turst"}
    await extraction.ask("POST", "/fragments/recode", body, status=422)
    table = b"id,theories,role,code\nf9,PT1,mechanism_response,turst\n"
    answer = await send(extraction, "/fragments?form=csv", table, status=422)
    assert answer.json()["field"] == "fragments[f9].elements[0].code"
    assert [f["id"] for f in (await extraction.ask("GET", "/fragments"))["items"]] == ["f1"]


@pytest.mark.parametrize("by", [CODER, {"owner"}])
async def test_owners_bring_fragments_whose_codebook_comes_later(extraction, by):
    await begun(extraction)
    body = {"fragments": [a_fragment("f1", elements=[SLIP])], "codes_may_follow": True}
    status = 200 if by == {"owner"} else 403
    await extraction.ask("POST", "/fragments/batch", body, by=by, status=status)
    odd = (await extraction.ask("GET", "/issues"))["unknown_codes"]
    assert [one["code"] for one in odd] == (["turst"] if by == {"owner"} else [])


@pytest.mark.parametrize("by", [CODER, {"owner"}])
async def test_a_version_of_ones_own_spares_no_code_from_being_known(extraction, by):
    await begun(extraction)
    batch = {"fragments": [a_fragment("f1", elements=[SLIP], version=4)]}
    problem = await extraction.ask("POST", "/fragments/batch", batch, by=by, status=422)
    assert problem["field"] == "fragments[0].elements[0].code"
    await put(extraction, "f1", SLIP, version=4, status=422)


async def test_a_coders_quote_has_to_stand_in_the_text_whatever_its_version(extraction):
    text = {"text": "She rang every week.", "kind": "literature", "title": "Calls"}
    await extraction.ask("PUT", "/documents/d1", text)
    said = {"document": "d1", "quote": "She never rang.", "version": 3}
    problem = await put(extraction, "f1", TRUST, **said, status=409)
    assert problem["field"] == "quote"
