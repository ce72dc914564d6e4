"""Reading bundles: what is good is kept, what is bad is listed with file, line and field."""

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.bundle.bundle import Bundle, Reading
from runtime.bundle.parse import read_bundle
from runtime.bundle.problems import BundleError
from tests.support.reference import reference

FRAGMENT = {
    "id": "f1",
    "theory": 1,
    "elements": [
        {"role": "mechanism_response", "code_id": "trust", "state": "present"},
        {"role": "outcome", "code_id": "stay", "state": "occurred"},
    ],
    "sources": [{"key": "s1"}],
}


def write(folder: Path, **files: Any) -> Path:
    """A bundle of the given files; `fragments` and `sources` become JSON Lines."""
    for name, content in files.items():
        stem, _, ending = name.rpartition("_")
        text = content
        if ending == "jsonl" and not isinstance(content, str):
            text = "".join(json.dumps(line) + "\n" for line in content)
        elif ending == "json" and not isinstance(content, str):
            text = json.dumps(content, indent=1)
        (folder / f"{stem}.{ending}").write_text(text, encoding="utf-8")
    return folder


def sentences(reading: Reading) -> list[str]:
    return [str(problem) for problem in reading.problems]


def bundle_of(folder: Path) -> Bundle:
    return read_bundle(folder).whole()


def test_the_reco_files_alone_are_a_bundle() -> None:
    bundle = bundle_of(reference("reco"))
    assert len(bundle.fragments) == 615
    assert len(bundle.theories) == 11
    assert bundle.made[0] == "review.yaml"
    cited = {source.key for fragment in bundle.fragments for source in fragment.sources or ()}
    assert cited == {source.key for source in bundle.sources}
    assert all(source.record is None for source in bundle.sources)


@pytest.mark.parametrize("case", ["01-toy", "11-sibling-merge"])
def test_a_worked_case_is_a_bundle_whose_records_are_included(case: str) -> None:
    bundle = bundle_of(reference(f"cases/{case}"))
    records = {source.record for source in bundle.sources}
    assert {row.record for row in bundle.decisions} == records
    assert {row.verdict for row in bundle.decisions} == {"include"}
    assert bundle.review.last_main_stage() == "full_text"


def test_every_fault_is_listed_and_the_good_lines_are_kept(tmp_path: Path) -> None:
    lines = [
        json.dumps(FRAGMENT),
        '{"id": "f2", "theory": 1, "elements": [{"role": "contxt", "code_id": "c"}]}',
        "{not json",
        '{"theory": 1, "elements": []}',
        '{"id": "f5", "theory": 1, "status": "gone", "version": "2", "elements": []}',
    ]
    reading = read_bundle(write(tmp_path, fragments_jsonl="\n".join(lines)))
    said = sentences(reading)
    errors = [str(problem) for problem in reading.problems.errors]
    assert any(s.startswith("fragments.jsonl:2: elements[0].role is 'contxt'") for s in said)
    assert any(s.startswith("fragments.jsonl:3: is not JSON") for s in said)
    assert "fragments.jsonl:4: id is missing; add it" in said
    assert any(s.startswith("fragments.jsonl:5: status is 'gone'; write 'active'") for s in said)
    assert any(s.startswith("fragments.jsonl:5: version is '2'; write a whole") for s in said)
    assert len(errors) == 5
    with pytest.raises(BundleError) as caught:
        reading.whole()
    assert len(caught.value.problems) == 5
    assert [fragment.id for fragment in reading.good_part().fragments] == ["f1"]


def test_a_fault_in_a_json_file_names_its_line(tmp_path: Path) -> None:
    theories = '{\n "theories": [\n  {"number": 1},\n  {"number": "two"}\n ]\n}'
    folder = write(tmp_path, theories_json=theories, fragments_jsonl=[FRAGMENT])
    problem = read_bundle(folder).problems.errors[0]
    assert (problem.file, problem.line, problem.field) == ("theories.json", 4, "theories[1].number")


