"""The import rules of the method, section 1, on plain dicts."""

from typing import Any

from runtime.bundle.reco_rules import (
    imported,
    opposite_codes,
    outcome_level,
    sources_for,
    theory_ids,
    unchecked_states,
    valences_of,
    with_sources,
    with_states,
)


def fragment(polarity: str, *codes: str, role: str = "context", **more: Any) -> dict[str, Any]:
    elements = [{"role": role, "code_id": code} for code in codes]
    return {"id": "f", "theory": 1, "polarity": polarity, "elements": elements, **more}


def codebook(*codes: dict[str, Any], role: str = "context") -> dict[str, Any]:
    return {"programme_theories": {"PT1": {role: [{"group_id": "C1", "codes": list(codes)}]}}}


def test_polarity_states_the_outcome_group_and_leaves_stated_elements_alone() -> None:
    source = fragment("negative", "o1", role="outcome")
    source["elements"].append({"role": "outcome", "code_id": "o2", "state": "occurred"})
    filled = with_states(source)["elements"]
    assert [(item["state"], item.get("of_group", False)) for item in filled] == [
        ("failed", True),
        ("occurred", False),
    ]


def test_a_code_of_both_valences_states_what_was_wished_for() -> None:
    groups = [
        {"group_id": name, "valence": valence, "codes": [{"code_id": "o"}, {"code_id": name}]}
        for name, valence in (("G", "desired"), ("H", "undesired"))
    ]
    valences = valences_of({"programme_theories": {"PT1": {"outcome": groups}}})
    filled = with_states(fragment("negative", "o", "G", "H", role="outcome"), valences)
    assert [(one["state"], one.get("wished", False)) for one in filled["elements"]] == [
        ("failed", True),
        ("failed", False),
        ("occurred", False),
    ]
    unclear = with_states(fragment("unclear", "o", role="outcome"), valences)["elements"][0]
    assert (unclear["state"], unclear.get("wished", False)) == ("not_stated", False)


def test_an_unclear_polarity_leaves_the_outcome_not_stated() -> None:
    assert with_states(fragment("unclear", "o", role="outcome"))["elements"][0]["state"] == (
        "not_stated"
    )


def test_other_elements_are_present_even_in_a_negative_fragment() -> None:
    assert with_states(fragment("negative", "c"))["elements"][0]["state"] == "present"


def test_a_code_of_negative_fragments_only_is_opposite_in_a_mostly_positive_group() -> None:
    book = codebook({"code_id": "good"}, {"code_id": "poor"})
    fragments = [fragment("positive", "good"), fragment("negative", "poor")]
    assert opposite_codes(book, fragments) == {"PT1": {("context", "C1", "poor")}}


def test_a_group_named_after_a_lack_keeps_its_sense_at_four_in_five() -> None:
    book = codebook({"code_id": "barrier"}, {"code_id": "cost"})
    fragments = [fragment("negative", "barrier")] * 4 + [fragment("positive", "cost")]
    assert opposite_codes(book, fragments) == {"PT1": set()}


def test_a_sense_set_by_people_and_outcome_codes_are_left_alone() -> None:
    book = codebook({"code_id": "good"}, {"code_id": "poor", "sense": "same"})
    fragments = [fragment("positive", "good"), fragment("negative", "poor")]
    assert opposite_codes(book, fragments) == {"PT1": set()}
    outcomes = codebook({"code_id": "good"}, {"code_id": "poor"}, role="outcome")
    stated = [fragment("positive", "good", role="outcome")]
    stated.append(fragment("negative", "poor", role="outcome"))
    assert opposite_codes(outcomes, stated) == {"PT1": set()}


def test_citations_are_cited_inferred_or_the_authors_own_words() -> None:
    origin = {"type": "literature", "citations": ["A"], "inferred_citations": ["B"]}
    plain = with_sources({"source": origin, "statement_level": "primary"})["sources"]
    assert plain == [
        {"key": "A", "attribution": "cited"},
        {"key": "B", "attribution": "inferred"},
    ]
    words = with_sources({"source": origin, "statement_level": "synthesis"})["sources"]
    assert {item["attribution"] for item in words} == {"summary"}


def test_case_studies_and_participants_are_paired_in_order() -> None:
    origin = {"type": "staff", "case_study": "B, A", "participant": "P1, P2"}
    made = with_sources({"source": origin})["sources"]
    assert [(item["case"], item["participant"]) for item in made] == [
        ("evaluation/B", "B/P1"),
        ("evaluation/A", "A/P2"),
    ]


