"""Arguments that people hold: stated, amended with a reason, retired; watched, and said."""

import json
from pathlib import Path

import pytest
import pytest_asyncio

from services.synthesis.arguments.domain import offer_of
from shared.events import extraction
from tests.support.synthesis import REVIEW, a_codebook, a_fragment
from tests.support.synthesis_cases import Replayed

CASES = Path(__file__).resolve().parents[3] / "cases"
PREDICTION = {
    "id": "p",
    "given": [{"role": "context", "group": "HC", "state": "present"}],
    "expected": {"role": "outcome", "group": "ENG", "state": "failed"},
}


LABELS = {"HC": "High caseload", "TRUST": "Trust", "ENG": "Engagement"}


def argument(**more):
    return {"theory": "PT1", "response": "TRUST", "outcome": "ENG", **more}


@pytest_asyncio.fixture
async def toy(synthesis):
    """The toy case, loaded and computed."""
    await Replayed(synthesis, CASES / "01-toy").load()
    book = json.loads((CASES / "01-toy" / "codebook.json").read_text())["programme_theories"]["PT1"]
    for group in (group for groups in book.values() for group in groups):
        group["label"] = LABELS.get(group["group_id"], "")
    await synthesis.hear(a_codebook("PT1", book, 2))
    await synthesis.compute()
    return synthesis


async def state(toy, status=200, name="a", **more):
    return await toy.ask("PUT", f"/arguments/{name}", argument(**more), status=status)


async def one(toy, name="a"):
    return await toy.ask("GET", f"/arguments/{name}")


async def test_every_change_is_a_version_with_its_reason(toy):
    first = await state(toy, warrant="people stay where they are known", because="workshop")
    again = await state(toy, warrant="people stay where they are known")
    context = {"group": "NWD", "state": "present"}
    amended = await state(toy, contexts=[context], because="two wards differ")
    assert [item["version"] for item in (first, again, amended)] == [1, 1, 2]
    assert [item["changed"] for item in (first, again, amended)] == [True, False, True]
    seen = await one(toy)
    assert [(item["version"], item["because"]) for item in seen["versions"]] == [
        (1, "workshop"),
        (2, "two wards differ"),
    ]
    assert seen["versions"][0]["warrant"] == "people stay where they are known"
    assert seen["contexts"] == [context]
    said = await toy.said("argument_stated")
    assert [event.argument.version for event in said] == [1, 2]
    assert set(said[1].changed) == {"version", "warrant", "contexts", "because"}


async def test_an_amendment_without_a_reason_is_refused_and_says_so(toy):
    await state(toy)
    problem = await state(toy, status=422, warrant="another")
    assert problem["field"] == "because"
    assert "Say why the argument changes" in problem["detail"]
    assert (await one(toy))["version"] == 1


async def test_a_retired_argument_is_watched_no_more_until_it_is_brought_back(toy):
    await state(toy)
    await toy.compute()
    problem = await toy.ask("POST", "/arguments/a/retire", {"reason": " "}, status=422)
    assert "Say why" in problem["detail"]
    gone = await toy.ask("POST", "/arguments/a/retire", {"reason": "too broad"})
    assert (gone["status"], gone["version"]) == ("retired", 2)
    assert (await toy.ask("GET", "/arguments"))["items"] == []
    await a_failure(toy)
    seen = await one(toy)
    assert (seen["revision"], seen["evidence"]["challenges"]["bare"]) == (1, [])
    assert [item["id"] for item in (await toy.ask("GET", "/arguments?retired=true"))["items"]]
    back = await toy.ask("POST", "/arguments/a/bring-back", {"reason": "asked for again"})
    assert (back["status"], back["version"]) == ("held", 3)
    await toy.compute()
    assert "s9" in (await one(toy))["evidence"]["challenges"]["full"]
    said = await toy.said("argument_stated")
    assert [event.argument.status for event in said] == ["held", "retired", "held"]


