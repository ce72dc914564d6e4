"""What of an absorbed record's holds its survivor gets."""

from services.screening.decisions.domain.holds import Hold, following, leases_following

ANN, BEN, CLEO = (Hold(person=p) for p in ("ann", "ben", "cleo"))


def test_what_follows_is_marked_with_the_record_on_which_it_was_made() -> None:
    again = Hold(person="cleo", carried_from="r3")
    found = following("r2", [ANN, BEN, again], own=[BEN])
    assert found == [Hold(person="ann", carried_from="r2"), again]
    assert following("r2", [ANN], own=[], without={"ann"}) == []


def test_the_leases_taken_first_follow_as_long_as_there_is_room() -> None:
    late, early = Hold(person="ann", until=9.0), Hold(person="ben", until=5.0)
    assert [one.person for one in leases_following("r2", [late, early], [CLEO], 2)] == ["ben"]
    assert leases_following("r2", [late], [CLEO], 1) == []
    untold = leases_following("r2", [late, early], [], 0)
    assert len(untold) == 2, "two may have to judge it"
