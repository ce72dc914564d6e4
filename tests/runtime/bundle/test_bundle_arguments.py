"""Arguments and judged parts of theories.json as typed values."""

import pytest
from pydantic import ValidationError

from runtime.bundle.model.arguments import Argument
from runtime.bundle.model.theories import Judgement

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


def test_a_judgement_names_one_part_in_the_new_and_in_the_older_form() -> None:
    new = Judgement.model_validate(
        {**JUDGED, "verdict": "does not", "role": "resource", "mechanism": "R"}
    )
    assert (new.resource, new.response) == ("R", None)
    older = Judgement.model_validate(
        {**JUDGED, "verdict": "does not", "resource": "R", "response": "P"}
    )
    assert (older.role, older.mechanism) == ("response", "P")
