"""The laws of the method, section 8, on generated reviews."""

import random
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.synthesis.engine import Review, dirtied, recompute, reevaluate, snapshot
from services.synthesis.engine.values import (
    OUTCOME,
    RESPONSE,
    Citation,
    Codebook,
    Element,
    Fragment,
    Group,
    Membership,
    Pin,
    Source,
    pair,
)
from tests.support.generated import examples
from tests.support.generated_reviews import STUDIES, a_codebook, a_fragment, a_review, reviews
from tests.support.plain_rows import OUT, RES, RSP, left_out, rows_of

LAW = settings(max_examples=examples(120), deadline=None)
CHANCE = st.randoms(use_true_random=False)


def everything(review: Review):
    return recompute(review), reevaluate(review)


def by_id(review: Review):
    return {body["id"]: body for body in recompute(review)}


@LAW
@given(CHANCE)
def test_order_of_arrival_changes_nothing(chance) -> None:
    review = a_review(chance)
    names = list(review.fragments)
    chance.shuffle(names)
    other = replace(
        review,
        fragments={name: review.fragments[name] for name in names},
        sources=dict(reversed(review.sources.items())),
        codebooks=dict(reversed(review.codebooks.items())),
        arguments=tuple(reversed(review.arguments)),
    )
    assert everything(other) == everything(review)
    assert snapshot(other) == snapshot(review)


@LAW
@given(CHANCE)
def test_withdraw_then_restore_is_identity(chance) -> None:
    review = a_review(chance)
    name = chance.choice(list(review.fragments))
    gone = replace(review.fragments[name], active=False)
    without = replace(review, fragments={**review.fragments, name: gone})
    back = replace(without, fragments={**without.fragments, name: review.fragments[name]})
    assert everything(back) == everything(review)
    assert name not in {item for body in recompute(without) for item in body["fragments"]}


@LAW
@given(reviews, st.sampled_from(STUDIES), st.sampled_from(STUDIES))
def test_a_sibling_merge_never_raises_the_number_of_supporting_studies(review, one, other) -> None:
    merged = replace(review, links=review.links | {pair(one, other)})
    before, after = by_id(review), by_id(merged)
    assert before.keys() == after.keys()
    for name, body in after.items():
        assert len(body["studies"]["positive"]) <= len(before[name]["studies"]["positive"])
        cells = [row for row in before[name]["fragments"] if row not in body["fragments"]]
        assert cells == [], "a merge deletes no fragment"


def numbers(body):
    """What an inferred source must not change."""
    studies = {k: v for k, v in body["studies"].items() if not k.startswith("inferred")}
    verdicts = [(item["group"], item["verdict"], item["grade"]) for item in body["contexts"]]
    return studies, body["supporting_share"], body["coverage"], verdicts, body["failures"]


@LAW
@given(CHANCE, st.sampled_from([*STUDIES, "new"]))
def test_adding_an_inferred_source_changes_no_verdict_share_or_s_plus(chance, key) -> None:
    review = a_review(chance)
    name = chance.choice(list(review.fragments))
    fragment = review.fragments[name]
    more = replace(fragment, citations=(*fragment.citations, Citation(key, "inferred")))
    after = by_id(replace(review, fragments={**review.fragments, name: more}))
    for ident, body in by_id(review).items():
        assert numbers(after[ident]) == numbers(body)
    new = [after[ident] for ident in after.keys() - by_id(review).keys()]
    assert all(body["pattern"] == "inferred" and not body["leading"] for body in new)


@LAW
@given(reviews)
def test_every_study_that_reports_m_with_g_stands_in_the_ccmoc_and_in_own_lists(review) -> None:
    bodies = by_id(review)
    ranked = {(body["theory"], body["outcome"]) for body in bodies.values()}
    pins = {theory: pin.outcome for theory, pin in review.pins.items()}
    for theory in review.theories:
        levels = {g.id: g.level for g in review.codebooks[theory].groups if g.role == OUTCOME}
        for row in rows_of(review, theory):
            goals = [key for key in row.own if key[0] == OUT]
            for goal in goals:
                if levels.get(goal[1]) == "distal" and pins.get(theory) != goal[1]:
                    continue
                for m in (key for key in row.own if key[0] in (RES, RSP)):
                    in_cell = row.has(m) or row.lacks(goal)
                    if row.K and in_cell and not left_out(review, theory, goal[1], m, row):
                        assert (theory, goal[1]) in ranked
                        stands(bodies, theory, goal, m, row)


def stands(bodies, theory, goal, m, row) -> None:
    role = "response" if m[0] == RSP else "resource"
    body = bodies[f"{theory}|{goal[1]}|{role}|{m[1]}"]
    cell = "not_fired"
    if row.has(m):
        cell = "positive" if row.has(goal) else "contradicting"
    assert row.studies <= set(body["studies"][cell])
    if not row.has(m):
        return
    own = "own_positive" if cell == "positive" else "own_negative"
    for other in bodies.values():
        if (other["theory"], other["outcome"]) == (theory, goal[1]) and other["role"] != role:
            for entry in other["partners"]:
                if entry["group"] == m[1]:
                    assert row.studies <= set(entry[own])