def test_one_case_study_goes_with_all_participants() -> None:
    origin = {"type": "carer", "case_study": "B", "participant": "P1, P2"}
    made = with_sources({"source": origin})["sources"]
    assert [(item["case"], item["participant"]) for item in made] == [
        ("evaluation/B", "B/P1"),
        ("evaluation/B", "B/P2"),
    ]
    assert [item["key"] for item in made] == ["evaluation/B/P1", "evaluation/B/P2"]


def test_several_case_studies_and_participants_without_pairs_stay_apart() -> None:
    origin = {"type": "staff", "case_study": "A, B", "participant": "P1, P2, P3"}
    made = with_sources({"source": origin})["sources"]
    assert [item["key"] for item in made] == [
        "evaluation/A/-",
        "evaluation/B/-",
        "evaluation/-/P1",
        "evaluation/-/P2",
        "evaluation/-/P3",
    ]
    assert [item["participant"] for item in made] == [None, None, "-/P1", "-/P2", "-/P3"]
    nowhere = with_sources({"source": {"type": "carer"}})["sources"]
    assert [item["key"] for item in nowhere] == ["evaluation/-/-"]


def test_people_of_the_evaluation_are_one_study_and_the_workshop_another() -> None:
    made = sources_for([{"sources": [{"key": "evaluation/A/P1"}, {"key": "workshop"}]}], [])
    assert [item["study"] for item in made] == ["evaluation", "workshop"]


def test_a_synthesis_statement_makes_every_source_a_summary() -> None:
    origin = {"type": "staff", "case_study": "A", "citations": ["W"]}
    made = with_sources({"source": origin, "statement_level": "synthesis"})["sources"]
    assert [item["attribution"] for item in made] == ["summary", "summary"]


def test_an_undesired_outcome_is_avoided_in_a_positive_fragment() -> None:
    group = {"group_id": "O1", "valence": "undesired", "codes": [{"code_id": "gaps"}]}
    valences = valences_of({"programme_theories": {"PT1": {"outcome": [group]}}})
    states = {
        polarity: with_states(fragment(polarity, "gaps", role="outcome"), valences)
        for polarity in ("positive", "negative", "unclear")
    }
    assert [said["elements"][0]["state"] for said in states.values()] == [
        "failed",
        "occurred",
        "not_stated",
    ]
    plain = with_states(fragment("positive", "calm", role="outcome"), valences)
    assert plain["elements"][0]["state"] == "occurred"


def test_a_code_of_unclear_and_negative_fragments_is_opposite_one_with_a_state_is_not() -> None:
    book = codebook({"code_id": "good"}, {"code_id": "poor"})
    fragments = [
        fragment("positive", "good"),
        fragment("negative", "poor"),
        fragment("unclear", "poor"),
    ]
    assert opposite_codes(book, fragments) == {"PT1": {("context", "C1", "poor")}}
    fragments[1]["elements"][0]["state"] = "absent"
    assert opposite_codes(book, fragments) == {"PT1": set()}


def test_elements_of_a_code_that_kept_its_sense_are_listed() -> None:
    book = codebook({"code_id": "barrier"}, {"code_id": "cost"})
    fragments = [fragment("negative", "barrier")] * 4 + [fragment("positive", "cost")]
    listed = unchecked_states(book, fragments)
    assert listed[0] == {"theory": "PT1", "fragment": "f", "role": "context", "code": "barrier"}
    assert len(listed) == 4


def test_literature_without_citations_has_no_source() -> None:
    assert with_sources({"source": {"type": "literature", "citations": []}})["sources"] == []


def test_missing_sources_are_studies_of_their_own_without_a_record() -> None:
    made = sources_for([{"sources": [{"key": "B"}, {"key": "A"}]}], [{"key": "B", "study": "s"}])
    assert made == [
        {"key": "B", "study": "s"},
        {"key": "A", "kind": "literature", "record": None, "study": "A"},
    ]


def test_levels_and_short_theories_are_read_in_the_words_of_the_method() -> None:
    assert outcome_level("intermediate (proximal)") == "intermediate"
    assert outcome_level("distal (primary)") == "distal"
    assert outcome_level("other") == outcome_level(None) == "unset"
    assert theory_ids({"theory": 1}) == theory_ids({"theories": ["PT1"]}) == ["PT1"]
    assert theory_ids({}) == []


def test_import_marks_what_no_person_decided() -> None:
    book = codebook({"code_id": "good"}, {"code_id": "poor"})
    fragments = [fragment("positive", "good"), fragment("negative", "poor")]
    read, filled = imported(book, fragments)
    codes = read["programme_theories"]["PT1"]["context"][0]["codes"]
    assert codes[1]["sense_by"] == "import rule, unchecked"
    assert all(item["elements"][0]["state"] == "present" for item in filled)
