"""The short cut that spares weighing what sources agree on changes no result."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.search.library.domain.dedup import best
from services.search.library.domain.record import Author, Bibliography
from services.search.library.handlers.recompute import best_of
from tests.support.generated import examples

TEXT = st.sampled_from(["", "Trust", "TRUST", "Trust in care", "Peer support."])
SOURCE = st.builds(
    Bibliography,
    title=TEXT,
    abstract=TEXT,
    journal=TEXT,
    publisher=TEXT,
    year=st.sampled_from([None, 2019, 2020]),
    authors=st.sampled_from(
        [(), (Author(family="Curie", given="M."),), (Author(family="Curie", given="Marie"),)]
    ),
    keywords=st.sampled_from([(), ("b", "a"), ("A",)]),
)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(SOURCE, min_size=2, max_size=4))
def test_agreed_texts_give_the_same_best_as_weighing_them(several: list[Bibliography]) -> None:
    contents = {f"s{number}": one for number, one in enumerate(several)}

    assert best_of(contents) == best(contents)[0]
