"""The report's yield table says which step asked which source."""

from typing import Any

import pytest

from services.synthesis.report.domain.clusters import _crowded, _endings, asked_of

PLAIN: dict[str, Any] = {"step": "lead_author", "queries": [{"term": "Noether E[1au]"}]}


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (PLAIN | {"sources": {"PubMed": 3}}, "PubMed 3"),
        (PLAIN, "PubMed 0"),
        (
            PLAIN
            | {
                "elsewhere": [
                    {"label": "OpenAlex", "asked": True},
                    {"label": "OpenAlex", "asked": True},
                    {"label": "Crossref", "asked": True},
                    {"label": "Europe PMC", "asked": False},
                ],
                "sources": {"PubMed": 2, "OpenAlex": 5},
                "unanswered": ["Crossref"],
            },
            "PubMed 2, OpenAlex 5, Crossref no answer",
        ),
        (
            {"step": "references", "links": [["p", "1"]], "sources": {"its own reference list": 4}},
            "PubMed 0, its own reference list 4",
        ),
        ({"step": "recheck", "queries": [], "links": []}, "the library"),
        ({"step": "theory", "queries": [], "links": []}, "none"),
        (PLAIN | {"state": "refused"}, "PubMed no answer"),
        (PLAIN | {"state": "skipped"}, "none"),
    ],
)
def test_a_step_is_told_with_the_sources_it_asked(step, words):
    assert asked_of(step) == words


ROUNDS = [{"theory_id": "PT1", "step_id": step} for step in ("g1", "g1", "g2")]


def test_only_a_cluster_that_somebody_closed_is_said_to_be_closed():
    decision = {"closed": {"reason": "nothing new in two rounds.", "by": "ann"}}
    closed = [{"step_id": "g2", "detail": {"decision": decision}}, {"step_id": "g9", "detail": {}}]

    assert _endings(ROUNDS, []) == "Nobody has closed any of 2 clusters yet."
    assert _endings(ROUNDS, closed) == "People closed 1 of 2 clusters: nothing new in two rounds."


def test_rounds_of_several_clusters_of_one_theory_are_told_apart():
    assert _crowded(ROUNDS) == {"PT1"}
    assert _crowded(ROUNDS[:2]) == set()