@LAW
@given(CHANCE)
def test_not_stated_never_counts_as_absent(chance) -> None:
    """Taking every context out of the fragments empties all lists on absence of contexts."""
    review = a_review(chance)
    silent = {
        name: replace(
            item, elements=tuple(e for e in item.elements if e.state not in ("absent", "failed"))
        )
        for name, item in review.fragments.items()
    }
    plain = {
        theory: Codebook(
            tuple(
                replace(g, opposite_of=(), members=tuple(m for m in g.members if m.sense == "same"))
                for g in book.groups
            )
        )
        for theory, book in review.codebooks.items()
    }
    for body in recompute(replace(review, fragments=silent, codebooks=plain)):
        assert body["studies"]["not_fired"] == body["studies"]["alternative"] == []
        for context in body["contexts"]:
            assert context["positive_absent"] == context["negative_absent"] == []


@LAW
@given(CHANCE)
def test_a_theory_that_is_not_dirtied_does_not_move(chance) -> None:
    before = a_review(chance)
    after = changed(before, chance)
    dirty = dirtied(before, after)
    for bodies in (recompute, reevaluate):
        old, new = bodies(before), bodies(after)
        for theory in before.theories:
            if theory not in dirty:
                assert [b for b in old if b["theory"] == theory] == [
                    b for b in new if b["theory"] == theory
                ]


def changed(review: Review, chance) -> Review:
    """The review after one event of any kind."""
    name = chance.choice(list(review.fragments))
    kind = chance.randrange(7)
    if kind == 0:
        fragment = replace(a_fragment(chance, name, list(review.fragments)), version=9)
        return replace(review, fragments={**review.fragments, name: fragment})
    if kind == 1:
        source = Source(
            chance.choice(STUDIES), chance.choice(STUDIES), case=chance.choice(("z", None))
        )
        return replace(review, sources={**review.sources, source.key: source})
    if kind == 2:
        link = pair(chance.choice(STUDIES), chance.choice(STUDIES))
        return replace(review, links=review.links ^ {link})
    if kind == 3:
        return replace(review, codebooks={**review.codebooks, "T2": a_codebook(chance)})
    if kind == 4:
        return replace(review, pins={**review.pins, "T1": Pin("G1")})
    if kind == 5:
        return replace(review, judgements=review.judgements[:-1])
    return replace(review, arguments=review.arguments[:-1])


def evidence_for(*parts: tuple[str, list[Citation]]) -> Review:
    """Each (response, citations) in one fragment where G occurred."""
    return Review(
        theories=("T",),
        fragments={
            f"f{n}": Fragment(
                f"f{n}",
                ("T",),
                (Element(RESPONSE, part, "present"), Element(OUTCOME, "g", "occurred")),
                tuple(cited),
            )
            for n, (part, cited) in enumerate(parts)
        },
        codebooks={"T": Codebook((Group(OUTCOME, "G", (Membership("g"),)),))},
    )


def test_fifty_fragments_or_participants_of_one_study_rank_below_two_studies() -> None:
    many = [("many", [Citation("big")]) for _ in range(50)]
    crowd = [("crowd", [Citation("big", participant=f"p{n}") for n in range(50)])]
    two = [("two", [Citation("s1")]), ("two", [Citation("s2")])]
    bodies = {body["mechanism"]: body for body in recompute(evidence_for(*many, *crowd, *two))}
    assert bodies["two"]["leading"]
    assert len(bodies["many"]["studies"]["positive"]) == 1
    assert bodies["crowd"]["participants"] == 50


def test_one_row_with_eight_inferred_works_is_no_study() -> None:
    inferred = [Citation(f"s{n}", "inferred") for n in range(8)]
    body = recompute(evidence_for(("p", inferred)))[0]
    assert body["pattern"] == "inferred"
    assert body["supporting_share"] == [0, 0]
    assert len(body["studies"]["inferred_positive"]) == 8


@pytest.mark.parametrize("near", [0, 1])
def test_the_same_inputs_give_the_same_hashes(near: int) -> None:
    review = a_review(random.Random(7), most=60)
    review = replace(review, parameters=replace(review.parameters, near=near))
    hashes = [body["hash"] for body in recompute(review)]
    assert hashes == [body["hash"] for body in recompute(review)]
    assert len(set(hashes)) == len(hashes)


@LAW
@given(CHANCE)
def test_theories_recomputed_alone_are_as_in_the_whole(chance) -> None:
    review = a_review(chance)
    assume(recompute(review))
    alone = [body for theory in ("T1", "T2") for body in recompute(review, [theory])]
    assert alone == recompute(review)
