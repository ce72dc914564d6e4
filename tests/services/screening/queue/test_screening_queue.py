"""Rankings and the queue: what is read next, and why."""

import asyncio
import json
from collections import Counter
from dataclasses import replace

import pytest

from services.screening.decisions.store import records
from services.screening.ranking import handlers as ranking_handlers
from services.screening.ranking import jobs
from services.screening.ranking.adapters import worker
from services.screening.ranking.adapters.process import ProcessRanker
from services.screening.ranking.ports import ForgottenReview, RankingTask
from services.screening.stopping.domain.stopping import Target
from shared.db import chunks
from shared.events.search import RecordAmended
from shared.events.workbench import Policy, Stage
from tests.services.screening.screening_team import (
    ABOUT,
    REVIEW,
    a_record,
    a_review,
    alone,
    library,
)

SINGLE = (Stage(name="title"), Stage(name="full_text", source="title"))


async def test_settlements_bring_their_likes_to_the_front_with_a_plain_reason(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(*library())
        await team.vote("ann", "housing0", "include")
        await team.vote("ann", "surgery0", "exclude")
        await team.work()
        page = await team.ask("GET", "/stages/title/queue?limit=19", by="ann")
        assert all(item["record"].startswith("housing") for item in page["items"])
        assert page["items"][0]["why"].startswith("raised by: ")
        (ranked, *_) = await team.said("records_ranked")
        assert (ranked.trained_on, ranked.model_version) == (2, "linear-svm-1")
        shown = await team.ask("GET", "/stages/title/ranking")
        assert shown["ranking"]["seed"] == 7


async def test_the_ranking_learns_nothing_from_an_open_vote(storage):
    stages = (Stage(name="title", policy=Policy(kind="dual")),)
    async with alone(storage, stages=stages, records=()) as team:
        await team.hear(*library())
        await team.agree("housing0", "include")
        await team.agree("surgery0", "exclude")
        await team.work()
        before = await team.queue("rita", limit=100)
        await team.vote("ann", "surgery1", "include")
        await team.vote("ann", "housing1", "exclude")
        await team.work()
        assert await team.queue("rita", limit=100) == before


async def test_query_terms_rank_before_anything_is_settled(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(*library())
        start = {"query": "cardiac surgery", "random_share": 0.0}
        await team.ask("PUT", "/stages/title/ranking", start, status=202)
        await team.work()
        assert all(r.startswith("surgery") for r in await team.queue("ann", limit=20))


async def test_records_that_arrive_later_are_ranked_by_earlier_settlements(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(*library())
        await team.vote("ann", "housing0", "include")
        await team.vote("ann", "surgery0", "exclude")
        await team.work()
        late = [a_record(f"late{i}", title=ABOUT["housing"]) for i in range(3)]
        await team.hear(*late)
        await team.work()
        assert {"late0", "late1", "late2"} <= set(await team.queue("ann", limit=25))
        ranked = [e for e in await team.said("records_ranked") if e.stage == "title"]
        assert len(ranked) == 2


async def test_a_text_that_is_amended_is_ranked_as_if_it_had_come_so(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(*library())
        await team.hear(a_record("late", title=ABOUT["surgery"]))
        await team.vote("ann", "housing0", "include")
        await team.vote("ann", "surgery0", "exclude")
        await team.work()
        before = await team.queue("ann", limit=100)
        amended = a_record("late", title=ABOUT["housing"]).record
        await team.hear(RecordAmended(review_id=REVIEW, record=amended), version=2)
        await team.work()
        after = await team.queue("ann", limit=100)
        assert after.index("late") < 20 < before.index("late")
        await team.work()
        assert len([e for e in await team.said("records_ranked") if e.stage == "title"]) == 2


async def test_what_a_stage_held_before_an_import_is_not_compared_again(storage):
    async with alone(storage, records=()) as team:
        ranker = team.running.context.resources.ranker
        await team.hear(*library())
        await team.work()
        await team.hear(a_record("late", title="Housing first again"))
        await team.work()
        assert ranker.compared == ["late"]
        amended = a_record("surgery3", title="Housing first for all").record
        await team.hear(RecordAmended(review_id=REVIEW, record=amended), version=2)
        await team.hear(a_record("later", title="Surgery again"))
        await team.work()
        assert len(ranker.compared) == 42, "a text that changed is found among all"
        assert ranker.known[REVIEW] == await team.db.read(lambda tx: records.versions(tx, REVIEW))


async def test_exclusions_of_an_earlier_stage_are_priors_of_the_next(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(*library())
        await team.vote("ann", "housing0", "include")
        await team.vote("ann", "surgery0", "exclude")
        await team.work()
        task = team.running.context.resources.ranker.last_task
        labels = {record: (label, weight) for record, label, weight in task.labels}
        assert labels["surgery0"][0] == 0
        assert labels["surgery0"][1] < 1


async def test_the_queue_is_paged_searched_and_filtered(storage):
    async with alone(storage, stages=SINGLE, records=()) as team:
        await team.hear(
            *(a_record(f"r{i:02}", year=2000 + i, abstract="50% of all") for i in range(30))
        )
        seen, cursor = [], ""
        while cursor is not None:
            page = await team.ask("GET", f"/stages/title/queue?limit=7&cursor={cursor}" if cursor
                                  else "/stages/title/queue?limit=7", by="ann")  # fmt: skip
            seen += [item["record"] for item in page["items"]]
            cursor = page["next"]
        assert sorted(seen) == [f"r{i:02}" for i in range(30)]
        assert await team.queue("ann", q="of+R07") == ["r07"]
        assert await team.queue("ann", q="50%25+r08") == ["r08"]
        assert await team.queue("ann", q="_00") == []
        assert await team.queue("ann", year_from=2028) == await team.queue(
            "ann", year_from=2028, year_to=2029
        )
        await team.ask("POST", f"/stages/title/queue/{seen[0]}/later", by="ann", status=204)
        assert (await team.queue("ann", limit=200))[-1] == seen[0]
        given = await team.ask("POST", "/stages/title/assignments", {"person": "ben", "count": 4})
        assert await team.queue("ben", assigned="true") == given["records"]
        await team.ask(
            "POST", "/stages/title/assignments", {"person": "zoe", "count": 4}, status=422
        )


async def test_the_ranking_process_forgets_and_is_told_again():
    ranker = ProcessRanker()
    texts = [(e.record.record_id, 1, _text(e)) for e in library(20)]
    task = RankingTask(
        review_id="rev",
        stage="title",
        waiting=json.dumps([record for record, _, _ in texts]),
        labels=[("housing0", 1, 1.0), ("surgery0", 0, 1.0)],
    )
    try:
        with pytest.raises(ForgottenReview):
            await ranker.rank(task)
        await ranker.learn("rev", _parts(texts, 20))
        assert ranker.stamp("rev") == (20, 20)
        assert ranker.stamp("rev", {"housing0": 2, "surgery0": 1, "new": 3}) == (21, 24)
        assert ranker.outdated("rev", {"housing0": 2, "surgery0": 1}) == ["housing0"]
        done = await ranker.rank(task)
        assert done.places[0][0].startswith("housing")
        assert done.places[0][3].startswith("raised by")
        again = await ranker.rank(task)
        assert again.places == done.places
        mixed = await ranker.rank(replace(task, random_share=0.25))
        drawn = [place for _, place, _, why in mixed.places if why.startswith("drawn at random")]
        assert drawn == [3, 7, 11, 15, 19], "every fourth, and it says so"
    finally:
        ranker.close()


async def test_texts_that_are_told_in_parts_are_ranked_as_those_told_at_once():
    texts = [(e.record.record_id, 1, _text(e)) for e in library(20)]
    task = RankingTask(
        review_id="rev",
        stage="title",
        waiting=json.dumps([record for record, _, _ in texts]),
        labels=[("housing0", 1, 1.0), ("surgery0", 0, 1.0)],
    )
    answers = []
    for at_once in (500, 7):
        ranker = ProcessRanker()
        try:
            await ranker.learn("rev", _parts(texts, at_once))
            answers.append(await ranker.rank(task))
        finally:
            ranker.close()
    assert answers[0] == answers[1]
    assert answers[0].records == 20


def test_a_part_of_the_texts_is_never_learned_as_the_whole():
    worker.expect()
    worker.bring([(e.record.record_id, _text(e)) for e in library(3)])

    with pytest.raises(ForgottenReview):
        worker.learn("rev", 4, anew=True)
    worker.expect()


async def test_the_stopping_rule_is_answered_where_the_ranking_process_has_died():
    ranker = ProcessRanker()
    try:
        first = await ranker.assess([1, 0, 0], 9, Target())
        (process,) = ranker._pool._processes.values()
        process.kill()
        process.join()
        assert await ranker.assess([1, 0, 0], 9, Target()) == first
    finally:
        ranker.close()


async def _parts(texts, at_once):
    for part in chunks(texts, at_once):
        yield part


def _text(event):
    from services.screening.stages.domain.record_text import RecordText

    return RecordText(title=event.record.title, abstract=event.record.abstract)


async def test_many_active_reviews_are_told_to_the_ranker_once_and_ranked_at_every_try(storage):
    ranker = ProcessRanker()
    reviews = [f"rev{i}" for i in range(5)]
    try:
        async with alone(storage, ranker=ranker, records=()) as team:
            for name in reviews:
                opened = a_review()
                await team.hear(
                    replace(opened, review_id=name, review=replace(opened.review, review_id=name))
                )
                await team.hear(*(replace(one, review_id=name) for one in library(6)))
            context = team.running.context
            for _ in range(2):
                await asyncio.gather(*(_rank_again(context, name) for name in reviews))
            ranked = await team.said("records_ranked")
            assert Counter(e.review_id for e in ranked) == dict.fromkeys(reviews, 2)
            assert all(ranker.stamp(name)[0] == 6 for name in reviews)
    finally:
        ranker.close()


async def _rank_again(context, review):
    await context.db.write(lambda tx: ranking_handlers.forget_ranking(tx, review, "title"))
    await jobs.rerank(context, review, "title")
