"""Ideas, lineage, substantive theories and memos: kept with reasons, linked, in one log."""

import csv
import io

import pytest_asyncio

from services.synthesis.inference.domain import circle
from shared.events.extraction import DocumentAdded, DocumentState, FragmentCoded
from shared.events.inference import LineageState
from tests.support.synthesis import a_fragment


@pytest_asyncio.fixture
async def theories(synthesis):
    """A review with three programme theories."""
    for name in ("PT5", "PT7", "PT9"):
        await synthesis.ask("PUT", f"/theories/{name}", {"name": f"Theory {name}"})
    return synthesis


async def idea(service, name="i1", status=200, **more):
    body = {"text": "If doors are open, then people stay", **more}
    return await service.ask("PUT", f"/ideas/{name}", body, status=status)


async def link(service, earlier, later, kind="became", status=200, because="the same story"):
    body = {"earlier": earlier, "later": later, "kind": kind, "because": because}
    return await service.ask("PUT", "/lineage", body, status=status)


async def test_an_idea_is_there_before_any_theory_and_is_sorted_later(synthesis):
    said = await idea(synthesis, sources=[{"kind": "person", "id": "Workshop with carers"}])
    assert (said["version"], said["status"]) == (1, "open")
    (waiting,) = (await synthesis.ask("GET", "/ideas?to_sort=true"))["items"]
    assert waiting["sources"][0]["label"] == "Workshop with carers"
    await synthesis.ask("POST", "/ideas/i1/sort", {"theories": ["PT1"]}, status=404)
    await synthesis.ask("PUT", "/theories/PT1", {"name": "Doors", "statement": "Open doors."})
    await synthesis.ask("POST", "/ideas/i1/sort", {"theories": ["PT1"], "reason": "its core"})
    assert (await synthesis.ask("GET", "/ideas?to_sort=true"))["items"] == []
    (mine,) = (await synthesis.ask("GET", "/theories/PT1"))["ideas"]
    assert mine["theories"] == [{"kind": "theory", "id": "PT1", "label": "PT1: Doors"}]
    history = (await synthesis.ask("GET", "/ideas/i1"))["history"]
    assert [item["done"] for item in history] == ["noted", "sorted"]
    events = await synthesis.said("idea_stated")
    assert [event.changed for event in events] == [(), ("theories",)]


async def test_an_idea_is_dropped_or_merged_only_with_a_reason_and_never_in_a_circle(synthesis):
    await idea(synthesis)
    await idea(synthesis, "i2", text="If staff know people, then they come back")
    refused = await synthesis.ask("POST", "/ideas/i1/drop", {"reason": " "}, status=422)
    assert "Say why" in refused["detail"]
    await synthesis.ask("POST", "/ideas/i1/merge", {"into": "i2", "reason": "one idea"})
    back = {"into": "i1", "reason": "the other way"}
    await synthesis.ask("POST", "/ideas/i2/merge", back, status=409)
    await synthesis.ask("POST", "/ideas/i2/merge", {"into": "i2", "reason": "self"}, status=409)
    await synthesis.ask("POST", "/ideas/i1/sort", {"theories": []}, status=409)
    await synthesis.ask("POST", "/ideas/i1/take-up", {"reason": "not the same after all"})
    await synthesis.ask("POST", "/ideas/i1/drop", {"reason": "nobody reports it"})
    await synthesis.ask("POST", "/ideas/i2/merge", {"into": "i1", "reason": "x"}, status=409)
    history = (await synthesis.ask("GET", "/ideas/i1"))["history"]
    assert [item["done"] for item in history] == ["noted", "merged", "taken up again", "dropped"]
    assert history[-1]["because"] == "nobody reports it"


async def test_lineage_is_refused_where_it_closes_a_circle(theories):
    await link(theories, "PT7", "PT5")
    await link(theories, "PT9", "PT5", "merged_into")
    assert (await link(theories, "PT7", "PT5"))["changed"] is False
    refused = await link(theories, "PT5", "PT9", status=409)
    assert "PT5 → PT9 → PT5" in refused["detail"]
    await link(theories, "PT5", "PT5", status=409)
    await link(theories, "PT5", "PT1", status=404)
    await link(theories, "PT9", "PT7", status=422, because="")
    came = (await theories.ask("GET", "/theories/PT5"))["came_from"]
    assert [(item["earlier"]["id"], item["kind"]) for item in came] == [
        ("PT7", "became"),
        ("PT9", "merged_into"),
    ]
    away = {"earlier": "PT9", "later": "PT5", "reason": "they differ"}
    await theories.ask("POST", "/lineage/withdraw", away)
    await link(theories, "PT5", "PT9", "split_from")
    assert len((await theories.ask("GET", "/lineage"))["items"]) == 2
    assert len((await theories.ask("GET", "/lineage?withdrawn=true"))["items"]) == 3


