"""Values as their authors wrote them: what exports left in them is undone, once."""

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.search.library.domain.cleaning import clean, unmarked
from tests.support.generated import examples

PIECES = st.sampled_from(["<i>", "</i>", "<b>", " ", "a", "&amp;", "&lt;", "<", "&", "<br/>", "x,"])


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("Fish &amp; chips", "Fish & chips"),
        ("a &amp;lt; b", "a &lt; b"),
        ("p &lt; 0.05 &quot;x&quot; &gt; y", 'p < 0.05 "x" > y'),
        ("caf&eacute; &amp; bar", "café & bar"),
        ("in <i>vivo</i> and <sub>2</sub>", "in vivo and 2"),
        ("one<br/>two<p>three</p>", "one two three"),
        ("<i>a</i> if x < y", "a if x < y"),
        ("<<i>i>a", "<i>a"),
        ('<span class="q">a</span>', "a"),
        ("<i>open", "open"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("AT&T; R&D", "AT&T; R&D"),
    ],
)
def test_entities_and_markup_are_undone_once(value: str, plain: str) -> None:
    assert clean(value)[0] == plain


@pytest.mark.parametrize("entity", ["amp", "lt", "gt", "quot", "nbsp", "alpha", "#946", "#x3b2"])
def test_every_entity_means_what_html_means_by_it(entity: str) -> None:
    value = f"x &{entity}; y &amp; z"
    assert clean(value)[0] == " ".join(html.unescape(value).split())


def test_blanks_of_every_kind_become_one() -> None:
    assert clean(" a \u2003 b\u00a0c\td\x0be  f ")[0] == "a b c d e f"


@settings(max_examples=examples(500))
@given(st.lists(PIECES, max_size=14))
def test_the_quick_way_of_undoing_marks_gives_what_the_thorough_one_gives(pieces) -> None:
    value = " ".join("".join(pieces).split())
    quick = unmarked(value)
    if quick is not None and ("<" in value or "&" in value):
        assert quick == clean(value)
