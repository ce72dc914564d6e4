"""What runs in the ranking's own process: the only one that loads the learning libraries.

It keeps the features of as many reviews as fit into `KEPT_BYTES`, those used last.
"""

from collections import OrderedDict
from collections.abc import Sequence

import orjson

from services.screening.ranking.domain.library import FeatureLibrary, version_of_features
from services.screening.ranking.ports import ForgottenReview, RankingDone, RankingTask
from services.screening.stages.domain.order import random_positions
from services.screening.stages.domain.record_text import RecordText
from services.screening.stopping.domain.stopping import Assessment, Target
from services.screening.stopping.domain.stopping_test import assess

KEPT_BYTES = 1_000_000_000
"""Features of 50,000 records with abstracts take about a third of it."""
DRAWN = "drawn at random, for an honest estimate of what is left"

_libraries: OrderedDict[str, FeatureLibrary] = OrderedDict()
_brought: list[tuple[str, RecordText]] = []


def expect() -> None:
    """Forget texts that were brought and not learned."""
    _brought.clear()


def bring(texts: Sequence[tuple[str, RecordText]]) -> None:
    """Some of the texts that are to be learned next."""
    _brought.extend(texts)


def learn(review_id: str, count: int, *, anew: bool) -> None:
    """Take in the texts that were brought; `anew` starts the review from nothing.

    Raises `ForgottenReview` unless `count` were: a process that died meanwhile
    took some with it, and its successor must not learn the rest as the whole.
    """
    if len(_brought) != count:
        raise ForgottenReview(review_id)
    if anew:
        _libraries[review_id] = FeatureLibrary()
    if review_id not in _libraries:
        raise ForgottenReview(review_id)
    _libraries.move_to_end(review_id)
    _libraries[review_id].learn(_brought)
    expect()
    _make_room()


def _make_room() -> None:
    """Forget the reviews used longest ago while all take too much; the last one always stays."""
    sizes = {review_id: library.nbytes for review_id, library in _libraries.items()}
    while len(_libraries) > 1 and sum(sizes.values()) > KEPT_BYTES:
        gone, _ = _libraries.popitem(last=False)
        del sizes[gone]


def rank(task: RankingTask) -> RankingDone:
    """Train and rank, and give the places that matter."""
    library = _libraries.get(task.review_id)
    if library is None or (task.waiting is None and task.stage not in library.waiting):
        raise ForgottenReview(task.review_id)
    _libraries.move_to_end(task.review_id)
    listed = None if task.waiting is None else orjson.loads(task.waiting)
    waiting = library.waits(task.stage, listed, task.came)
    model, version = library.model(task.labels, task.query, task.seeds, task.seed)
    replaced = frozenset(task.replaced)
    order = library.order(model, waiting, task.seed, task.random_share)
    by_chance = random_positions(len(order), task.random_share) if model is not None else ()
    places: list[tuple[str, int, float, str | None]] = []
    for place, (record, score) in enumerate(order):
        if place < task.top or record in replaced:
            why = library.why(model, record) if place < task.explained else None
            why = DRAWN if place in by_chance else why
            places.append((record, place, score, why))
    return RankingDone(
        places=places,
        model_version=version,
        feature_version=version_of_features(),
        records=len(order),
    )


def look(labels: Sequence[int], records: int, target: Target) -> Assessment:
    """Look at the stopping rule."""
    return assess(labels, records, target)
