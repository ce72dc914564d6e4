"""The tour in pictures: each is shown with a sentence, and none is heavy."""

import re

from tests.support.reference import ROOT

TOUR = ROOT / "docs" / "tour"
MOST, HEAVIEST = 29, 140_000


def test_every_picture_is_shown_once_and_is_light():
    shown = re.findall(r"^!\[.+\]\((.+)\)$", (TOUR / "README.md").read_text(), flags=re.M)
    pictures = {path.name: path.stat().st_size for path in TOUR.glob("*.jpg")}
    assert sorted(shown) == sorted(pictures)
    assert len(pictures) <= MOST
    assert {name: size for name, size in pictures.items() if size > HEAVIEST} == {}