def test_a_fault_in_the_review_names_its_line(tmp_path: Path) -> None:
    review = "id: r\nstages:\n- name: one\n- name: two\n  from: nowhere\n  main: perhaps\n"
    reading = read_bundle(write(tmp_path, review_yaml=review, fragments_jsonl=[FRAGMENT]))
    problem = reading.problems.errors[0]
    assert (problem.line, problem.field) == (6, "stages[1].main")
    assert problem.remedy == "write true or false without quotes"


def test_a_stage_that_no_stage_feeds_is_an_error(tmp_path: Path) -> None:
    review = "id: r\nstages:\n- name: one\n  from: nowhere\n"
    reading = read_bundle(write(tmp_path, review_yaml=review, fragments_jsonl=[FRAGMENT]))
    assert "names no stage: 'nowhere'" in sentences(reading)[0]


def test_stages_in_a_circle_are_an_error(tmp_path: Path) -> None:
    review = "id: r\nstages:\n- name: one\n  from: two\n- name: two\n  from: one\n"
    reading = read_bundle(write(tmp_path, review_yaml=review, fragments_jsonl=[FRAGMENT]))
    assert "in a circle" in sentences(reading)[0]


def test_an_unknown_key_is_told_with_what_was_meant(tmp_path: Path) -> None:
    reading = read_bundle(write(tmp_path, fragments_jsonl=[{**FRAGMENT, "memmo": "x"}]))
    assert reading.problems.errors == ()
    assert "fragments.jsonl:1: memmo is not known; did you mean 'memo'? it is not loaded" in (
        sentences(reading)
    )


def test_of_two_lines_with_one_key_the_first_is_kept(tmp_path: Path) -> None:
    twins = [FRAGMENT, {**FRAGMENT, "theory": 2}]
    reading = read_bundle(write(tmp_path, fragments_jsonl=twins))
    assert "fragments.jsonl:2: id 'f1' stands on line 1 already" in sentences(reading)[0]
    assert reading.good_part().fragments[0].theories == ("PT1",)


def test_a_state_must_fit_the_role(tmp_path: Path) -> None:
    wrong = {**FRAGMENT, "elements": [{"role": "outcome", "code_id": "o", "state": "present"}]}
    said = sentences(read_bundle(write(tmp_path, fragments_jsonl=[wrong])))[0]
    assert "state 'present' does not fit role outcome; write occurred or failed" in said


def test_a_decision_about_nothing_is_an_error(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        review_yaml="id: r\nteam:\n- person: A\nstages:\n- name: full_text\n",
        sources_jsonl=[{"key": "s1", "record": "r1"}],
        fragments_jsonl=[FRAGMENT],
        decisions_csv="record,stage,person,verdict\nr1,full_text,A,include\nr9,half,B,include\n",
    )
    reading = read_bundle(folder)
    fields = [problem.field for problem in reading.problems.errors]
    assert fields == ["stage", "person", "record"]
    assert [row.record for row in reading.good_part().decisions] == ["r1"]


def test_a_source_that_is_not_included_is_excluded_at_the_last_stage(tmp_path: Path) -> None:
    sources = [{"key": "s1", "record": "r1"}, {"key": "s2", "record": "r2", "included": False}]
    review = "id: r\nstages:\n- name: first\n- name: last\n  from: first\n"
    bundle = bundle_of(
        write(tmp_path, review_yaml=review, sources_jsonl=sources, fragments_jsonl=[FRAGMENT])
    )
    verdicts = {(row.record, row.stage): row.verdict for row in bundle.decisions}
    assert verdicts == {
        ("r1", "first"): "include",
        ("r1", "last"): "include",
        ("r2", "first"): "include",
        ("r2", "last"): "exclude",
    }


def test_with_decisions_a_source_that_says_nothing_gets_no_vote(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        sources_jsonl=[{"key": "s1", "record": "r1"}, {"key": "s2", "record": "r2"}],
        fragments_jsonl=[FRAGMENT],
        decisions_csv="record,stage,person,verdict\nr1,full_text,A,include\n",
    )
    assert {row.record for row in bundle_of(folder).decisions} == {"r1"}


