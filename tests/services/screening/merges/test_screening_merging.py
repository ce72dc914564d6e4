"""Two records turn out to be one, and come apart: settlements follow, open votes stay."""

import pytest

from tests.services.screening.screening_team import joined, merged, split


async def test_records_settled_alike_merge_without_a_word(team):
    await team.agree("r1", "include")
    await team.agree("r2", "include")
    await team.hear(merged("r1", "r2"))
    assert (await team.flow())["include"] == 1
    assert (await team.flow())["pool"] == 2
    assert await team.said("conflict_opened") == []


async def test_records_settled_differently_merge_into_a_conflict_and_part_with_their_own(team):
    await team.agree("r1", "include")
    await team.agree("r2", "exclude")
    await team.hear(merged("r1", "r2"))
    assert await team.standing("r2") == ("conflict", None)
    (item,) = (await team.ask("GET", "/stages/title/conflicts", by="rita"))["items"]
    assert {v["verdict"] for v in item["votes"]} == {"include", "exclude"}
    assert (await team.flow("full_text"))["pool"] == 0
    await team.hear(split("r1", "r2"))
    assert await team.standing("r1") == ("settled", "include")
    assert await team.standing("r2") == ("settled", "exclude")
    assert (await team.flow("full_text"))["pool"] == 1


async def test_a_waiting_survivor_takes_over_a_settlement_and_gives_it_back(team):
    await team.agree("r2", "include")
    await team.hear(merged("r1", "r2"))
    assert await team.standing("r1") == ("settled", "include")
    assert (await team.flow("full_text"))["pool"] == 1
    await team.vote("ann", "r2", "include", stage="full_text")
    assert await team.standing("r1", "full_text") == ("settled", "include")
    await team.hear(split("r1", "r2"))
    assert await team.standing("r1") == ("waiting", None)
    assert await team.standing("r2") == ("settled", "include")


async def test_a_decision_on_an_absorbed_record_counts_for_its_survivor(team):
    await team.hear(merged("r1", "r2"))
    await team.agree("r2", "exclude")
    assert await team.standing("r1") == ("settled", "exclude")
    assert "r2" not in await team.queue("ann")


async def test_a_merge_that_arrives_after_its_split_changes_nothing(team):
    await team.hear(split("r1", "r2", alias_version=2))
    await team.hear(merged("r1", "r2", alias_version=1))
    assert set(await team.queue("ann")) == {"r1", "r2", "r3"}


async def votes(team, by, record="r1"):
    """`person → verdict` of the votes on a record that a person is shown."""
    items = (await team.ask("GET", "/stages/title/decisions", by=by))["items"]
    return {i["person"]: i["verdict"] for i in items if i["record"] == record}


async def test_an_open_vote_rests_with_the_absorbed_record_and_is_asked_for_again(team):
    await team.vote("ann", "r2", "include", note="hers")
    before = len(await team.said("record_settled", "conflict_opened", "decision_made"))
    await team.hear(merged("r1", "r2"))
    assert {"r1"} <= set(await team.queue("ann")) & set(await team.queue("ben"))
    assert len(await team.said("record_settled", "conflict_opened", "decision_made")) == before
    assert (await team.vote("ben", "r1", "include"))["state"] == "waiting"
    assert (await team.vote("ann", "r1", "include"))["state"] == "settled"
    assert await votes(team, "rita") == {"ann": "include", "ben": "include"}
    shown = await team.ask("GET", "/stages/title/agreement")
    assert (shown["records"], shown["percent"]["value"]) == (1, 1.0)
    people = (await team.ask("GET", "/stages/title/progress"))["people"]
    assert {p["person"]: p["votes"] for p in people if p["votes"]} == {"ann": 1, "ben": 1}


@pytest.mark.parametrize("hers", ["include", "exclude"])
async def test_open_votes_on_both_records_amount_to_nothing_by_a_merge(team, hers):
    await team.vote("ann", "r2", hers)
    await team.vote("ben", "r1", "exclude")
    await team.hear(merged("r1", "r2"))
    assert await team.standing("r1") == ("waiting", None)
    await team.hear(split("r1", "r2"))
    await team.hear(merged("r2", "r1"))
    assert await team.standing("r2") == ("waiting", None)
    assert await team.said("record_settled", "conflict_opened") == []
    done = await team.vote("ben", "r2", "exclude")
    assert done["state"] == ("settled" if hers == "exclude" else "conflict")


