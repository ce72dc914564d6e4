"""The table of widths that drawings measure with is the served font's own."""

import pytest
from fontTools.ttLib import TTFont

from shared.review.drawing.text_metrics import width, widths
from workbench.web.assets import HERE, contents


def test_the_table_of_widths_is_the_served_font_s_own() -> None:
    font = TTFont(HERE / "public-sans.ttf")
    names, advances = font.getBestCmap(), font["hmtx"]
    of_letter, units = widths()
    assert of_letter == {chr(code): advances[name][0] for code, name in names.items()}
    assert units == font["head"].unitsPerEm


def test_a_letter_that_the_font_lacks_is_taken_for_a_square() -> None:
    assert width("\u4e00", 10) == pytest.approx(10.4)
    assert width("\u4e00", 10, bold=True) == pytest.approx(10.7)
    assert width("i", 10) < width("m", 10) < width("\u4e00", 10)


def test_every_font_is_served_with_its_licence() -> None:
    names = contents()
    families = {name.split("-italic")[0].removesuffix(".ttf") for name in names if ".ttf" in name}
    assert families == {"public-sans", "newsreader"}
    for family in families:
        assert b"SIL Open Font License, Version 1.1" in names[f"{family}-license.txt"]
