"""What a fragment is, before anybody stores it."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from services.extraction.appraisal.domain import axis_problem
from services.extraction.fragments.domain import (
    changed_fields,
    content_hash,
    documents_of,
    erased,
    kind_of,
    next_version,
    problems,
    with_default_states,
    withheld,
)
from shared.events.extraction import Element, FragmentState, SourceRef
from tests.support.reference import reference

C, R, P, O = "context", "mechanism_resource", "mechanism_response", "outcome"  # noqa: E741


def fragment(*elements: tuple[str, str | None], **more: object) -> FragmentState:
    coded = tuple(Element(role=r, code_id=f"{r}-1", state=s) for r, s in elements)
    made = FragmentState(fragment_id="f1", version=1, elements=coded)
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("roles", "kind"),
    [
        ((C, R, O), "CMO"),
        ((C, P), "CM"),
        ((P, O), "MO"),
        ((C, O), "CO"),
        ((R, P), "RR"),
        ((R, P, C), "CM"),
        ((C, C), "single"),
        ((O,), "single"),
        ((), "single"),
    ],
)
def test_the_kind_follows_from_the_roles(roles: tuple[str, ...], kind: str) -> None:
    assert kind_of(Element(role=r, code_id="x") for r in roles) == kind


def test_the_kinds_of_the_reco_fragments_are_those_that_its_coders_named() -> None:
    lines = reference("reco/fragments.jsonl").read_text().splitlines()
    coded = [json.loads(line) for line in lines]
    derived = Counter(
        kind_of(Element(role=e["role"], code_id="") for e in f["elements"]) for f in coded
    )
    named = Counter(f["kind"] for f in coded)
    assert {k: n for k, n in derived.items() if k not in {"RR", "single"}} == {
        k: n for k, n in named.items() if k != "single"
    }
    assert derived["RR"] + derived["single"] == named["single"]


def test_an_outcome_without_a_state_is_not_stated_and_a_context_without_one_is_present() -> None:
    filled = with_default_states(fragment((C, None), (O, None), (R, "absent"), (P, "not_stated")))
    assert [e.state for e in filled.elements] == ["present", None, "absent", None]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (fragment((C, "occurred")), "elements[0].state"),
        (fragment((O, "present")), "elements[0].state"),
        (fragment(("mechanism", None)), "elements[0].role"),
        (fragment(status="gone"), "status"),
        (fragment(explicitness="guessed"), "explicitness"),
        (fragment(duplicate_of="f1"), "duplicate_of"),
        (fragment(start=3), "start"),
        (fragment(start=3, end=9), "document"),
        (fragment(start=9, end=3, quote="q", document_id="d"), "start"),
        (
            fragment(sources=(SourceRef(document_id="d", attribution="heard"),)),
            "sources[0].attribution",
        ),
        (replace(fragment(), elements=(Element(role=C, code_id=""),)), "elements[0].code"),
    ],
)
def test_what_is_wrong_with_a_fragment_is_named_by_its_field(
    wrong: FragmentState, field: str
) -> None:
    assert [problem.field for problem in problems(wrong)] == [field]


def test_harm_is_a_state_of_an_outcome() -> None:
    assert problems(fragment((O, "reversed"))) == []


def test_the_same_content_is_no_new_version() -> None:
    assert next_version(None, "a", [(1, "a")]) == (1, False)
    assert next_version(1, "a", [(1, "a")]) == (1, False)


def test_other_content_is_the_next_version() -> None:
    assert next_version(None, "a", []) == (1, True)
    assert next_version(None, "b", [(1, "a")]) == (2, True)
    assert next_version(1, "b", [(1, "a")]) == (2, True)
    assert next_version(7, "b", [(1, "a")]) == (7, True)


def test_going_back_to_earlier_content_is_a_version_of_its_own() -> None:
    assert next_version(None, "a", [(1, "a"), (2, "b")]) == (3, True)


def test_a_bundle_loaded_twice_finds_its_versions_in_the_history() -> None:
    history = [(1, "a"), (2, "b")]
    assert next_version(1, "a", history) == (2, False)
    assert next_version(2, "b", history) == (2, False)
    assert next_version(1, "b", history) == (2, False)


def test_content_is_everything_but_the_version() -> None:
    one = fragment((C, "present"))
    assert content_hash(one) == content_hash(replace(one, version=9))
    assert content_hash(one) != content_hash(replace(one, memo="m"))


def test_a_withheld_fragment_keeps_ids_roles_codes_and_places_and_no_words() -> None:
    said = Element(role=C, code_id="c", state="present", statement="she said so")
    told = replace(fragment(quote="she said", memo="m", start=0, end=8), elements=(said,))
    kept = withheld(told)
    assert (kept.quote, kept.memo, kept.elements[0].statement) == ("", "", "")
    assert (kept.start, kept.end, kept.elements[0].code_id, kept.confidential) == (0, 8, "c", True)


def test_an_erased_fragment_is_withdrawn_without_its_words() -> None:
    gone = erased(fragment((C, "present"), quote="q", memo="m"))
    assert (gone.status, gone.quote, gone.memo, len(gone.elements)) == ("withdrawn", "", "", 1)


def test_a_fragment_rests_on_its_passage_and_its_sources() -> None:
    sources = (
        SourceRef(document_id="d2"),
        SourceRef(document_id="d1"),
        SourceRef(document_id="d2"),
    )
    assert documents_of(fragment(document_id="d0", sources=sources)) == ("d0", "d1", "d2")
    assert documents_of(fragment()) == ()


def test_a_change_names_its_fields_but_not_the_version() -> None:
    one = fragment()
    assert changed_fields(one, replace(one, version=2, memo="m")) == ("memo",)
    assert changed_fields(None, one) == ()


@pytest.mark.parametrize(
    ("axis", "value", "sound"),
    [
        ("relevance", "high", True),
        ("rigour", None, True),
        ("richness", "high", False),
        ("x", "y", False),
    ],
)
def test_an_axis_of_appraisal_has_words_of_its_own(
    axis: str, value: str | None, sound: bool
) -> None:
    assert (axis_problem(axis, value) == "") is sound