async def test_an_open_vote_stays_blind_through_merge_and_split(team):
    await team.vote("ann", "r2", "include", note="nobody else sees this")
    await team.work()
    told = len(await team.outbox())
    pages = ("decisions", "conflicts", "agreement", "progress", "settlements", "stopping", "queue",
             "records/r1", "ranking", "reconsider")  # fmt: skip
    for event in (merged("r1", "r2"), split("r1", "r2"), merged("r3", "r2")):
        await team.hear(event)
        await team.work()
        for by in ("ben", "rita", "owner"):
            for page in pages:
                text = str(await team.ask("GET", f"/stages/title/{page}", by=by))
                assert "nobody else" not in text
                assert "ann" not in text or page == "progress"
    said = [e.NAME for e in (await team.said())[told:]]
    assert set(said) <= {"records_ranked"}


async def test_one_person_who_judged_both_alike_counts_once(team):
    await team.vote("ann", "r1", "include")
    await team.vote("ann", "r2", "include")
    await team.hear(merged("r1", "r2"))
    assert await team.standing("r1") == ("waiting", None)
    assert (await team.vote("ben", "r1", "include"))["state"] == "settled"
    await team.hear(split("r1", "r2"))
    assert await team.standing("r1") == ("settled", "include"), "both votes were on it"
    assert await team.standing("r2") == ("waiting", None)
    assert "r2" not in await team.queue("ann")


async def test_one_person_who_judged_both_otherwise_has_voted_as_on_the_survivor(team):
    await team.vote("ann", "r1", "include")
    await team.vote("ann", "r2", "exclude")
    await team.hear(merged("r1", "r2"))
    assert await team.standing("r1") == ("waiting", None)
    assert "r1" not in await team.queue("ann")
    assert await votes(team, "ann") == {"ann": "include"}
    assert (await team.vote("ben", "r1", "include"))["state"] == "settled"


async def test_a_split_gives_each_record_the_vote_on_it(team):
    await team.vote("ann", "r1", "include")
    await team.vote("ann", "r2", "exclude")
    await team.hear(merged("r1", "r2"))
    await team.hear(split("r1", "r2"))
    assert await votes(team, "ann") == {"ann": "include"}
    assert await votes(team, "ann", "r2") == {"ann": "exclude"}
    assert (await team.vote("ben", "r1", "include"))["state"] == "settled"
    assert (await team.vote("ben", "r2", "exclude"))["state"] == "settled"


async def test_a_vote_after_a_merge_stays_with_the_survivor(team):
    await team.vote("ann", "r2", "include")
    await team.hear(merged("r1", "r2"))
    await team.vote("ben", "r1", "include")
    await team.hear(split("r1", "r2"))
    assert await team.standing("r1") == ("waiting", None)
    assert await team.standing("r2") == ("waiting", None)
    assert "r1" in await team.queue("ann")
    assert "r2" in await team.queue("ben")
    assert await votes(team, "ben") == {"ben": "include"}
    assert await votes(team, "ann", "r2") == {"ann": "include"}
    assert (await team.vote("ann", "r1", "include"))["state"] == "settled"
    assert (await team.flow("full_text"))["pool"] == 1


async def test_a_vote_taken_back_after_a_merge_is_taken_back_on_the_survivor(team):
    await team.vote("ann", "r2", "include")
    await team.hear(merged("r1", "r2"))
    await team.vote("ann", "r1", "exclude")
    await team.ask("DELETE", "/stages/title/decisions/r1", by="ann")
    await team.hear(split("r1", "r2"))
    assert "r1" in await team.queue("ann")
    assert "r2" not in await team.queue("ann")


async def test_a_chain_of_merges_keeps_and_gives_back_every_vote(team):
    await team.vote("ann", "r3", "include")
    await team.hear(merged("r2", "r3"))
    await team.hear(merged("r1", "r2"))
    assert (await team.vote("ben", "r3", "include"))["state"] == "waiting"
    assert (await team.vote("ann", "r2", "include"))["state"] == "settled"
    await team.hear(split("r1", "r2"))
    assert await team.standing("r1") == ("settled", "include"), "both votes were on it"
    assert await team.standing("r3") == ("waiting", None), "it counts as r2 still"
    assert "r2" in await team.queue("ann")
    await team.hear(split("r2", "r3"))
    assert "r3" not in await team.queue("ann")
    assert (await team.vote("ben", "r3", "include"))["state"] == "settled"