def test_sources_that_only_events_name_are_made_too(tmp_path: Path) -> None:
    later = {**FRAGMENT, "id": "f9", "sources": [{"key": "s9"}]}
    folder = write(
        tmp_path,
        fragments_jsonl=[FRAGMENT],
        events_jsonl=[{"event": "fragment_coded", "fragment": later}],
    )
    assert {source.key for source in bundle_of(folder).sources} == {"s1", "s9"}


def test_an_unknown_event_is_an_error_that_lists_the_known(tmp_path: Path) -> None:
    reading = read_bundle(
        write(tmp_path, fragments_jsonl=[FRAGMENT], events_jsonl=[{"event": "pin_sett"}])
    )
    said = str(reading.problems.errors[0])
    assert said.startswith("events.jsonl:1: event is 'pin_sett'; write ")
    assert "'pin_set'" in said


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_without_a_bundle_says_what_a_bundle_has(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    reading = read_bundle(tmp_path / name)
    assert reading.bundle is None
    assert len(reading.problems.errors) == 1
    with pytest.raises(BundleError):
        reading.good_part()


def test_bytes_that_are_not_utf_8_are_named_by_line(tmp_path: Path) -> None:
    (tmp_path / "fragments.jsonl").write_bytes(b'{"id": "a"}\n{"id": "\xe9"}\n')
    problem = read_bundle(tmp_path).problems.errors[0]
    assert (problem.line, problem.remedy) == (2, "save the file as UTF-8")


def test_the_digest_changes_with_any_file_but_the_events(tmp_path: Path) -> None:
    folder = write(tmp_path, fragments_jsonl=[FRAGMENT])
    before = bundle_of(folder).digest
    write(tmp_path, events_jsonl=[{"event": "source_withdrawn", "key": "s1"}])
    assert bundle_of(folder).digest == before
    write(tmp_path, sources_jsonl=[{"key": "s1"}])
    assert bundle_of(folder).digest != before


def test_an_ambiguous_codebook_is_an_error_and_its_first_reading_is_kept(tmp_path: Path) -> None:
    def group(name: str, *codes: str, **more: Any) -> dict[str, Any]:
        return {"group_id": name, "codes": [{"code_id": code} for code in codes], **more}

    contexts = [group("A", "x", opposite_of="Z"), group("B", "y", "x", "y"), group("A", "z")]
    codebook = {"programme_theories": {"PT1": {"context": contexts}}}
    reading = read_bundle(write(tmp_path, codebook_json=codebook, fragments_jsonl=[FRAGMENT]))
    said = [problem.what for problem in reading.problems.errors]
    assert said == [
        "holds group 'A' twice",
        "holds code 'y' twice",
        "names 'Z', which is no other context group",
    ]
    kept = reading.good_part().codebook["PT1"].context
    assert [(g.group_id, [c.code_id for c in g.codes]) for g in kept] == [
        ("A", ["x"]),
        ("B", ["y", "x"]),
    ]
    assert kept[0].opposite_of is None


def test_two_main_stages_from_one_source_are_an_error(tmp_path: Path) -> None:
    review = "id: r\nstages:\n- name: one\n- name: two\n"
    reading = read_bundle(write(tmp_path, review_yaml=review, fragments_jsonl=[FRAGMENT]))
    assert "main: false" in sentences(reading)[0]
    assert [stage.name for stage in reading.good_part().review.stages] == ["full_text"]


def test_of_two_theories_with_one_number_the_first_is_kept(tmp_path: Path) -> None:
    theories = {"theories": [{"number": 1, "name": "first"}, {"number": 1, "name": "second"}]}
    reading = read_bundle(write(tmp_path, theories_json=theories, fragments_jsonl=[FRAGMENT]))
    assert "states 'PT1' twice" in sentences(reading)[0]
    assert [theory.name for theory in reading.good_part().theories] == ["first"]
