"""Undoing an act on the codebook takes back that act alone, and never what others did since."""

from tests.services.extraction.codes.test_extraction_codes import BOOK, a_code, a_group, act, labels


async def undo(extraction, summary, status=200):
    """Undo the newest act whose summary begins so."""
    acts = (await extraction.ask("GET", "/codebook-acts"))["items"]
    number = next(one["act"] for one in acts if one["summary"].startswith(summary))
    return await act(extraction, f"/codebook-acts/{number}/undo", status=status)


async def test_undoing_a_group_keeps_the_groups_and_codes_that_came_later(extraction):
    await a_group(extraction, "Trust")
    later = await a_group(extraction, "Hope")
    await a_code(extraction, "Hopes for more", later)
    await undo(extraction, "Group 'Trust' made")
    assert await labels(extraction) == {"Hope": ["Hopes for more"]}
    await undo(extraction, "Undone: Group 'Trust' made")
    assert await labels(extraction) == {"Trust": [], "Hope": ["Hopes for more"]}


async def test_undoing_a_change_of_a_group_keeps_codes_that_were_moved_there_since(extraction):
    group = await a_group(extraction, "Trust")
    path = f"/theories/PT1/groups/{group}"
    await act(extraction, path, {"label": "Reliance", "description": "why"}, method="PATCH")
    await a_code(extraction, "Relies on them", group)
    await undo(extraction, "Group 'Reliance' of PT1")
    assert await labels(extraction) == {"Trust": ["Relies on them"]}


async def test_undoing_a_removal_keeps_what_was_made_meanwhile(extraction):
    group = await a_group(extraction, "Trust")
    await act(extraction, f"/theories/PT1/groups/{group}", method="DELETE")
    await a_group(extraction, "Hope")
    await undo(extraction, "Group 'Trust' of PT1 taken away")
    assert sorted(await labels(extraction)) == ["Hope", "Trust"]


async def test_a_merge_is_undone_though_another_code_was_made_since(extraction):
    group = await a_group(extraction, "Trust")
    gone, kept = await a_code(extraction, "Faith", group), await a_code(extraction, "Belief", group)
    await act(extraction, f"/codes/{gone}/merge", {"into": kept})
    await a_code(extraction, "Doubt", group)
    await undo(extraction, "Code 'Faith' merged")
    assert sorted((await labels(extraction))["Trust"]) == ["Belief", "Doubt", "Faith"]


async def test_a_group_that_holds_codes_or_groups_since_is_not_undone(extraction):
    group = await a_group(extraction, "Trust")
    await a_code(extraction, "Relies on them", group)
    problem = await undo(extraction, "Group 'Trust' made", status=409)
    assert "holds other codes since; undo that first" in problem["detail"]
    below = await a_group(extraction, "Hope")
    await a_group(extraction, "Great hope", parent=below)
    problem = await undo(extraction, "Group 'Hope' made", status=409)
    assert "'Great hope' stands below" in problem["detail"]
    assert sorted(await labels(extraction)) == ["Great hope", "Hope", "Trust"]


async def test_a_label_that_was_changed_again_is_not_undone(extraction):
    group = await a_group(extraction, "Trust")
    path = f"/theories/PT1/groups/{group}"
    for label in ("Reliance", "Confidence"):
        await act(extraction, path, {"label": label}, method="PATCH")
    before = await extraction.ask("GET", BOOK)
    problem = await undo(extraction, "Group 'Reliance' of PT1", status=409)
    assert "the label of 'Confidence' is another since" in problem["detail"]
    assert await extraction.ask("GET", BOOK) == before
