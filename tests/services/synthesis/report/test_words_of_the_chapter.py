"""What an editor reads in the chapter: pins, set-aside theories, references, counts, gaps."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from services.synthesis.engine import Review, evidences, gaps_of, recompute
from services.synthesis.engine.gaps import _About
from services.synthesis.engine.labels import Labels
from services.synthesis.inference.domain import idea_done
from services.synthesis.projections.domain.naming import SourceLabels
from services.synthesis.report.domain.coded import coded
from services.synthesis.report.domain.findings import _one_study, _pinned, theory
from services.synthesis.report.domain.material import ReportPassage, SourcePart
from services.synthesis.report.domain.sources import _reference as told_reference
from services.synthesis.report.domain.sources import appraisals, documents
from services.synthesis.report.domain.wording import wording
from services.synthesis.report.handlers.arguments import evidence_log
from services.synthesis.report.handlers.sources import _reference
from shared.events.inference import IdeaState
from shared.review.joined_parts import NOT_JOINED
from shared.review.numbers import counted
from tests.services.synthesis.report.test_no_phantoms import a_part
from tests.services.synthesis.report.test_words_of_failures import toy

SOURCE = SourcePart("k", "k", "literature", "k", None, 1, (), True, (), label="Doe 2001")


def text_of(blocks):
    return repr(list(blocks))


def part_of(review: Review):
    (evidence,) = evidences(review, ["PT1"])
    return a_part(evidence.theory, recompute(review))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("ENG", "Pinned: 'ENG': why."),
        ("NONE", "Pinned, without evidence: 'NONE': why."),
    ],
)
def test_a_pin_is_told_with_its_reason_and_whether_it_has_evidence(outcome, said):
    pin = {"outcome": outcome, "reason": "why"}
    part = replace(part_of(toy()), pin=pin, ranking=[{"outcome": "ENG"}])
    assert said in text_of(_pinned(part))


def test_a_theory_that_is_set_aside_says_so_and_why():
    state = {"name": "Old", "statement": "If so.", "status": "retired"}
    part = replace(part_of(toy()), state=state)
    history = [{"state": state, "reason": "nobody spoke of it."}]
    assert "set aside: nobody spoke of it." in text_of(wording(replace(part, history=history)))
    assert "set aside: no reason was given." in text_of(wording(part))


def test_a_context_and_a_partner_of_different_studies_are_not_printed_as_joined():
    part = part_of(toy())
    assert NOT_JOINED not in text_of(theory(part))
    trust = next(one for one in part.standings if one.body["mechanism"] == "TRUST")
    partner = {"group": "R", "tier": "stated", "positive": ["s9"], "negative": [], "chain": ["s9"]}
    slots = {**trust.body["slots"], "partner": "R", "partner_tier": "stated"}
    body = {**trust.body, "partners": [partner], "slots": slots}
    told = text_of(theory(replace(part, standings=[replace(trust, body=body)])))
    assert told.count(NOT_JOINED) == 2  # the table and the words of the figure
    assert "No study joins all these parts." in told


def test_a_reference_without_authors_begins_with_its_title():
    record = {"authors": ["Doe, J", "Roe, R"], "year": 2001, "journal": "Trials"}
    assert _reference(record, "A trial") == "Doe, J; Roe, R (2001). A trial. Trials."
    assert _reference({"year": 2001}, "A trial") == "A trial (2001)."
    assert _reference({"label": "Doe 2001", "year": 2001}, "") == ""


def test_a_reference_ends_once_and_a_flag_is_told_whether_it_counts_or_not():
    assert told_reference(replace(SOURCE, title="A trial")) == "Doe 2001: A trial."
    assert told_reference(SOURCE) == "Doe 2001: k."
    flagged = replace(SOURCE, flags=("concern",))
    silent = SimpleNamespace(theories=(), sources=[flagged, replace(flagged, active=False)])
    told = text_of(documents(silent))
    assert "yes (concern)" in told
    assert "no (concern)" in told


def test_documents_that_people_appraised_are_in_the_chapter():
    said = {"document_id": "k", "relevance": "high", "richness": "conceptually_rich"}
    told = SimpleNamespace(appraisals=[{**said, "rigour": None, "comment": "clear"}])
    material = SimpleNamespace(theories=(), sources=[SOURCE], appraisals=(), told=told)
    words = text_of(appraisals(material))
    assert "Appraisal of documents as evidence" in words
    assert "'Doe 2001', 'high', 'conceptually rich', '', 'clear'" in words


def test_numbers_stand_with_the_noun_that_they_ask_for():
    assert counted(1, "version") == "1 version"
    assert counted(2, "search or import", "searches and imports") == "2 searches and imports"


def test_an_idea_that_was_never_open_is_logged_as_what_became_of_it():
    idea = IdeaState(idea_id="i", version=1, text="If so", because="said nowhere", status="dropped")
    assert idea_done(None, idea) == "dropped"
    assert idea_done(None, replace(idea, status="open")) == "noted"


def test_the_log_of_an_argument_names_cases_that_came_and_cases_that_went():
    """`s1` stands within `s12`, and a case that went is in no body any more."""
    names = SourceLabels(studies={"s1": "Adams 2008", "s12": "Bell 2014"})

    def revision(*cases, words):
        body = {"id": "a", "supports": {"full": list(cases)}, "fragments": ["s1"]}
        return {"at": datetime(2024, 1, 1, tzinfo=UTC), "body": body, "words": [words]}

    log = evidence_log(
        [
            revision("s1", "s12", words="New cases in keeping with it: s1, s12."),
            revision("s1", words="No longer a case in keeping with it: s12."),
        ],
        names,
    )
    assert [entry["words"] for entry in log] == [
        ["New cases in keeping with it: Adams 2008, Bell 2014."],
        ["No longer a case in keeping with it: Bell 2014."],
    ]


def test_gaps_claim_no_cause_and_count_both_sides():
    review = toy()
    details = [gap.detail for gap in gaps_of(review, "PT1", recompute(review))]
    assert any("although 'TRUST' goes with 'ENG' elsewhere" in said for said in details)
    assert "'STRAIN' is reported only with the failure of 'ENG'" in " ".join(details)
    both = {"positive": ["s1"], "contradicting": ["s2"]}
    names = {
        "pattern": "both",
        "role": "response",
        "mechanism": "T",
        "outcome": "G",
        "studies": both,
    }
    assert "another with the failure of 'G'" in _About(names, Labels({}), {})._unreplicated()
    assert _one_study(names) == "one study for, another against"
    assert _one_study({"studies": {**both, "contradicting": ["s1"]}}) == "one study at most"


@pytest.mark.parametrize(
    ("pattern", "said"),
    [("inferred", "TRUST → ENG (inferred only)"), ("not_fired", "TRUST → ENG (did not fire)")],
)
def test_what_no_study_reports_with_the_part_itself_says_so(pattern, said):
    part = part_of(toy())
    (trust,) = [one.body for one in part.standings if one.body["mechanism"] == "TRUST"]
    assert part.short({**trust, "pattern": pattern}) == said


def test_a_fragment_without_a_group_of_the_theory_says_so():
    passage = ReportPassage("f", 1, "", "", "", "Doe 2001", False, "CMO", {}, "1 study")
    (made,) = [
        block
        for block in coded(replace(a_part("PT1", []), passages={"f": passage}))
        if hasattr(block, "rows")
    ]
    assert made.rows[0][2] == "no group of this theory stated"
