"""Codes: each command its own act, with what it did to fragments, and undone as it was done."""

from tests.support.extraction import a_fragment

BOOK = "/theories/PT1/codebook"


async def act(extraction, path, body=None, status=200, method="POST"):
    return await extraction.ask(method, path, body, status=status)


async def a_group(extraction, label="Trust", role="mechanism_response", **more):
    body = {"role": role, "label": label, **more}
    return (await act(extraction, "/theories/PT1/groups", body, 201))["group"]


async def a_code(extraction, label, group=None, role="mechanism_response", **more):
    body = {"role": role, "label": label, **more}
    body |= {"theory": "PT1", "group": group} if group else {}
    return (await act(extraction, "/codes", body, 201))["code"]


async def coded(extraction, fragment, *codes):
    elements = [{"role": "mechanism_response", "code": c} for c in codes]
    await extraction.code(a_fragment(fragment, elements=elements))


async def codes_of(extraction, fragment):
    row = await extraction.ask("GET", f"/fragments/{fragment}")
    return [e["code"] for e in row["elements"]]


async def labels(extraction):
    book = await extraction.ask("GET", BOOK)
    return {g["label"]: [c["label"] for c in g["codes"]] for g in book["groups"]}


async def test_a_code_gets_its_id_from_the_product_and_stands_in_its_group(extraction):
    group = await a_group(extraction)
    code = await a_code(extraction, "Trusts the team", group, description="Says so.")
    shown = await extraction.ask("GET", f"/codes/{code}")
    assert (shown["label"], shown["meaning"], shown["status"]) == ("Trusts the team", 1, "active")
    assert shown["places"][0]["label"] == "Trust"
    assert await labels(extraction) == {"Trust": ["Trusts the team"]}
    again = {"role": "mechanism_response", "label": "trusts THE team"}
    await act(extraction, "/codes", again, 409)
    said = await extraction.said("code_changed")
    assert said[-1].code.label == "Trusts the team"


async def test_a_rename_keeps_the_meaning_and_a_description_makes_a_new_one(extraction):
    group = await a_group(extraction)
    code = await a_code(extraction, "Trust", group)
    await coded(extraction, "f1", code)
    await act(extraction, f"/codes/{code}/rename", {"label": "Trusts"})
    assert await labels(extraction) == {"Trust": ["Trusts"]}
    assert await extraction.ask("GET", "/codes/outdated") == []
    await act(extraction, f"/codes/{code}/describe", {"description": "Relies on them."})
    older = await extraction.ask("GET", "/codes/outdated")
    assert [(o["fragment"], o["label"], o["meaning"]) for o in older] == [("f1", "Trusts", 2)]
    await coded(extraction, "f2", code)
    await extraction.code(
        a_fragment("f1", elements=[{"role": "mechanism_response", "code": code}], memo="later")
    )
    older = (await extraction.ask("GET", f"/codes/{code}"))["outdated"]
    assert [o["fragment"] for o in older] == ["f1"]
    left = await extraction.ask("POST", f"/codes/{code}/confirm", {"fragments": ["f1"]})
    assert left == []


async def test_a_merge_recodes_fragments_and_is_undone_whole(extraction):
    group = await a_group(extraction)
    kept, gone = [await a_code(extraction, label, group) for label in ("Trust", "Reliance")]
    await coded(extraction, "f1", gone)
    await coded(extraction, "f2", gone, kept)
    done = await act(extraction, f"/codes/{gone}/merge", {"into": kept})
    assert done["fragments"] == ["f1", "f2"]
    assert "Reliance" in done["summary"]
    assert [await codes_of(extraction, f) for f in ("f1", "f2")] == [[kept], [kept]]
    assert await labels(extraction) == {"Trust": ["Trust"]}
    assert (await extraction.ask("GET", f"/codes/{gone}"))["merged_into"] == kept
    await act(extraction, f"/codes/{gone}/rename", {"label": "x"}, 409)
    undone = await act(extraction, f"/codebook-acts/{done['act']}/undo")
    assert [await codes_of(extraction, f) for f in ("f1", "f2")] == [[gone], [gone, kept]]
    assert await labels(extraction) == {"Trust": ["Trust", "Reliance"]}
    assert (await extraction.ask("GET", f"/codes/{gone}"))["status"] == "active"
    again = await act(extraction, f"/codebook-acts/{done['act']}/undo")
    assert again["undone_by"] == undone["act"]
    await act(extraction, f"/codebook-acts/{undone['act']}/undo")
    assert await codes_of(extraction, "f1") == [kept]


