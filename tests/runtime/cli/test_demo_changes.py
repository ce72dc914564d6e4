"""What a fragment changed, and which fragments come in last."""

from typing import Any

from runtime.bundle.model.evidence import Fragment
from runtime.cli.configurations import ConfigurationLabels
from runtime.demo import arrival
from runtime.demo.changes import may_have_moved, moved

KEY = {
    "theory": "PT1",
    "outcome": "O",
    "role": "response",
    "mechanism": "P",
    "pattern": "occurs",
}
ITEM = {**KEY, "revision": 2, "fragments": ["f1", "f2"]}
LABELS = ConfigurationLabels({"PT1": {"mechanism_response": {"P": "Trust"}}}, {"PT1": ["O"]})


def revision(words: list[str], *causes: str) -> dict[str, Any]:
    return {"words": words, "caused_by": list(causes)}


def test_a_revision_is_told_of_the_fragment_whose_event_caused_it() -> None:
    history = [
        revision(["Added."], "e0"),
        revision(["Strengthened.", "New supporting study s2.", "Rests now also on f2."], "e2"),
    ]
    assert moved(ITEM, history, {"e2": "f2"}, LABELS) == [
        ("f2", "Trust → prevents: O: Strengthened. New supporting study s2.")
    ]


def test_an_undesired_outcome_that_only_came_about_is_not_called_prevented() -> None:
    (told,) = moved(
        {**ITEM, "pattern": "fails"}, [revision(["Added."], "e2")], {"e2": "f2"}, LABELS
    )
    assert told == ("f2", "Trust → leads to: O: Added.")


def test_a_revision_of_two_causes_is_told_of_both() -> None:
    told = moved(ITEM, [revision(["Changed."], "e1", "e2")], {"e1": "f1", "e2": "f2"}, LABELS)
    assert [fragment for fragment, _ in told] == ["f1", "f2"]


def test_only_what_was_revised_or_rests_on_a_fragment_is_looked_at() -> None:
    fresh = {**ITEM, "revision": 1}
    assert may_have_moved(ITEM, ["f9"])
    assert may_have_moved(fresh, ["f2"])
    assert not may_have_moved(fresh, ["f9"])


def test_evaluation_comes_last_then_the_year_of_the_first_citation_then_the_id() -> None:
    def fragment(name: str, kind: str, *keys: str) -> Fragment:
        sources = [{"key": key} for key in keys]
        return Fragment.model_validate({"id": name, "source": {"type": kind}, "sources": sources})

    told = [
        fragment("a", "staff", "evaluation"),
        fragment("d", "literature", "Curie et al 2018b"),
        fragment("c", "literature", "Curie et al 2005", "Zed et al 2019"),
        fragment("b", "literature", "Curie et al 2005"),
        fragment("e", "literature"),
    ]
    assert [f.id for f in sorted(told, key=arrival)] == ["e", "b", "c", "d", "a"]
