"""The ranking keeps the features of as many reviews as fit into its memory."""

import pytest

from services.screening.ranking.adapters import worker
from services.screening.ranking.domain.library import FeatureLibrary
from services.screening.ranking.ports import ForgottenReview
from services.screening.stages.domain import order
from services.screening.stages.domain.record_text import RecordText

KEY = order.shuffle_key
TEXTS = [
    (f"r{n}", RecordText(title=f"housing and nurse number {n}", abstract="trust " * 50))
    for n in range(20)
]


@pytest.fixture(autouse=True)
def nothing_kept():
    worker._libraries.clear()
    yield
    worker._libraries.clear()


def learn(review_id, *, anew=True):
    worker.expect()
    worker.bring(TEXTS)
    worker.learn(review_id, len(TEXTS), anew=anew)


def test_features_survive_more_than_three_active_reviews():
    for n in range(8):
        learn(f"rev{n}")
    assert list(worker._libraries) == [f"rev{n}" for n in range(8)]


def test_reviews_used_longest_ago_make_room_and_the_last_one_stays(monkeypatch):
    learn("first")
    one = worker._libraries["first"].nbytes
    assert one > sum(len(text.abstract) for _, text in TEXTS)
    monkeypatch.setattr(worker, "KEPT_BYTES", int(2.5 * one))
    learn("second")
    learn("first", anew=False)
    learn("third")
    assert "second" not in worker._libraries
    assert list(worker._libraries)[-1] == "third"
    monkeypatch.setattr(worker, "KEPT_BYTES", 1)
    learn("large")
    assert list(worker._libraries) == ["large"]
    with pytest.raises(ForgottenReview):
        learn("second", anew=False)


def test_the_shuffle_follows_the_seed_and_each_key_is_computed_once(monkeypatch):
    computed = []
    monkeypatch.setattr(
        order, "shuffle_key", lambda seed, record: computed.append(record) or KEY(seed, record)
    )
    library, ids = FeatureLibrary(), [f"r{n}" for n in range(30)]
    for seed in (1, 1, 2):
        found = [record for record, _ in library.order(None, ids, seed, 0.0)]
        assert found == sorted(ids, key=lambda record, seed=seed: KEY(seed, record))
    assert len(computed) == 2 * len(ids)