async def a_failure(toy):
    """A further study in which trust did not bring engagement, whose caseload was high."""
    line = {
        "id": "f9",
        "theory": 1,
        "elements": [
            {"role": "context", "code_id": "hc", "state": "present"},
            {"role": "mechanism_response", "code_id": "trust", "state": "present"},
            {"role": "outcome", "code_id": "engagement", "state": "failed"},
        ],
        "sources": [{"key": "s9", "attribution": "cited"}],
    }
    coded = extraction.FragmentCoded(review_id=REVIEW, fragment=a_fragment(line))
    ids = await toy.hear(coded)
    await toy.compute()
    return ids


async def test_an_argument_without_a_mechanism_is_refused(toy):
    problem = await state(toy, status=422, response=None)
    assert "name a resource, a response or both" in problem["detail"]
    assert "Value error" not in problem["detail"]


async def test_a_prediction_that_predicts_what_it_was_given_is_refused(toy):
    expected = {**PREDICTION["given"][0], "state": "absent"}
    wrong = {**PREDICTION, "expected": expected}
    problem = await state(toy, status=422, predictions=[wrong])
    assert "predicts what it was given; expect another group" in problem["detail"]


async def test_a_state_that_does_not_fit_its_role_is_refused(toy):
    wrong = {**PREDICTION, "expected": {**PREDICTION["expected"], "state": "absent"}}
    problem = await state(toy, status=422, predictions=[wrong])
    assert "choose a state that fits the role" in problem["detail"]


async def test_a_term_of_another_theory_is_refused_with_what_to_do(toy):
    problem = await state(toy, status=422, contexts=[{"group": "ELSEWHERE"}])
    assert "context ELSEWHERE is no group here" in problem["detail"]
    assert "choose groups of this theory's codebook" in problem["detail"]
    assert (await toy.ask("GET", "/arguments?retired=true"))["items"] == []
    assert await toy.said("argument_stated") == []


async def test_an_argument_of_no_theory_or_of_another_is_refused(toy):
    await toy.ask("PUT", "/arguments/a", argument(theory="PT7"), status=404)
    await state(toy)
    await toy.ask("PUT", "/theories/PT2", {"name": "Another"})
    problem = await toy.ask("PUT", "/arguments/a", argument(theory="PT2"), status=409)
    assert "state it in PT2 under another name" in problem["detail"]


async def test_a_version_stated_elsewhere_stands_and_its_unknown_groups_are_listed(toy):
    contexts = [{"group": "ELSEWHERE"}]
    assert (await state(toy, version=3, contexts=contexts, because="brought"))["version"] == 3
    late = await state(toy, version=2, because="a late twin")
    assert (late["version"], late["changed"]) == (3, False)
    issues = (await toy.ask("GET", "/issues"))["items"]
    faults = [item for item in issues if item["kind"] == "argument_faults"]
    assert [(item["argument"], item["fault"]) for item in faults] == [
        ("a", "context ELSEWHERE is no group here")
    ]


async def test_an_overtaken_version_is_not_overwritten(toy):
    await state(toy)
    path = f"/api/synthesis/reviews/{REVIEW}/arguments/a"
    stale = await toy.client.put(path, json=argument(because="x"), headers={"if-match": '"7"'})
    assert stale.status_code == 412


async def test_a_reader_reads_arguments_and_states_none(toy):
    await toy.ask("PUT", "/arguments/a", argument(), by={"reader"}, status=403)
    await state(toy)
    await toy.compute()
    assert (await toy.ask("GET", "/arguments/a", by={"reader"}))["evidence"]
    await toy.ask("GET", "/arguments/b", status=404)


async def test_evidence_that_changed_is_said_by_label_with_its_cause(toy):
    await state(toy)
    await toy.compute()
    (cause,) = await a_failure(toy)
    first, second = await toy.said("argument_evidence_changed")
    assert first.revision == 1
    assert first.argument == "'Trust' → 'Engagement' occurred"
    assert second.revision == 2
    assert second.moves == ("New case held against it: s9.",)
    assert second.caused_by == (cause,)
    assert second.body == (await one(toy))["evidence"]
    revision = (await one(toy))["revisions"][-1]
    assert (revision["words"], revision["caused_by"]) == (list(second.moves), [cause])


