"""Known records against the blocks of a strategy."""

from services.search.living.domain.strategy import read_concept
from services.search.strategies.domain.validation import KnownRecord, validate

SMOKING = read_concept("Smoking", ["smok*", '"Tobacco Use"[mh]'], None)
TEAM = read_concept("Team", ['"care team"[tiab:~2]', "primary care"], None)


def test_every_block_is_told_what_it_loses_and_what_it_alone_loses() -> None:
    known = [
        KnownRecord("found", "Smoking cessation in primary-care practice"),
        KnownRecord("no-team", "Smokers who quit"),
        KnownRecord("neither", "Asthma in children"),
        KnownRecord(
            "by-heading", "Nicotine", "a team that gives care", headings=("Tobacco Use/therapy",)
        ),
    ]

    found = validate([SMOKING, TEAM], known)

    assert {v.record_id: v.lost_by for v in found.verdicts} == {
        "found": (),
        "no-team": ("Team",),
        "neither": ("Smoking", "Team"),
        "by-heading": (),
    }
    assert found.lost == (("Smoking", 1, 0), ("Team", 2, 1))


def test_truncation_ends_at_the_word_and_a_whole_word_is_whole() -> None:
    block = read_concept("One", ["team"], None)

    found = validate([block], [KnownRecord("a", "Teamwork"), KnownRecord("b", "The team")])

    assert [v.found for v in found.verdicts] == [False, True]


def test_terms_that_a_record_here_does_not_tell_are_named_and_lose_nothing() -> None:
    block = read_concept("Type", ["Review[pt]"], None)

    found = validate([block], [KnownRecord("a", "Anything")])

    assert found.verdicts[0].found
    assert found.unchecked == ("Review[pt]",)
