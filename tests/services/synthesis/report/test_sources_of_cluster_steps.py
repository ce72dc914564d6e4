"""The report's yield table says which step asked which source."""

from typing import Any

import pytest

from services.synthesis.report.domain.clusters import asked_of

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