async def test_stating_an_argument_is_the_cause_of_its_first_evidence_and_of_no_ccmoc(toy):
    before = len(await toy.said("ccmoc_revised"))
    await state(toy)
    await toy.compute()
    (event,) = await toy.said("argument_evidence_changed")
    stated = await toy.ask("GET", "/arguments/a")
    assert len(event.caused_by) == 1
    assert stated["revisions"][0]["caused_by"] == list(event.caused_by)
    assert len(await toy.said("ccmoc_revised")) == before


async def test_evidence_that_did_not_move_is_not_said_again(toy):
    await state(toy)
    await toy.compute()
    await state(toy, warrant="words only", because="clearer")
    await toy.compute()
    assert len(await toy.said("argument_evidence_changed")) == 1


async def test_a_refuted_prediction_is_said_with_all_its_cases(toy):
    unlikely = {**PREDICTION, "expected": {**PREDICTION["expected"], "state": "occurred"}}
    await state(toy, predictions=[unlikely])
    await toy.compute()
    await a_failure(toy)
    said = await toy.said("prediction_refuted")
    assert [(event.argument_id, event.prediction, event.cases) for event in said] == [
        ("a", "p", ("s4",)),
        ("a", "p", ("s4", "s9")),
    ]
    assert said[-1].words == "where 'High caseload' is present, 'Engagement' occurs"


async def test_a_prediction_without_a_case_is_a_gap_until_one_bears_on_it(toy):
    given = [{"role": "context", "group": "NWD", "state": "absent"}]
    never = {**PREDICTION, "given": [*given, *PREDICTION["given"]]}
    await state(toy, predictions=[never])
    await toy.compute()
    found = [gap for gap in (await toy.ask("GET", "/gaps"))["items"] if gap["argument_id"]]
    assert [(gap["kind"], gap["argument_id"], gap["ccmoc_id"]) for gap in found] == [
        ("prediction_unobserved", "a", None)
    ]
    assert "'High caseload' is present" in found[0]["detail"]
    await toy.ask("POST", "/arguments/a/retire", {"reason": "untestable"})
    await toy.compute()
    said = [event for event in await toy.said("gap_found") if event.argument_id == "a"]
    assert [event.closed for event in said] == [False, True]


async def test_a_ccmoc_is_offered_as_an_argument_that_can_be_held_as_it_is(toy):
    trust = next(body for body in await toy.ccmocs() if body["mechanism"] == "TRUST")
    offer = await toy.ask("GET", f"/ccmocs/{trust['id']}/argument-offer")
    assert offer == {
        "argument": {
            "theory": "PT1",
            "contexts": [{"group": "NWD", "state": "present"}],
            "resource": None,
            "response": "TRUST",
            "outcome": "ENG",
            "outcome_state": "occurred",
        },
        "partner_tier": None,
        "context_tier": "enabling",
    }
    await toy.ask("PUT", "/arguments/held", offer["argument"])
    await toy.compute()
    assert (await one(toy, "held"))["evidence"]["supports"]["full"] == ["s1", "s2", "s3/b"]


@pytest.mark.parametrize(
    ("pattern", "inferred", "state", "of_undesired"),
    [
        ("occurs", [], "occurred", "failed"),
        ("both", [], "occurred", "failed"),
        ("fails", [], "failed", "occurred"),
        ("not_fired", [], "occurred", "failed"),
        ("inferred", ["s1"], "occurred", "failed"),
        ("inferred", [], "failed", "occurred"),
    ],
)
def test_an_offer_argues_for_failure_only_where_nothing_else_is_reported(
    pattern, inferred, state, of_undesired
):
    body = {
        **{"theory": "PT1", "role": "response", "mechanism": "TRUST", "outcome": "ENG"},
        "pattern": pattern,
        "studies": {"inferred_positive": inferred},
        "slots": {"partner": None, "partner_tier": None, "contexts": [], "context_tier": None},
    }
    offers = [offer_of(body, undesired=said)["argument"] for said in (False, True)]
    assert [offer["outcome_state"] for offer in offers] == [state, of_undesired]


async def test_the_offer_of_what_only_fails_argues_for_failure(toy):
    strain = next(body for body in await toy.ccmocs() if body["mechanism"] != "TRUST")
    offer = await toy.ask("GET", f"/ccmocs/{strain['id']}/argument-offer")
    assert offer["argument"]["outcome_state"] == "failed"
