"""What a fragment changed, in words, and the journal that remembers it."""

from pathlib import Path
from typing import Any

from runtime.bundle.model import Fragment
from runtime.demo import arrival
from runtime.demo.changes import sentences
from runtime.demo.journal import Journal


def body(**changed: Any) -> dict[str, Any]:
    kinds = ("positive", "contradicting", "not_fired", "alternative", "mixed", "chain")
    studies: dict[str, list[str]] = {kind: [] for kind in kinds}
    whole = {
        "id": "c1",
        "theory": "PT1",
        "outcome": "O",
        "resource": None,
        "response": "P",
        "leading": True,
        "studies": {**studies, "positive": ["s1"]},
        "participants": 0,
        "sites": 1,
        "contexts": [],
        "failures": [],
        "fragments": ["f1"],
        "hash": "h1",
    }
    return {**whole, **changed}


def test_the_same_state_says_nothing() -> None:
    assert sentences({"c1": body()}, {"c1": body()}) == []


def test_a_new_configuration_is_named_with_its_studies() -> None:
    said = sentences({}, {"c1": body()})
    assert said == ["PT1 is now led by P → O", "P → O: new, 1 study supporting"]


def test_a_configuration_without_evidence_has_lapsed() -> None:
    assert sentences({"c1": body(leading=False)}, {}) == ["P → O: lapsed"]


def test_studies_that_come_and_go_are_named() -> None:
    new = {**body()["studies"], "positive": ["s2"], "contradicting": ["s3"]}
    said = sentences({"c1": body()}, {"c1": body(studies=new, hash="h2")})
    assert said == ["P → O: + s2 supporting; − s1 supporting; + s3 contradicting"]


def test_a_contexts_verdict_and_a_failures_explanation_are_told() -> None:
    contexts = [{"group": "C", "verdict": "enabling"}]
    failures = [{"case": "s3", "explained_by": []}]
    after = body(contexts=contexts, failures=failures, hash="h2")
    said = sentences({"c1": body()}, {"c1": after})
    assert said == ["P → O: context C unseen → enabling; failure s3 unexplained"]


def test_a_fragment_of_a_known_study_is_still_told() -> None:
    after = body(fragments=["f1", "f2"], hash="h2")
    said = sentences({"c1": body()}, {"c1": after})
    assert said == ["P → O: one more fragment, no new study (f2)"]


def test_the_journal_remembers_the_state_before_across_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    Journal(path).begin("f2", ["PT1"], {"c1": body()})
    again = Journal(path)
    assert again.knows("f2")
    assert not again.is_done("f2")
    again.finish("f2", {})
    assert Journal(path).of("f2") == ("f2", ["PT1"], ["P → O: lapsed"])


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