def test_a_circle_is_told_by_its_whole_path():
    def stated(earlier, later, status="stands"):
        return LineageState(
            link_id=earlier + later,
            version=1,
            earlier=earlier,
            later=later,
            kind="became",
            status=status,
        )

    chain = [stated("a", "b"), stated("b", "c"), stated("c", "d"), stated("a", "d")]
    assert circle(chain, "d", "a") in {("d", "a", "d"), ("d", "a", "b", "c", "d")}
    assert circle(chain, "a", "c") == ()
    assert circle([stated("a", "b", "withdrawn")], "b", "a") == ()


async def test_a_substantive_theory_is_the_reviews_and_carries_warrants(theories):
    body = {
        "name": "Normalisation process theory",
        "level": "meso",
        "fit": "strong",
        "simplicity": "weak",
        "compatibility": "strong",
        "decision": "selected",
        "theories": ["PT5", "PT7"],
    }
    await theories.ask("PUT", "/substantive-theories/npt", body)
    argument = {"theory": "PT5", "response": "T", "outcome": "O", "version": 1}
    argument |= {"warrant": "work is made normal", "substantive_theories": ["npt"]}
    await theories.ask("PUT", "/arguments/a", argument)
    (shown,) = (await theories.ask("GET", "/substantive-theories"))["items"]
    assert [item["id"] for item in shown["theories"]] == ["PT5", "PT7"]
    assert [item["label"] for item in shown["arguments"]] == ["'T' → 'O' occurred"]
    assert (await theories.ask("GET", "/theories/PT9"))["substantive_theories"] == []
    await theories.ask("PUT", "/substantive-theories/npt", {**body, "fit": "very"}, status=422)
    again = await theories.ask("PUT", "/substantive-theories/npt", body)
    assert again["changed"] is False
    sentences = (await theories.ask("GET", "/theories/PT5"))["composed"]
    assert sentences == ["Through 'T', 'O' occurs, because work is made normal."]


async def test_a_wording_stands_initial_beside_final_with_what_moved_it(theories):
    words = {"name": "N", "statement": "Train staff, so access rises.", "status": "initial"}
    first = {**words, "reason": "from the workshop"}
    await theories.ask("PUT", "/theories/PT5", first)
    final = {**words, "status": "final", "reason": "agreed"}
    await theories.ask("PUT", "/theories/PT5", final)
    said = (await theories.ask("GET", "/theories/PT5"))["wordings"]
    assert said["present"] is None
    assert said["unchanged"] is True
    memo = {"text": "Structural barriers too", "about": [{"kind": "theory", "id": "PT5"}]}
    await theories.ask("PUT", "/memos/m1", memo)
    moved = {"moved_by": [{"kind": "memo", "id": "m1"}], "reason": "training is not enough"}
    slots = {"context": "First contacts accept the duty.", "response": "Clients are hopeful."}
    await theories.ask("PUT", "/theories/PT5", {**final, **slots, **moved})
    theory = await theories.ask("GET", "/theories/PT5")
    present, initial = theory["wordings"]["present"], theory["wordings"]["initial"]
    assert initial["statement"] == "Train staff, so access rises."
    assert (present["status"], present["statement"]) == ("final", "")
    assert present["context"] == "First contacts accept the duty."
    last = theory["history"][-1]
    assert last["reason"] == "training is not enough"
    assert [item["label"] for item in last["moved_by"]] == ["Structural barriers too"]


async def test_a_theory_changes_only_with_a_reason(theories):
    body = {"name": "Theory PT5", "statement": "Doors open, people stay."}
    refused = await theories.ask("PUT", "/theories/PT5", body, status=422)
    assert "Say why" in refused["detail"]
    await theories.ask("PUT", "/theories/PT5", {**body, "reason": "  "}, status=422)
    said = await theories.ask("PUT", "/theories/PT5", {**body, "reason": "first words"})
    assert (said["version"], said["changed"]) == (2, True)
    again = await theories.ask("PUT", "/theories/PT5", body)
    assert again["changed"] is False
    await theories.ask("POST", "/theories/PT5/retire", {"reason": ""}, status=422)
    assert (await theories.ask("POST", "/theories/PT5/undo", {"reason": ""}))["version"] == 3


