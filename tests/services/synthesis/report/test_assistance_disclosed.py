"""The report discloses what language models suggested, and never says that none did by mistake."""

from types import SimpleNamespace

import pytest

from services.synthesis.report.domain.assistance import assistance
from services.synthesis.report.domain.blocks import NoticeBlock, Paragraph
from services.synthesis.report.domain.material import Told


def blocks(**told):
    return list(assistance(SimpleNamespace(told=Told(**told))))


@pytest.mark.parametrize(
    "told",
    [{"silent": ["extraction"]}, {"events": {"extraction.suggestions_asked": 1}}],
    ids=["extraction is silent", "the log tells of a run"],
)
def test_a_report_that_does_not_know_does_not_say_that_no_model_took_part(told):
    (said,) = blocks(**told)
    assert isinstance(said, NoticeBlock)


def test_a_report_says_that_no_model_took_part_where_none_did():
    assert blocks() == [Paragraph("No language model took part.")]


def test_the_worst_code_stands_beside_the_mean():
    code = {"label": "Trust", "role": "outcome", "precision": 0.5, "recall": None, "f1": 0.25}
    figure = {"mean": 0.6, "worst": {"label": "Trust", "role": "outcome", "value": 0.25}}
    measured = {
        "model": "m",
        "documents": 2,
        "codes": [{**code, "kappa": None}],
        "summary": {"f1": figure, "kappa": {"mean": None, "worst": None}},
    }
    run = {
        "asked_at": "2026-11-29T10:00:00Z",
        "model": "m",
        "host": "h",
        "coder": "assistant",
        "documents": 3,
        "documents_done": 3,
        "left_out": [{}],
        "suggested": 4,
        "dropped": {"x": 2},
        "states": {"accepted": 1},
    }
    states = {"pending": 1, "accepted": 1, "changed": 1, "rejected": 1}
    said = repr(
        blocks(assistance={"runs": [run], "suggested": 4, "states": states, "measured": [measured]})
    )
    assert "mean F1 of 0.60 over codes; the worst code, Trust, 0.25" in said
    assert "Mean kappa undefined" in said
    assert "2 of 3" in said
