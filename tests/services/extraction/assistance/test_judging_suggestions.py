"""People judge suggestions one by one; until then nothing counts what a machine suggested."""

import pytest

from shared.actors import machine
from tests.support.assisted import TEXT, TRUST

FRAGMENT_EVENTS = ("fragment_coded", "fragment_amended", "fragment_withdrawn")
READS = (
    *("/fragments", "/counts", "/codes", "/issues", "/documents", "/acts", "/appraisals"),
    *("/theories/PT1/codebook", "/codes/suggestions", "/memos?about=document/d1"),
    *("/exchange/fragments.csv", "/exchange/fragments.jsonl", "/exchange/losses"),
)


async def answers(assisted):
    """What every reading of fragments answers, as bytes; and the exported project."""
    client, base = assisted.extraction.client, "/api/extraction/reviews/rev"
    found = {path: (await client.get(base + path)).content for path in READS}
    found["project"] = (await client.get(f"{base}/exchange/review.qdpx")).content
    return found


async def test_a_pending_suggestion_is_counted_shown_and_exported_nowhere(assisted):
    before = await answers(assisted)
    assert (await assisted.run())["states"] == {"pending": 2}
    assert await answers(assisted) == before
    assert await assisted.extraction.said(*FRAGMENT_EVENTS) == []
    await assisted.judge((await assisted.suggestions())[0], "reject", reason="too thin")
    assert {k for k, v in (await answers(assisted)).items() if v != before[k]} <= {"/acts"}
    assert await assisted.extraction.said(*FRAGMENT_EVENTS) == []


async def test_an_accepted_suggestion_is_the_persons_fragment_with_a_mark_that_stays(assisted):
    await assisted.run()
    first = (await assisted.suggestions())[0]
    judged = await assisted.judge(first, "accept")
    assert (judged["state"], judged["judged_by"]) == ("accepted", "local-owner")
    (said,) = await assisted.extraction.said("fragment_coded")
    assert said.fragment.coder == "local-owner"
    assert said.fragment.suggested_by == machine("assistant")
    assert (said.fragment.quote, said.fragment.theories) == (TRUST[0], ("PT1",))
    assert said.fragment.rationale == "", "a machine's words are not the person's"
    kept = await assisted.ask("GET", f"/fragments/{judged['fragment']}")
    body = {name: kept[name] for name in ("theories", "document", "quote", "start", "end")}
    body |= {"elements": [{"role": "outcome", "code": "engagement", "state": "failed"}]}
    await assisted.ask("PUT", f"/fragments/{kept['id']}", body)
    again = await assisted.ask("GET", f"/fragments/{kept['id']}")
    assert (again["version"], again["suggested_by"]) == (2, machine("assistant"))


async def test_the_same_verdict_again_changes_nothing_and_another_is_refused(assisted):
    await assisted.run()
    first, second = await assisted.suggestions()
    for _ in range(2):
        await assisted.judge(first, "accept")
        await assisted.judge(second, "reject", reason="not said")
    assert len(await assisted.extraction.said("fragment_coded")) == 1
    assert len(await assisted.extraction.said("suggestion_judged")) == 2
    refused = await assisted.judge(first, "reject", reason="no", status=409)
    assert refused["detail"].startswith("'local-owner' accepted this suggestion")
    await assisted.judge(second, "accept", status=409)


async def test_a_suggestion_is_rejected_with_a_reason_only(assisted):
    await assisted.run()
    first = (await assisted.suggestions())[0]
    refused = await assisted.judge(first, "reject", reason="  ", status=422)
    assert refused["field"] == "reason"
    assert (await assisted.judge(first, "reject", reason="not said"))["reason"] == "not said"
    (said,) = await assisted.extraction.said("suggestion_judged")
    assert (said.verdict, said.fragment_id) == ("rejected", None)
    assert "not said" not in repr(said)


async def test_what_a_person_changes_before_accepting_is_told_apart(assisted):
    await assisted.run()
    first = (await assisted.suggestions())[0]
    start = TEXT.index("The nurse rang")
    wider = TEXT[start : first["end"]]
    body = {"theories": ["PT1"], "document": "d1", "quote": wider, "start": start}
    body |= {"end": first["end"], "elements": [{"role": "mechanism_response", "code": "trust"}]}
    judged = await assisted.judge(first, "accept", fragment=body, reason="the whole sentence")
    assert judged["state"] == "changed"
    (said,) = await assisted.extraction.said("fragment_coded")
    assert (said.fragment.quote, said.fragment.suggested_by) == (wider, machine("assistant"))
    same = (await assisted.suggestions())[1]
    elements = [{k: e[k] for k in ("role", "code", "state")} for e in same["elements"]]
    whole = {name: same[name] for name in ("quote", "start", "end", "theories", "document")}
    judged = await assisted.judge(same, "accept", fragment={**whole, "elements": elements})
    assert judged["state"] == "accepted"


