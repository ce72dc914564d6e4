"""Features, model and reasons of the ranking."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse

from services.screening.ranking.domain.explain import raising_words, reason
from services.screening.ranking.domain.features import fit_features, stale_share, transform
from services.screening.ranking.domain.library import FeatureLibrary
from services.screening.ranking.domain.model import (
    MODEL_VERSION,
    combined,
    labels_of,
    start_from,
    start_from_query,
    train,
)
from services.screening.ranking.domain.schedule import is_due, labels_until_next
from services.screening.stages.domain.record_text import RecordText
from services.screening.stages.domain.words import stem, words_of

ABOUT = [
    "Assertive outreach for homeless people with housing support",
    "Housing support and assertive outreach teams",
    "Homeless hostels and floating housing support",
    "Cardiac surgery outcomes in the elderly",
    "Surgical repair of cardiac valves",
    "Randomised trial of beta blockers after surgery",
]
TEXTS = [RecordText(title=t, abstract=f"{t}. We studied this in a cohort.") for t in ABOUT]
LABELS = labels_of([0, 3], [1, 0])


def test_stems_join_inflections_and_keep_short_words() -> None:
    assert stem("studies") == "study"
    assert stem("models") == "model"
    assert stem("screened") == stem("screening") == stem("screens") == "screen"
    assert stem("class") == "class"
    assert stem("red") == "red"
    assert words_of("A Housing-first, 2nd try") == ["housing", "first", "2nd", "try"]


def test_frozen_features_of_known_records_are_those_they_were_fitted_with() -> None:
    vocabulary, features = fit_features(TEXTS)
    again = transform(vocabulary, TEXTS)
    assert abs(again - features).max() < 1e-12
    lengths = np.sqrt(np.asarray(features.multiply(features).sum(axis=1))).ravel()
    assert lengths == pytest.approx(np.ones(len(TEXTS)))


def test_new_records_cost_no_refit_and_unknown_words_count_for_nothing() -> None:
    vocabulary, _ = fit_features(TEXTS)
    size = vocabulary.size
    fresh = transform(vocabulary, [RecordText(title="Zebra xylophones"), TEXTS[1]])
    assert fresh.shape == (2, size)
    assert fresh[0].nnz == 0
    assert vocabulary.size == size
    assert stale_share(vocabulary, 2 * len(TEXTS)) == 0.5
    assert stale_share(vocabulary, 0) == 0


def test_keywords_are_read_and_pairs_do_not_cross_fields() -> None:
    text = RecordText(title="alpha", abstract="beta gamma", keywords=("delta epsilon",))
    vocabulary, features = fit_features([text, text])
    names = {vocabulary.name(i) for i in range(vocabulary.size)}
    assert names == set()  # what every record holds tells nothing apart
    vocabulary, features = fit_features([text, text, RecordText(title="zeta")])
    names = {vocabulary.name(i) for i in range(vocabulary.size)}
    assert {"delta epsilon", "beta gamma", "alpha"} <= names
    assert "alpha beta" not in names
    assert features.shape[0] == 3


def test_no_records_have_no_features() -> None:
    vocabulary, features = fit_features([])
    assert features.shape == (0, 0)
    assert transform(vocabulary, []).shape == (0, 0)
    assert fit_features([RecordText()])[1].nnz == 0


def test_two_settlements_already_rank_their_likes_first() -> None:
    _, features = fit_features(TEXTS)
    scores = train(features, LABELS).scores(features)
    assert min(scores[[1, 2]]) > max(scores[[4, 5]])


def test_the_same_settlements_and_seed_give_the_same_ranking() -> None:
    _, features = fit_features(TEXTS)
    first = train(features, LABELS, seed=3).direction
    assert np.array_equal(first, train(features, LABELS, seed=3).direction)


def test_a_vocabulary_survives_the_way_to_another_process() -> None:
    vocabulary, features = fit_features(TEXTS)
    moved = pickle.loads(pickle.dumps(vocabulary))
    assert abs(transform(moved, TEXTS) - features).max() < 1e-12


def test_one_verdict_alone_trains_nothing() -> None:
    _, features = fit_features(TEXTS)
    with pytest.raises(ValueError, match="at least one include and one exclude"):
        train(features, labels_of([0, 1], [1, 1]))


def test_priors_of_another_stage_count_less() -> None:
    _, features = fit_features(TEXTS)
    light = labels_of([0, 3, 1], [1, 0, 0], [1.0, 1.0, 0.01])
    heavy = labels_of([0, 3, 1], [1, 0, 0], [1.0, 1.0, 50.0])
    score = [train(features, labels).scores(features)[1] for labels in (light, heavy)]
    assert score[0] > score[1]


def test_a_cold_start_ranks_by_query_terms_and_seed_records() -> None:
    vocabulary, features = fit_features(TEXTS)
    query = start_from_query(transform(vocabulary, [RecordText(title="homeless housing")]))
    assert set(np.argsort(-query.scores(features))[:3]) == {0, 1, 2}
    seeds = start_from(features, [4])
    assert np.argmax(combined([query, seeds]).scores(features)) in (0, 2, 4)
    nothing = start_from_query(sparse.csr_matrix((1, vocabulary.size)))
    assert not combined([nothing]).direction.any()


def test_a_record_says_which_words_raised_it() -> None:
    vocabulary, features = fit_features(TEXTS)
    model = train(features, LABELS)
    words = raising_words(vocabulary, features, model, 1)
    assert 0 < len(words) <= 3
    assert any("outreach" in word or "housing" in word for word in words)
    assert reason(words).startswith("raised by: ")
    assert raising_words(vocabulary, features, model, 3) == ()
    assert reason(()) == "nothing in its text raised it"


def test_training_grows_rarer_as_settlements_grow() -> None:
    assert [labels_until_next(n) for n in (0, 19, 20, 99, 100, 499, 500)] == [
        1, 1, 5, 5, 25, 25, 100,
    ]  # fmt: skip
    assert is_due(0, 1)
    assert not is_due(20, 24)
    assert is_due(20, 25)


def test_the_process_that_answers_people_loads_no_learning_library() -> None:
    asked = "import services.screening.app, sys; print({'sklearn', 'scipy'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


@pytest.mark.parametrize("title", ["", "the same words"])
def test_records_that_no_word_tells_apart_are_ranked_alike(title: str) -> None:
    library = FeatureLibrary()
    library.learn([(f"r{i}", RecordText(title=title)) for i in range(6)])
    labels = [("r0", 1, 1.0), ("r1", 0, 1.0)]
    model, version = library.model(labels, "housing", ["r0"], 0)
    assert version == MODEL_VERSION
    order = library.order(model, ["r2", "r3", "r4"], 0, 0.0)
    assert {score for _, score in order} == {0.0}
    assert library.why(model, "r2") == "nothing in its text raised it"
    cold, _ = library.model([], "housing", ["r0"], 0)
    assert len(library.order(cold, ["r2"], 0, 0.0)) == 1


def told(*parts: range) -> list[tuple[str, float]]:
    """The order after texts were told in these parts."""
    library = FeatureLibrary()
    for part in parts:
        library.learn(
            [(f"r{i}", TEXTS[i] if i < len(TEXTS) else RecordText(title="")) for i in part]
        )
    model, _ = library.model([("r0", 1, 1.0), ("r3", 0, 1.0)], "", [], 0)
    return library.order(model, [f"r{i}" for i in range(len(TEXTS) + 1)], 0, 0.0)


@pytest.mark.parametrize("parts", [(range(6), range(6, 7)), (range(3, 7), range(3))])
def test_the_order_does_not_hang_on_when_which_text_was_told(parts: tuple[range, ...]) -> None:
    assert told(*parts) == told(range(7))
