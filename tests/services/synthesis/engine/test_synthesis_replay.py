"""A finished review replayed as a living one."""

import json

import pytest

from benchmarks.synthesis import main
from benchmarks.synthesis_bundle import read_inputs
from benchmarks.synthesis_replay import place, replayed
from benchmarks.synthesis_score import best_rank, scores
from tests.support.reference import ROOT, reference


def test_the_evaluation_comes_last_and_years_in_order() -> None:
    old = {"id": "b", "source": {"type": "literature", "citations": ["A et al 1999"]}}
    new = {"id": "a", "source": {"type": "literature", "inferred_citations": ["B 2010"]}}
    talk = {"id": "c", "source": {"type": "staff"}}
    plain = {"id": "d", "source": {"type": "literature", "citations": []}}
    assert sorted([talk, plain, new, old], key=place) == [old, new, plain, talk]


def test_every_batch_says_what_it_changed_and_a_reversal_restores_the_hashes() -> None:
    told = replayed(reference("reco/fragments.jsonl").parent, 20)
    assert sum(batch["fragments"] for batch in told["batches"]) == 615
    assert all(change["words"] for batch in told["batches"] for change in batch["changes"])
    assert told["retraction"]["restored"]
    assert told["retraction"]["theories"]


def test_arguments_are_told_batch_by_batch_what_they_gained_lost_and_met() -> None:
    watched = json.loads((ROOT / "benchmarks" / "reco_arguments.json").read_text())
    told = replayed(reference("reco/fragments.jsonl").parent, 20, watched)
    moves = [batch["arguments"] for batch in told["batches"]]
    seen = {(name, place) for batch in moves for name, lists in batch.items() for place in lists}
    assert {name for name, _ in seen} == {"collaboration", "readiness", "support"}
    assert {("collaboration", "not_fired"), ("readiness", "refuted fires")} <= seen
    assert ("support", "refuted response-alone") in seen


def test_scores_stand_beside_two_controls() -> None:
    folder = reference("reco/expected_pt1-5.json").parent
    expected = json.loads((folder / "expected_pt1-5.json").read_text())
    found = scores(read_inputs(folder).review(), expected)
    assert set(found) == {"theories", "engine", "fragment_count", "random"}
    assert found["engine"]["cells"] == found["random"]["cells"] == 20
    assert set(found["theories"]["PT1"]["outcome"]) == {
        "expected",
        "leading",
        "rank",
        "of",
        "chance",
    }
    assert "rank_over_all" in found["theories"]["PT1"]["response"]


def test_groups_that_tie_share_the_better_rank() -> None:
    ranked = [("a", 1), ("b", 2), ("c", 2), ("d", 3)]
    assert best_rank(ranked, ["c"]) == 2
    assert best_rank(ranked, ["d"]) == 4
    assert best_rank(ranked, ["x"]) is None


def test_the_benchmark_needs_to_be_told_what_to_compute(capsys) -> None:
    with pytest.raises(SystemExit):
        main([])
    assert "say what to compute" in capsys.readouterr().err