async def test_a_wrong_change_is_refused_and_the_suggestion_still_waits(assisted):
    await assisted.run()
    first = (await assisted.suggestions())[0]
    body = {"document": "d1", "quote": "never said", "start": 0, "end": 10}
    coded = {"elements": [{"role": "mechanism_response", "code": "trust"}]}
    await assisted.judge(first, "accept", fragment={**body, **coded}, status=409)
    await assisted.judge(first, "accept", fragment={"elements": []}, status=422)
    assert len(await assisted.suggestions(state="pending")) == 2
    assert await assisted.extraction.said(*FRAGMENT_EVENTS) == []


async def test_a_suggestion_follows_its_quote_into_a_new_text_or_is_refused(assisted):
    await assisted.run()
    first, second = await assisted.suggestions()
    await assisted.extraction.put_documents({"id": "d1", "text": f"Before. {TRUST[0]}. After."})
    judged = await assisted.judge(first, "accept")
    kept = await assisted.ask("GET", f"/fragments/{judged['fragment']}")
    assert (kept["start"], kept["anchor"]) == (8, "verified")
    refused = await assisted.judge(second, "accept", status=409)
    assert "another text of the document" in refused["detail"]


async def test_a_machine_codes_nothing_by_itself_whoever_sends_it(assisted):
    body = {"fragments": [{"id": "f", "coder": machine("assistant")}]}
    await assisted.ask("POST", "/fragments/batch", body, status=403)
    marked = {"fragments": [{"id": "f", "suggested_by": machine("assistant")}]}
    await assisted.ask("POST", "/fragments/batch", marked, by={"coder"})
    assert (await assisted.ask("GET", "/fragments/f"))["suggested_by"] == ""


async def test_who_asked_who_suggested_and_who_judged_is_in_the_log(assisted):
    from sqlalchemy import select

    from shared.kernel import envelope, outbox

    await assisted.run()
    await assisted.judge((await assisted.suggestions())[0], "accept")
    rows = await assisted.extraction.db.read(
        lambda tx: tx.execute(select(outbox.outbox.c.envelope).order_by(outbox.outbox.c.position))
    )
    said = [envelope.receive(envelope.open_bytes(body)) for body in rows.scalars()]
    acted = {one.event.NAME: (one.actor_id, one.actor_kind) for one in said}
    assert acted["suggestions_asked"] == ("local-owner", "person")
    assert acted["suggestions_made"] == (machine("assistant"), "machine")
    assert acted["suggestion_judged"] == ("local-owner", "person")
    assert acted["fragment_coded"] == ("local-owner", "person")
    made = next(one.event.run for one in said if one.event.NAME == "suggestions_made")
    assert (made.state, made.model, made.suggested, made.asked) == ("done", "model-x", 2, 1)
    assert made.host.startswith("127.0.0.1")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_nothing_is_suggested_to_who_codes_blindly(assisted, when):
    opened = {"title": "R", "coders": ["ann", "ben"], "documents": ["d1"]}
    if when == "after":
        await assisted.run()
        (first, _) = await assisted.suggestions()
    await assisted.ask("PUT", "/coding-rounds/r1", opened)
    if when == "before":
        run = await assisted.run()
        assert "blindly" in run["left_out"][0]["reason"]
        assert assisted.model.asked == []
    else:
        await assisted.judge(first, "accept", status=409)
    assert await assisted.suggestions() == []


async def test_a_suggestion_whose_acceptance_is_undone_waits_again(assisted):
    await assisted.run()
    first = (await assisted.suggestions())[0]
    judged = await assisted.judge(first, "accept", reason="clear")
    act = (await assisted.ask("GET", "/acts"))["items"][0]
    await assisted.ask("POST", f"/acts/{act['id']}/undo")
    waits = (await assisted.suggestions(state="pending"))[0]
    assert waits["id"] == first["id"]
    assert (waits["fragment"], waits["judged_by"], waits["reason"]) == (None, None, "")
    assert (await assisted.ask("GET", "/assistance"))["states"]["accepted"] == 0
    said = await assisted.extraction.said("suggestion_judged")
    assert [one.verdict for one in said] == ["accepted", "pending"]
    again = await assisted.judge(first, "accept")
    assert (again["state"], again["fragment"]) == ("accepted", judged["fragment"])
    kept = await assisted.ask("GET", f"/fragments/{judged['fragment']}")
    assert (kept["status"], kept["version"]) == ("active", 3)


async def test_undoing_the_undoing_of_an_acceptance_accepts_it_again(assisted):
    await assisted.run()
    first = (await assisted.suggestions())[0]
    await assisted.judge(first, "accept")
    for _ in range(2):
        act = (await assisted.ask("GET", "/acts"))["items"][0]
        await assisted.ask("POST", f"/acts/{act['id']}/undo")
    (accepted,) = await assisted.suggestions(state="accepted")
    assert (accepted["id"], accepted["judged_by"]) == (first["id"], "local-owner")


async def test_a_rejected_suggestion_can_be_rejected_after_its_acceptance_was_undone(assisted):
    await assisted.run()
    first = (await assisted.suggestions())[0]
    await assisted.judge(first, "accept")
    act = (await assisted.ask("GET", "/acts"))["items"][0]
    await assisted.ask("POST", f"/acts/{act['id']}/undo")
    assert (await assisted.judge(first, "reject", reason="not said"))["state"] == "rejected"