@pytest.mark.parametrize("hidden", ["include", "exclude"])
async def test_an_open_vote_stays_unseen_when_its_twin_is_settled(team, hidden):
    await team.hear(joined("cleo", "reviewer"))
    await team.agree("r1", "include")
    await team.vote("cleo", "r2", hidden, note="unseen")
    for pair in (("r1", "r2"), ("r2", "r1")):
        await team.hear(merged(*pair))
        assert await team.standing("r1") == ("settled", "include")
        assert "cleo" not in await votes(team, "rita", pair[0])
        for page in ("decisions", f"records/{pair[0]}", "conflicts"):
            assert "unseen" not in str(await team.ask("GET", f"/stages/title/{page}", by="rita"))
        await team.hear(split(*pair))
        assert await team.standing("r1") == ("settled", "include")
        assert await team.standing("r2") == ("waiting", None)
    assert await team.said("conflict_opened") == []
    done = await team.vote("ben", "r2", "include")
    assert done["state"] == ("settled" if hidden == "include" else "conflict")


async def test_an_open_vote_counts_again_when_the_settlement_of_its_twin_is_reopened(team):
    await team.hear(joined("cleo", "reviewer"))
    await team.agree("r1", "include")
    await team.vote("cleo", "r2", "exclude")
    await team.hear(merged("r2", "r1"))
    await team.ask("POST", "/stages/title/settlements/r2/reopen", {"reason": "read again"})
    assert await team.standing("r2") == ("waiting", None)
    assert (await team.vote("ann", "r2", "include"))["state"] == "conflict"


async def test_an_open_vote_that_agrees_leaves_the_settlement_of_its_twin(team):
    await team.agree("r1", "include")
    await team.hear(joined("cleo", "reviewer"))
    await team.vote("cleo", "r2", "include")
    events = len(await team.outbox())
    await team.hear(merged("r1", "r2"))
    assert await team.standing("r1") == ("settled", "include")
    assert len(await team.outbox()) == events


async def test_records_settled_differently_further_on_merge_into_a_conflict_there(team):
    for record in ("r1", "r2"):
        await team.agree(record, "include")
    await team.vote("ann", "r1", "include", stage="full_text")
    await team.vote("ann", "r2", "exclude", stage="full_text")
    await team.hear(merged("r1", "r2"))
    assert await team.standing("r1") == ("settled", "include")
    assert await team.standing("r1", "full_text") == ("conflict", None)
    await team.hear(split("r1", "r2"))
    assert await team.standing("r1", "full_text") == ("settled", "include")
    assert await team.standing("r2", "full_text") == ("settled", "exclude")


async def test_a_settlement_further_on_waits_until_its_survivor_arrives(team):
    await team.agree("r1", "exclude")
    await team.agree("r2", "include")
    await team.vote("ann", "r2", "exclude", stage="full_text")
    await team.hear(merged("r1", "r2"))
    assert (await team.flow("full_text"))["pool"] == 0
    body = {"verdict": "include", "note": "the longer report is in scope"}
    await team.ask("POST", "/stages/title/conflicts/r1/resolution", body, by="rita")
    assert await team.standing("r1", "full_text") == ("settled", "exclude")


async def test_a_vote_on_a_kept_maybe_stays_unseen_through_a_merge(team):
    await team.agree("r2", "maybe")
    await team.vote("ann", "r1", "include", note="unseen")
    await team.hear(merged("r1", "r2"))
    assert await team.standing("r1") == ("maybe", "maybe")
    for page in ("decisions", "records/r1", "progress"):
        assert "unseen" not in str(await team.ask("GET", f"/stages/title/{page}", by="ben"))
    assert "r1" not in await team.queue("ann", state="maybe")
    assert (await team.vote("ben", "r1", "include"))["state"] == "settled"


async def test_a_record_that_leaves_a_chain_has_its_own_vote(team):
    await team.vote("ann", "r3", "include")
    await team.vote("ben", "r2", "include")
    await team.hear(merged("r2", "r3"))
    await team.hear(merged("r1", "r2"))
    assert await team.standing("r1") == ("waiting", None)
    await team.hear(split("r1", "r3"))
    assert await team.standing("r1") == ("waiting", None)
    assert await votes(team, "ann", "r3") == {"ann": "include"}
    await team.hear(split("r1", "r2"))
    assert await team.standing("r2") == ("waiting", None), "ben's vote alone"
    assert "r2" in await team.queue("ann")
    assert {"r1", "r3"} <= set(await team.queue("ben"))
    assert (await team.vote("ben", "r3", "include"))["state"] == "settled"
