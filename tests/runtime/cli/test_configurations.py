"""CCMOCs as the command line prints them."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runtime.cli.configurations import body_of

BODY: dict[str, Any] = {
    "id": "c",
    "theory": "PT1",
    "studies": {"positive": ["s2"], "contradicting": [], "chain": ["s1"]},
    "contexts": [{"group": "C", "verdict": "enabling", "grade": "A", "trigger": []}],
    "interacting": {"B": ["s1"], "A": ["s2"]},
    "failures": [{"case": "s3", "explained_by": [{"kind": "counter", "group": "X"}]}],
    "hash": "h",
}


def shuffled(value: Any, draw: Any) -> Any:
    """The same value with every object's keys in another order."""
    if isinstance(value, list):
        return [shuffled(part, draw) for part in value]
    if isinstance(value, dict):
        keys = draw(st.permutations(sorted(value)))
        return {key: shuffled(value[key], draw) for key in keys}
    return value


@given(st.data())
def test_a_body_is_printed_in_one_form_whatever_order_a_database_gives(data: Any) -> None:
    other = shuffled(BODY, data.draw)
    assert json.dumps(body_of(other)) == json.dumps(body_of(BODY))


def test_keys_stand_as_in_the_method_and_groups_are_sorted() -> None:
    printed = body_of({**BODY, "state": "agreed", "revision": 3})
    assert list(printed) == [
        "id",
        "theory",
        "studies",
        "contexts",
        "interacting",
        "failures",
        "hash",
    ]
    assert list(printed["studies"]) == ["positive", "contradicting", "chain"]
    assert list(printed["interacting"]) == ["A", "B"]
    assert list(printed["failures"][0]["explained_by"][0]) == ["kind", "group"]