async def test_an_act_is_not_undone_over_later_work(extraction):
    kept, gone = [await a_code(extraction, label) for label in ("Trust", "Reliance")]
    await coded(extraction, "f1", gone)
    done = await act(extraction, f"/codes/{gone}/merge", {"into": kept})
    renamed = await act(extraction, f"/codes/{kept}/rename", {"label": "Faith"})
    problem = await act(extraction, f"/codebook-acts/{done['act']}/undo", status=409)
    assert "Faith" in problem["detail"]
    await act(extraction, f"/codebook-acts/{renamed['act']}/undo")
    await coded(extraction, "f1", kept, "another")
    problem = await act(extraction, f"/codebook-acts/{done['act']}/undo", status=409)
    assert "f1" in problem["detail"]


async def test_a_split_gives_the_named_fragments_to_the_new_codes(extraction):
    group = await a_group(extraction)
    code = await a_code(extraction, "Trust", group, sense="opposite")
    for name in ("f1", "f2", "f3"):
        await coded(extraction, name, code)
    into = [{"label": "In people", "fragments": ["f1"]}, {"label": "In letters", "fragments": []}]
    done = await act(extraction, f"/codes/{code}/split", {"into": into})
    assert await codes_of(extraction, "f1") == [done["made"][0]]
    assert await codes_of(extraction, "f2") == [code]
    assert await labels(extraction) == {"Trust": ["Trust", "In people", "In letters"]}
    older = (await extraction.ask("GET", f"/codes/{code}"))["outdated"]
    assert {o["fragment"] for o in older} == {"f2", "f3"}
    wrong = {"into": [{"label": "New", "fragments": ["f9"]}]}
    await act(extraction, f"/codes/{code}/split", wrong, 422)


async def test_a_code_moves_between_groups_changes_sense_and_retires(extraction):
    first, second = await a_group(extraction), await a_group(extraction, "Ease")
    other = await a_group(extraction, "Stays", role="outcome")
    code = await a_code(extraction, "Calm", first)
    await act(extraction, f"/codes/{code}/move", {"theory": "PT1", "group": second})
    assert await labels(extraction) == {"Trust": [], "Ease": ["Calm"], "Stays": []}
    await act(extraction, f"/codes/{code}/move", {"theory": "PT1", "group": other}, 422)
    await act(extraction, f"/codes/{code}/sense", {"theory": "PT1", "sense": "opposite"})
    place = (await extraction.ask("GET", f"/codes/{code}"))["places"][0]
    assert (place["label"], place["sense"]) == ("Ease", "opposite")
    await act(extraction, f"/codes/{code}/sense", {"theory": "PT1", "sense": "odd"}, 422)
    await act(extraction, f"/codes/{code}/retire", {"reason": "unused"})
    assert (await extraction.ask("GET", f"/codes/{code}"))["status"] == "retired"
    await act(extraction, f"/codes/{code}/move", {"theory": "PT1", "group": None}, 409)
    assert await act(extraction, "/codes/nothing/rename", {"label": "x"}, 404)


