"""Pairs that are not worth a person's minute, and their twins that are."""

from dataclasses import replace

from services.search.library.domain.dedup import Outcome, compare
from services.search.library.domain.record import Bibliography
from tests.services.search.library.dedup.dedup_examples import features, people

KIDNEY = Bibliography(
    title="Living related kidney transplantation in a boy with a rare fern poisoning",
    authors=people("Abara", "Moss", "Rye"),
    year=2010,
    journal="Acta Exempli",
    volume="25",
    issue="9",
    pages="1820",
)
LATER = replace(KIDNEY, journal="Mol Foo", year=2011, volume="15", issue="", pages="116")
TALK = Bibliography(
    title="Lantern therapy in adolescents and adults with harbour fever resistant to salt: phase 2",
    authors=people("Abara", "Moss", "Rye", "Sedge", "Tarn"),
    year=2011,
    journal="Acta Exempli",
    volume="26",
    issue="9",
    pages="1660-1661",
)
TITLE = "A phase 2 study of lantern therapy in adolescents and adults with harbour fever given salt"
BESIDE = replace(
    TALK, title=TITLE, authors=people("Fern", "Heath", "Abara", "Moss", "Birch"), pages="1660"
)


def outcome(one: Bibliography, other: Bibliography) -> Outcome:
    """The verdict's outcome alone."""
    return compare(features(one), features(other)).outcome


def test_a_living_donor_is_no_living_review() -> None:
    title = "Kidney transplantation after fern poisoning: a living rapid review"
    review = replace(KIDNEY, title=title)
    newer = replace(LATER, title=title)

    assert outcome(KIDNEY, LATER) is Outcome.DISTINCT
    assert outcome(review, newer) is Outcome.PROPOSE


def test_two_abstracts_by_other_people_on_one_page_are_no_translations() -> None:
    assert outcome(TALK, BESIDE) is Outcome.DISTINCT
    assert outcome(TALK, replace(BESIDE, authors=TALK.authors)) is Outcome.PROPOSE
    long = replace(TALK, pages="1660-1672")
    assert outcome(long, replace(BESIDE, pages="1660-1672")) is Outcome.PROPOSE
