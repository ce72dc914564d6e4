"""A codebook is unambiguous, or it is refused with everything that is wrong."""

from dataclasses import replace

import pytest

from services.extraction.codebook.domain import (
    codebook_hash,
    group_of,
    opposites_of,
    problems,
    symmetric,
    unchecked,
)
from shared.events.extraction import CodeState, GroupState


def group(group_id: str, *codes: str, role: str = "context", **more: object) -> GroupState:
    made = GroupState(
        group_id=group_id, role=role, codes=tuple(CodeState(code_id=c) for c in codes)
    )
    return replace(made, **more)  # type: ignore[arg-type]


def sentences(*groups: GroupState) -> list[str]:
    return [f"{p.field}: {p.sentence}" for p in problems(groups)]


def test_a_sound_codebook_has_no_problem() -> None:
    engagement = group("O1", "o", role="outcome", level="distal")
    assert sentences(group("C1", "a", "b"), group("C2", "c", opposite_of="C1"), engagement) == []


def test_a_code_may_be_in_two_groups_of_its_role() -> None:
    assert sentences(group("C1", "a"), group("C2", "b", "a")) == []


def test_a_code_twice_in_one_group_is_refused() -> None:
    assert sentences(group("C1", "a", "a")) == [
        "groups[0].codes[1].id: code 'a' is in group 'C1' twice; leave it there once"
    ]


def test_a_code_of_the_same_name_in_another_role_is_another_code() -> None:
    assert sentences(group("R1", "a", role="mechanism_resource"), group("C1", "a")) == []


def test_two_groups_of_one_id_are_refused() -> None:
    assert len(sentences(group("C1", "a"), group("C1", "b"))) == 2


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (group("C1", role="mechanism"), "groups[0].role"),
        (group("O1", role="outcome", level="late"), "groups[0].level"),
        (group("C1", level="distal"), "groups[0].level"),
        (group("C1", opposite_of="C9"), "groups[0].opposite_of"),
        (group("C1", opposite_of="C1"), "groups[0].opposite_of"),
        (
            replace(group("C1"), codes=(CodeState(code_id="a", sense="other"),)),
            "groups[0].codes[0].sense",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_field(wrong: GroupState, where: str) -> None:
    assert [problem.field for problem in problems([wrong])] == [where]


def test_opposites_share_a_role() -> None:
    response = group("P1", role="mechanism_response", opposite_of="C1")
    assert any("opposites share a role" in s for s in sentences(group("C1"), response))


def test_a_group_may_have_several_opposites() -> None:
    groups = [group("A", opposite_of="B"), group("B", opposite_of="C"), group("C")]
    assert sentences(*groups) == []
    a, b, c = symmetric(groups)
    assert [opposites_of(g) for g in (a, b, c)] == [("B",), ("A", "C"), ("B",)]
    assert symmetric((a, b, c)) == (a, b, c)


def test_an_opposite_is_written_at_both_ends() -> None:
    a, b = symmetric([group("A"), group("B", opposite_of="A")])
    assert (a.opposite_of, b.opposite_of) == ("B", "A")
    assert symmetric((a, b)) == (a, b)


def test_the_order_of_groups_and_codes_is_not_content() -> None:
    one = [group("A", "x", "y"), group("B", "z")]
    other = [group("B", "z"), group("A", "y", "x")]
    assert codebook_hash(one) == codebook_hash(other)
    assert codebook_hash(one) != codebook_hash([group("A", "x"), group("B", "z")])


def test_an_ungrouped_code_is_a_group_of_its_own() -> None:
    assert group_of([group("A", "x")], "context", "x") == "A"
    assert group_of([group("A", "x")], "outcome", "x") == "x"


def test_senses_set_by_an_import_rule_are_listed_as_unchecked() -> None:
    ruled = CodeState(code_id="x", sense="opposite", sense_by="import_rule")
    assert unchecked([replace(group("A", "y"), codes=(ruled, CodeState(code_id="y")))]) == ["x"]
