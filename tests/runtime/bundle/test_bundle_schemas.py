"""The JSON Schemas and the example are made, never edited."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from examples import build_tour
from examples.build_reco import build
from runtime.bundle.parse import read_bundle
from runtime.bundle.schemas import rendered
from tests.support.reference import ROOT, reference

EXAMPLES = ROOT / "examples"


def test_the_schemas_are_in_step_with_the_models() -> None:
    kept = {p.name: p.read_text(encoding="utf-8") for p in (EXAMPLES / "schemas").iterdir()}
    assert kept == rendered(), "run: python -m runtime.bundle.schemas"


def test_the_example_is_in_step_with_what_it_is_built_from(tmp_path: Path) -> None:
    build(reference("reco"), tmp_path)
    built = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    kept = EXAMPLES / "reco"
    held = {p.relative_to(kept): p.read_bytes() for p in kept.rglob("*") if p.is_file()}
    assert held == built, "run: python -m examples.build_reco"


def test_the_invented_example_is_in_step_with_the_words_it_is_built_from(tmp_path: Path) -> None:
    build_tour.build(tmp_path)
    built = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    kept = EXAMPLES / "tour"
    held = {p.relative_to(kept): p.read_bytes() for p in kept.rglob("*") if p.is_file()}
    assert held == built, "run: python -m examples.build_tour"


def test_every_record_of_the_invented_example_says_that_it_is_invented() -> None:
    example = read_bundle(EXAMPLES / "tour").whole()
    assert len(example.records) == 151
    assert all(r.abstract.startswith("Invented example record.") for r in example.records)
    assert all(r.doi and r.doi.startswith("10.5555/") for r in example.records)
    texts = [source.text for source in example.sources if source.text]
    assert len(texts) == 4
    assert all(text.startswith("Invented example.") for text in texts)


@pytest.mark.parametrize(
    ("file", "schema"),
    [("fragments.jsonl", "fragment.schema.json"), ("sources.jsonl", "source.schema.json")],
)
def test_the_examples_lines_fit_their_schema(file: str, schema: str) -> None:
    validator = jsonschema.Draft202012Validator(
        json.loads((EXAMPLES / "schemas" / schema).read_text(encoding="utf-8"))
    )
    for line in (EXAMPLES / "reco" / file).read_text(encoding="utf-8").splitlines():
        validator.validate(json.loads(line))


def test_the_examples_review_fits_its_schema() -> None:
    text = (EXAMPLES / "schemas" / "review.schema.json").read_text(encoding="utf-8")
    review = yaml.safe_load((EXAMPLES / "reco" / "review.yaml").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(json.loads(text)).validate(review)


@pytest.mark.parametrize("name", ["reco", "tour"])
def test_the_example_has_nothing_to_complain_of(name: str) -> None:
    reading = read_bundle(EXAMPLES / name)
    assert list(reading.problems) == []
    assert reading.whole().made == ()


def test_the_example_and_the_files_that_it_is_built_from_say_the_same_of_each_fragment() -> None:
    example = read_bundle(EXAMPLES / "reco").whole()
    plain = read_bundle(reference("reco")).whole()
    studies = [
        {source.key: source.study or source.key for source in bundle.sources}
        for bundle in (example, plain)
    ]
    for ours, theirs in zip(example.fragments, plain.fragments, strict=True):
        assert ours.elements == theirs.elements
        said, meant = (
            [(study[s.key], s.key, s.attribution, s.case, s.participant) for s in sources or ()]
            for study, sources in zip(studies, (ours.sources, theirs.sources), strict=True)
        )
        assert said == meant
    assert example.codebook == plain.codebook


def test_reported_numbers_of_the_example_name_the_figure_they_stand_beside() -> None:
    review = yaml.safe_load((EXAMPLES / "reco" / "review.yaml").read_text(encoding="utf-8"))
    named = {item["id"]: item["figure"] for item in review["reported_numbers"] if "figure" in item}
    assert named["records_identified"] == "identified"
    assert named["included_synthesis"] == "full_text.include"
    assert len(named) == 8
