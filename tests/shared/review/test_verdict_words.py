"""A context's verdict is said in one way, and the glossary has every wording."""

from pathlib import Path
from typing import get_args

import pytest

from services.synthesis.engine.contexts import ContextVerdict
from shared.review.verdict_words import VERDICTS, verdict_words

GLOSSARY = Path(__file__).parents[3] / "docs" / "glossary.md"


def test_every_verdict_of_the_engine_has_words():
    assert set(VERDICTS) == set(get_args(ContextVerdict))


@pytest.mark.parametrize("words", VERDICTS.values())
def test_the_glossary_has_every_wording(words):
    assert f"*{words}*" in GLOSSARY.read_text()


def test_a_contrast_is_said_with_its_verdict():
    assert verdict_words("disabling", "A") == "disabling (contrast A)"
    assert verdict_words("recurs_failing") == "recurs with failures"
