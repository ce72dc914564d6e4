"""Runs and suggestions go out with a bundle and come in again as they were."""

import pytest
from sqlalchemy import delete

from runtime.bundle.model.extraction import ExtractionFile
from runtime.loading.extraction import extraction_file, load_assistance
from services.extraction.assistance.store import assistance_runs, suggestions
from shared.actors import machine
from tests.support.assisted import TEXT

OWNER_ONLY = {"coder"}


async def forget(assisted):
    async def use_case(tx):
        for table in (assistance_runs, suggestions):
            await tx.execute(delete(table))

    await assisted.extraction.db.write(use_case)


async def judged(assisted):
    """A run of which one suggestion was accepted and the other rejected; both as they are kept."""
    await assisted.run()
    first, second = await assisted.suggestions()
    await assisted.judge(first, "accept")
    await assisted.judge(second, "reject", reason="not said")
    return await assisted.ask("GET", "/assistance/kept")


async def test_runs_and_suggestions_come_in_as_they_went_out(assisted):
    kept = await judged(assisted)
    shown = await assisted.suggestions()
    await forget(assisted)
    assert (await assisted.ask("POST", "/assistance/kept", kept))["added"] == 3
    assert await assisted.ask("GET", "/assistance/kept") == kept
    assert await assisted.suggestions() == shown
    assert (await assisted.ask("POST", "/assistance/kept", kept))["added"] == 0
    said = await assisted.extraction.said("suggestion_judged")
    assert [one.verdict for one in said] == ["accepted", "rejected"] * 2


async def test_a_suggestion_is_found_by_its_quote_in_another_text(assisted):
    await assisted.run()
    kept = await assisted.ask("GET", "/assistance/kept")
    before = await assisted.suggestions()
    await forget(assisted)
    await assisted.extraction.put_documents({"id": "d1", "text": f"Another head. {TEXT}"})
    await assisted.ask("POST", "/assistance/kept", kept)
    after = await assisted.suggestions()
    assert [one["quote"] for one in after] == [one["quote"] for one in before]
    assert [one["start"] for one in after] == [one["start"] + 14 for one in before]
    assert (await assisted.judge(after[0], "accept"))["state"] == "accepted"


@pytest.mark.parametrize("other", ["Quite another text.", f"{TEXT}\n\n{TEXT}"])
async def test_a_suggestion_keeps_its_quote_where_the_text_is_another(assisted, other):
    await assisted.run()
    kept = await assisted.ask("GET", "/assistance/kept")
    before = await assisted.suggestions()
    kept["suggestions"] = [{**one, "start": one["start"] + 5, "end": one["end"] + 5}
                           for one in kept["suggestions"]]  # fmt: skip
    await forget(assisted)
    await assisted.extraction.put_documents({"id": "d1", "text": other})
    await assisted.ask("POST", "/assistance/kept", kept)
    after = await assisted.suggestions()
    assert [one["quote"] for one in after] == [one["quote"] for one in before]
    assert [(one["state"], one["stands"], one["before"]) for one in after] == [
        ("pending", False, "")
    ] * 2
    assert (await assisted.ask("GET", "/assistance/kept"))["suggestions"] == kept["suggestions"]
    refused = await assisted.judge(after[0], "accept", status=409)
    assert "another text" in refused["detail"]
    await assisted.extraction.put_documents({"id": "d1", "text": f"Once more: {TEXT}"})
    assert [one["stands"] for one in await assisted.suggestions()] == [True, True]
    assert (await assisted.judge(after[0], "accept"))["state"] == "accepted"


async def test_a_suggestion_on_an_older_text_says_whether_it_stands_in_the_new_one(assisted):
    await assisted.run()
    assert [one["stands"] for one in await assisted.suggestions()] == [True, True]
    await assisted.extraction.put_documents({"id": "d1", "text": "Quite another text."})
    assert [one["stands"] for one in await assisted.suggestions()] == [False, False]


async def test_a_kept_quote_of_a_confidential_source_is_sealed_and_goes_with_it(assisted):
    await assisted.run()
    kept = await assisted.ask("GET", "/assistance/kept")
    await forget(assisted)
    await assisted.extraction.put_documents({"id": "d1", "text": "Another.", "confidential": True})
    await assisted.ask("POST", "/assistance/kept", kept)
    rows = await rows_of(assisted)
    assert [row["quote"] for row in rows] != [one["quote"] for one in kept["suggestions"]]
    assert not any("her" in row["quote"] for row in rows)
    assert [one["quote"] for one in await assisted.suggestions()] == [
        one["quote"] for one in kept["suggestions"]
    ]
    await assisted.ask("POST", "/documents/d1/erase", {"reason": "asked for"})
    assert await rows_of(assisted) == []


async def rows_of(assisted):
    """Suggestions as they lie in the database."""

    async def read(tx):
        return [dict(row) for row in (await tx.execute(suggestions.select())).mappings()]

    return await assisted.extraction.db.read(read)


async def test_a_run_that_was_under_way_is_stopped_and_goes_on_when_a_person_says_so(assisted):
    await assisted.run()
    kept = await assisted.ask("GET", "/assistance/kept")
    kept["runs"][0] |= {"state": "running", "reason": ""}
    await forget(assisted)
    await assisted.ask("POST", "/assistance/kept", kept)
    (run,) = (await assisted.ask("GET", "/assistance"))["runs"]
    assert run["state"] == "stopped"
    assert "resume" in run["reason"]
    asked = len(assisted.model.asked)
    await assisted.ask("POST", "/assistance/runs/run-1/resume")
    assert (await assisted.go_on())["state"] == "done"
    assert len(assisted.model.asked) == asked, "what was asked of the same text is not asked again"


async def test_what_is_kept_of_assistance_is_for_owners(assisted):
    await assisted.ask("GET", "/assistance/kept", status=403, by=OWNER_ONLY)
    await assisted.ask("POST", "/assistance/kept", {}, status=403, by=OWNER_ONLY)


async def test_a_bundle_holds_them_and_gives_them_to_the_service(assisted):
    kept = await judged(assisted)
    file = ExtractionFile.model_validate(extraction_file("CMO", [], {}, [], [], [], kept, []))
    assert extraction_file("CMO", [], {}, [], [], [], {"runs": [], "suggestions": []}, []) == {}
    await forget(assisted)

    class Api:
        async def post(self, path, body):
            part = path.removeprefix("/api/extraction/reviews/rev")
            return await assisted.ask("POST", part, body)

    await load_assistance(Api(), "reviews/rev", file)
    assert await assisted.ask("GET", "/assistance/kept") == kept


async def test_what_comes_in_was_suggested_by_a_machine_and_judged_by_a_person(assisted):
    kept = await judged(assisted)
    first = kept["suggestions"][0]
    for wrong in ({"coder": "ann"}, {"judged_by": machine("assistant")}):
        body = {"suggestions": [{**first, **wrong}]}
        await assisted.ask("POST", "/assistance/kept", body, status=422)
