"""What the services would refuse halfway is refused by the reader, before anything is loaded."""

import json

import pytest

from runtime.bundle.parse import read_bundle

FRAGMENT = {"id": "f1", "theory": 1, "elements": [], "sources": [{"key": "s"}]}
VERSION = {
    "event": "version_frozen",
    "number": "1",
    "inputs_hash": "0" * 64,
    "at": "2026-01-31T10:00:00+00:00",
    "content": {"ccmocs": []},
}
FROZEN = {"id": "c", "revision": 1, "hash": "0" * 64, "state": "checked", "body": {"id": "c"}}
NOTE = {"event": "note_kept", "theory": 1, "kind": "idea", "id": "i"}
JUDGED = {"theory": 1, "outcome": "O", "response": "T", "fragment": "f1", "person": "a"}
DECIDED = "record,stage,person,verdict,decided_at\nr,full_text,a,include,yesterday\n"

TWO_VALUED = {"group_id": "O", "label": "O", "two_valued": True}

CASES = {
    "an appraisal of a document in a word of its own": (
        "extraction.json",
        json.dumps({"appraisals": [{"document": "d", "person": "a", "richness": "rich"}]}),
        "appraisals[0].richness",
    ),
    "an appraisal of a fragment in a word of its own": (
        "events.jsonl",
        json.dumps({"event": "fragment_appraised", "fragment": "f1", "rigour": "sound"}),
        "rigour",
    ),
    "an outcome with two values": (
        "codebook.json",
        json.dumps({"programme_theories": {"PT1": {"outcome": [TWO_VALUED]}}}),
        "only contexts and mechanisms can be two-valued",
    ),
    "a year beyond all years": (
        "sources.jsonl",
        json.dumps({"key": "s", "year": 10**12}),
        "year",
    ),
    "a theory's number beyond all numbers": (
        "theories.json",
        json.dumps({"theories": [{"number": 10**12}]}),
        "theories[0].number",
    ),
    "a fragment that repeats itself": (
        "fragments.jsonl",
        json.dumps({**FRAGMENT, "duplicate_of": "f1"}),
        "names the fragment itself",
    ),
    "a judgement in a word of its own": (
        "theories.json",
        json.dumps({"judgements": [{**JUDGED, "as": "reviewer", "verdict": "perhaps"}]}),
        "judgements[0].verdict",
    ),
    "a share above one": ("theories.json", json.dumps({"parameters": {"share": 7}}), "share"),
    "a day that is none": ("decisions.csv", DECIDED, "no date"),
    "a note without its fields": ("events.jsonl", json.dumps({**NOTE, "content": {}}), "if"),
    "a version without a time zone": (
        "events.jsonl",
        json.dumps({**VERSION, "at": "2026-01-31"}),
        "no time zone",
    ),
    "a version with a short hash": (
        "events.jsonl",
        json.dumps({**VERSION, "inputs_hash": "12"}),
        "64 hexadecimal digits",
    ),
    "a version with a body that is none": (
        "events.jsonl",
        json.dumps({**VERSION, "content": {"ccmocs": [FROZEN]}}),
        "it is no body of CCMOC 'c'",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_by_file_and_line_before_anything_is_loaded(tmp_path, name):
    file, text, words = CASES[name]
    (tmp_path / "review.yaml").write_text("id: r\nothers: [a]\nstages: [{name: full_text}]\n")
    (tmp_path / file).write_text(text, encoding="utf-8")
    told = [str(problem) for problem in read_bundle(tmp_path).problems.errors]
    assert [one for one in told if one.startswith(file) and words in one], told


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    "harm",
    [
        f"id: r\ntitle: R\n{BOMB}stages: *j\n",
        "id: r\nstages: &a [*a]\n",
        "id: r\ntitle: 2026-99-99\n",
        "id: r\nstages: " + "[" * 3000,
        f"id: r\nseed: {'9' * 5000}\n",
    ],
)
def test_a_small_yaml_file_that_means_much_is_refused_at_once(tmp_path, harm):
    (tmp_path / "review.yaml").write_text(harm, encoding="utf-8")
    (tmp_path / "fragments.jsonl").write_text(json.dumps(FRAGMENT), encoding="utf-8")
    problems = read_bundle(tmp_path).problems.errors
    assert any(problem.file == "review.yaml" for problem in problems)
