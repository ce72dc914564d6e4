"""Codebooks: versions by content, refusals by field; appraisals and memos."""

from tests.support.extraction import a_fragment

PATH = "/theories/PT1/codebook"
TRUST = {"id": "P1", "role": "mechanism_response", "label": "trust", "codes": [{"id": "trust"}]}
DOUBT = {
    "id": "P2",
    "role": "mechanism_response",
    "opposite_of": "P1",
    "codes": [{"id": "doubt", "sense": "opposite", "sense_by": "import_rule"}],
}


async def test_a_codebook_has_a_new_version_only_where_its_content_changed(extraction):
    first = await extraction.ask("PUT", PATH, {"groups": [TRUST, DOUBT]})
    again = await extraction.ask("PUT", PATH, {"groups": [DOUBT, TRUST]})
    assert (first["version"], first["changed"]) == (1, True)
    assert (again["version"], again["changed"]) == (1, False)
    changed = await extraction.ask("PUT", PATH, {"groups": [TRUST]})
    assert changed["version"] == 2
    assert [e.version for e in await extraction.said("codebook_changed")] == [1, 2]
    kept = await extraction.ask("GET", f"{PATH}?version=1")
    assert [group["id"] for group in kept["groups"]] == ["P1", "P2"]
    assert len(await extraction.ask("GET", f"{PATH}/versions")) == 2


async def test_a_codebook_that_somebody_else_changed_is_not_overwritten(extraction):
    await extraction.ask("PUT", PATH, {"groups": [TRUST]})
    seen = {"if-match": '"1"'}
    await extraction.ask("PUT", PATH, {"groups": [TRUST, DOUBT]}, headers=seen)
    await extraction.ask("PUT", PATH, {"groups": []}, headers=seen, status=412)
    assert len((await extraction.ask("GET", PATH))["groups"]) == 2


async def test_opposites_are_said_at_both_ends(extraction):
    await extraction.ask("PUT", PATH, {"groups": [TRUST, DOUBT]})
    event = (await extraction.said())[0]
    assert [group.opposite_of for group in event.groups] == ["P2", "P1"]


async def test_an_ambiguous_codebook_is_refused_with_every_fault(extraction):
    twice = TRUST | {"id": "P3", "codes": TRUST["codes"] * 2}
    lost = TRUST | {"id": "P4", "codes": [], "opposite_of": "P9"}
    problem = await extraction.ask("PUT", PATH, {"groups": [TRUST, twice, lost]}, status=422)
    assert problem["type"] == "/problems/codebook-ambiguous"
    assert [e["field"] for e in problem["errors"]] == [
        "groups[1].codes[1].id",
        "groups[2].opposite_of",
    ]
    assert await extraction.names() == []


async def test_a_theory_that_is_not_known_yet_is_asked_for_again(extraction):
    problem = await extraction.ask("PUT", "/theories/PT7/codebook", {"groups": []}, status=503)
    assert problem["kind"] == "theory"


async def test_a_codebook_counts_fragments_and_shows_codes_in_no_group(extraction):
    await extraction.ask("PUT", PATH, {"groups": [TRUST, DOUBT]})
    await extraction.code(a_fragment(), a_fragment("f2"), a_fragment("f3", theories=["PT2"]))
    shown = await extraction.ask("GET", PATH)
    assert shown["groups"][0]["codes"][0]["fragments"] == 2
    assert shown["ungrouped"] == [{"role": "outcome", "code": "engagement", "fragments": 2}]
    assert shown["unchecked"] == ["doubt"]


async def test_a_theory_without_a_codebook_has_an_empty_one(extraction):
    assert (await extraction.ask("GET", "/theories/PT2/codebook"))["version"] == 0


async def test_an_appraisal_is_one_per_person_and_the_latest_counts(extraction):
    await extraction.code(a_fragment())
    path = "/fragments/f1/appraisal"
    first = await extraction.ask("PUT", path, {"rigour": "low", "comment": "thin"})
    again = await extraction.ask("PUT", path, {"rigour": "low", "comment": "thin"})
    await extraction.ask("PUT", path, {"rigour": "moderate"}, by={"reviewer"})
    assert (first["changed"], again["changed"]) == (True, False)
    said = await extraction.ask("GET", "/fragments/f1/appraisals")
    assert [(one["person_id"], one["rigour"]) for one in said] == [
        ("local-owner", "low"),
        ("somebody", "moderate"),
    ]
    assert [e.comment for e in await extraction.said("fragment_appraised")] == ["thin", ""]


async def test_a_word_outside_an_axis_is_refused(extraction):
    await extraction.code(a_fragment())
    bad = {"richness": "high"}
    problem = await extraction.ask("PUT", "/fragments/f1/appraisal", bad, status=422)
    assert problem["field"] == "richness"
    assert "thicker" in problem["detail"]


async def test_a_memo_is_kept_here_and_said_nowhere(extraction):
    memo = {"about": "theory/PT1", "text": "trust is not the same as comfort"}
    first = await extraction.ask("POST", "/memos", memo)
    again = await extraction.ask("POST", "/memos", memo)
    assert first["memo_id"] == again["memo_id"]
    kept = await extraction.ask("GET", "/memos?about=theory/PT1")
    assert [one["text"] for one in kept] == [memo["text"]]
    assert await extraction.names() == []
    await extraction.ask("GET", "/memos?about=theory/PT1", by={"reader"}, status=403)
