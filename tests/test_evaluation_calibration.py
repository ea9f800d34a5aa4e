import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.evaluation import (
    Scores,
    brier_score,
    evaluate,
    expected_calibration_error,
    fit_temperature,
    negative_log_likelihood,
    reliability,
    softmax,
)

metrics = pytest.importorskip("sklearn.metrics")
optimize = pytest.importorskip("scipy.optimize")


@pytest.fixture(scope="module")
def guesses():
    """500 probabilities of ten digits and their labels: right two times in three."""
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(500, 10)) * 1.5
    y = rng.integers(0, 10, 500)
    logits[np.arange(500), y] += 3
    return softmax(logits), y


def test_the_sample_is_neither_trivial_nor_hopeless(guesses):
    p, y = guesses
    assert 0.5 < (p.argmax(axis=1) == y).mean() < 0.9


def test_the_likelihood_is_that_of_scikit_learn(guesses):
    p, y = guesses
    assert negative_log_likelihood(p, y) == pytest.approx(metrics.log_loss(y, p, labels=range(10)))


def test_the_brier_score_is_that_of_scikit_learn(guesses):
    p, y = guesses
    expected = metrics.brier_score_loss(y, p, labels=range(10), scale_by_half=False)
    assert brier_score(p, y) == pytest.approx(expected)


@pytest.mark.parametrize("n_bins", [1, 5, 15])
def test_the_calibration_error_is_its_definition_written_the_slow_way(guesses, n_bins):
    p, y = guesses
    sure, right = p.max(axis=1), p.argmax(axis=1) == y
    total = 0.0
    for k in range(n_bins):
        inside = (sure > k / n_bins) & (sure <= (k + 1) / n_bins)
        if inside.any():
            total += inside.mean() * abs(sure[inside].mean() - right[inside].mean())
    assert expected_calibration_error(p, y, n_bins) == pytest.approx(total)


def test_a_bin_holds_its_upper_edge_and_empty_bins_are_left_out():
    bins = reliability([[0.5, 0.5], [0.75, 0.25], [1.0, 0.0]], [0, 0, 1], n_bins=4)
    assert bins.confidence.tolist() == [0.5, 0.75, 1.0]
    assert bins.accuracy.tolist() == [1.0, 1.0, 0.0]
    assert bins.n.tolist() == [1, 1, 1]


def test_the_temperature_is_where_scipy_finds_the_least_surprise(guesses):
    p, y = guesses
    logits = np.log(p) * 2.7
    found = fit_temperature(logits, y)
    best = optimize.minimize_scalar(
        lambda t: metrics.log_loss(y, softmax(logits, t), labels=range(10)),
        bounds=(0.05, 20), method="bounded", options={"xatol": 1e-6},
    )  # fmt: skip
    assert found == pytest.approx(best.x, rel=1e-3)
    assert found > 1.5


@given(st.floats(0.1, 10))
def test_a_temperature_changes_no_answer(temperature):
    logits = np.random.default_rng(0).normal(size=(50, 10))
    changed = softmax(logits, temperature)
    assert np.array_equal(changed.argmax(axis=1), logits.argmax(axis=1))
    assert changed.sum(axis=1) == pytest.approx(np.ones(50))


def test_an_evaluation_tells_all_figures_as_json(guesses):
    p, y = guesses
    told = json.loads(json.dumps(evaluate(p, y).to_dict()))
    wrong = int((p.argmax(axis=1) != y).sum())
    assert told["errors"] == wrong
    assert told["accuracy"] == pytest.approx(1 - wrong / 500)
    assert told["interval"][0] < told["accuracy"] < told["interval"][1]
    assert sum(map(sum, told["confusion"])) == 500
    assert len(told["digits"]) == 10
    assert sum(told["reliability"]["n"]) == 500


def test_a_confident_mistake_costs_much_but_not_infinitely():
    assert negative_log_likelihood([[1.0, 0.0]], [1]) == pytest.approx(27.63, abs=0.01)


@pytest.mark.parametrize(
    ("probabilities", "y", "words"),
    [([[0.5, 0.5]], [0, 1], "pair up"), ([[np.nan, 1]], [0], "not a number"), ([], [], "pair up")],
)
def test_answers_that_cannot_be_scored_are_refused(probabilities, y, words):
    with pytest.raises(ValueError, match=words):
        negative_log_likelihood(probabilities, y)


def test_the_interval_of_the_accuracy_mirrors_that_of_the_errors():
    low, high = Scores(n=10_000, errors=50, loss=0.1).interval
    assert (round(1 - high, 4), round(1 - low, 4)) == (0.0038, 0.0066)
