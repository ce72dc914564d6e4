"""Arguments and judged parts of theories.json as typed values."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from runtime.bundle.model.arguments import Argument
from runtime.bundle.model.theories import Judgement
from runtime.bundle.parse import read_bundle
from runtime.loading.arguments import version_of

TERM = {"role": "context", "group": "C", "state": "present"}
OTHER = {"role": "outcome", "group": "G", "state": "failed"}
ARGUMENT = {"id": "a", "theory": 1, "response": "P", "outcome": "G"}
JUDGED = {"theory": 1, "outcome": "G", "fragment": "f", "person": "p", "as": "reviewer"}


def test_an_argument_without_a_mechanism_is_refused() -> None:
    with pytest.raises(ValidationError, match="names no mechanism"):
        Argument.model_validate({**ARGUMENT, "response": None})


def test_a_prediction_is_given_something_and_expects_something_else() -> None:
    def predicting(given: list[dict[str, str]], expected: dict[str, str]) -> Argument:
        prediction = {"id": "p", "given": given, "expected": expected}
        return Argument.model_validate({**ARGUMENT, "predictions": [prediction]})

    assert predicting([TERM], OTHER).predictions[0].expected.group == "G"
    with pytest.raises(ValidationError, match="predicts what it was given"):
        predicting([TERM], {**TERM, "state": "absent"})
    with pytest.raises(ValidationError, match="at least 1 item"):
        predicting([], OTHER)


def test_a_term_has_a_state_that_fits_its_role() -> None:
    term = {**TERM, "state": "occurred"}
    prediction = {"id": "p", "given": [term], "expected": OTHER}
    with pytest.raises(ValidationError, match="does not fit role context; write present or absent"):
        Argument.model_validate({**ARGUMENT, "predictions": [prediction]})


def test_lines_without_a_version_have_the_next_number() -> None:
    highest: dict[str, int] = {}
    versions = [None, 4, None, 2]
    lines = [Argument.model_validate({**ARGUMENT, "version": version}) for version in versions]
    assert [version_of(line, highest) for line in lines] == [1, 4, 5, 2]
    assert highest == {"a": 5}


def test_a_term_of_another_theory_is_told_and_loaded(tmp_path: Path) -> None:
    group = {"group_id": "G", "codes": []}
    books = {
        "PT1": {"outcome": [group]},
        "PT2": {"mechanism_response": [{**group, "group_id": "P"}]},
    }
    stated = {"theories": [{"number": 1, "name": "T"}], "arguments": [ARGUMENT]}
    for name, value in (("codebook", {"programme_theories": books}), ("theories", stated)):
        (tmp_path / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    (tmp_path / "review.yaml").write_text("id: r\ntitle: R\n", encoding="utf-8")
    (tmp_path / "fragments.jsonl").write_text("", encoding="utf-8")
    reading = read_bundle(tmp_path)
    assert [argument.id for argument in reading.whole().arguments] == ["a"]
    said = [str(warning) for warning in reading.problems.warnings]
    assert any("names response 'P', which the codebook of PT1 lacks" in line for line in said)
    assert not any("not loaded" in line for line in said)


def test_a_judgement_names_one_part_in_the_new_and_in_the_older_form() -> None:
    new = Judgement.model_validate(
        {**JUDGED, "verdict": "does not", "role": "resource", "mechanism": "R"}
    )
    assert (new.resource, new.response) == ("R", None)
    older = Judgement.model_validate(
        {**JUDGED, "verdict": "does not", "resource": "R", "response": "P"}
    )
    assert (older.role, older.mechanism) == ("response", "P")