async def test_groups_stand_in_a_tree_and_never_below_themselves(extraction):
    top = await a_group(extraction)
    below = await a_group(extraction, "Below", parent=top)
    path = f"/theories/PT1/groups/{top}"
    await act(extraction, path, {"parent": below}, 422, "PATCH")
    await act(extraction, path, {"label": "Faith", "description": "all"}, method="PATCH")
    code = await a_code(extraction, "Trusts", top)
    await act(extraction, path, method="DELETE", status=409)
    await act(extraction, f"/codes/{code}/move", {"theory": "PT1", "group": None})
    done = await act(extraction, path, method="DELETE")
    event = (await extraction.said("codebook_changed"))[-1]
    assert [(g.label, g.parent) for g in event.groups] == [("Below", None)]
    await act(extraction, f"/codebook-acts/{done['act']}/undo")
    event = (await extraction.said("codebook_changed"))[-1]
    assert {(g.label, g.parent) for g in event.groups} == {("Faith", None), ("Below", top)}


async def test_suggestions_are_shown_and_change_nothing(extraction):
    a, b = [await a_code(extraction, label) for label in ("Feels known", "feels knownn")]
    for name in ("f1", "f2", "f3"):
        await coded(extraction, name, a, b)
    before = await extraction.names()
    found = await extraction.ask("GET", "/codes/suggestions")
    assert sorted({one["kind"] for one in found}) == [
        "always_together", "in_no_group", "similar_labels",
    ]  # fmt: skip
    assert all("Feels known" in one["why"] or "feels knownn" in one["why"] for one in found)
    assert await extraction.names() == before


async def test_acts_are_listed_newest_first_with_who_and_when(extraction):
    code = await a_code(extraction, "Trust")
    await act(extraction, f"/codes/{code}/rename", {"label": "Faith"})
    page = await extraction.ask("GET", f"/codebook-acts?code={code}&limit=1")
    assert [one["kind"] for one in page["items"]] == ["rename"]
    rest = await extraction.ask("GET", f"/codebook-acts?code={code}&cursor={page['next']}")
    assert [(one["kind"], one["by"]) for one in rest["items"]] == [("create", "local-owner")]


async def test_undoing_leaves_a_code_of_a_codebook_as_it_was_before_it_was_an_object(extraction):
    members = [{"id": "trust", "label": "Trusts"}, {"id": "fear", "label": "Fears"}]
    group = {"id": "g1", "role": "mechanism_response", "label": "Trust", "codes": members}
    await act(extraction, BOOK, {"groups": [group]}, method="PUT")
    await coded(extraction, "f1", "bare")
    for code, verb, body, label in (
        ("fear", "retire", {}, "Fears"),
        ("fear", "rename", {"label": "Dreads"}, "Fears"),
        ("fear", "merge", {"into": "trust"}, "Fears"),
        ("bare", "rename", {"label": "Dressed"}, "bare"),
    ):
        done = await act(extraction, f"/codes/{code}/{verb}", body)
        await act(extraction, f"/codebook-acts/{done['act']}/undo")
        shown = await extraction.ask("GET", f"/codes/{code}")
        assert (shown["label"], shown["status"]) == (label, "active"), verb
    assert await labels(extraction) == {"Trust": ["Trusts", "Fears"]}
    made = await act(extraction, "/codes", {"role": "mechanism_response", "label": "Relief"}, 201)
    await act(extraction, f"/codebook-acts/{made['act']}/undo")
    assert (await extraction.ask("GET", f"/codes/{made['code']}"))["status"] == "retired"


async def test_codes_of_the_roles_of_the_coding_schema_are_made_and_stand_in_no_group(extraction):
    new = {"role": "intervention", "label": "Weekly calls"}
    await act(extraction, "/codes", new, 422)
    await extraction.ask("PUT", "/coding-schema", {"name": "ICAMO"})
    code = (await act(extraction, "/codes", new, 201))["code"]
    element = {"role": "intervention", "code": code}
    body = {"theories": ["PT1"], "elements": [element]}
    assert (await extraction.ask("PUT", "/fragments/f1", body, by={"coder"}))["changed"]
    assert (await extraction.ask("GET", "/issues"))["unknown_codes"] == []
    assert (await extraction.ask("GET", BOOK))["ungrouped"] == []
    assert await extraction.ask("GET", "/codes/suggestions") == []
