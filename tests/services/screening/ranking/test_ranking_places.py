"""Places that stay where a ranking changes little, and an order that is always the ranking's."""

from hypothesis import given
from hypothesis import strategies as st

from services.screening.ranking.domain.places import LOWEST, Held, changed_places, places_of

TOP = 12


@given(
    st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 30), st.sampled_from((0.0, 0.5)), st.sampled_from((None, "w"))
            ),
            unique_by=lambda one: one[0],
            max_size=25,
        ),
        max_size=12,
    )
)
def test_after_any_rankings_what_was_written_in_parts_is_what_the_last_one_says(rankings):
    rows: dict[str, Held] = {}
    for order in rankings:
        waits = {str(n) for n, *_ in order}
        first = {r: held for r, held in rows.items() if r in waits and held.place < TOP}
        unplaced = waits - set(rows)
        ranked = [(str(n), i, score, why) for i, (n, score, why) in enumerate(order)]
        asked = [one for one in ranked if one[1] < TOP or one[0] in first or one[0] in unplaced]
        for record, *given_ in changed_places(asked, first, TOP):
            rows[record] = Held(*given_)
        shown = sorted(waits, key=lambda r: (rows[r].place, r))[:TOP]
        assert [(r, *rows[r][1:]) for r in shown] == [(r, s, w) for r, _, s, w in ranked[:TOP]]
        assert all(LOWEST < rows[r].place < 0 for r in shown)


def test_a_record_that_comes_between_changes_no_other():
    order = [(f"r{i}", i, 1.0, None) for i in range(1000)]
    rows = {r: Held(*given_) for r, *given_ in changed_places(order, {}, 1000)}
    ids = [r for r, *_ in order]
    more = [*ids[:1], "new", *ids[1:]]
    ranked = [(r, i, 1.0, None) for i, r in enumerate(more)]
    assert [r for r, *_ in changed_places(ranked, rows, 1000)] == ["new", "r999"]


def test_a_reason_or_score_that_changes_is_written_where_the_place_stays():
    held = {r: Held(*given_) for r, *given_ in changed_places([("a", 0, 1.0, "x")], {}, 9)}
    assert changed_places([("a", 0, 1.0, "x")], held, 9) == []
    assert changed_places([("a", 0, 1.0, None)], held, 9) == [("a", held["a"].place, 1.0, None)]
    assert changed_places([("a", 0, 2.0, "x")], held, 9) == [("a", held["a"].place, 2.0, "x")]


def test_places_are_given_anew_when_a_gap_is_used_up():
    places = places_of([None, None])
    for _ in range(200):
        places = places_of([places[0], None, places[-1]])
        assert places == sorted(set(places))


def test_a_queue_that_is_read_from_its_head_keeps_its_places():
    places = places_of([None] * 100)
    for _ in range(1000):
        after = places_of([*places[5:], *[None] * 5])
        assert after[:95] == places[5:]
        places = after
