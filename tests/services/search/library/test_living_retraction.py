"""What became of an article, and what is news about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.library.domain.record import Bibliography, Link
from services.search.library.domain.retraction import (
    FLAG_OF_LINK,
    RetractionFlag,
    flags_of,
    is_notice,
    is_retracted,
    what_happened,
)


def article(*kinds: str, title: str = "Ferns", types: tuple[str, ...] = ()) -> Bibliography:
    links = tuple(Link(kind=kind, pmid=str(n), citation="J") for n, kind in enumerate(kinds, 900))
    return Bibliography(title=title, links=links, publication_types=types)


RETRACTED = RetractionFlag(kind="retraction", notice="900", citation="J")
CONCERN = RetractionFlag(kind="concern", notice="900", citation="J")


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("RetractionIn", "retraction"),
        ("RetractedandRepublishedIn", "retraction"),
        ("ExpressionOfConcernIn", "concern"),
        ("ErratumIn", "correction"),
        ("CorrectedandRepublishedIn", "correction"),
        ("PartialRetractionIn", "correction"),
    ],
)
def test_a_link_to_a_notice_is_a_flag(link: str, kind: str) -> None:
    (flag,) = flags_of(article(link))
    assert (flag.kind, flag.notice) == (kind, "900")


@pytest.mark.parametrize(
    "link",
    [
        "RetractionOf",
        "ExpressionOfConcernFor",
        "ErratumFor",
        "CommentIn",
        "Cites",
        "UpdateIn",
        "RetractedandRepublishedFrom",
    ],
)
def test_other_links_are_no_flag(link: str) -> None:
    assert flags_of(article(link)) == ()


def test_the_notice_is_never_the_retracted_paper() -> None:
    notice = article("RetractionOf", title="RETRACTED: Ferns", types=("Retraction of Publication",))
    assert is_notice(notice)
    assert flags_of(notice) == ()
    assert not is_notice(article("RetractionIn", types=("Retracted Publication",)))


def test_a_notice_by_type_alone_is_not_flagged_by_its_title() -> None:
    notice = article(title="Retracted: Ferns", types=("Retraction of Publication",))
    assert flags_of(notice) == ()


def test_the_publication_type_alone_says_retracted() -> None:
    (flag,) = flags_of(article(types=("Journal Article", "Retracted Publication")))
    assert (flag.kind, flag.notice) == ("retraction", "")


@pytest.mark.parametrize(
    ("title", "retracted"),
    [
        ("RETRACTED: Ferns and water", True),
        ("RETRACTED ARTICLE: Ferns", True),
        ("WITHDRAWN: Ferns for moss", True),
        ("[WITHDRAWN: Ferns]", True),
        ("Retracted papers in botany: a review", False),
        ("WITHDRAWN patients in trials", False),
        ("Why papers are RETRACTED: a study", False),
    ],
)
def test_a_title_says_retracted_only_at_its_start(title: str, retracted: bool) -> None:
    assert is_retracted(flags_of(article(title=title))) is retracted


def test_a_retraction_with_a_type_and_a_notice_is_one_flag() -> None:
    found = flags_of(article("RetractionIn", types=("Retracted Publication",)))
    assert found == (RETRACTED,)


def test_republished_papers_say_so() -> None:
    assert flags_of(article("RetractedandRepublishedIn"))[0].replaced


def test_the_gravest_flag_comes_first() -> None:
    found = flags_of(article("ErratumIn", "ExpressionOfConcernIn", "RetractionIn"))
    assert [flag.kind for flag in found] == ["retraction", "concern", "correction"]


def test_a_new_retraction_is_announced_once() -> None:
    assert what_happened((), (RETRACTED,)) == (RETRACTED,)
    assert what_happened((RETRACTED,), (RETRACTED,)) == ()


def test_a_retraction_that_goes_is_a_reinstatement() -> None:
    (news,) = what_happened((RETRACTED,), ())
    assert (news.kind, news.notice) == ("reinstatement", "900")


def test_a_concern_that_becomes_a_retraction_is_no_reinstatement() -> None:
    assert what_happened((CONCERN,), (RETRACTED,)) == (RETRACTED,)


def test_a_concern_that_is_lifted_is_a_reinstatement() -> None:
    assert [flag.kind for flag in what_happened((CONCERN,), ())] == ["reinstatement"]


def test_a_retraction_that_becomes_a_concern_is_both() -> None:
    assert [flag.kind for flag in what_happened((RETRACTED,), (CONCERN,))] == [
        "concern",
        "reinstatement",
    ]


def test_a_notice_found_later_is_announced_and_is_no_reinstatement() -> None:
    bare = RetractionFlag(kind="retraction", citation="publication type Retracted Publication")
    assert what_happened((bare,), (RETRACTED,)) == (RETRACTED,)


def test_a_correction_that_goes_is_no_news() -> None:
    assert what_happened((RetractionFlag(kind="correction", notice="1"),), ()) == ()


STATES = st.lists(st.sampled_from(sorted(FLAG_OF_LINK)), max_size=4).map(
    lambda kinds: flags_of(article(*kinds))
)


@given(STATES)
def test_an_unchanged_state_is_no_news(state: tuple[RetractionFlag, ...]) -> None:
    assert what_happened(state, state) == ()
