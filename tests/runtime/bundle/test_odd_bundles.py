"""A published review that somebody else wrote as a bundle: little in it, some of it odd."""

import json
import re
import zipfile

import pytest
from typer.testing import CliRunner

from runtime.bundle.parse import read_bundle
from runtime.cli.app import app

REVIEW = (
    "id: odd\ntitle: A second review\nquestion: Why?\nstages:\n- {name: full_text, from: null}\n"
)
GROUPS = {
    "context": ("Open doors", "door"),
    "mechanism_resource": ("Nurse calls", "call"),
    "mechanism_response": ("Trust in staff", "trust"),
    "outcome": ("Staying in treatment", "stay"),
}
C = {"role": "context", "code_id": "door"}
U = {**C, "code_id": "unheard"}
S = {"role": "mechanism_resource", "code_id": "call"}
R = {"role": "mechanism_response", "code_id": "trust"}
O = {"role": "outcome", "code_id": "stay", "state": "occurred"}  # noqa: E741
X = {**O, "state": "failed"}
FRAGMENTS = [
    {"id": "for", "elements": [R, O], "sources": [{"key": "Doe 2001", "case": "north"}]},
    {"id": "against", "elements": [R, X], "sources": [{"key": "Doe 2001", "case": "north"}]},
    {"id": "resource", "elements": [S, O], "sources": [{"key": "Roe 2002"}]},
    {"id": "trigger", "elements": [C, R], "sources": [{"key": "Poe 2003"}]},
    {"id": "no source", "elements": [R, O]},
    {"id": "empty sources", "elements": [R, O], "sources": []},
    {"id": "new theory", "theory": 9, "elements": [C, R, O], "sources": [{"key": "Low 2004"}]},
    {"id": "new code", "elements": [U, O], "sources": [{"key": "Roe 2002"}]},
]


def write(folder, key="1"):
    """A bundle of the files that a review needs at least; its codebook calls PT1 `key`."""
    folder.mkdir(exist_ok=True)
    (folder / "review.yaml").write_text(REVIEW)
    (folder / "theories.json").write_text(
        json.dumps({"theories": [{"number": 1, "name": "Trust"}]})
    )
    book = {
        role: [{"group_id": code.upper(), "label": label, "codes": [{"code_id": code}]}]
        for role, (label, code) in GROUPS.items()
    }
    keys = key.split()
    (folder / "codebook.json").write_text(
        json.dumps({"programme_theories": dict.fromkeys(keys, book)})
    )
    lines = [json.dumps({"theory": 1, **fragment}) for fragment in FRAGMENTS]
    (folder / "fragments.jsonl").write_text("\n".join(lines))
    return folder


def test_a_number_as_key_of_a_codebook_is_short_for_the_theory_as_in_fragments(tmp_path):
    reading = read_bundle(write(tmp_path))
    assert list(reading.whole().codebook) == ["PT1"]
    assert [one.what for one in reading.problems if one.file == "codebook.json"] == [
        "'1' is a number, which is short for PT1"
    ]
    twice = read_bundle(write(tmp_path, "1 PT1"))
    assert any("names the groups of PT1 twice" in one.what for one in twice.problems)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The command line on an installation that has loaded the bundle."""
    folder = tmp_path_factory.mktemp("odd")
    home = {"RETRODUCT_HOME": str(folder / "home")}

    def tell(*words):
        result = CliRunner().invoke(app, [str(word) for word in words], env=home)
        assert result.exit_code == 0, result.output
        return result.output

    tell("load", write(folder / "bundle"))
    return tell


def tables(text):
    """Every table of a Markdown report as rows of cells by column."""
    for block in re.findall(r"(?:^\|.*\n)+", text, flags=re.M):
        head, _, *rows = [
            [cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()
        ]
        yield [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.slow
def test_an_odd_bundle_is_reported_in_every_format_without_a_phantom(told, tmp_path):
    files = {end: tmp_path / f"report.{end}" for end in ("html", "docx", "md", "json")}
    for end, path in files.items():
        told("report", path, *(["--format", end] if end == "json" else []))
    assert files["html"].read_text().startswith("<!doctype html>")
    assert zipfile.is_zipfile(files["docx"])
    assert json.loads(files["json"].read_text())["title"]
    printed = list(tables(files["md"].read_text()))
    counted = [row for rows in printed for row in rows if "Counted" in row and "For" in row]
    assert {(row["Resource"], row["Response"]) for row in counted} == {
        ("Nurse calls", "not linked"),
        ("not linked", "Trust in staff"),
        ("not linked", "trust"),
    }
    (doors,) = [row["Context"] for row in counted if row["Response"] == "Trust in staff"]
    assert doors == "Open doors (stated with the mechanism only)"
    (trusted,) = [row for row in counted if row["Response"] == "Trust in staff"]
    assert (trusted["For"], trusted["Against"]) == ("1", "1"), "one study says both"
    coded = [row["Counts for"] for rows in printed for row in rows if "Counts for" in row]
    assert coded.count("counts 0") == 2, "what has no source is printed, and counts for nothing"


def test_a_role_that_is_not_counted_needs_no_group(tmp_path):
    folder = write(tmp_path / "b")
    actor = {"role": "actor", "code_id": "nurse"}
    line = {"theory": 1, **FRAGMENTS[0], "elements": [actor, R, O]}
    (folder / "fragments.jsonl").write_text(json.dumps(line))
    told = [str(one) for one in read_bundle(folder).problems.warnings]
    assert [said for said in told if "nurse" in said] == []


def test_an_idea_may_be_merged_into_one_that_has_only_a_number(tmp_path):
    folder = write(tmp_path / "b")
    open_idea = {"number": 1, "text": "If so, then so"}
    merged = {"number": 2, "text": "If thus", "status": "merged", "merged_into": 1}
    lost = {**merged, "number": 3, "merged_into": "1"}
    ideas = {"theories": [{"number": 1}], "ideas": [open_idea, merged, lost]}
    (folder / "theories.json").write_text(json.dumps(ideas))
    told = [str(one) for one in read_bundle(folder).problems.warnings]
    assert not [said for said in told if "idea 'idea-2'" in said]
    assert any("idea 'idea-3' is merged into '1'" in said for said in told)
