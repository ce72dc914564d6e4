"""Machines are measured against people's agreed coding, the worst code beside the mean."""

import pytest

from tests.support.assisted import COMING, GROUPS, TEXT

TRUST, ENGAGED = ("mechanism_response", "trust"), ("outcome", "engagement")


async def agree(assisted, *passages, document="d1", name="r1"):
    """Two coders' round in which the team agreed on these `(quote, code)`."""
    opened = {"title": "Gold", "coders": ["ann", "ben"], "documents": [document]}
    await assisted.ask("PUT", f"/coding-rounds/{name}", opened)
    await assisted.ask("POST", f"/coding-rounds/{name}/reveal", {"reason": "done"})
    agreed = [
        {"fragment": _fragment(f"{name} {n}", quote, code, document)}
        for n, (quote, code) in enumerate(passages)
    ]
    path = f"/coding-rounds/{name}/agreed/{document}"
    await assisted.ask("PUT", path, {"agreed": agreed})


def _fragment(name, quote, code, document):
    role, code_id = code
    start = TEXT.index(quote)
    place = {"document": document, "quote": quote, "start": start, "end": start + len(quote)}
    return {"id": name, "theories": ["PT1"], "elements": [{"role": role, "code": code_id}], **place}


async def measured(assisted):
    (found,) = (await assisted.ask("GET", "/assistance"))["measured"]
    return found


async def test_precision_recall_f1_and_kappa_by_code_against_the_agreed_set(assisted):
    await agree(assisted, ("it was always her", TRUST), ("and the bus was dear", ENGAGED))
    await assisted.run()
    found = await measured(assisted)
    assert (found["model"], found["documents"], found["left_out"]) == ("model-x", 1, 0)
    hers, coming, bus = 17, len(COMING[0]), 20
    assert found["characters"] == hers + coming + bus
    by_code = {one["code"]: one for one in found["codes"]}
    trust = by_code["trust"]
    assert (trust["people"], trust["machine"]) == (hers, hers + coming)
    assert trust["precision"] == pytest.approx(hers / (hers + coming))
    assert trust["recall"] == 1
    assert trust["f1"] == pytest.approx(2 * hers / (2 * hers + coming))
    total, both = hers + coming + bus, hers
    chance = (hers * (hers + coming) + (total - hers) * bus) / total**2
    assert trust["kappa"] == pytest.approx(((both + bus) / total - chance) / (1 - chance))
    engaged = by_code["engagement"]
    assert (engaged["precision"], engaged["recall"], engaged["f1"]) == (0, 0, 0)
    assert found["codes"][0]["code"] == "engagement", "the worst comes first"
    told = found["summary"]["f1"]
    assert told["mean"] == pytest.approx(trust["f1"] / 2)
    assert told["worst"] == {"label": "Keeps coming", "role": "outcome", "value": 0}


async def test_what_people_made_of_a_suggestion_does_not_change_how_the_machine_did(assisted):
    await agree(assisted, ("it was always her", TRUST))
    await assisted.run()
    before = await measured(assisted)
    first, second = await assisted.suggestions()
    await assisted.judge(first, "reject", reason="no")
    await assisted.judge(second, "accept")
    assert await measured(assisted) == before


async def test_a_gold_set_that_took_suggestions_over_measures_nothing(assisted):
    await assisted.run()
    accepted = await assisted.judge((await assisted.suggestions())[0], "accept")
    opened = {"title": "R", "coders": ["ann", "ben"], "documents": ["d1"]}
    await assisted.ask("PUT", "/coding-rounds/r1", opened)
    await assisted.ask("POST", "/coding-rounds/r1/reveal", {"reason": "done"})
    kept = await assisted.ask("GET", f"/fragments/{accepted['fragment']}")
    names = ("theories", "document", "quote", "start", "end", "suggested_by")
    elements = [{k: e[k] for k in ("role", "code", "state")} for e in kept["elements"]]
    fragment = {"id": "agreed", **{name: kept[name] for name in names}, "elements": elements}
    agreed = {"agreed": [{"fragment": fragment}]}
    await assisted.ask("PUT", "/coding-rounds/r1/agreed/d1", agreed)
    found = await measured(assisted)
    assert (found["documents"], found["left_out"], found["codes"]) == (0, 1, [])
    assert found["summary"]["f1"] == {"mean": None, "worst": None}


async def test_codes_that_the_machine_was_not_asked_for_are_no_misses(assisted):
    group = {
        "id": "g3",
        "role": "context",
        "label": "Far",
        "codes": [{"id": "far", "label": "Far"}],
    }
    await assisted.ask("PUT", "/theories/PT1/codebook", {"groups": [*GROUPS, group]})
    await agree(
        assisted, ("it was always her", TRUST), ("The clinic was far away", ("context", "far"))
    )
    await assisted.ask("PUT", "/theories/PT1/codebook", {"groups": [group]})
    assisted.model.passages = [("The clinic was far away", [("Far", "present")])]
    await assisted.run(theories=["PT1"])
    found = await measured(assisted)
    assert [(one["code"], one["f1"]) for one in found["codes"]] == [("far", 1)]


async def test_a_text_that_was_not_read_whole_is_not_measured(assisted):
    await agree(assisted, ("it was always her", TRUST))
    assisted.model.queue.append((401, {}, {}))
    await assisted.run()
    found = await measured(assisted)
    assert (found["documents"], found["codes"]) == (0, [])