async def test_the_log_holds_everything_in_order_by_label(theories):
    await idea(theories, theories=["PT5"])
    await link(theories, "PT7", "PT5")
    await theories.ask("PUT", "/memos/m1", {"text": "=1+1 why | so", "about": [IDEA]})
    log = (await theories.ask("GET", "/inference-log"))["items"]
    assert [(item["kind"], item["done"]) for item in log[-3:]] == [
        ("idea", "noted"),
        ("lineage", "became"),
        ("memo", "written"),
    ]
    assert log[-1]["links"][0]["label"] == "If doors are open, then people stay"
    table = list(
        csv.DictReader(io.StringIO(await theories.ask("GET", "/inference-log?format=csv")))
    )
    assert table[-1]["words"] == "'=1+1 why | so"
    assert table[-2]["about"] == "PT7: Theory PT7"
    text = await theories.ask("GET", "/inference-log?format=md")
    assert "**Memo written**" in text
    assert "why \\| so" in text


IDEA = {"kind": "idea", "id": "i1"}


async def test_words_about_confidential_sources_are_the_coders_alone(synthesis):
    document = DocumentState(document_id="d1", study_id="d1", title="Talk", confidential=True)
    await synthesis.hear(DocumentAdded(review_id="rev", document=document))
    about = {"text": "She spoke of her son", "about": [{"kind": "document", "id": "d1"}]}
    await synthesis.ask("PUT", "/memos/m1", about)
    for who, seen in ((None, True), ({"reader"}, False), ({"coder"}, True)):
        (memo,) = (await synthesis.ask("GET", "/memos", by=who))["items"]
        assert (memo["text"] == about["text"]) is seen
        assert ("She spoke" in str(await synthesis.ask("GET", "/inference-log", by=who))) is seen
    (event,) = await synthesis.said("memo_written")
    assert "She spoke" not in str(event)


async def test_a_memo_that_was_once_about_a_confidential_source_stays_closed(synthesis):
    document = DocumentState(document_id="d1", study_id="d1", title="Talk", confidential=True)
    await synthesis.hear(DocumentAdded(review_id="rev", document=document))
    first = {"text": "She spoke of her son", "about": [{"kind": "document", "id": "d1"}]}
    await synthesis.ask("PUT", "/memos/m1", first)
    elsewhere = {"text": "A mother's words", "about": [IDEA], "because": "her son is in it"}
    await synthesis.ask("PUT", "/memos/m1", elsewhere)
    for path in ("/memos", "/memos?history=true", "/inference-log", "/inference-log?format=md"):
        told = str(await synthesis.ask("GET", path, by={"reader"}))
        assert "son" not in told.replace("reason", "").replace("person", "")
        assert "mother" not in told
        assert "mother" in str(await synthesis.ask("GET", path, by={"coder"}))


async def test_a_memo_is_rewritten_by_its_writer_only_and_may_point_at_what_is_not_here(synthesis):
    about = [{"kind": "fragment", "id": "f-unknown"}]
    await synthesis.ask("PUT", "/memos/m1", {"text": "one", "about": about})
    other = {"text": "two", "about": about}
    await synthesis.ask("PUT", "/memos/m1", other, by={"reviewer"}, status=403)
    issues = (await synthesis.ask("GET", "/issues"))["items"]
    assert {"kind": "reference_to_nothing", "of": "memo", "id": "m1"}.items() <= issues[-1].items()
    line = {"id": "f-unknown", "theory": "PT1", "elements": [], "sources": []}
    await synthesis.hear(FragmentCoded(review_id="rev", fragment=a_fragment(line)))
    issues = (await synthesis.ask("GET", "/issues"))["items"]
    assert not [item for item in issues if item["kind"] == "reference_to_nothing"]


async def test_a_version_from_elsewhere_stands_as_it_was_said(synthesis):
    body = {"text": "old words", "version": 3, "status": "dropped", "because": "thin"}
    moment = {"person": "ann", "at": "2024-03-01T09:00:00Z"}
    await synthesis.ask("PUT", "/ideas/i1", {**body, **moment})
    assert (await synthesis.ask("PUT", "/ideas/i1", {**body, "version": 2}))["changed"] is False
    (entry,) = (await synthesis.ask("GET", "/inference-log"))["items"]
    assert (entry["person"], entry["at"][:10]) == ("ann", "2024-03-01")
    assert (await synthesis.ask("GET", "/ideas/i1"))["status"] == "dropped"
    await synthesis.ask("PUT", "/ideas/i2", {"text": "x", "status": "dropped"}, status=422)
